"""One slider for each named direction, in standard deviations of the encoded data along it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.latent_sliders import STEPS, ValueEdit, parse_number
from latentlab.gui.widgets.quiet import QuietSlider

if TYPE_CHECKING:
    from collections.abc import Sequence

REACH = 3.0  # sigma at the ends of a slider; typing may go beyond


@dataclass(frozen=True)
class Concept:
    """A direction that can be applied."""

    key: str
    title: str
    tip: str = ""
    is_named: bool = True  # else its button gives it a name


class _Row:
    """The parts of one slider."""

    def __init__(self, concept: Concept) -> None:
        self.concept = concept
        self.title, self.value = ElidedLabel(concept.title), ValueEdit()
        self.slider, self.more = QuietSlider(Qt.Orientation.Horizontal), QToolButton()
        self.sigma = 0.0
        name = concept.title
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 12)
        self.slider.setAccessibleName(f"{name} slider")
        self.slider.setToolTip(
            f"{concept.tip or name}, in σ; a double click on its name: back to 0"
        )
        self.value.setAccessibleName(f"{name} value")
        self.value.setToolTip(f"{name} in σ: type a number, Enter takes it")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight)
        words = "Rename or delete" if concept.is_named else "Give this direction a name"
        self.more.setToolTip(words)
        self.more.setAccessibleName(f"{words}: {name}")
        set_look(self.value, "flat")
        set_look(self.more, "quiet")

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return self.title, self.slider, self.value, self.more

    def show(self, sigma: float) -> None:
        self.sigma = sigma
        share = np.clip((sigma + REACH) / (2 * REACH), 0, 1)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(float(share) * STEPS))
        self.value.setText(f"{sigma:+.2f}".replace("-", "−"))
        self.value.setModified(False)

    def restyle(self) -> None:
        px = theme().px
        icon = "dots-horizontal" if self.concept.is_named else "tag-plus-outline"
        self.more.setIcon(theme().icon(f"mdi6.{icon}", "dim"))
        self.more.setIconSize(QSize(px(13), px(13)))
        self.more.setFixedSize(px(20), px(20))
        self.value.setFixedWidth(px(48))
        self.slider.setMinimumWidth(px(30))
        self.title.setMinimumWidth(px(40))
        self.title.setMaximumWidth(px(96))


class ConceptSliders(QWidget):
    """Emits intents, obeys `show_concepts` and `show_values`."""

    moved = Signal(str, float)  # key, sigma: while a slider moves, and after typing
    released = Signal()
    more_wanted = Signal(str, object)  # key, the button

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[_Row] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)
        self.setAccessibleName("Concepts")
        theme().changed.connect(self._restyle)

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """What is shown."""
        return tuple(row.concept for row in self._rows)

    @property
    def values(self) -> dict[str, float]:
        """Sigma by key."""
        return {row.concept.key: row.sigma for row in self._rows}

    def show_concepts(self, concepts: Sequence[Concept]) -> None:
        """One row each, at 0."""
        if tuple(concepts) == self.concepts:
            return
        for row in self._rows:
            for part in row.parts:
                self._grid.removeWidget(part)
                part.hide()
                part.deleteLater()
        self._rows = [self._made(number, concept) for number, concept in enumerate(concepts)]
        self._restyle()

    def show_values(self, values: dict[str, float]) -> None:
        """Moves the sliders without emitting; 0 where nothing is said."""
        for row in self._rows:
            row.show(values.get(row.concept.key, 0.0))

    # -- inside --------------------------------------------------------------------------------

    def _made(self, number: int, concept: Concept) -> _Row:
        row = _Row(concept)
        for column, part in enumerate(row.parts):
            self._grid.addWidget(part, number, column)
        row.slider.valueChanged.connect(partial(self._on_slid, row))
        row.slider.sliderReleased.connect(self.released)
        row.value.editingFinished.connect(partial(self._on_typed, row))
        row.value.cancelled.connect(lambda: row.show(row.sigma))
        row.more.clicked.connect(lambda: self.more_wanted.emit(concept.key, row.more))
        row.title.mouseDoubleClickEvent = lambda _: self._move(row, 0.0)  # type: ignore[method-assign]
        row.show(0.0)
        return row

    def _on_slid(self, row: _Row, position: int) -> None:
        self._move(row, (2 * position / STEPS - 1) * REACH)

    def _on_typed(self, row: _Row) -> None:
        if not row.value.isModified():
            return
        typed = parse_number(row.value.text().replace("σ", ""))
        if typed is None:
            row.show(row.sigma)
        else:
            self._move(row, typed)

    def _move(self, row: _Row, sigma: float) -> None:
        row.show(round(sigma, 3))
        self.moved.emit(row.concept.key, row.sigma)

    def _restyle(self) -> None:
        self._grid.setHorizontalSpacing(theme().px(4))
        for row in self._rows:
            row.restyle()
