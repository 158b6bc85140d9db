"""The Tray: kept latents as a row of pictures, to click, reorder, rename and delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from latentlab.gui import pictures
from latentlab.gui.theme import theme
from latentlab.gui.widgets.picture_menu import add_entries, picture_key, verbs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from latentlab.gui.picture_files import Outlet

Index = QModelIndex | QPersistentModelIndex
ROW_MIME = "application/x-latentlab-tray-row"
ITEM = Qt.ItemDataRole.UserRole
EMPTY_SHORT = "No pins yet. Click on the map, or press P over a picture."
EMPTY = (
    "A pin keeps a place in latent space. Click on the map, or press P over a picture; "
    "the pins wait here for paths, arithmetic and comparisons."
)


_NAME_PX = 80  # longer names are elided in the thin line


@dataclass(frozen=True)
class TrayItem:
    """One pin as it is shown."""

    id: str
    name: str
    picture: NDArray[np.uint8] | None = None  # (C, H, W); None while it is decoded
    foreign: bool = False  # of another model than the one shown
    tooltip: str = ""

    def __eq__(self, other: object) -> bool:
        """Pictures are compared by identity: they come from one cache."""
        return isinstance(other, TrayItem) and (
            (self.id, self.name, self.foreign, self.tooltip)
            == (other.id, other.name, other.foreign, other.tooltip)
            and self.picture is other.picture
        )

    __hash__ = None


class TrayModel(QAbstractListModel):
    """Rows that can be edited (a name) and dragged; changes are asked for, not made."""

    rename_asked = Signal(str, str)
    move_asked = Signal(int, int)  # from row, before row

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.items: list[TrayItem] = []
        self.outlet: Outlet | None = None  # where the pictures go, by row

    def show_items(self, items: Sequence[TrayItem]) -> None:
        """Replaces all; same ids keep the rows, so that an open editor survives new pictures."""
        same = [item.id for item in items] == [item.id for item in self.items]
        if not same:
            self.beginResetModel()
        old, self.items = self.items, list(items)
        if not same:
            self.endResetModel()
            return
        for row, (before, after) in enumerate(zip(old, self.items, strict=True)):
            if before != after:
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index | None = None) -> int:
        """A flat list."""
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name, tooltip and the item itself."""
        item = self.items[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return item.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.tooltip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"pin {item.name}"
        return item if role == ITEM else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A name was typed."""
        name = str(value).strip()
        if role == Qt.ItemDataRole.EditRole and name and name != self.items[index.row()].name:
            self.rename_asked.emit(self.items[index.row()].id, name)
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Dropped between items, never on one."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not index.isValid():
            return flags | Qt.ItemFlag.ItemIsDropEnabled
        return flags | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        """Moved here, copied elsewhere."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        """Only our own rows are taken."""
        return [ROW_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The row for ourselves, the picture for other programs."""
        row = indexes[0].row()
        item = self.items[row]
        data = self.outlet.mime(row) if self.outlet is not None else None
        if data is None:
            data = QMimeData() if item.picture is None else pictures.mime(item.picture)
        data.setData(ROW_MIME, QByteArray(item.id.encode()))
        return data

    def dropMimeData(
        self,
        data: QMimeData,
        action: Qt.DropAction,
        row: int,
        column: int,  # noqa: ARG002 - Qt's signature
        parent: Index,
    ) -> bool:
        """Asks for the move; the rows come back by `show_items`."""
        ids = [item.id for item in self.items]
        moved = bytes(data.data(ROW_MIME).data()).decode()
        if action != Qt.DropAction.IgnoreAction and moved in ids:
            before = row if row >= 0 else parent.row() if parent.isValid() else len(ids)
            self.move_asked.emit(ids.index(moved), before)
        return False


class TrayDelegate(QStyledItemDelegate):
    """A picture with its name below; folded, beside it."""

    is_folded = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Square picture, one line."""
        px, line = theme().px, QFontMetrics(theme().font())
        if not self.is_folded:
            return QSize(px(62), px(58) + line.height())
        name = min(line.horizontalAdvance(index.data()), px(_NAME_PX)) if index.isValid() else 0
        return QSize(px(36) + name, px(28))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Dimmed when the pin belongs to another model."""
        item: TrayItem = index.data(ITEM)
        place, line = self._places(option.rect)
        painter.save()
        painter.fillRect(place, Qt.GlobalColor.black)
        if item.picture is not None:
            painter.setOpacity(0.45 if item.foreign else 1.0)
            pictures.draw(painter, option.widget, place, pictures.to_qimage(item.picture))
            painter.setOpacity(1.0)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hover:
            painter.setPen(QPen(theme().color("accent"), 2 if selected else 1))
            painter.drawRect(place.adjusted(0, 0, -1, -1))
        painter.setPen(theme().color("text" if selected else "dim"))
        name = QFontMetrics(painter.font()).elidedText(
            item.name, Qt.TextElideMode.ElideMiddle, line.width() - 2
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()

    def _places(self, rect: QRect) -> tuple[QRectF, QRect]:
        """Of the picture and of the name, in pixels."""
        px = theme().px
        side = px(26 if self.is_folded else 54)
        place = QRectF(rect.x() + px(1 if self.is_folded else 4), rect.y() + 2, side, side)
        if self.is_folded:
            place.moveTop(rect.y() + (rect.height() - side) // 2)
            return place, rect.adjusted(side + px(3), 0, -px(3), 0)
        return place, QRect(rect.topLeft() + QPoint(0, side + 3), rect.bottomRight())

    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: Index,  # noqa: ARG002 - Qt's signature
    ) -> None:
        """The editor lies over the name only."""
        height = editor.sizeHint().height()
        rect = option.rect
        if self.is_folded:
            rect = self._places(rect)[1]
            height = min(height, rect.height())
        editor.setGeometry(rect.x(), rect.bottom() - height + 1, rect.width(), height)


class TrayView(QListView):
    """Emits intents, obeys `show_items`."""

    opened = Signal(str)  # a click or Enter: go there
    renamed = Signal(str, str)
    moved = Signal(int, int)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pins = TrayModel(self)
        self.pins.rename_asked.connect(self.renamed)
        self.pins.move_asked.connect(self.moved)
        self.setModel(self.pins)
        self._delegate = TrayDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Tray")
        self.setToolTip("Enter goes there, F2 renames, Delete removes, Alt+arrows reorder")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMouseTracking(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet("QListView { border: none; background: transparent; }")
        self.clicked.connect(lambda index: self.opened.emit(index.data(ITEM).id))
        theme().changed.connect(self.scheduleDelayedItemsLayout)

    def show_items(self, items: Sequence[TrayItem]) -> None:
        """All pins, in order; the chosen one stays chosen."""
        chosen = self.chosen()
        self.pins.show_items(items)
        for row, item in enumerate(items):
            if item.id == chosen and self.chosen() != chosen:
                self.setCurrentIndex(self.pins.index(row))
        self.viewport().update()

    def fold(self, folded: bool) -> None:
        """Small pins in a thin line, or large ones; arrows and the wheel scroll both."""
        policies = Qt.ScrollBarPolicy
        self._delegate.is_folded = folded
        self.setHorizontalScrollBarPolicy(
            policies.ScrollBarAlwaysOff if folded else policies.ScrollBarAsNeeded
        )
        self.scheduleDelayedItemsLayout()
        self.updateGeometry()
        self.viewport().update()

    def chosen(self) -> str:
        """Id of the current pin, or an empty text."""
        index = self.currentIndex()
        return self.pins.items[index.row()].id if index.isValid() else ""

    def ask(self, what: str, row: int = -1) -> bool:
        """Do what `picture_menu` offers with a pin, by default the chosen one; whether it could."""
        row = row if row >= 0 else self.currentIndex().row()
        shown = 0 <= row < len(self.pins.items) and self.pins.items[row].picture is not None
        return shown and self.pins.outlet is not None and self.pins.outlet.act(what, row)

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """Of the chosen pin, (C, H, W)."""
        return self.picture_of(self.chosen())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag may follow, with the picture's file."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.pins.outlet is not None:
            self.pins.outlet.prepare(index.row())

    def picture_of(self, pin: str) -> NDArray[np.uint8] | None:
        """The shown picture of a pin."""
        return next((item.picture for item in self.pins.items if item.id == pin), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Delete and Alt with an arrow; F2 is Qt's own."""
        row, alt = self.currentIndex().row(), Qt.KeyboardModifier.AltModifier
        asked = picture_key(event)
        if row < 0 or (asked not in (None, "pin") and not self.ask(asked)):
            super().keyPressEvent(event)
        elif asked not in (None, "pin"):
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.chosen())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.chosen())
        elif event.modifiers() & alt and event.key() == Qt.Key.Key_Left and row > 0:
            self.moved.emit(row, row - 1)
        elif event.modifiers() & alt and event.key() == Qt.Key.Key_Right:
            if row + 1 < len(self.pins.items):
                self.moved.emit(row, row + 2)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What a pin offers."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        pin = self.pins.items[index.row()].id
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        icon = theme().icon
        menu.addAction(icon("mdi6.crosshairs"), "Go there", lambda: self.opened.emit(pin))
        menu.addAction(icon("mdi6.pencil-outline"), "Rename…", lambda: self.edit(index))
        menu.addSeparator()
        add_entries(menu, lambda what, *_: self.ask(what, index.row()), verbs())
        menu.addSeparator()
        menu.addAction(icon("mdi6.trash-can-outline"), "Delete", lambda: self.removed.emit(pin))
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        """An empty Tray says what a pin is."""
        super().paintEvent(event)
        if not self.pins.items:
            painter = QPainter(self.viewport())
            painter.setPen(theme().color("dim"))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            area = self.viewport().rect().adjusted(theme().px(8), 0, -theme().px(8), 0)
            area.setWidth(min(area.width(), theme().px(520)))
            text, mode = EMPTY, Qt.TextElideMode.ElideRight
            if self._delegate.is_folded:
                text = painter.fontMetrics().elidedText(EMPTY_SHORT, mode, area.width())
            painter.drawText(area, flags, text)

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(theme().px(300), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """One row, a few pins."""
        if self._delegate.is_folded:
            return QSize(theme().px(200), theme().px(30))
        height = theme().px(64) + QFontMetrics(theme().font()).height()
        return QSize(theme().px(120), height)
