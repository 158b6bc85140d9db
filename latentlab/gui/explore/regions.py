"""Which points a lasso or a box holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDING = 4 * float(np.finfo(np.float32).eps)  # of a coordinate, on its way to the screen


def in_polygon(points: NDArray[np.floating], polygon: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Even-odd rule: (n,) true where a point (n, 2) lies inside the closed polygon (m, 2).

    An upright box holds its edges too: it may begin on a point. Coordinates are as exact as
    float32, in which points are drawn.
    """
    inside = np.zeros(len(points), np.bool_)
    if len(polygon) < 3:
        return inside
    near = _within(points, polygon.min(axis=0), polygon.max(axis=0))
    if _is_box(polygon):
        return near
    candidates = points[near]
    crossed = np.zeros(len(candidates), np.bool_)
    for start, end in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        crossed ^= _crosses(candidates, start, end)
    inside[near] = crossed
    return inside


def _within(
    points: NDArray[np.floating], low: NDArray[np.floating], high: NDArray[np.floating]
) -> NDArray[np.bool_]:
    rounding = _ROUNDING * max(np.abs(low).max(), np.abs(high).max())
    with np.errstate(invalid="ignore"):
        return ((points >= low - rounding) & (points <= high + rounding)).all(axis=1)


def _is_box(polygon: NDArray[np.floating]) -> bool:
    """Four corners whose edges run along the axes, as `box` and the mouse make them."""
    if len(polygon) != 4:
        return False
    drawn = box(polygon[0], polygon[2])
    either_way_round = (drawn, drawn[[0, 3, 2, 1]])
    return any(np.array_equal(polygon, corners) for corners in either_way_round)


def _crosses(
    points: NDArray[np.floating], start: NDArray[np.floating], end: NDArray[np.floating]
) -> NDArray[np.bool_]:
    """Does a ray to the right of each point cross the edge?"""
    if start[1] == end[1]:
        return np.zeros(len(points), np.bool_)
    between = (start[1] > points[:, 1]) != (end[1] > points[:, 1])
    slope = (end[0] - start[0]) / (end[1] - start[1])
    return between & (points[:, 0] < start[0] + (points[:, 1] - start[1]) * slope)


def box(corner: tuple[float, float], opposite: tuple[float, float]) -> NDArray[np.float64]:
    """The four corners of an upright rectangle, (4, 2)."""
    (x0, y0), (x1, y1) = corner, opposite
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64)
