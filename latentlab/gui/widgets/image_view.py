"""One picture, hard pixels at integer zoom on black, that can be saved, copied, pinned, dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
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
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from latentlab.gui.picture_files import Outlet


class ImageView(QWidget):
    """Shows one uint8 picture (C, H, W), as large as whole pixels allow, centred."""

    pin_requested = Signal()
    clicked = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, name: str = "picture", pinnable: bool = False
    ) -> None:
        super().__init__(parent)
        self.pinnable = pinnable
        self.outlet: Outlet | None = None  # where the picture goes; None: it stays
        self._picture: NDArray[np.uint8] | None = None
        self._image: QImage | None = None
        self._smooth = False
        self._hint = ""
        self._pressed: QPoint | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip(f"{name}: Ctrl+S exports, Ctrl+C copies" + (", P pins" if pinnable else ""))

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """What is shown, (C, H, W), or None."""
        return self._picture

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """A uint8 picture (C, H, W), or None for an empty black ground."""
        self._picture = picture
        self._image = None if picture is None else pictures.to_qimage(picture)
        self.update()

    def set_smooth(self, smooth: bool) -> None:
        """Interpolated to fill the place instead of hard pixels."""
        self._smooth = smooth
        self.update()

    def set_hint(self, text: str) -> None:
        """A sentence shown while there is no picture."""
        self._hint = text
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture, or the square that waits for one, lies, in logical pixels."""
        if self._image is None:
            return pictures.fit_rect(QRectF(self.rect()), 1, 1)
        w, h = self._image.width(), self._image.height()
        if self._smooth:
            return pictures.fit_rect(QRectF(self.rect()), w, h)
        return pictures.integer_rect(self, QRectF(self.rect()), w, h)

    def sizeHint(self) -> QSize:
        """A comfortable square."""
        side = theme().px(224)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any dock."""
        return QSize(32, 32)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Black ground, the picture, and a frame while focused."""
        painter = QPainter(self)
        area = self.picture_rect()
        painter.fillRect(area, Qt.GlobalColor.black)
        if self._image is not None:
            pictures.draw(painter, self, QRectF(self.rect()), self._image, smooth=self._smooth)
        elif self._hint:
            painter.setPen(Qt.GlobalColor.lightGray)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(12, 12, -12, -12), flags, self._hint)
        if self.hasFocus():
            painter.setPen(QPen(theme().color("accent"), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))

    def ask(self, what: str, *_: object) -> bool:
        """Do what `picture_menu` offers with the picture; whether there was something to do."""
        if self._picture is None:
            return False
        if what != "pin":
            return self.outlet is not None and self.outlet.act(what, 0)
        if self.pinnable:
            self.pin_requested.emit()
        return self.pinnable

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Export, copy, pin."""
        if self._picture is not None and self.outlet is not None:
            picture_menu(self, self.ask, pinnable=self.pinnable).popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+S, Ctrl+C, P; the menu key opens the menu by itself."""
        asked = picture_key(event)
        if asked is None or not self.ask(asked):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click or the start of a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            if self._picture is not None and self.outlet is not None:
                self.outlet.prepare(0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging out takes the picture along."""
        if self._picture is not None and far_enough(self._pressed, event):
            self._pressed = None
            drag_out(self, self._picture, self.outlet, 0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        """A press that did not become a drag."""
        if self._pressed is not None:
            self._pressed = None
            self.clicked.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hides the frame."""
        super().focusOutEvent(event)
        self.update()
