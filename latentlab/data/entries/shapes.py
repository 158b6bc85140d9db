"""Procedural shapes with known factors, after dSprites (Matthey et al. 2017), seeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from latentlab.data.entry import Decoded, Entry, Job, Options

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAMES = ("square", "ellipse", "heart")
_FACTORS = ("scale", "angle", "x", "y")
_LEVELS = (3, 6, 40, 32, 32)  # shape, scale, angle, x, y: the 737,280 combinations of dSprites
_SUBPIXELS = 3  # of a side; their mean softens the edge
_BATCH = 500


class ShapesOptions(Options):
    """How many, how large, and which."""

    count: int = Field(20_000, ge=1, le=737_280, description="Images, each a different one.")
    size: int = Field(32, ge=8, le=64, description="Pixels of a side.")
    seed: int = Field(0, ge=0, lt=2**32, description="Chooses the images.")


def _decode(job: Job) -> Decoded:
    options = job.options
    assert isinstance(options, ShapesOptions)
    # RandomState is frozen (NEP 19): the same seed is the same dataset with every numpy.
    order = np.random.RandomState(options.seed).permutation(np.prod(_LEVELS))[: options.count]
    levels = np.array(np.unravel_index(order, _LEVELS), np.int64)  # (5, n)
    factors = _factors(levels)
    images = job.allocate((options.count, 1, options.size, options.size))
    for start in range(0, options.count, _BATCH):
        part = slice(start, start + _BATCH)
        images[part, 0] = _draw(levels[0, part], factors[part], options.size)
        job.report(min(start + _BATCH, options.count), options.count)
    return Decoded(images, levels[0], _NAMES, factors, _FACTORS)


def _factors(levels: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n, 4): scale .5 to 1, angle in radians, centre x and y 0 to 1 from the top left."""
    _, scale, angle, x, y = levels
    steps = (0.5 + scale / 10, angle * (2 * np.pi / 40), x / 31, y / 31)
    return np.stack(steps, axis=1).astype(np.float32)


def _draw(kinds: NDArray[np.int64], factors: NDArray[np.float32], size: int) -> NDArray[np.uint8]:
    """(n, size, size) pictures, white on black."""
    pictures = np.empty((len(kinds), size, size), np.uint8)
    for kind, fills in enumerate((_square, _ellipse, _heart)):
        chosen = kinds == kind
        inside = fills(*_own_axes(factors[chosen], size * _SUBPIXELS))
        blocks = inside.reshape(-1, size, _SUBPIXELS, size, _SUBPIXELS)
        covered = blocks.sum(axis=4, dtype=np.uint16).sum(axis=2)  # subpixels of each pixel
        pictures[chosen] = (covered * 255 + _SUBPIXELS**2 // 2) // _SUBPIXELS**2
    return pictures


def _own_axes(
    factors: NDArray[np.float32], side: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Coordinates (n, side, side) of every point in the axes of each shape, 1 at its reach."""
    axis = (np.arange(side, dtype=np.float32) + 0.5) / side * 2 - 1  # -1 to 1 across the picture
    scale, angle, x, y = factors.T[:, :, None, None]
    # .55 keeps the largest shape, which reaches .43, inside the picture.
    across, down = axis - (x * 2 - 1) * 0.55, axis[:, None] - (y * 2 - 1) * 0.55
    reach = scale * 0.3
    cos, sin = np.cos(angle) / reach, np.sin(angle) / reach
    return across * cos + down * sin, down * cos - across * sin


def _square(u: NDArray[np.float32], v: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(np.maximum(abs(u), abs(v)) <= 1)


def _ellipse(u: NDArray[np.float32], v: NDArray[np.float32]) -> NDArray[np.bool_]:
    a, b = u / np.float32(1.3), v / np.float32(0.75)
    return np.asarray(a * a + b * b <= 1)


def _heart(u: NDArray[np.float32], v: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The sextic heart (x^2 + y^2 - 1)^3 <= x^2 y^3, point down."""
    y = np.float32(0.1) - v
    xx, yy = u * u, y * y
    ring = xx + yy - 1
    return np.asarray(ring * ring * ring <= xx * yy * y)


ENTRY = Entry(
    name="shapes",
    title="Shapes",
    description="Squares, ellipses and hearts whose scale, angle and place are known.",
    licence="MIT, drawn by latentlab; after dSprites, L. Matthey et al. 2017",
    decode=_decode,
    count=20_000,
    shape=(1, 32, 32),
    options=ShapesOptions,
)
