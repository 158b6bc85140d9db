"""What a handwritten sign's style is, in numbers: how far it leans, and how thick its strokes are.

Bright ink on a dark ground; several channels count as their mean. Both figures are free of any
threshold, so that grey and blurred pictures are measured as well as black and white ones, and
neither changes with the place of the sign or the brightness of its ink.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BLOCK = 1_000  # pictures at once


def slants(images: NDArray[Any]) -> Floats:
    """How far pictures (n, C, H, W) lean to the right: columns per row upwards, (n,).

    The tangent of the slant by central second-order moments of the ink, -mu11 / mu02 with rows
    counted downwards: of the shear x - mu11 / mu02 * y, which Castro et al. 2019 (Morpho-MNIST,
    arXiv:1809.10780) undo to measure the rest. NaN where ink is missing, or is in a single row.
    """
    return _in_blocks(images, _slants)


def thicknesses(images: NDArray[Any]) -> Floats:
    """Mean thickness in pixels of the strokes of pictures (n, C, H, W), (n,).

    2 * area / perimeter, as a long stroke of width w and length l has area w * l and perimeter
    2 * l; an end of a stroke adds w to the perimeter, which lowers the figure a little. The area is
    the sum of the ink; the perimeter the total variation of the picture, which is the mean
    perimeter of its level sets (coarea formula, Fleming & Rishel 1960). Gradients are those of
    2 x 2 pixels, exact for edges along the axes and the diagonals. NaN where ink is missing.
    """
    return _in_blocks(images, _thicknesses)


def _slants(ink: Floats) -> Floats:
    height, width = ink.shape[1:]
    y, x = np.indices((height, width)) - np.array([height - 1, width - 1])[:, None, None] / 2
    terms = np.stack([np.ones_like(x), x, y, x * y, y * y])
    mass, mx, my, mxy, myy = terms.reshape(5, -1) @ ink.reshape(len(ink), -1).T
    mu11, mu02 = mxy * mass - mx * my, myy * mass - my * my  # both times the mass squared
    flat = mu02 <= 1e-9 * mass * mass
    return np.where(flat, np.nan, -mu11 / np.where(flat, 1.0, mu02))


def _thicknesses(ink: Floats) -> Floats:
    framed = np.pad(ink, ((0, 0), (1, 1), (1, 1)))  # what touches the frame ends there
    across, down = np.diff(framed, axis=2), np.diff(framed, axis=1)
    gx, gy = across[:, 1:] + across[:, :-1], down[:, :, 1:] + down[:, :, :-1]
    perimeter = np.hypot(gx, gy).sum((1, 2)) / 2
    blank = perimeter == 0
    area = ink.sum((1, 2))
    return np.where(blank, np.nan, 2 * area / np.where(blank, 1.0, perimeter))


def _in_blocks(images: NDArray[Any], measure: Any) -> Floats:
    parts = [np.empty(0), *(measure(ink) for ink in _ink(images))]
    return np.concatenate(parts)


def _ink(images: NDArray[Any]) -> Iterator[Floats]:
    """Planes (block, H, W); only ratios are read from them, so that their scale is free."""
    for start in range(0, len(images), _BLOCK):
        yield images[start : start + _BLOCK].mean(1, dtype=np.float64)
