"""Decoded tiles of the manifold: kept by place, put together into one picture."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from latentlab.core.points import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.gui.explore.lattice import Lattice, Place

Pictures = "NDArray[np.uint8]"
_CAPACITY_BYTES = 48_000_000


class TileStore:
    """Pictures (C, H, W) by place; the longest unused go first when the store is full."""

    def __init__(self, capacity_bytes: int = _CAPACITY_BYTES) -> None:
        self._tiles: OrderedDict[Place, NDArray[np.uint8]] = OrderedDict()
        self._capacity_bytes = capacity_bytes

    def __len__(self) -> int:
        return len(self._tiles)

    def clear(self) -> None:
        """Forget all: the model, the moment or the plane has changed."""
        self._tiles.clear()

    def put(self, places: list[Place], pictures: NDArray[np.uint8]) -> None:
        """Keep pictures (n, C, H, W) for n places."""
        pictures = visible(pictures)
        for place, picture in zip(places, pictures, strict=True):
            self._tiles[place] = picture
            self._tiles.move_to_end(place)
        room = max(1, self._capacity_bytes // max(1, pictures[0].nbytes)) if len(pictures) else 0
        while len(self._tiles) > max(room, len(places)):
            self._tiles.popitem(last=False)

    def missing(self, lattice: Lattice) -> list[Place]:
        """The places of a lattice that have no tile yet; those that have are marked as used."""
        lacking = []
        for place in lattice.places():
            if place in self._tiles:
                self._tiles.move_to_end(place)
            else:
                lacking.append(place)
        return lacking

    def mosaic(self, lattice: Lattice) -> NDArray[np.uint8] | None:
        """All tiles of a lattice, top row first, black where one is missing and between them.

        Returns:
            (C, rows * (H + 2g), columns * (W + 2g)) with a gap g around each tile of a pixel, or of
            a sixteenth of its height; None while there is no tile at all.
        """
        if not self._tiles:
            return None
        blank = np.zeros_like(next(iter(self._tiles.values())))
        channels, height, width = blank.shape
        gap = gap_of(height)
        height, width = height + 2 * gap, width + 2 * gap
        cells = np.zeros((lattice.size, channels, height, width), np.uint8)
        cells[:, :, gap : height - gap, gap : width - gap] = [
            self._tiles.get(place, blank) for place in lattice.places()
        ]
        grid = cells.reshape(lattice.rows, lattice.columns, channels, height, width)[::-1]
        flat = grid.transpose(2, 0, 3, 1, 4)
        return flat.reshape(channels, lattice.rows * height, lattice.columns * width)


def gap_of(height: int) -> int:
    """Black pixels around a tile, so that pictures that fill their frame stay apart."""
    return max(1, height // 16)
