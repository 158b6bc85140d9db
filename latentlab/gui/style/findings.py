"""What was measured of a style sheet, in words: obedience and leakage, good or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QPushButton

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

Tone = Literal["good", "warn", "dim"]
_DOTS: dict[Tone, str] = {"good": "●", "warn": "▲", "dim": "○"}  # not by colour alone

_OBEYED_TIP = (
    "Obedience: a classifier looks at every picture; it obeys when the classifier sees the label "
    "that the model was told. Marks in the cells say what it sees instead."
)
_LEAKAGE_TIP = (
    "Leakage: a linear probe learns to read the label from z on one half of the encoded images "
    "and is tested on the other. Near chance, z holds style only; far above, a row brings some of "
    "its own label into every column."
)


class Findings(QFrame):
    """Two sentences, each with a mark; obeys `show_*`."""

    judged_toggled = Signal(bool)
    copy_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.obedience, self.leakage = ElidedLabel(), ElidedLabel()
        self._dots = {self.obedience: QLabel(), self.leakage: QLabel()}
        self._tones: dict[ElidedLabel, Tone] = {self.obedience: "dim", self.leakage: "dim"}
        self.judged = QCheckBox("judge")
        self.copy = QPushButton("Copy command")
        self._build()
        self.judged.toggled.connect(self.judged_toggled)
        self.copy.clicked.connect(self.copy_wanted)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_obedience(self, words: str, tone: Tone, short: str = "") -> None:
        """How often the told label is seen; `short` says it where there is little room."""
        self._show(self.obedience, words, tone, short, _OBEYED_TIP)

    def show_leakage(self, words: str, tone: Tone, short: str = "") -> None:
        """How much of the label z holds."""
        self._show(self.leakage, words, tone, short, _LEAKAGE_TIP)

    def show_judged(self, judged: bool, *, able: bool) -> None:
        """Whether a classifier is asked; `able`: there is one, else a command trains it."""
        with QSignalBlocker(self.judged):
            self.judged.setChecked(judged)
        self.judged.setVisible(able)
        self.copy.setVisible(not able)

    def tone_of(self, label: ElidedLabel) -> Tone:
        """Whether it is good news."""
        return self._tones[label]

    def _show(self, label: ElidedLabel, words: str, tone: Tone, short: str, tip: str) -> None:
        if (words, tone) != (label.full_text, self._tones[label]):
            label.set_full_text(words, short=short, tip=tip)
            self._tones[label] = tone
            self._restyle()

    def _build(self) -> None:
        set_look(self, "card")
        self.setAccessibleName("What was measured")
        self.judged.setToolTip("Let a classifier look at every picture")
        set_look(self.copy, "quiet")
        self.copy.setToolTip("Copy the command line that trains a classifier of this data")
        self.copy.hide()
        grid = QGridLayout(self)
        grid.setVerticalSpacing(1)
        for row, label in enumerate((self.obedience, self.leakage)):
            grid.addWidget(self._dots[label], row, 0)
            grid.addWidget(label, row, 1)
        grid.addWidget(self.judged, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.copy, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)

    def _restyle(self) -> None:
        px = theme().px
        self.layout().setContentsMargins(px(8), px(4), px(8), px(4))
        for label, dot in self._dots.items():
            tone = self._tones[label]
            dot.setText(_DOTS[tone])
            dot.setStyleSheet(f"color: {theme().color(tone).name()}")
            dot.setVisible(bool(label.full_text))
