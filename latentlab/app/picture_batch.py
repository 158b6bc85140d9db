"""Latents that are decoded together and judged together; the newest is always shown in the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.core.images import Pixels
    from latentlab.core.label import Label

    Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Asked:
    """What is decoded: whatever its pictures depend on."""

    folder: Path
    weights: str
    label: Label
    z: Values  # (n, latent)

    def is_like(self, other: Asked | None) -> bool:
        """Whether both give the same pictures."""
        return other is not None and self.fits(other) and np.array_equal(self.z, other.z)

    def fits(self, other: Asked) -> bool:
        """Whether the pictures of one may stand in for those of the other for a moment."""
        return self.is_kin(other) and self.z.shape == other.z.shape

    def is_kin(self, other: Asked) -> bool:
        """Whether the same z gives the same picture in both."""
        mine = self.folder, self.weights, self.label
        return mine == (other.folder, other.weights, other.label)


class PictureBatch:
    """One part of a page. Belongs to the thread of the lab."""

    def __init__(
        self,
        lab: Lab,
        lane: str,
        drawn: Callable[[], None],
        scored: Callable[[], None],
        *,
        by_place: bool = True,
    ) -> None:
        """`drawn` and `scored` are called when pictures and readings have come, or failed.

        Pictures are looked up by their place, and those of before stand in while as many are on
        their way; or else by their z (`place_of`), and then those of before stay for that.
        """
        self._lab, self._lane, self._by_place = lab, lane, by_place
        self._places: dict[bytes, int] = {}  # of each z that is shown
        self._drawn, self._scored = drawn, scored
        self.asked: Asked | None = None
        self.shown: Asked | None = None  # the one that `pictures` are of
        self.pictures: Pixels | None = None  # (n, C, H, W)
        self.readings: Values | None = None  # (n, k) of `pictures`; None: not judged yet
        self.problem = ""  # the last thing that could not be decoded or judged

    @property
    def is_settled(self) -> bool:
        """Whether what is shown is what was asked for."""
        return self.asked is self.shown or bool(self.problem)

    @property
    def is_judged(self) -> bool:
        """Whether there are readings of what is shown, or nothing to read."""
        return self.pictures is None or self.readings is not None or bool(self.problem)

    def picture(self, place: int) -> Pixels | None:
        """One picture (C, H, W), as far as it is drawn."""
        if self.pictures is None or not 0 <= place < len(self.pictures):
            return None
        found: Pixels = self.pictures[place]
        return found

    def reading(self, place: int) -> tuple[float, ...] | None:
        """What the classifier sees in it (k,), as far as it was asked."""
        if self.readings is None or not 0 <= place < len(self.readings):
            return None
        return tuple(self.readings[place].tolist())

    def place_of(self, z: Values | None) -> int:
        """Where a z (latent,) is among those shown; -1: it is still to come."""
        return -1 if z is None else self._places.get(z.tobytes(), -1)

    def ask(self, wanted: Asked) -> None:
        """Decode these, unless they are there."""
        if wanted.is_like(self.asked):
            return
        if self.shown is not None and not self._may_stay(self.shown, wanted):
            self._drop()
        self.asked, self.problem = wanted, ""
        codec = self._lab.codec
        codec.cancel(f"{self._lane}-judge")  # of pictures that nobody looks at any more
        codec.decode(
            wanted.folder,
            wanted.z,
            lane=self._lane,
            label=wanted.label,
            done=lambda images: self._show(wanted, images),
            failed=self._fail,
        )

    def judge(self, folder: Path) -> None:
        """Let a classifier look at what is shown, unless it has."""
        pictures, shown = self.pictures, self.shown
        if pictures is None or self.readings is not None:
            return

        def take(probabilities: Values, _features: object) -> None:
            if self.shown is shown:
                self.readings = probabilities
                self._scored()

        lane = f"{self._lane}-judge"
        self._lab.codec.judge(folder, pictures, lane=lane, done=take, failed=self._fail)

    def forget_readings(self) -> None:
        """Another classifier judges from now on."""
        self.readings = None

    def clear(self) -> None:
        """There is nothing to show."""
        if self.asked is not None:
            self._lab.codec.cancel(self._lane)
        self.asked, self.problem = None, ""
        self._drop()

    def _may_stay(self, before: Asked, wanted: Asked) -> bool:
        return before.fits(wanted) if self._by_place else before.is_kin(wanted)

    def _drop(self) -> None:
        self.shown = self.pictures = self.readings = None
        self._places = {}

    def _show(self, wanted: Asked, images: Pixels) -> None:
        """Also of latents that have moved on: the newest that is known is better than nothing."""
        if self.asked is not None and self._may_stay(self.asked, wanted):
            self.shown, self.pictures, self.readings = wanted, images, None
            if not self._by_place:
                self._places = {row.tobytes(): at for at, row in enumerate(wanted.z)}
            self._drawn()

    def _fail(self, text: str) -> None:
        self.problem = text
        self._drawn()
