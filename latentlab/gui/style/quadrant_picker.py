"""A picture of which some quadrants are given: a click gives one or takes it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from latentlab.core import quadrants
from latentlab.gui import pictures
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

_ARROWS = {
    Qt.Key.Key_Left: ~1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: ~2,
    Qt.Key.Key_Down: 2,
}
_DIGITS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)
_BACKWARD = (Qt.Key.Key_Left, Qt.Key.Key_Up)


class QuadrantPicker(QWidget):
    """Obeys `show_picture` and `show_seen`; emits `toggled`."""

    toggled = Signal(int)  # a quadrant, 0 to 3 in reading order

    def __init__(self, parent: QWidget | None = None, *, side: int = 112) -> None:
        """`side`: in pixels at 100 %."""
        super().__init__(parent)
        self._side = side
        self._image: QImage | None = None
        self._size = (28, 28)  # height and width of the picture
        self._seen: tuple[int, ...] = quadrants.USUAL
        self._current, self._hover = 0, -1
        self.setAccessibleName("What the model sees")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._describe()

    @property
    def seen(self) -> tuple[int, ...]:
        """Quadrants that are given."""
        return self._seen

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """All of it, uint8 (C, H, W); None for nothing."""
        self._image = None if picture is None else pictures.to_qimage(picture)
        if picture is not None:
            self._size = (picture.shape[1], picture.shape[2])
        self.update()

    def show_seen(self, seen: Sequence[int]) -> None:
        """Quadrants that are given; the others are covered."""
        if tuple(seen) != self._seen:
            self._seen = tuple(seen)
            self._describe()
            self.update()

    def quadrant_rect(self, quadrant: int) -> QRectF:
        """Where a quadrant lies in this widget."""
        area, (height, width) = self._area(), self._size
        below, right = divmod(quadrant, 2)
        x, y = area.width() * (width // 2) / width, area.height() * (height // 2) / height
        left, top = area.x() + right * x, area.y() + below * y
        wide, high = (area.width() - x, area.height() - y)
        return QRectF(left, top, wide if right else x, high if below else y)

    def quadrant_at(self, point: QPoint) -> int:
        """The quadrant at a place of this widget, -1 for none."""
        places = range(quadrants.COUNT)
        return next((q for q in places if self.quadrant_rect(q).contains(point)), -1)

    # -- Qt ------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(theme().px(self._side), theme().px(self._side))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The picture, a hatch over what is not given, a frame where the keyboard is."""
        painter, area = QPainter(self), self._area()
        painter.fillRect(area, Qt.GlobalColor.black)
        if self._image is not None:
            painter.drawImage(area, self._image)
        for quadrant in range(quadrants.COUNT):
            self._paint_quadrant(painter, quadrant)
        if self.hasFocus():
            painter.setPen(QPen(theme().color("accent"), 2))
            painter.drawRect(self.quadrant_rect(self._current).adjusted(1, 1, -1, -1))

    def event(self, event: QEvent) -> bool:
        """The tooltip says what a click does here."""
        if event.type() == QEvent.Type.ToolTip:
            point = self.mapFromGlobal(self.cursor().pos())
            quadrant = self.quadrant_at(point)
            QToolTip.showText(self.cursor().pos(), self._tip(quadrant), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Give it, or take it away."""
        quadrant = self.quadrant_at(event.position().toPoint())
        if quadrant >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._current = quadrant
            self.toggled.emit(quadrant)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The quadrant under the mouse is marked."""
        self._set_hover(self.quadrant_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """None is."""
        super().leaveEvent(event)
        self._set_hover(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a quadrant, Space toggles it, 1 to 4 toggle at once."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            mask = _ARROWS[key]
            self._current = self._current & mask if key in _BACKWARD else self._current | mask
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggled.emit(self._current)
        elif key in _DIGITS:
            self.toggled.emit(_DIGITS.index(key))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hides it."""
        super().focusOutEvent(event)
        self.update()

    # -- inside --------------------------------------------------------------------------------

    def _area(self) -> QRectF:
        height, width = self._size
        return pictures.fit_rect(QRectF(self.rect()), width, height)

    def _paint_quadrant(self, painter: QPainter, quadrant: int) -> None:
        rect = self.quadrant_rect(quadrant)
        if quadrant not in self._seen:
            painter.fillRect(rect, QColor(24, 26, 32, 225))
            painter.fillRect(rect, QBrush(QColor(150, 155, 170, 110), Qt.BrushStyle.BDiagPattern))
        if quadrant == self._hover:
            painter.fillRect(rect, theme().color("accent", 0.25))
        painter.setPen(QPen(QColor(130, 135, 150, 150), 1, Qt.PenStyle.DotLine))
        painter.drawRect(rect)

    def _set_hover(self, quadrant: int) -> None:
        if quadrant != self._hover:
            self._hover = quadrant
            self.update()

    def _tip(self, quadrant: int) -> str:
        if quadrant < 0:
            return ""
        does = "the model shall complete it" if quadrant in self._seen else "give it to the model"
        return f"{quadrants.NAMES[quadrant].capitalize()}: click, and {does} ({quadrant + 1})"

    def _describe(self) -> None:
        given = ", ".join(quadrants.NAMES[quadrant] for quadrant in self._seen)
        self.setAccessibleDescription(
            f"Given: {given}. Arrows choose a quadrant, Space gives it or takes it away."
        )

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
