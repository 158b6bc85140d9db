"""What MNIST does to a handwritten digit.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
recognition", 1998, and the MNIST page: digits were "size normalized to fit in a 20x20 pixel box
while preserving their aspect ratio", with grey levels from anti-aliasing, and "centered in a 28x28
image by computing the center of mass of the pixels, and translating the image so as to position
this point at the center of the 28x28 field". Measured on the data: the longer side of the box is
exactly 20 pixels, the shift is by whole pixels, and the centre is index 14 of 0 to 27.

Ink is bright, its ground is 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.core.images import Pixels

    Ink = NDArray[Any]

BOX = 20 / 28  # of the field's side
_TIE = -1e-6  # pixels: a centre halfway between two goes up and left, whatever was rounded


def centre(ink: Ink, size: tuple[int, int] = (28, 28)) -> Pixels:
    """Bring a drawing (h, w) of 0 to 255 into a field (height, width) as MNIST does.

    A field of another size gets a box of 20/28 of its sides. Where the centre of mass lies so far
    off that the box would leave the field, the box stays at its edge: no ink is lost. Raises
    ConfigError for a blank drawing.
    """
    box = _scaled(crop(ink), size)
    field = np.zeros(size, np.float64)
    top, left = _corner(box, size)
    field[top : top + box.shape[0], left : left + box.shape[1]] = box
    return _bytes(field)


def crop(ink: Ink) -> Ink:
    """The smallest rectangle (h, w) that holds all ink; raises ConfigError when there is none."""
    rows, columns = (np.flatnonzero(np.any(ink > 0, axis=axis)) for axis in (1, 0))
    if not len(rows):
        raise ConfigError("The picture is blank, so it has no middle; draw something first.")
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def resize(plane: Ink, size: tuple[int, int]) -> NDArray[np.float64]:
    """Stretch (h, w) to size (height, width): every pixel the mean of the area below it."""
    values = np.asarray(plane, np.float64)
    (rows, columns), (height, width) = values.shape, size
    down = _overlaps(rows, height, rows / height)
    across = _overlaps(columns, width, columns / width)
    return np.asarray(down @ values @ across.T)


def _scaled(ink: Ink, size: tuple[int, int]) -> NDArray[np.float64]:
    """The ink in its box: the aspect is kept, what the last pixels lack is ground on both sides."""
    box = [max(1, round(side * BOX)) for side in size]
    step = max(side / most for side, most in zip(ink.shape, box, strict=True))
    down, across = (_overlaps(side, int(np.ceil(side / step - 1e-9)), step) for side in ink.shape)
    return np.asarray(down @ np.asarray(ink, np.float64) @ across.T)


def _overlaps(n: int, cells: int, step: float) -> NDArray[np.float64]:
    """Shares (cells, n) of n source pixels in cells of `step` source pixels each, centred."""
    first = (n - cells * step) / 2
    starts = first + step * np.arange(cells)[:, None]
    pixels = np.arange(n)[None, :]
    shared = np.minimum(starts + step, pixels + 1) - np.maximum(starts, pixels)
    return np.asarray(np.clip(shared, 0, None) / step)


def _corner(box: NDArray[np.float64], size: tuple[int, int]) -> tuple[int, int]:
    """Where the box lies so that the centre of mass is at the middle of the field."""
    mass = box.sum()
    places = []
    for axis, side in enumerate(size):
        along = box.sum(axis=1 - axis)
        middle = float((along * np.arange(len(along))).sum() / mass)
        place = int(np.floor(side // 2 - middle + 0.5 + _TIE))
        places.append(min(max(place, 0), side - len(along)))
    return places[0], places[1]


def _bytes(values: NDArray[np.float64]) -> Pixels:
    return np.asarray(np.rint(values).clip(0, 255), np.uint8)
