"""Where rows and columns of a style sheet lie: pure numbers that cells and heads share."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

GAP = 2  # between two cells, in pixels at 100 %
LEGIBLE = 22  # side below which nothing can be told of a picture
SMALLEST = 48  # side of a cell of large pictures; small ones are seen pixel by pixel
LARGEST = 112
CLEAR = 56  # a cell this large is not made smaller for the sake of a row more


@dataclass(frozen=True)
class Lines:
    """Lengths in logical pixels."""

    rows: int
    columns: int
    side: float  # of a cell
    gap: int

    @property
    def pitch(self) -> float:
        """From one cell to the next."""
        return self.side + self.gap

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of all cells."""
        return _whole(self.columns, self), _whole(self.rows, self)

    def cell_at(self, x: float, y: float) -> int | None:
        """Number of the cell at a place, row by row; None between cells and beside them."""
        column, row = int(x // self.pitch), int(y // self.pitch)
        inside = 0 <= column < self.columns and 0 <= row < self.rows and x >= 0 and y >= 0
        on_cell = x - column * self.pitch < self.side and y - row * self.pitch < self.side
        return row * self.columns + column if inside and on_cell else None

    def seen(self, top: float, bottom: float) -> range:
        """Rows of which something lies between two heights."""
        first, last = int(top // self.pitch), int(bottom // self.pitch) + 1
        return range(max(0, first), min(self.rows, max(last, 0)))


def fit(
    width: float, height: float, rows: int, columns: int, picture: int, ratio: float, scale: float
) -> Lines:
    """The largest whole zoom at which all columns are seen, and all rows if they stay clear.

    Args:
        width: for the cells, in logical pixels.
        height: the same.
        rows: of the sheet.
        columns: of the sheet; where even the smallest cells do not fit, they go on beyond.
        picture: longer side of a picture in its own pixels.
        ratio: device pixels per logical pixel.
        scale: of the window, 1 to 2.
    """
    gap = max(1, round(GAP * scale))
    across = (width + gap) / max(columns, 1) - gap
    down = (height + gap) / max(rows, 1) - gap
    most = min(across, max(down, CLEAR * scale), LARGEST * scale)
    zoom = int(most * ratio / picture)
    least = ceil(LEGIBLE * scale * ratio / picture)
    if zoom < least:
        floor = min(least * picture / ratio, SMALLEST * scale)
        return Lines(rows, columns, max(most, floor) if zoom == 0 else floor, gap)
    return Lines(rows, columns, zoom * picture / ratio, gap)


def _whole(count: int, lines: Lines) -> int:
    return max(1, round(count * lines.pitch - lines.gap))
