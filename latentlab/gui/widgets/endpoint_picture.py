"""The picture of an endpoint: the keyboard's place, a sentence where there is no picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QDrag, QKeySequence, QPainter, QPen, QPixmap

from latentlab.gui import pictures
from latentlab.gui.theme import theme
from latentlab.gui.widgets.endpoint_menu import KEYS
from latentlab.gui.widgets.endpoint_mime import offer
from latentlab.gui.widgets.image_view import ImageView
from latentlab.gui.widgets.picture_menu import far_enough

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from latentlab.app.endpoints import Endpoint

_HINT = "choose…"
_VEIL = QColor(0, 0, 0, 190)  # over a picture, below the sentence
_WRAPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class EndpointPicture(ImageView):
    """Emits what keys and mouse ask for."""

    menu_wanted = Signal(QPoint)  # a place of the screen
    source_wanted = Signal(str)  # a value of KEYS, or "paste"
    clear_wanted = Signal()

    def __init__(self, title: str) -> None:
        super().__init__(name=f"endpoint {title}")
        self._endpoint: Endpoint | None = None
        self._is_target = False
        self.problem = ""
        self._title = title
        self.show_endpoint(None)

    def show_endpoint(self, endpoint: Endpoint | None) -> None:
        """Its picture, and in the tooltip where it comes from."""
        self._endpoint, self.problem = endpoint, ""
        self.set_hint(_HINT)
        self.show_picture(None if endpoint is None else endpoint.picture)
        what = "nothing chosen yet" if endpoint is None else endpoint.words
        self._tell(f"{self._title}: {what}")

    def show_problem(self, sentence: str) -> None:
        """One sentence over the picture; the whole of it in the tooltip."""
        self.problem = sentence
        self.set_hint("" if sentence else _HINT)
        self._tell(sentence or self._title)
        self.update()

    def show_target(self, is_target: bool) -> None:
        """Whether what is dragged may be dropped here."""
        self._is_target = is_target
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, the sentence, a frame while something hovers over it."""
        super().paintEvent(event)
        painter, area = QPainter(self), self.picture_rect()
        if self.problem:
            self._paint_problem(painter, area)
        if self._is_target:
            painter.setPen(QPen(theme().color("accent"), 3, Qt.PenStyle.DashLine))
            painter.drawRect(area.adjusted(2, 2, -2, -2))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the menu, letters take a source, Delete clears, Ctrl+V pastes."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        letter = event.text().upper()
        if event.matches(QKeySequence.StandardKey.Paste):
            self.source_wanted.emit("paste")
        elif plain and event.key() in _OPEN:
            self.clicked.emit()
        elif plain and event.key() in _CLEAR:
            self.clear_wanted.emit()
        elif plain and letter in KEYS:
            self.source_wanted.emit(KEYS[letter])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The sources, by mouse and by the menu key."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        below = self.mapToGlobal(QPoint(0, self.height()))
        self.menu_wanted.emit(below if by_key else event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging out takes picture and reference along."""
        if self._endpoint is not None and far_enough(self._pressed, event):
            self._pressed = None
            self._drag_out(self._endpoint)

    def _drag_out(self, endpoint: Endpoint) -> None:
        drag = QDrag(self)
        drag.setMimeData(offer(endpoint, self.outlet.mime(0) if self.outlet else None))
        size, ratio = theme().px(56), self.devicePixelRatioF()
        drag.setPixmap(QPixmap.fromImage(pictures.thumbnail(endpoint.picture, size, ratio)))
        drag.exec(Qt.DropAction.CopyAction)

    def _paint_problem(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, _VEIL)
        painter.setFont(theme().font("small"))
        painter.setPen(QColor("#ffb4b4"))  # on black in both themes
        place = area.adjusted(4, 2, -4, -2)
        painter.drawText(place, _WRAPPED, fitting(painter, place, self.problem))

    def _tell(self, words: str) -> None:
        self.setToolTip(f"{words}\nEnter: choose another. Delete: clear. Ctrl+C: copy")
        self.setAccessibleDescription(words)


def fitting(painter: QPainter, place: QRectF, sentence: str) -> str:
    """As many of its words as there is room for; the tooltip has all of them."""
    words, shown = sentence.split(), sentence
    while len(words) > 1 and painter.boundingRect(place, _WRAPPED, shown).height() > place.height():
        words.pop()
        shown = f"{' '.join(words)} …"
    return shown
