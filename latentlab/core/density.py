"""Density of points in the plane: a blurred histogram and its contours (marching squares)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Density:
    """Mass per cell of a regular grid; sums to 1 unless there were no points."""

    mass: Floats  # (rows, columns), row 0 at the bottom
    left: float
    bottom: float
    cell: tuple[float, float]  # width, height in data units


def estimate(points: NDArray[np.floating], cells: int = 128, blur_cells: float = 2.5) -> Density:
    """Histogram of the finite points (n, 2), blurred by a Gaussian of `blur_cells` cells.

    The grid is wider than the points by four blurs on each side, so contours close: `cells` must
    be more than eight blurs.
    """
    kept = np.asarray(points, np.float64)[np.isfinite(points).all(axis=1)]
    low, high = (kept.min(axis=0), kept.max(axis=0)) if len(kept) else (np.zeros(2), np.ones(2))
    span = float(max((high - low).max(), 1e-9))
    centre = (low + high) / 2
    half = span / 2 * cells / (cells - 8 * blur_cells)
    left, bottom = centre - half
    size = 2 * half / cells
    column, row = ((kept - (left, bottom)) / size).astype(np.int64).T
    counts = np.bincount(row * cells + column, minlength=cells * cells).reshape(cells, cells)
    mass = _blur(_blur(counts.astype(np.float64), blur_cells).T, blur_cells).T
    return Density(mass / max(mass.sum(), 1e-300), float(left), float(bottom), (size, size))


def _blur(grid: Floats, sigma: float) -> Floats:
    """Gaussian down the columns, cut at four sigma.

    A sum of shifted grids: a matrix product of this size wakes BLAS threads, which cost more.
    """
    reach = int(np.ceil(4 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    padded = np.pad(grid, ((reach, reach), (0, 0)))
    blurred = np.zeros(grid.shape)
    for shift, weight in enumerate(weights / weights.sum()):
        blurred += weight * padded[shift : shift + len(grid)]
    return blurred


def levels_for(density: Density, shares: Sequence[float]) -> list[float]:
    """For each share in (0, 1) the height above which the densest region holds that share."""
    heights = np.sort(density.mass, axis=None)[::-1]
    held = np.cumsum(heights)
    last = len(heights) - 1
    return [float(heights[min(int(np.searchsorted(held, share)), last)]) for share in shares]


def contour(density: Density, level: float) -> Floats:
    """Line pieces (m, 2, 2) in data units along which the density equals `level`.

    Marching squares: every square of four neighbouring cell centres whose corners lie on both
    sides holds one piece, or two where opposite corners agree (a saddle).
    """
    above = density.mass > level
    crossings = _crossings(density.mass, level)
    corners = (above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1])
    case = np.stack(corners, axis=-1) @ np.array([1, 2, 4, 8])
    pieces = []
    for code, joins in _JOINS.items():
        rows, columns = np.nonzero(case == code)
        pieces += [
            np.stack([crossings[a][rows, columns], crossings[b][rows, columns]], axis=1)
            for a, b in joins
        ]
    lines = np.concatenate(pieces)
    return (lines + 0.5) * density.cell + (density.left, density.bottom)


# Sides of a square: 0 bottom, 1 right, 2 top, 3 left. Corners set bits counter-clockwise from the
# lower left one; a case and its complement share their pieces.
_JOINS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),), 14: ((3, 0),), 2: ((0, 1),), 13: ((0, 1),), 4: ((1, 2),), 11: ((1, 2),),
    8: ((2, 3),), 7: ((2, 3),), 3: ((3, 1),), 12: ((3, 1),), 6: ((0, 2),), 9: ((0, 2),),
    5: ((3, 2), (0, 1)), 10: ((3, 0), (1, 2)),
}  # fmt: skip


def _crossings(mass: Floats, level: float) -> tuple[Floats, Floats, Floats, Floats]:
    """For every square the point (x, y) in cells where each of its four sides meets the level."""
    rows, columns = np.mgrid[0 : mass.shape[0], 0 : mass.shape[1]].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        along_x = (level - mass[:, :-1]) / (mass[:, 1:] - mass[:, :-1])
        along_y = (level - mass[:-1]) / (mass[1:] - mass[:-1])
    flat = np.stack([columns[:, :-1] + along_x, rows[:, :-1]], axis=-1)
    steep = np.stack([columns[:-1], rows[:-1] + along_y], axis=-1)
    return flat[:-1], steep[:, 1:], flat[1:], steep[:, :-1]
