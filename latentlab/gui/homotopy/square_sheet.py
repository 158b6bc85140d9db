"""As many rows as columns, as large as the place allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QSizePolicy

from latentlab.core.points import visible
from latentlab.gui.pictures import to_qimage
from latentlab.gui.theme import theme
from latentlab.gui.widgets.mosaic import mosaic
from latentlab.gui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

_NEAR = 0.01  # device pixels
_FINE = 12  # more pictures a side lie closer


class SquareSheet(SheetView):
    """n x n pictures; empty cells while they are awaited."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, columns=8, pinnable=True)
        self._drawn: tuple[NDArray[np.uint8], tuple[int, ...]] | None = None  # of the mosaic
        self._mosaic = QImage()
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

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - it is one image
        """All pictures as one image; empty cells where they are awaited."""
        painter = QPainter(self)
        for index in range(self.count, self.side**2):
            painter.fillRect(self._cell_rect(index), theme().color("plot"))
        if self._pictures is not None and self.count:
            self._paint_mosaic(painter)
        self._paint_frames(painter)

    def _paint_mosaic(self, painter: QPainter) -> None:
        """Pixel by pixel where there is room for all of them, else smoothly shrunk."""
        assert self._pictures is not None
        ratio, cell, gap = self.devicePixelRatioF(), self._cell_rect(0), self._px_gap()
        largest = max(visible(self._pictures[:1]).shape[2:])
        zoom, between = round(cell.width() * ratio / largest), round(gap * ratio)
        exact = abs(zoom * largest - cell.width() * ratio) + abs(between - gap * ratio) < _NEAR
        key = (zoom, between, self.side) if exact else (1, 0, self.side)
        if self._drawn is None or self._drawn[0] is not self._pictures or self._drawn[1] != key:
            self._drawn = self._pictures, key
            self._mosaic = mosaic(self._pictures, self.side, *key[:2])
        corner = QPointF(round(cell.x() * ratio) / ratio, round(cell.y() * ratio) / ratio)
        whole = self.side * (cell.width() + gap) - (gap if exact else 0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
        painter.drawImage(QRectF(corner, QSizeF(whole, whole)), self._mosaic)
        for number in range(1, self.side + 1):
            at = number * (cell.width() + gap) - gap
            painter.fillRect(QRectF(corner.x() + at, corner.y(), gap, whole), self._ground())
            painter.fillRect(QRectF(corner.x(), corner.y() + at, whole, gap), self._ground())

    def _to_images(self, shown: NDArray[np.uint8]) -> list[QImage]:
        """One for its size: they are drawn together."""
        return [to_qimage(shown[0])] * len(shown) if len(shown) else []

    def _paint_frames(self, painter: QPainter) -> None:
        """Around the picture under the mouse, and the one that the keyboard acts on."""
        for index in {self._hover, self._current} & set(range(self.count)):
            self._paint_frame(painter, index, self._cell_rect(index))

    def _ground(self) -> QColor:
        return theme().color("surface")

    def _layout(self, width: int) -> tuple[int, float]:  # noqa: ARG002 - its height counts as well
        return self.side, self._pitch() - self._px_gap()

    def _cell_rect(self, index: int) -> QRectF:
        row, column = divmod(index, self.side)
        pitch = self._pitch()
        whole = self.side * pitch - self._px_gap()
        left, top = (self.width() - whole) // 2, (self.height() - whole) // 2
        cell = pitch - self._px_gap()
        return QRectF(left + column * pitch, top + row * pitch, cell, cell)

    def _pitch(self) -> float:
        """To the next picture: whole device pixels; for each of a picture's, if any fit."""
        gap, ratio = self._px_gap(), self.devicePixelRatioF()
        most = (min(self.width(), self.height()) + gap) / self.side - gap
        largest = max((max(i.width(), i.height()) for i in self._images[:1]), default=1)
        zoom = int(most * ratio / largest)
        device = zoom * largest if zoom else int(most * ratio)
        return max(4.0, device / ratio) + gap

    def _px_gap(self) -> float:
        """Whole device pixels: else one line between pictures is wider than the next."""
        ratio = self.devicePixelRatioF()
        return max(1, round(super()._px_gap() * ratio)) / ratio
