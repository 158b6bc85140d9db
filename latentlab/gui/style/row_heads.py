"""Beside a style sheet: the picture that each style was read from, and its own label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QHelpEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from latentlab.gui import pictures
from latentlab.gui.style.lines import Lines
from latentlab.gui.theme import theme
from latentlab.gui.widgets import endpoint_mime
from latentlab.gui.widgets.endpoint_menu import KEYS
from latentlab.gui.widgets.picture_menu import far_enough

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import (
        QContextMenuEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
    )

    from latentlab.app.endpoints import Endpoint

WIDE, BESIDE = 150, 14  # pixels at 100 %: with words, and what a picture alone needs beside it
_PICTURE = 56
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_CLEAR = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


@dataclass(frozen=True, eq=False)
class RowHead:
    """What stands beside a row."""

    end: Endpoint | None
    label: str  # "label 7", "seen as 7"
    title: str
    problem: str = ""

    @property
    def tip(self) -> str:
        """All of it in words."""
        return self.problem or "\n".join(filter(None, (self.title, self.label)))


class RowHeads(QWidget):
    """Tells what is asked of which row. Obeys `show_heads`, `show_lines` and `scroll_to`."""

    chosen = Signal(int)
    menu_wanted = Signal(int, QPoint)  # row, place of the screen
    source_wanted = Signal(int, str)  # row, a value of KEYS or "paste"
    clear_wanted = Signal(int)
    dropped = Signal(int, object)  # row, or the number of rows below all; QMimeData

    def __init__(self) -> None:
        super().__init__()
        self._heads: tuple[RowHead, ...] = ()
        self._images: list[pictures.QImage | None] = []
        self._lines = Lines(0, 1, 28.0, 2)
        self._top = 0
        self._row = 0
        self._target = -1
        self._pressed: QPoint | None = None
        self.setAccessibleName("Styles of the rows")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    @property
    def heads(self) -> tuple[RowHead, ...]:
        """What is shown."""
        return self._heads

    @property
    def row(self) -> int:
        """The chosen one."""
        return self._row

    def show_heads(self, heads: Sequence[RowHead], row: int) -> None:
        """One for each row, and which of them is chosen."""
        before = {
            id(head.end): image for head, image in zip(self._heads, self._images, strict=True)
        }
        self._images = [_image(head, before) for head in heads]
        self._heads, self._row = tuple(heads), row
        at = heads[row] if row < len(heads) else None
        self.setAccessibleDescription(f"row {row + 1}: {at.tip}" if at else "no rows")
        self.update()

    def show_lines(self, lines: Lines) -> None:
        """Where the rows are."""
        if lines != self._lines:
            self._lines = lines
            self.update()

    def scroll_to(self, top: int) -> None:
        """As far as the cells."""
        self._top = top
        self.update()

    def row_at(self, y: float) -> int:
        """The row at a height of this widget; as many as there are rows: below all of them."""
        return min(max(0, int((y + self._top) // self._lines.pitch)), len(self._heads))

    def sizeHint(self) -> QSize:
        """As wide as it is told to be."""
        return QSize(theme().px(WIDE), theme().px(120))

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """The tooltip of the row under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.row_at(event.pos().y())
            words = f"{self._heads[row].tip}\nEnter: choose another. Delete: remove"
            shown = words if row < len(self._heads) else ""
            QToolTip.showText(event.globalPos(), shown, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose, Enter opens the menu, letters take a source, Delete removes."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        letter, plain = event.text().upper(), not event.modifiers()
        if step is not None and self._heads:
            self.chosen.emit(min(max(self._row + step, 0), len(self._heads) - 1))
        elif plain and event.key() in _OPEN and self._heads:
            place = QPoint(0, round((self._row + 1) * self._lines.pitch) - self._top)
            self.menu_wanted.emit(self._row, self.mapToGlobal(place))
        elif plain and event.key() in _CLEAR and self._heads:
            self.clear_wanted.emit(self._row)
        elif plain and letter in KEYS and KEYS[letter] != "lock":
            self.source_wanted.emit(self._row, KEYS[letter])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The sources."""
        row = self.row_at(event.pos().y())
        if row < len(self._heads):
            self.chosen.emit(row)
        self.menu_wanted.emit(row, event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses the row."""
        row = self.row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row < len(self._heads):
            self._pressed = event.position().toPoint()
            self.chosen.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Another source for the row."""
        self.menu_wanted.emit(self.row_at(event.position().y()), event.globalPosition().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging out takes picture and reference along."""
        if far_enough(self._pressed, event) and self._row < len(self._heads):
            self._pressed = None
            self._drag_out(self._heads[self._row].end)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        """It was no drag."""
        self._pressed = None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pins, endpoints, pictures, files."""
        if endpoint_mime.is_welcome(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The row that would be replaced."""
        self._show_target(self.row_at(event.position().y()))
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        super().dragLeaveEvent(event)
        self._show_target(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        """Copied, never moved: the Tray keeps its pin."""
        self._show_target(-1)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        data: QMimeData = event.mimeData()
        self.dropped.emit(self.row_at(event.position().y()), data)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The rows that can be seen."""
        painter = QPainter(self)
        for row in self._lines.seen(self._top, self._top + self.height()):
            if row < len(self._heads):
                self._paint_row(painter, row)

    # -- inside --------------------------------------------------------------------------------

    def _show_target(self, row: int) -> None:
        self._target = row
        self.update()

    def _drag_out(self, end: Endpoint | None) -> None:
        if end is None:
            return
        drag = QDrag(self)
        drag.setMimeData(endpoint_mime.offer(end))
        size, ratio = theme().px(_PICTURE), self.devicePixelRatioF()
        drag.setPixmap(QPixmap.fromImage(pictures.thumbnail(end.picture, size, ratio)))
        drag.exec(Qt.DropAction.CopyAction)

    def _paint_row(self, painter: QPainter, row: int) -> None:
        px, lines, head = theme().px, self._lines, self._heads[row]
        place = QRectF(0, row * lines.pitch - self._top, self.width() - px(4), lines.side)
        if row == self._row:
            painter.fillRect(place, theme().color("pressed"))
            painter.fillRect(QRectF(0, place.y(), px(3), place.height()), theme().color("accent"))
        side = min(lines.side, px(_PICTURE))
        square = QRectF(px(5), place.y() + (lines.side - side) / 2, side, side)
        painter.fillRect(square, Qt.GlobalColor.black)
        image = self._images[row]
        if image is not None:
            pictures.draw(painter, self, square, image)
        if row == self._target or (row == self._row and self.hasFocus()):
            style = Qt.PenStyle.DashLine if row == self._target else Qt.PenStyle.SolidLine
            painter.setPen(QPen(theme().color("accent"), 1, style))
            painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
        room = QRectF(
            square.right() + px(6),
            place.y(),
            place.right() - square.right() - px(6),
            place.height(),
        )
        if room.width() > px(36):
            self._paint_words(painter, room, head)

    def _paint_words(self, painter: QPainter, room: QRectF, head: RowHead) -> None:
        """Its label, below it where it comes from; what is wrong stands in its cells."""
        painter.setFont(theme().font("small"))
        metrics = painter.fontMetrics()
        high, lines = metrics.height(), [(head.label, "text"), (head.title, "dim")]
        if 2 * high > room.height() + self._lines.gap:
            lines = [(f"{head.label} · {head.title}", "text")]
        if head.problem:
            lines[0] = (lines[0][0], "bad")
        top = room.center().y() - high * len(lines) / 2
        for number, (words, token) in enumerate(lines):
            painter.setPen(theme().color(token))
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, int(room.width()))
            line = QRectF(room.x(), top + number * high, room.width(), high)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)


def _image(head: RowHead, before: dict[int, pictures.QImage | None]) -> pictures.QImage | None:
    """Its picture; made once for each endpoint."""
    if head.end is None:
        return None
    return before.get(id(head.end)) or pictures.to_qimage(head.end.picture)
