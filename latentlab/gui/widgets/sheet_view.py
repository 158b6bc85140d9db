"""A grid of pictures drawn as one: contact sheets, samples, neighbours, reconstructions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentlab.gui import pictures
from latentlab.gui.theme import theme
from latentlab.gui.widgets.picture_menu import (
    drag_out,
    far_enough,
    picture_key,
    picture_menu,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from latentlab.gui.picture_files import Outlet

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class SheetView(QWidget):
    """Pictures (n, C, H, W) in rows; `columns` 0 takes as many as fit at `cell` pixels."""

    hovered = Signal(int)  # index under the mouse, -1 when none
    clicked = Signal(int)
    pin_requested = Signal(int)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        name: str = "pictures",
        columns: int = 0,
        cell: int = 56,
        gap: int = 2,
        pinnable: bool = False,
    ) -> None:
        super().__init__(parent)
        self.pinnable = pinnable
        self.outlet: Outlet | None = None  # where the pictures go; None: they stay
        self._columns, self._cell, self._gap = columns, cell, gap
        self._pictures: NDArray[np.uint8] | None = None
        self._images: list[QImage] = []
        self._captions: tuple[str, ...] = ()
        self._hover = -1
        self._current = 0
        self._pressed: QPoint | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setToolTip(f"{name}: arrows choose, Enter takes, Ctrl+S exports, Ctrl+C copies")

    @property
    def count(self) -> int:
        """How many pictures are shown."""
        return len(self._images)

    @property
    def pictures(self) -> NDArray[np.uint8] | None:
        """All of them, (n, C, H, W)."""
        return self._pictures if self._images else None

    @property
    def columns(self) -> int | None:
        """How many stand in a row; None: as many as fit."""
        return self._columns or None

    @property
    def current(self) -> int:
        """Index of the picture that the keyboard acts on."""
        return self._current

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """The picture that the keyboard acts on, (C, H, W)."""
        if self._pictures is None or not self._images:
            return None
        return self._pictures[self._current]

    def show_pictures(self, shown: NDArray[np.uint8] | None, captions: Sequence[str] = ()) -> None:
        """Uint8 pictures (n, C, H, W), or None for nothing; one caption each, or none."""
        before = len(self._images)
        self._pictures = shown
        self._images = [] if shown is None else self._to_images(shown)
        self._captions = tuple(captions)
        self._current = min(self._current, max(0, len(self._images) - 1))
        if len(self._images) != before:
            self.updateGeometry()
        self.update()

    def set_columns(self, columns: int) -> None:
        """So many pictures in a row from now on; 0: as many as fit."""
        if columns != self._columns:
            self._columns = columns
            self.updateGeometry()
            self.update()

    def picture_at(self, index: int) -> NDArray[np.uint8] | None:
        """One of the shown pictures, (C, H, W)."""
        shown = self._pictures is not None and 0 <= index < len(self._images)
        return self._pictures[index] if shown else None

    def cell(self, index: int) -> QRect:
        """Where a picture lies in this widget."""
        return self._cell_rect(index).toRect()

    def index_at(self, point: QPoint) -> int:
        """The picture at a position of this widget, -1 for none."""
        for index in range(len(self._images)):
            if self._cell_rect(index).contains(point):
                return index
        return -1

    def sizeHint(self) -> QSize:
        """All pictures at the asked cell size."""
        columns = self._columns or min(8, max(1, len(self._images)))
        width = columns * theme().px(self._cell + self._gap)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """One row of small cells."""
        return QSize(theme().px(32), theme().px(24))

    def heightForWidth(self, width: int) -> int:
        """Height of all rows at this width."""
        columns, cell = self._layout(width)
        rows = -(-len(self._images) // columns) if self._images else 1
        return max(1, round(rows * (cell + self._caption_height() + self._px_gap())))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only the cells that are to be redrawn."""
        painter = QPainter(self)
        for index, image in enumerate(self._images):
            rect = self._cell_rect(index)
            if rect.intersects(QRectF(event.rect())):
                self._paint_cell(painter, index, image, rect)

    def ask(self, what: str, *_: object) -> bool:
        """Do what `picture_menu` offers with the current picture; whether there was one."""
        if self.picture is None:
            return False
        if what != "pin":
            return self.outlet is not None and self.outlet.act(what, self._current)
        if self.pinnable:
            self.pin_requested.emit(self._current)
        return self.pinnable

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Export, copy, pin the picture under the mouse, or the current one; export all."""
        found = self.index_at(event.pos())
        self._current = found if found >= 0 else self._current
        if self._images and self.outlet is not None:
            sheet = self.outlet.is_sheet and len(self._images) > 1
            menu = picture_menu(self, self.ask, pinnable=self.pinnable, sheet=sheet)
            menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, Enter takes, Ctrl+S, Ctrl+C and P act."""
        key, asked = event.key(), picture_key(event)
        if self._images and key in _ARROWS:
            self._step(*_ARROWS[Qt.Key(key)])
        elif self._images and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit(self._current)
        elif asked is None or not self.ask(asked):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Makes the picture the current one."""
        index = self.index_at(event.position().toPoint())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._current = index
            self._pressed = event.position().toPoint()
            if self.outlet is not None:
                self.outlet.prepare(index)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, or a drag out."""
        if self._pictures is not None and far_enough(self._pressed, event):
            self._pressed = None
            drag_out(self, self._pictures[self._current], self.outlet, self._current)
            return
        self._set_hover(self.index_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press that did not become a drag."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self.index_at(event.position().toPoint()) == self._current:
            self.clicked.emit(self._current)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is hovered any more."""
        super().leaveEvent(event)
        self._set_hover(-1)

    def _set_hover(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.hovered.emit(index)
            self.update()

    def _step(self, dx: int, dy: int) -> None:
        columns, _ = self._layout(self.width())
        self._current = min(max(self._current + dx + dy * columns, 0), len(self._images) - 1)
        self.hovered.emit(self._current)
        self.update()

    def _paint_cell(self, painter: QPainter, index: int, image: QImage, rect: QRectF) -> None:
        painter.fillRect(rect, Qt.GlobalColor.black)
        pictures.draw(painter, self, rect, image)
        self._paint_frame(painter, index, rect)
        if index < len(self._captions):
            painter.setPen(theme().color("dim"))
            painter.setFont(theme().font("small"))
            below = QRectF(rect.x(), rect.bottom(), rect.width(), self._caption_height())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._captions[index])

    def _to_images(self, shown: NDArray[np.uint8]) -> list[QImage]:
        return [pictures.to_qimage(each) for each in shown]

    def _paint_frame(self, painter: QPainter, index: int, rect: QRectF) -> None:
        """Of the picture under the mouse, or the one that the keyboard acts on."""
        chosen = index == self._current and self.hasFocus()
        if chosen or index == self._hover:
            painter.setPen(QPen(theme().color("accent"), 2 if chosen else 1))
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))

    def _layout(self, width: int) -> tuple[int, float]:
        """Columns and cell side at a width."""
        gap = self._px_gap()
        columns = self._columns or max(1, int((width + gap) // (theme().px(self._cell) + gap)))
        fitting = (width + gap) / columns - gap
        return columns, max(8.0, fitting if self._columns else min(fitting, theme().px(self._cell)))

    def _cell_rect(self, index: int) -> QRectF:
        columns, cell = self._layout(self.width())
        row, column = divmod(index, columns)
        pitch = cell + self._px_gap()
        return QRectF(column * pitch, row * (pitch + self._caption_height()), cell, cell)

    def _caption_height(self) -> float:
        return theme().px(16) if self._captions else 0

    def _px_gap(self) -> float:
        return theme().px(self._gap)
