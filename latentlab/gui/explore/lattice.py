"""Where the tiles of the decoded manifold sit: a dyadic grid in data units.

Steps are powers of two, so panning meets the same places again and every zoom step keeps a
quarter of the tiles: a place is its own key in the cache.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Place = tuple[float, float]  # in units of the unit step: exact, because steps are dyadic
MAX_TILES = 6000  # a view larger than any screen: a coarser level is taken instead


@dataclass(frozen=True)
class View:
    """What part of the plane is on screen, and how large."""

    left: float
    right: float
    bottom: float
    top: float
    width_px: float
    height_px: float


@dataclass(frozen=True)
class Lattice:
    """A rectangle of tiles: `columns` x `rows`, counted from place (first_column, first_row)."""

    step: float  # dyadic: 2 ** -level
    aspect: float  # height of a tile over its width
    first_column: int
    first_row: int
    columns: int
    rows: int

    @property
    def size(self) -> int:
        """How many tiles."""
        return self.columns * self.rows

    def places(self) -> list[Place]:
        """Keys of all tiles, bottom row first, left to right."""
        across = range(self.first_column, self.first_column + self.columns)
        up = range(self.first_row, self.first_row + self.rows)
        return [(column * self.step, row * self.step) for row in up for column in across]

    def position(self, place: Place) -> tuple[float, float]:
        """Centre of a tile in data units."""
        return place[0], place[1] * self.aspect

    def positions(self, places: list[Place]) -> NDArray[np.float64]:
        """Centres of tiles in data units, (n, 2)."""
        return np.array(places, np.float64).reshape(-1, 2) * (1.0, self.aspect)

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, width, height in data units: tiles reach half a step around centres."""
        tall = self.step * self.aspect
        left = (self.first_column - 0.5) * self.step
        return left, (self.first_row - 0.5) * tall, self.columns * self.step, self.rows * tall


def fit(view: View, tile_px: float, aspect: float = 1.0) -> Lattice | None:
    """The tiles that cover a view, each between 0.7 and 1.4 `tile_px` wide on screen."""
    span, rise = view.right - view.left, view.top - view.bottom
    if not (math.isfinite(span) and math.isfinite(rise) and span > 0 and rise > 0):
        return None
    if view.width_px < 1 or view.height_px < 1:
        return None
    step = 2.0 ** round(math.log2(span / view.width_px * tile_px))
    lattice = _cover(view, step, aspect)
    while lattice.size > MAX_TILES:
        step *= 2
        lattice = _cover(view, step, aspect)
    return lattice


def _cover(view: View, step: float, aspect: float) -> Lattice:
    tall = step * aspect
    first_column, last_column = (
        math.floor(view.left / step + 0.5),
        math.ceil(view.right / step - 0.5),
    )
    first_row, last_row = math.floor(view.bottom / tall + 0.5), math.ceil(view.top / tall - 0.5)
    columns, rows = last_column - first_column + 1, last_row - first_row + 1
    return Lattice(step, aspect, first_column, first_row, columns, rows)


def from_centre(lattice: Lattice, places: list[Place]) -> list[Place]:
    """The same places, nearest to the middle of the lattice first: what the eye meets first."""
    left, bottom, width, height = lattice.bounds()
    offset = lattice.positions(places) - (left + width / 2, bottom + height / 2)
    return [places[i] for i in np.argsort((offset**2).sum(axis=1), kind="stable")]
