"""Models as a list of cards: preview, name, what it is, its key figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from latentlab.gui import pictures
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

Index = QModelIndex | QPersistentModelIndex
CARD = Qt.ItemDataRole.UserRole
State = Literal["ready", "running", "paused", "broken"]
_DOTS = {"running": "accent", "paused": "warn", "broken": "bad"}


@dataclass(frozen=True)
class Card:
    """What is written on one card."""

    id: str
    kind: str  # "VAE · 2-D · MNIST"
    figure: str  # "−ELBO 130.5 nats"; what is wrong, when broken
    preview: QImage | None = None
    state: State = "ready"
    tooltip: str = ""


class CardModel(QAbstractListModel):
    """The cards in their order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[Card] = []

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Replaces all; when only figures changed, the rows stay and the view does not jump."""
        same = [card.id for card in cards] == [card.id for card in self._cards]
        if not same:
            self.beginResetModel()
        self._cards = list(cards)
        if not same:
            self.endResetModel()
        elif cards:
            self.dataChanged.emit(self.index(0), self.index(len(cards) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        """A flat list."""
        return 0 if parent is not None and parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The id as text, the tooltip, and the card itself."""
        card = self._cards[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return card.id
        if role == Qt.ItemDataRole.ToolTipRole:
            return card.tooltip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{card.id}, {card.kind}, {card.figure}"
        return card if role == CARD else None


class CardFilter(QSortFilterProxyModel):
    """Every word typed must occur somewhere on the card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []

    def set_words(self, text: str) -> None:
        """What is typed into the filter field."""
        self._words = text.lower().split()
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Case does not matter."""
        card: Card = self.sourceModel().index(row, 0, parent).data(CARD)
        text = f"{card.id} {card.kind} {card.figure}".lower()
        return all(word in text for word in self._words)


class CardDelegate(QStyledItemDelegate):
    """Draws a card; nothing on it is cut without an ellipsis in the middle."""

    def __init__(self, view: ModelCards) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """A preview and three lines."""
        lines = QFontMetrics(theme().font(bold=True)).height()
        lines += 2 * QFontMetrics(theme().font("small")).height()
        return QSize(theme().px(120), max(theme().px(56), lines) + theme().px(18))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Outline, preview, three lines, a dot for runs and broken models."""
        card: Card = index.data(CARD)
        px = theme().px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outer = QRectF(option.rect).adjusted(2, 1, -2, -px(6) - 1)
        self._paint_frame(painter, outer, option, chosen=card.id == self._view.chosen)
        pad = (outer.height() - px(54)) / 2
        place = QRectF(outer.x() + pad, outer.y() + pad, px(54), px(54))
        painter.fillRect(place, Qt.GlobalColor.black)
        if card.preview is not None:
            pictures.draw(painter, self._view, place, card.preview)
        left = round(place.right()) + px(8)
        text = QRect(left, round(outer.y()), round(outer.right()) - left - px(6), 0)
        text.setHeight(round(outer.height()))
        self._paint_text(painter, text, card)
        painter.restore()

    def _paint_frame(
        self, painter: QPainter, outer: QRectF, option: QStyleOptionViewItem, *, chosen: bool
    ) -> None:
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        current = bool(option.state & QStyle.StateFlag.State_HasFocus) and self._view.hasFocus()
        painter.setBrush(theme().color("hover" if hover else "raised"))
        accent = theme().color("accent")
        painter.setPen(QPen(accent, 2) if chosen else QPen(theme().color("line"), 1))
        painter.drawRoundedRect(outer, theme().px(6), theme().px(6))
        if current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(accent, 1, Qt.PenStyle.DashLine))
            inner = outer.adjusted(3, 3, -3, -3)
            painter.drawRoundedRect(inner, theme().px(4), theme().px(4))

    def _paint_text(self, painter: QPainter, area: QRect, card: Card) -> None:
        bold, small = theme().font(bold=True), theme().font("small")
        heights = [QFontMetrics(font).height() for font in (bold, small, small)]
        y = area.y() + (area.height() - sum(heights)) // 2
        dot = theme().px(8) if card.state in _DOTS else 0
        figure = "bad" if card.state == "broken" else "dim"
        lines = ((card.id, bold, "text"), (card.kind, small, "dim"), (card.figure, small, figure))
        for (text, font, token), height in zip(lines, heights, strict=True):
            room = area.width() - (dot + theme().px(4) if font is bold and dot else 0)
            painter.setFont(font)
            painter.setPen(theme().color(token))
            elide = Qt.TextElideMode.ElideMiddle
            written = QFontMetrics(font).elidedText(text, elide, room)
            painter.drawText(
                QRect(area.x(), y, room, height), Qt.AlignmentFlag.AlignVCenter, written
            )
            y += height
        if dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color(_DOTS[card.state]))
            painter.drawEllipse(area.right() - dot, area.y() + theme().px(10), dot, dot)


class ModelCards(QListView):
    """Emits `chosen_by_user` for a click or Enter, obeys `show_cards` and `show_chosen`."""

    chosen_by_user = Signal(str)
    menu_requested = Signal(str, QPoint)  # id, global position

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen = ""
        self.cards = CardModel(self)
        self.filter = CardFilter(self)
        self.filter.setSourceModel(self.cards)
        self.setModel(self.filter)
        self.setItemDelegate(CardDelegate(self))
        self.setAccessibleName("Models")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet("QListView { border: none; background: transparent; }")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.clicked.connect(self._on_clicked)
        theme().changed.connect(self._on_restyled)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """All models, in order."""
        self.cards.show_cards(cards)
        self.show_chosen(self.chosen)

    def show_chosen(self, model: str) -> None:
        """Outlines one card, and scrolls to it when it is new."""
        moved, self.chosen = model != self.chosen, model
        for row in range(self.filter.rowCount()):
            index = self.filter.index(row, 0)
            if index.data() == model and (moved or not self.currentIndex().isValid()):
                self.setCurrentIndex(index)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or space chooses, the arrows only look."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self.currentIndex().isValid():
            self.chosen_by_user.emit(self.currentIndex().data())
        else:
            super().keyPressEvent(event)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.chosen_by_user.emit(index.data())

    def _on_menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if not index.isValid():  # the menu key, or empty ground: the current card
            index = self.currentIndex()
            point = self.visualRect(index).center()
        if index.isValid():
            self.menu_requested.emit(index.data(), self.viewport().mapToGlobal(point))

    def _on_restyled(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
