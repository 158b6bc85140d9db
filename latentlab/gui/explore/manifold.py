"""Keeps the tiles under the map up to date: a few at a time, the view of now first.

Qt-free. The decoder is a function `(positions (n, 2), done, failed)`; one request is under way at
a time, and the next asks for what the newest view lacks, so nothing is decoded in vain.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from latentlab.gui.explore.lattice import Lattice, from_centre
from latentlab.gui.explore.tiles import TileStore

if TYPE_CHECKING:
    from numpy.typing import NDArray

Done = Callable[["NDArray[np.uint8]"], None]
Decode = Callable[["NDArray[np.float64]", Done, Callable[[str], None]], None]
Show = Callable[["NDArray[np.uint8] | None", Lattice], None]

TARGET_S = 0.05  # a request this long shows progress; the codec lets the cursor through anyway
_LEAST, _MOST, _FIRST = 16, 1024, 64


class Manifold:
    """Tiles of one decoder on one plane; `forget` when either changes."""

    def __init__(
        self, decode: Decode, show: Show, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._decode, self._show, self._clock = decode, show, clock
        self._store = TileStore()
        self._lattice: Lattice | None = None
        self._complete: Lattice | None = None  # the last lattice shown without gaps
        self._epoch = 0
        self._busy = False
        self._failed = False
        self._hold = False
        self._slice = _FIRST

    @property
    def settled(self) -> bool:
        """Whether the view is covered, or nothing more will come."""
        return not self._busy

    def forget(self, *, hold: bool = False) -> None:
        """Drop every tile: another model, moment, plane or anchor.

        With `hold` the old picture stays until the new one is whole: the same map, a little later.
        """
        self._hold = hold
        self._epoch += 1
        self._store.clear()
        self._lattice = self._complete = None
        self._busy = self._failed = False

    def look(self, lattice: Lattice | None) -> None:
        """The view has become this; None while the layer is off."""
        if lattice != self._lattice:
            self._lattice = lattice
            self.retry()

    def retry(self) -> None:
        """Ask again for what is missing: the view is new, or the decoder is back."""
        self._failed = False
        self._refresh()

    def _refresh(self) -> None:
        lattice = self._lattice
        if lattice is None:
            return
        missing = self._store.missing(lattice)
        # A finer level appears at once when it is whole; until then the old one is stretched.
        same_level = self._complete is None or self._complete.step == lattice.step
        if not missing or (same_level and not self._hold):
            self._show(self._store.mosaic(lattice), lattice)
        if not missing:
            self._complete, self._hold = lattice, False
        elif not self._busy and not self._failed:
            self._request(lattice, missing)

    def _request(self, lattice: Lattice, missing: list[tuple[float, float]]) -> None:
        places = from_centre(lattice, missing)[: self._slice]
        epoch, began = self._epoch, self._clock()
        self._busy = True

        def done(pictures: NDArray[np.uint8]) -> None:
            if epoch == self._epoch:
                self._busy = False
                self._pace(self._clock() - began)
                self._store.put(places, pictures)
                self._refresh()

        def failed(_message: str) -> None:
            if epoch == self._epoch:
                self._busy, self._failed = False, True

        self._decode(lattice.positions(places), done, failed)

    def _pace(self, took_s: float) -> None:
        wanted = self._slice * TARGET_S / max(took_s, 1e-4)
        self._slice = int(np.clip(wanted, self._slice / 2, self._slice * 2).clip(_LEAST, _MOST))
