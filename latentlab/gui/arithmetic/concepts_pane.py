"""Concepts: directions that have a name, or that nobody had to look for, each as a slider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.concept_sliders import ConceptSliders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.gui.widgets.concept_sliders import Concept


class ConceptsPane(QWidget):
    """Emits intents, obeys `show_*`."""

    source_chosen = Signal(str)  # which directions: a key of `show_sources`
    name_wanted = Signal()  # for the difference of the sheet
    reset_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sources, self.sliders = QComboBox(), ConceptSliders()
        self.name, self.reset = QPushButton("Name this difference…"), QPushButton("All to 0")
        self.words = QLabel()
        self._keys: tuple[str, ...] = ()
        self._build()
        self.sources.activated.connect(lambda at: self.source_chosen.emit(self._keys[at]))
        self.name.clicked.connect(self.name_wanted)
        self.reset.clicked.connect(self.reset_wanted)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_sources(self, sources: dict[str, str], chosen: str) -> None:
        """Titles by key, and the one that is shown."""
        with QSignalBlocker(self.sources):
            if tuple(sources) != self._keys:
                self._keys = tuple(sources)
                self.sources.clear()
                self.sources.addItems(list(sources.values()))
            if chosen in self._keys:
                self.sources.setCurrentIndex(self._keys.index(chosen))

    def show_concepts(
        self, concepts: Sequence[Concept], values: dict[str, float], *, words: str = ""
    ) -> None:
        """A slider each; `words` where there is none, or why."""
        self.sliders.show_concepts(concepts)
        self.sliders.show_values(values)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.reset.setEnabled(any(values.values()))

    def show_able(self, able: bool) -> None:
        """Whether there is a difference to name."""
        self.name.setEnabled(able)

    def _build(self) -> None:
        self.setAccessibleName("Concepts")
        self.sources.setAccessibleName("Which directions")
        self.sources.setToolTip("Named ones, or those that no one had to label")
        self.sources.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.name.setToolTip("Keep what is added to the first term as a direction with a name")
        self.reset.setToolTip("No concept is added to the result")
        set_look(self.words, "dim")
        self.words.setWordWrap(True)
        scroll, inside = QScrollArea(), QWidget()
        set_look(inside, "bare")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.words)
        column.addWidget(self.sliders)
        column.addStretch(1)
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.sources)
        self._column.addWidget(scroll, 1)
        self._column.addWidget(self.reset)
        self._column.addWidget(self.name)
        self.setFocusProxy(self.sources)

    def _restyle(self) -> None:
        self._column.setSpacing(theme().px(6))
