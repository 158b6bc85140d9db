"""The terms of a sheet from left to right, as the figure of the paper has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QToolButton, QWidget

from latentlab.gui.arithmetic.term_card import TermCard, TermView
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence


class Equation(QScrollArea):
    """Obeys `show_terms`; cards are made and taken away as terms are."""

    card_made = Signal(object)  # TermCard: somebody is to listen to it
    add_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[TermCard] = []
        self.add = QToolButton()
        self._names: tuple[str, ...] = ()
        self._hint = ""
        self._pixels, self._is_large = 28, False
        self._build()
        self.add.clicked.connect(self.add_wanted)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_terms(self, views: Sequence[TermView]) -> None:
        """As many cards as terms."""
        while len(self.cards) > len(views):
            self._take_away(self.cards.pop())
        while len(self.cards) < len(views):
            self._make()
        for place, (card, view) in enumerate(zip(self.cards, views, strict=True)):
            card.show_term(view, is_first=place == 0)
        self._fit()

    def show_term(self, place: int, view: TermView) -> None:
        """News of one of them."""
        if place < len(self.cards):
            self.cards[place].show_term(view, is_first=place == 0)

    def show_names(self, names: tuple[str, ...], hint: str = "") -> None:
        """What queries may ask for, and an example."""
        if (names, hint) != (self._names, self._hint):
            self._names, self._hint = names, hint
            for card in self.cards:
                card.show_names(names, hint)

    def show_pixels(self, pixels: int) -> None:
        """The side of the model's pictures, in their own pixels."""
        if pixels != self._pixels:
            self._pixels = pixels
            for card in self.cards:
                card.show_pixels(pixels)
            self._fit()

    def show_large(self, *, large: bool) -> None:
        """Larger pictures, where there is room for them."""
        self._is_large = large
        for card in self.cards:
            card.show_large(large=large)
        self._fit()

    def reveal(self, place: int) -> None:
        """Scroll so far that a term is seen."""
        if place < len(self.cards):
            self.ensureWidgetVisible(self.cards[place], theme().px(8), 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A card has become higher or lower."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    # -- inside --------------------------------------------------------------------------------

    def _make(self) -> None:
        card = TermCard(len(self.cards))
        card.show_names(self._names, self._hint)
        card.show_pixels(self._pixels)
        card.show_large(large=self._is_large)
        self.cards.append(card)
        for part in (card.sign, card):
            self._row.insertWidget(self._row.indexOf(self.add), part)
        card.show()
        self.card_made.emit(card)

    def _take_away(self, card: TermCard) -> None:
        for part in (card.sign, card):
            self._row.removeWidget(part)
            part.hide()
            part.deleteLater()

    def _build(self) -> None:
        self.setAccessibleName("Terms")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.add.setAccessibleName("Add a term")
        self.add.setToolTip("Add a term")
        set_look(self.add, "quiet")
        self._inside = QWidget()
        set_look(self._inside, "bare")
        self._row = QHBoxLayout(self._inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.add)
        self._row.addStretch(1)
        self.setWidget(self._inside)
        self._inside.installEventFilter(self)

    def _fit(self) -> None:
        """As high as its cards, and the bar below them."""
        bar = theme().px(10)
        needed = self._inside.minimumSizeHint()
        self.setMaximumWidth(needed.width())
        high = needed.height()
        if self._row.hasHeightForWidth():  # sentences on cards take as many lines as they need
            high = max(high, self._row.minimumHeightForWidth(needed.width()))
        self.setFixedHeight(high + bar)

    def _restyle(self) -> None:
        px = theme().px
        self._row.setSpacing(px(1))
        self.add.setIcon(theme().icon("mdi6.plus", "dim"))
        self.add.setFixedSize(px(20), px(30))
        self._fit()
