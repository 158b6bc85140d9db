"""Where traversals start, along what, and how far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.flow import Flow
from latentlab.gui.widgets.spin_box import DecimalBox, SpinBox

if TYPE_CHECKING:
    from latentlab.app.state import Homotopy

_BASES = {
    "raw": ("dimensions of z", "Each number of z by itself, those that vary most first"),
    "pca": ("principal directions", "Directions of most variance of the encoded images"),
    "named": ("named directions", "Directions that were given a name, kept with the model"),
}
_NOUNS = {"raw": "dimensions", "pca": "directions", "named": "named directions"}


class TraversalBar(Flow):
    """Emits intents; obeys `show_document` and `show_count`."""

    basis_chosen = Signal(str)
    span_chosen = Signal(float)
    steps_chosen = Signal(int)
    more_wanted = Signal()
    direction_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.basis, self.span, self.steps = QComboBox(), DecimalBox(), SpinBox()
        self.count, self.further = ElidedLabel(), QPushButton("Show more")
        self.direction = QPushButton("New direction…")
        self._build()
        self.basis.currentIndexChanged.connect(lambda at: self.basis_chosen.emit(list(_BASES)[at]))
        self.span.valueChanged.connect(self.span_chosen)
        self.steps.valueChanged.connect(self.steps_chosen)
        self.further.clicked.connect(self.more_wanted)
        self.direction.clicked.connect(self.direction_wanted)

    def show_document(self, document: Homotopy) -> None:
        """The choices of the session."""
        with QSignalBlocker(self.basis), QSignalBlocker(self.span), QSignalBlocker(self.steps):
            self.basis.setCurrentIndex(list(_BASES).index(document.basis))
            self.span.setValue(document.span)
            self.steps.setValue(document.steps)
        self.basis.setToolTip(_BASES[document.basis][1])

    def show_count(self, shown: int, total: int, basis: str) -> None:
        """How many rows of how many there are."""
        noun = _NOUNS[basis]
        words = f"{shown} of {total} {noun}" if shown < total else f"{total} {noun}"
        if total == 1:
            words = words.removesuffix("s")
        self.count.set_full_text(words if total else "")
        self.further.setVisible(shown < total)

    def _build(self) -> None:
        self.basis.addItems([title for title, _ in _BASES.values()])
        self.basis.setAccessibleName("Along what")
        self.span.setRange(0.5, 10.0)
        self.span.setSingleStep(0.5)
        self.span.setDecimals(1)
        self.span.setPrefix("±")
        self.span.setSuffix(" σ")
        self.span.setAccessibleName("How far")
        self.span.setToolTip("From minus to plus so many standard deviations of the encoded images")
        self.steps.setRange(2, 64)
        self.steps.setAccessibleName("steps")
        self.steps.setToolTip("Pictures in a row, both ends included")
        self.further.setToolTip("More rows, by falling variance")
        self.direction.setToolTip("Name the direction from one pin to another")
        for title, box in (("along", self.basis), ("span", self.span), ("steps", self.steps)):
            label = QLabel(title)
            set_look(label, "dim")
            self.add(label)
            self.add(box)
        set_look(self.count, "small")
        for part in (self.count, self.further, self.direction):
            self.add(part)
