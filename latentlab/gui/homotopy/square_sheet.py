"""As many rows as columns, as large as the place allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from latentlab.gui.theme import theme
from latentlab.gui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_FINE = 12  # more pictures a side lie closer


class SquareSheet(SheetView):
    """n x n pictures; empty cells while they are awaited."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, columns=8, pinnable=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def side(self) -> int:
        """Pictures in a row."""
        return self._columns

    def show_side(self, side: int) -> None:
        """So many pictures in a row, and as many rows."""
        if side != self._columns:
            self._columns, self._gap = side, 1 if side > _FINE else 2
            self.show_pictures(None)

    def cell(self, index: int) -> QRect:
        """Where a picture lies."""
        return self._cell_rect(index).toRect()

    def index_at(self, point: QPoint) -> int:
        """By arithmetic: of a thousand pictures none is asked."""
        first, pitch = self._cell_rect(0).topLeft(), self._pitch()
        column, row = int((point.x() - first.x()) // pitch), int((point.y() - first.y()) // pitch)
        inside = 0 <= column < self.side and 0 <= row < self.side
        index = row * self.side + column
        return index if inside and index < self.count else -1

    def sizeHint(self) -> QSize:
        """A comfortable square."""
        side = theme().px(400)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Small, but to be seen."""
        side = theme().px(120)
        return QSize(side, side)

    def heightForWidth(self, width: int) -> int:
        """A square."""
        return width

    def hasHeightForWidth(self) -> bool:
        """It takes whatever place it gets."""
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Empty cells below the pictures."""
        painter = QPainter(self)
        for index in range(self.count, self.side**2):
            painter.fillRect(self._cell_rect(index), theme().color("plot"))
        painter.end()
        super().paintEvent(event)

    def _layout(self, width: int) -> tuple[int, float]:  # noqa: ARG002 - its height counts as well
        return self.side, self._pitch() - self._px_gap()

    def _cell_rect(self, index: int) -> QRectF:
        row, column = divmod(index, self.side)
        pitch = self._pitch()
        whole = self.side * pitch - self._px_gap()
        left, top = (self.width() - whole) / 2, (self.height() - whole) / 2
        cell = pitch - self._px_gap()
        return QRectF(left + column * pitch, top + row * pitch, cell, cell)

    def _pitch(self) -> float:
        """From one picture to the next: whole device pixels for each of a picture's, if any fit."""
        gap, ratio = self._px_gap(), self.devicePixelRatioF()
        most = (min(self.width(), self.height()) + gap) / self.side - gap
        largest = max((max(i.width(), i.height()) for i in self._images[:1]), default=1)
        zoom = int(most * ratio / largest)
        return max(4.0, zoom * largest / ratio if zoom else most) + gap
