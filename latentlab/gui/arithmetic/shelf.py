"""Beside the sheet: the wall of samples, and the concepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from latentlab.gui.arithmetic.concepts_pane import ConceptsPane
from latentlab.gui.arithmetic.wall import SampleWall
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

WIDTH = 158  # pixels at 100 %: two pictures of the wall and its bar
_PAGES = {
    "samples": ("Samples", "Samples to fill baskets with"),
    "concepts": ("Concepts", "Directions that have a name, as sliders"),
}


class Shelf(QWidget):
    """One of two pages; Left and Right turn while the switch has the focus."""

    turned = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.wall, self.concepts = SampleWall(), ConceptsPane()
        self.switch, self.stack = QTabBar(), QStackedWidget()
        self.switch.setObjectName("segments")
        self.switch.setDrawBase(False)
        self.switch.setExpanding(False)
        self.switch.setUsesScrollButtons(False)
        self.switch.setAccessibleName("Samples or concepts")
        for number, (title, tip) in enumerate(_PAGES.values()):
            self.switch.addTab(title)
            self.switch.setTabToolTip(number, tip)
        for page in (self.wall, self.concepts):
            self.stack.addWidget(page)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.switch)
        self._column.addWidget(self.stack, 1)
        self.switch.currentChanged.connect(self._on_turned)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def page(self) -> str:
        """Its name, samples or concepts."""
        return list(_PAGES)[self.stack.currentIndex()]

    def turn_to(self, name: str) -> None:
        """Show a page."""
        self.switch.setCurrentIndex(list(_PAGES).index(name))

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks again."""
        super().showEvent(event)
        self.turned.emit(self.page)

    def _on_turned(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.turned.emit(self.page)

    def _restyle(self) -> None:
        self._column.setSpacing(theme().px(6))
