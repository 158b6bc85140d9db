"""Arithmetic: means of samples added up, what that comes to, and whether chance does the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from latentlab.app.sources import Sources
from latentlab.gui.arithmetic.concepts_presenter import ConceptsPresenter
from latentlab.gui.arithmetic.page import SheetPage
from latentlab.gui.arithmetic.sheet_presenter import SheetPresenter
from latentlab.gui.arithmetic.term_intents import TermIntents
from latentlab.gui.arithmetic.wall_presenter import WallPresenter
from latentlab.gui.stylesheet import set_look
from latentlab.gui.tabs import TabSpec
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab


class ArithmeticTab(QWidget):
    """One page and those who tell it what to show. Works while it is seen."""

    settled = Signal()  # everything of this view is drawn

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.page = SheetPage()
        self.presenter = SheetPresenter(lab, self.page)
        self.intents = TermIntents(lab, self.page, Sources(lab), self.presenter)
        self.wall = WallPresenter(lab, self.page, self.intents, self.presenter)
        self.concepts = ConceptsPresenter(lab, self.page)
        self._later = QTimer(self)  # a progress of now may be followed by the next at once
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._tell_settled)
        self.presenter.drawn.connect(self._later.start)
        self._build()
        theme().changed.connect(self._restyle)
        self._restyle()

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        return self.presenter.is_settled()

    def proposal(self) -> Proposal | None:
        """The whole sheet, ready to be exported."""
        return self.presenter.proposal()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self._lab.arithmetic.watch(watched=True)
        self.page.bar.arrange()
        self._later.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody does."""
        super().hideEvent(event)
        self.page.card.hide()
        self._lab.arithmetic.watch(watched=False)

    # -- inside --------------------------------------------------------------------------------

    def _tell_settled(self) -> None:
        if self.is_settled():
            self.settled.emit()

    def _build(self) -> None:
        self.setAccessibleName("Arithmetic")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, "panel")
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.page)
        self.setFocusProxy(self.page)

    def _restyle(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(10), px(8), px(10), px(8))


TAB = TabSpec(
    name="arithmetic",
    title="Arithmetic",
    icon="mdi6.plus-minus-variant",
    order=50,
    needs=frozenset({"decode"}),
    build=ArithmeticTab,
)
