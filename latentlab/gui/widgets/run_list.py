"""Runs as rows: state, name, words, a thin bar. Emits wishes, obeys `show_rows`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QIcon, QKeyEvent, QPainter

    from latentlab.app.run_history import State

_ROW = Qt.ItemDataRole.UserRole
_LOOKS: dict[State, tuple[str, str]] = {  # icon and colour
    "queued": ("mdi6.clock-outline", "dim"),
    "starting": ("mdi6.dots-horizontal", "accent"),
    "running": ("mdi6.play", "accent"),
    "paused": ("mdi6.pause", "warn"),
    "finished": ("mdi6.check", "good"),
    "stopped": ("mdi6.stop", "dim"),
    "failed": ("mdi6.alert-circle-outline", "bad"),
    "interrupted": ("mdi6.alert-outline", "warn"),
}

MOST_ROWS = 4  # more are scrolled


@dataclass(frozen=True)
class RunRow:
    """What a row says."""

    key: str
    title: str
    words: str
    state: State
    share: float = 0.0  # done, 0 to 1
    alarmed: bool = False
    command: str = ""  # the line that starts the same run

    @property
    def look(self) -> tuple[str, str]:
        """Icon and colour token."""
        return _LOOKS["failed"] if self.alarmed else _LOOKS[self.state]


class RunList(QListWidget):
    """Up and down choose, Return reuses, Alt+Up and Alt+Down move, Delete takes away."""

    chosen = Signal(str)
    moved = Signal(str, int)  # key, -1 towards the front of the queue, 1 towards its end
    removed = Signal(str)
    reused = Signal(str)  # its settings are wanted in the form

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = _RunDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("runs")
        self.setToolTip(
            "Return puts its settings into the form, Alt+Up and Alt+Down move a queued run, "
            "Delete takes a run off the list"
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.currentItemChanged.connect(self._on_current_changed)
        theme().changed.connect(self._on_theme_changed)

    def show_rows(self, rows: Sequence[RunRow], chosen: str) -> None:
        """Replace what the rows say; items are made only when there are more of them."""
        blocked = self.blockSignals(True)
        if self.count() != len(rows):
            self.updateGeometry()
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        while self.count() < len(rows):
            self.addItem(QListWidgetItem())
        for number, row in enumerate(rows):
            item = self.item(number)
            if item.data(_ROW) != row:
                item.setData(_ROW, row)
                item.setText(f"{row.title}, {row.words}")  # for screen readers
                item.setToolTip("\n".join(filter(None, (row.title, row.words, row.command))))
            if row.key == chosen and self.currentRow() != number:
                self.setCurrentRow(number)
        if chosen not in {row.key for row in rows}:
            self.setCurrentRow(-1)
        self.blockSignals(blocked)

    def row_of(self, number: int) -> RunRow:
        """What row `number` says."""
        row: RunRow = self.item(number).data(_ROW)
        return row

    def sizeHint(self) -> QSize:
        """Up to `MOST_ROWS` rows."""
        rows = min(max(self.count(), 1), MOST_ROWS)
        return QSize(theme().px(200), rows * self._delegate.height() + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        """One row."""
        return QSize(theme().px(80), self._delegate.height() + 2 * self.frameWidth())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and remove."""
        row = self._current()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if row and alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(row.key, -1 if event.key() == Qt.Key.Key_Up else 1)
        elif row and event.key() == Qt.Key.Key_Delete:
            self.removed.emit(row.key)
        elif row and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.reused.emit(row.key)
        else:
            super().keyPressEvent(event)

    def _current(self) -> RunRow | None:
        item = self.currentItem()
        return item.data(_ROW) if item else None

    def _on_current_changed(self) -> None:
        row = self._current()
        if row:
            self.chosen.emit(row.key)

    def _open_menu(self, place: QPoint) -> None:
        row = self._current()
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if row.state == "queued":
            menu.addAction("Move up\tAlt+Up", lambda: self.moved.emit(row.key, -1))
            menu.addAction("Move down\tAlt+Down", lambda: self.moved.emit(row.key, 1))
        menu.addAction("Use its settings\tReturn", lambda: self.reused.emit(row.key))
        words = "Cancel" if row.state == "queued" else "Take off the list"
        action = menu.addAction(f"{words}\tDel", lambda: self.removed.emit(row.key))
        action.setEnabled(row.state not in ("running", "paused", "starting"))
        menu.popup(self.mapToGlobal(place))

    def _on_theme_changed(self) -> None:
        self._delegate.forget()
        self.scheduleDelayedItemsLayout()
        self.updateGeometry()


class _RunDelegate(QStyledItemDelegate):
    """Two lines and a bar, painted; icons are made once per theme."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icons: dict[tuple[str, str], QIcon] = {}

    def forget(self) -> None:
        """The theme has changed."""
        self._icons.clear()

    def height(self) -> int:
        """Of one row, in pixels."""
        return theme().px(42)

    def sizeHint(self, *_: object) -> QSize:
        """As wide as it gets."""
        return QSize(theme().px(80), self.height())

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """One row."""
        row: RunRow | None = index.data(_ROW)
        if row is None:
            return
        painter.save()
        _paint_ground(painter, option)
        px = theme().px
        inner = option.rect.adjusted(px(6), px(4), -px(6), -px(4))
        icon = QRect(inner.left(), inner.top() + px(1), px(15), px(15))
        self._icon(row).paint(painter, icon)
        text = inner.adjusted(px(20), 0, 0, 0)
        line = text.height() // 2
        _write(painter, QRect(text.left(), text.top(), text.width(), line), row.title, title=True)
        below = QRect(text.left(), text.top() + line, text.width(), line - px(1))
        _write(painter, below, row.words, title=False)
        if row.state in ("running", "paused", "starting"):
            _bar(
                painter, QRect(text.left(), option.rect.bottom() - px(3), text.width(), px(2)), row
            )
        painter.restore()

    def _icon(self, row: RunRow) -> QIcon:
        if row.look not in self._icons:
            self._icons[row.look] = theme().icon(*row.look)
        return self._icons[row.look]


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    if selected or hovered:
        painter.fillRect(option.rect, theme().color("pressed" if selected else "hover"))
    if selected:
        edge = QRect(option.rect.topLeft(), QSize(theme().px(3), option.rect.height()))
        painter.fillRect(edge, theme().color("accent"))


def _write(painter: QPainter, place: QRect, text: str, *, title: bool) -> None:
    painter.setFont(theme().font("body" if title else "small", bold=title))
    painter.setPen(theme().color("text" if title else "dim"))
    mode = Qt.TextElideMode.ElideMiddle if title else Qt.TextElideMode.ElideRight
    shown = painter.fontMetrics().elidedText(text, mode, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _bar(painter: QPainter, place: QRect, row: RunRow) -> None:
    painter.fillRect(place, theme().color("line"))
    done = QRect(place.topLeft(), QSize(round(place.width() * row.share), place.height()))
    painter.fillRect(done, theme().color("warn" if row.state == "paused" else "accent"))
