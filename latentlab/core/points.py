"""Pictures that are points of a plane: two channels of one pixel, and how they are drawn.

A point (x, y) of the square [-1, 1]^2 is kept as the bytes 255 (x + 1) / 2 and 255 (y + 1) / 2, so
that it goes through everything that takes pictures: one level is `LEVEL` wide. It cannot be looked
at like that; `visible` and `together` make pictures of one channel of it, y upwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]

SHAPE = (2, 1, 1)  # channels, height, width of a point
LEVEL = 2 / 255  # width of one of 256 levels, in units of the plane
SIDE = 56  # pixels of the square in which one point is drawn ...
SHEET_SIDE = 112  # ... and of that in which many are
_RADII = (2.4, 1.1)  # pixels of a dot: alone, among many
_AXES = 44  # brightness of the two axes
_CHUNK = 256  # dots drawn at a time


def is_points(shape: Sequence[int]) -> bool:
    """Whether pictures of a shape (..., C, H, W) are points."""
    return tuple(shape[-3:]) == SHAPE


def to_plane(pictures: NDArray[Any]) -> Plane:
    """Bytes, or means in [0, 1], (n, 2, 1, 1), as points (n, 2) of [-1, 1]^2."""
    scale = np.float32(255 if pictures.dtype == np.uint8 else 1)
    return pictures.reshape(-1, 2).astype(np.float32) * (2 / scale) - 1


def from_plane(points: NDArray[Any]) -> Pixels:
    """Points (n, 2) as bytes (n, 2, 1, 1), rounded; what lies outside comes to the edge."""
    levels = np.rint((np.asarray(points) + 1) * 127.5).clip(0, 255)
    return levels.astype(np.uint8).reshape(-1, *SHAPE)


def visible(pictures: Pixels) -> Pixels:
    """Points (..., 2, 1, 1) as dots (..., 1, SIDE, SIDE); other pictures as they are."""
    if not is_points(pictures.shape):
        return pictures
    squares = [_square(dots, SIDE) for dots in _dots(to_plane(pictures), SIDE, _RADII[0])]
    drawn = np.concatenate(squares) if squares else np.zeros((0, SIDE, SIDE), np.uint8)
    return drawn.reshape(*pictures.shape[:-3], 1, SIDE, SIDE)


def seen_shape(shape: Sequence[int]) -> tuple[int, ...]:
    """What `visible` makes of a shape (..., C, H, W)."""
    return (*shape[:-3], 1, SIDE, SIDE) if is_points(shape) else tuple(shape)


def together(pictures: Pixels) -> Pixels:
    """All points (n, 2, 1, 1) in one picture (1, 1, SHEET_SIDE, SHEET_SIDE); others as they are."""
    if not is_points(pictures.shape):
        return pictures
    ground = np.zeros((1, SHEET_SIDE, SHEET_SIDE), np.float32)
    for dots in _dots(to_plane(pictures), SHEET_SIDE, _RADII[1]):
        np.maximum(ground[0], dots.max(axis=0), out=ground[0])
    return _square(ground, SHEET_SIDE)[None]


def _dots(plane: Plane, side: int, radius: float) -> list[NDArray[np.float32]]:
    """Covered shares of pixels, (k, side, side) for each chunk; NaN is drawn nowhere."""
    centres = (np.arange(side, dtype=np.float32) + 0.5) / side * 2 - 1
    found = []
    for start in range(0, len(plane), _CHUNK):
        x, y = plane[start : start + _CHUNK].T[:, :, None, None]
        away = np.hypot(centres - x, -centres[:, None] - y) * (side / 2)
        found.append(np.nan_to_num((radius + 0.5 - away).clip(0, 1)))
    return found


def _square(covered: NDArray[np.float32], side: int) -> Pixels:
    """Dots over the axes, (k, side, side)."""
    ground = np.zeros((side, side), np.float32)
    ground[side // 2], ground[:, side // 2] = _AXES, _AXES
    return np.rint(np.maximum(covered * 255, ground)).astype(np.uint8)
