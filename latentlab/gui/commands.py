"""The command palette: every action by typing a part of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QVBoxLayout,
)

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

    from latentlab.app.actions import Action, Actions

_ACTION = Qt.ItemDataRole.UserRole
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}


class _RowDelegate(QStyledItemDelegate):
    """The shortcut at the right of each row."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        super().paint(painter, option, index)
        action: Action = index.data(_ACTION)
        keys = QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setPen(theme().color("on_accent" if chosen else "dim"))
        area = option.rect.adjusted(0, 0, -theme().px(10), 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys)
        painter.restore()


class CommandPalette(QDialog):
    """Type, choose with the arrows, Enter runs it, Escape closes."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("Commands")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        column = QVBoxLayout(self)
        self.field = QLineEdit(placeholderText="Type a command, a tab or a model")
        self.field.setAccessibleName("Command")
        self.field.setToolTip("Arrows choose, Enter runs, Escape closes")
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._on_typed)
        self.list = QListWidget()
        self.list.setAccessibleName("Matching commands")
        self.list.setItemDelegate(_RowDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setIconSize(QSize(theme().px(16), theme().px(16)))
        self.list.itemClicked.connect(self._run)
        self._nothing = QLabel("No command is called that.")
        self._nothing.setProperty("look", "dim")
        for widget in (self.field, self.list, self._nothing):
            column.addWidget(widget)
        self._on_typed("")
        self._place(parent)

    @property
    def titles(self) -> list[str]:
        """What is listed now."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field that belong to the list."""
        if event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentItem())
                return True
            if event.key() in _STEPS:
                last = self.list.count() - 1
                row = self.list.currentRow() + _STEPS[Qt.Key(event.key())]
                self.list.setCurrentRow(min(max(row, 0), last))
                return True
        return super().eventFilter(watched, event)

    def _on_typed(self, text: str) -> None:
        self.list.clear()
        for action in self._actions.search(text):
            if action.is_enabled:
                item = QListWidgetItem(action.title.removesuffix("…"))
                if action.icon:
                    item.setIcon(theme().icon(action.icon, "dim"))
                item.setData(_ACTION, action)
                item.setToolTip(action.tooltip)
                self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._nothing.setVisible(self.list.count() == 0)

    def _run(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        action: Action = item.data(_ACTION)
        self.accept()
        action.trigger()

    def _place(self, parent: QWidget) -> None:
        width = min(theme().px(520), parent.width() - theme().px(40))
        height = min(theme().px(380), parent.height() - theme().px(80))
        self.resize(width, height)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - width) // 2, corner.y() + theme().px(56))
