"""Many references at once to latents: read in the background, encoded and drawn together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab import data
from latentlab.app.reference_reader import Found, Known, read
from latentlab.core import label as labels
from latentlab.core.errors import LatentlabError
from latentlab.engine import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from latentlab.app.background import Cancel
    from latentlab.app.lab import Lab
    from latentlab.app.registry import ModelCard
    from latentlab.data.dataset import Dataset

    Key = tuple[object, ...]
    Vector = NDArray[np.float32]

_MOST_KNOWN = 4_096  # latents kept, so that undo need not ask again


@dataclass(frozen=True, eq=False)
class Sample:
    """What a reference names, and what became of it; neither z nor problem: on its way."""

    reference: str
    title: str = ""
    z: Vector | None = None  # (latent,)
    problem: str = ""  # one sentence
    missed: float | None = None  # squared error of what a search found

    @property
    def is_awaited(self) -> bool:
        """Whether the answer is still to come."""
        return self.z is None and not self.problem


class SampleReader:
    """Belongs to the thread of the lab. Whatever was found once is there at once."""

    def __init__(self, lab: Lab, lane: str, told: Callable[[], None]) -> None:
        """`lane` keeps its questions apart from others; `told` is called with every answer."""
        self._lab, self._lane, self._told = lab, lane, told
        self._known: dict[Key, Sample] = {}
        self._left: set[Key] = set()  # that are on their way
        self.version = 0  # grows with every answer

    @property
    def is_settled(self) -> bool:
        """Whether every answer has come."""
        return not self._left

    def find(self, text: str) -> Sample:
        """What is known of a reference with the current model."""
        return self._known.get(self._key(text)) or Sample(text)

    def ask(self, texts: Iterable[str]) -> None:
        """Find out what these name; a newer question takes the place of this one."""
        wanted = {self._key(text): text for text in texts}
        wanted = {key: text for key, text in wanted.items() if key not in self._known}
        model, lab = self._lab.model, self._lab
        if not wanted or model is None or model.manifest is None or not model.is_usable:
            self._left = set()
            lab.background.cancel(self._lane)
            return
        if set(wanted) == self._left:
            return
        self._left = set(wanted)
        known = Known(model.manifest, lab.latents, lab.session.state.pins, _loader(lab.dataset))

        def work(cancel: Cancel) -> list[_Read]:
            return [_read(key, text, known, cancel) for key, text in wanted.items()]

        def failed(problem: str) -> None:
            self._put((key, Sample(text, problem=problem)) for key, text in wanted.items())

        lab.background.run(
            self._lane, work, lambda found: self._take(model, found), failed, cancel_running=True
        )

    def forget_missing(self) -> None:
        """Originals came or went: what they had a say in is looked for again."""
        self._known = {
            key: sample
            for key, sample in self._known.items()
            if sample.z is not None and not sample.reference.startswith("data:")
        }

    # -- inside --------------------------------------------------------------------------------

    def _key(self, text: str) -> Key:
        """Whatever the answer depends on."""
        state, model = self._lab.session.state, self._lab.model
        manifest = model.manifest if model is not None else None
        weights = manifest.files.get(runs.WEIGHTS, "") if manifest is not None else ""
        kind = text.partition(":")[0]
        pins = repr(state.pins) if kind == "pin" else ""
        told = state.label if kind in ("file", "picture", "data", "pin") else None
        latents = self._lab.latents is not None if kind in ("data", "label", "pin") else None
        return text, model and model.id, weights, told, pins, latents

    def _take(self, model: ModelCard, found: Sequence[_Read]) -> None:
        self._put((one.key, one.sample) for one in found if one.is_settled)
        self._place(model, [one for one in found if one.picture is not None])
        self._draw(model, [one for one in found if one.seed is not None])

    def _place(self, model: ModelCard, wanted: list[_Read]) -> None:
        """Where pictures lie, with an encoder or without."""
        if not wanted:
            return
        count, usual = len(model.require().told_names), self._lab.session.state.label
        told = [usual if one.label is None else one.label for one in wanted]
        numbers = np.array([labels.numbers(each, count) for each in told], np.float32)

        def placed(z: Vector, errors: Vector | None) -> None:
            missed = [None] * len(z) if errors is None else errors.tolist()
            rows = zip(wanted, z, missed, strict=True)
            self._put((one.key, one.with_z(row, error)) for one, row, error in rows)

        self._lab.codec.place(
            model.folder,
            np.stack([one.picture for one in wanted if one.picture is not None]),
            lane=f"{self._lane}-place",
            label=numbers if count else None,
            done=placed,
            failed=self._failed(wanted),
        )

    def _draw(self, model: ModelCard, wanted: list[_Read]) -> None:
        if wanted:
            self._lab.codec.draw(
                model.folder,
                [one.seed for one in wanted if one.seed is not None],
                lane=f"{self._lane}-draw",
                done=lambda z: self._put(
                    (one.key, one.with_z(row)) for one, row in zip(wanted, z, strict=True)
                ),
                failed=self._failed(wanted),
            )

    def _failed(self, wanted: Sequence[_Read]) -> Callable[[str], None]:
        """The same sentence for all of these."""
        return lambda why: self._put(
            (one.key, Sample(one.sample.reference, one.sample.title, problem=why)) for one in wanted
        )

    def _put(self, found: Iterable[tuple[Key, Sample]]) -> None:
        fresh = dict(found)
        if not fresh:
            return
        self._known |= fresh
        self._left -= set(fresh)
        while len(self._known) > _MOST_KNOWN:
            self._known.pop(next(iter(self._known)))
        self.version += 1
        self._told()


@dataclass(frozen=True, eq=False)
class _Read:
    """What files tell of a reference; picture and seed are None where nothing is left to ask."""

    key: Key
    sample: Sample
    picture: NDArray[np.uint8] | None = None
    seed: int | None = None
    label: labels.Label = None

    @property
    def is_settled(self) -> bool:
        return not self.sample.is_awaited

    def with_z(self, z: Vector, missed: float | None = None) -> Sample:
        return Sample(self.sample.reference, self.sample.title, np.array(z), missed=missed)


def _read(key: Key, text: str, known: Known, cancel: Cancel) -> _Read:
    cancel.check()
    try:
        found = read(text, known)
    except LatentlabError as error:
        return _Read(key, Sample(text, text, problem=str(error)))
    if found.z is not None and not np.isfinite(found.z).all():
        problem = f"{found.title} holds a number that is not finite; take it out."
        return _Read(key, Sample(text, found.title, problem=problem))
    return _of_found(key, text, found)


def _of_found(key: Key, text: str, found: Found) -> _Read:
    z = None if found.z is None else np.asarray(found.z, np.float32)
    picture = None if z is not None else found.picture
    seed = None if z is not None or picture is not None else found.seed
    return _Read(key, Sample(text, found.title, z), picture, seed, found.told)


def _loader(shown: Dataset | None) -> Callable[[str], Dataset]:
    """The dataset of the current model is in memory already."""
    return lambda spec: shown if shown is not None and shown.name == spec else data.load(spec)
