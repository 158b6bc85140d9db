"""How large the pictures of the strips are, and what stands beside them: pure numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

ASIDE = 172  # pixels at 100 % of the column beside the strips: two moving pictures
GAP = 8  # between the two
CELL_GAP = 2  # between two pictures
MAP = 150  # least width of the map beside the curves where the strips take all
_ROOMY, _NARROW = 480, 560
_MOST_CELL, _LEAST_CELL = 84, 8
MOVING_GAP, MOVING_WORDS = 4, 22  # between moving pictures, and below each of them
_LEAST_MOVING, _MOST_MOVING = 84, 224
_CLEAR = 40  # a cell larger than this is clear enough to have something beside it
_SEEN_WELL = 56  # a cell of this size need not grow at the cost of the curves

Layout = Literal["aside", "stacked", "narrow"]


@dataclass(frozen=True)
class Fit:
    """Lengths in logical pixels."""

    layout: Layout  # moving pictures beside the strips, below them, or all below each other
    side: float  # of a cell
    pitch: float  # from one cell to the next
    strip: int  # width of a strip
    column: int  # width of the curves
    moving: int  # width for the moving pictures


def fit(
    width: int,
    steps: int,
    shape: tuple[int, int],
    ratio: float,
    scale: float,
    high: float = inf,
) -> Fit:
    """The largest whole zoom at which all steps stand side by side.

    Args:
        width: of the pane, in logical pixels.
        steps: pictures in a strip.
        shape: height and width of a picture.
        ratio: device pixels per logical pixel.
        scale: of the window, 1 to 2.
        high: of a cell, in logical pixels, that leaves room for what stands below the strips;
            cells that are seen well are not made smaller for it.
    """
    high = max(high, _SEEN_WELL * scale)
    gap = round(CELL_GAP * scale)
    room = width - round((ASIDE + GAP) * scale)
    side = cell(room, steps, shape, ratio, scale, high)
    layout: Layout = "aside"
    whole = cell(width, steps, shape, ratio, scale, high)
    overflows = steps * (side + gap) - gap > room
    if width < _NARROW * scale or overflows or side < min(_CLEAR * scale, whole):
        layout = "stacked" if width >= _ROOMY * scale else "narrow"
        side = whole
    strip = max(1, round(steps * (side + gap) - gap))
    if layout == "aside":
        column = min(room, max(strip, round(0.6 * width)))
        return Fit(layout, side, side + gap, strip, column, width - column - round(GAP * scale))
    column = width - (round((MAP + GAP) * scale) if layout == "stacked" else 0)
    return Fit(layout, side, side + gap, strip, column, width)


def moving(
    width: int, height: int, count: int, shape: tuple[int, int], ratio: float, scale: float
) -> tuple[int, float]:
    """Columns and side, in logical pixels, at which `count` pictures are largest in a place.

    Never smaller than three device pixels for two of MNIST's; the place may then be too low.
    """
    gap, words = MOVING_GAP * scale, MOVING_WORDS * scale
    best, largest = (1, 0.0), max(shape)
    for columns in range(1, max(count, 1) + 1):
        rows = -(-count // columns) or 1
        across = (width - (columns - 1) * gap) / columns
        down = max((height - (rows - 1) * gap) / rows - words, min(across, _LEAST_MOVING * scale))
        zoom = int(min(across, down, _MOST_MOVING * scale) * ratio / largest)
        side = zoom * largest / ratio if zoom else min(across, down)
        if side >= best[1]:
            best = columns, side
    return best


def cell(
    room: int, steps: int, shape: tuple[int, int], ratio: float, scale: float, high: float = inf
) -> float:
    """Side of a cell: whole device pixels for each pixel of the picture, where any fit."""
    largest, gap = max(shape), round(CELL_GAP * scale)
    most = min((room + gap) / steps - gap, _MOST_CELL * scale, high)
    zoom = int(most * ratio / largest)
    return zoom * largest / ratio if zoom else max(most, _LEAST_CELL * scale)
