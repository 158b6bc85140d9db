"""The sheet of the drawing pad: mouse or keys move a pen over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPen
from PySide6.QtWidgets import QWidget

from latentlab.gui import pictures
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from latentlab.core.ink import Ink, Place

SIDE_PX = 280
THICK = 3.0  # pixels of the field: about MNIST's strokes
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_STEP, _LEAP = 1 / 56, 1 / 8  # of the sheet's side


class PadCanvas(QWidget):
    """Owns the ink. The left button draws, the right one erases; Space puts the pen down."""

    changed = Signal()  # the ink
    pen_moved = Signal()  # place, or up and down

    def __init__(self, ink: Ink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ink = ink
        self.width_px, self.erases = THICK, False  # of the brush, in pixels of the field
        self.is_down = False  # by keys
        rows, columns = ink.pixels.shape
        self._pen: Place = (columns / 2, rows / 2)
        self._drawing: bool | None = None  # by mouse: None, or whether it erases
        self._shows_pen = False
        self.setAccessibleName("Drawing")
        self.setAccessibleDescription(
            "Arrows move the pen, with Shift far; Space puts it down and lifts it; "
            "Ctrl+Z takes the last stroke back, Delete clears"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        theme().changed.connect(self.updateGeometry)

    @property
    def pen(self) -> Place:
        """Where the pen is, in pixels of the ink."""
        return self._pen

    def undo(self) -> None:
        """The last stroke goes."""
        self.ink.undo()
        self._tell()

    def clear(self) -> None:
        """A clean sheet."""
        self.ink.clear()
        self._tell()

    def invert(self) -> None:
        """Ink becomes ground."""
        self.ink.invert()
        self._tell()

    def lift(self) -> None:
        """The keys draw no more."""
        if self.is_down:
            self.is_down = False
            self.pen_moved.emit()
            self.update()

    def place_of(self, pen: Place) -> QPointF:
        """A place of the ink in this widget."""
        area, (rows, columns) = self._area(), self.ink.pixels.shape
        x, y = pen[0] / columns * area.width(), pen[1] / rows * area.height()
        return QPointF(area.x() + x, area.y() + y)

    # -- Qt ------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Large enough to write."""
        side, (height, width) = theme().px(SIDE_PX), self.ink.size
        longer = max(height, width)
        return QSize(side * width // longer, side * height // longer)

    def minimumSizeHint(self) -> QSize:
        """Half of that."""
        return self.sizeHint() / 2

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The ink on black, the box that MNIST fills, the pen."""
        painter, area = QPainter(self), self._area()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, pictures.to_qimage(self.ink.pixels[None]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(theme().color("accent"), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        if self._shows_pen or self.hasFocus():
            self._paint_pen(painter, area)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A stroke begins with a dot."""
        buttons = {Qt.MouseButton.LeftButton: self.erases, Qt.MouseButton.RightButton: True}
        if self._drawing is None and event.button() in buttons:
            self.lift()
            self._drawing = buttons[event.button()]
            self.ink.begin()
            self._pen = self._place_at(event.position())
            self._stroke(self._pen, erase=self._drawing)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The stroke follows; without a button the pen does."""
        here = self._place_at(event.position())
        if self._drawing is not None:
            self._stroke(here, erase=self._drawing)
        elif not self.is_down:
            self._pen = here
        self._shows_pen = True
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The stroke ends."""
        self._drawing = None

    def leaveEvent(self, event: QEvent) -> None:
        """No pen where no mouse is."""
        super().leaveEvent(event)
        self._shows_pen = False
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Space, undo, clear."""
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif key in _ARROWS:
            far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._step(_ARROWS[key], _LEAP if far else _STEP)
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._toggle_pen()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the frame and the pen."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A pen that is left lying draws no more."""
        super().focusOutEvent(event)
        self.lift()
        self.update()

    # -- inside --------------------------------------------------------------------------------

    def _step(self, way: tuple[int, int], share: float) -> None:
        rows, columns = self.ink.pixels.shape
        x = min(max(self._pen[0] + way[0] * share * columns, 0), columns)
        y = min(max(self._pen[1] + way[1] * share * rows, 0), rows)
        if self.is_down:
            self._stroke((x, y), erase=self.erases)
        self._pen = (x, y)
        self.pen_moved.emit()
        self.update()

    def _toggle_pen(self) -> None:
        self.is_down = not self.is_down
        if self.is_down:
            self.ink.begin()
            self._stroke(self._pen, erase=self.erases)
        self.pen_moved.emit()
        self.update()

    def _stroke(self, here: Place, *, erase: bool) -> None:
        self.ink.line(self._pen, here, self.width_px, erase=erase)
        self._pen = here
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()
        self.update()

    def _area(self) -> QRectF:
        rows, columns = self.ink.pixels.shape
        return pictures.fit_rect(QRectF(self.rect()), columns, rows)

    def _place_at(self, where: QPointF) -> Place:
        area, (rows, columns) = self._area(), self.ink.pixels.shape
        x = (where.x() - area.x()) / area.width() * columns
        return x, (where.y() - area.y()) / area.height() * rows

    def _paint_pen(self, painter: QPainter, area: QRectF) -> None:
        """A ring as large as the brush, filled while the keys draw."""
        radius = self.width_px / 2 * area.width() / self.ink.size[1]
        painter.setPen(QPen(theme().color("accent"), 1.5))
        if self.is_down:
            painter.setBrush(theme().color("accent", 0.6))
        painter.drawEllipse(self.place_of(self._pen), radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
