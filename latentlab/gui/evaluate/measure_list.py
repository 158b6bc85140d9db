"""Measures to choose from, by group, each with a line on what it says or what stands against it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from latentlab.core.metrics import GROUPS
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.evaluation import Choice


class MeasureList(QScrollArea):
    """Obeys `show_choices`; tells when the choice changes."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        self._usual: list[str] = []
        self._words: list[QLabel] = []
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Measures")
        theme().changed.connect(self._restyle)

    @property
    def chosen(self) -> list[str]:
        """Names, in their order."""
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def choose(self, names: Sequence[str]) -> None:
        """These and no others, as far as they can be chosen."""
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(name in names and box.isEnabled())
            box.blockSignals(False)
        self.changed.emit()

    def choose_usual(self) -> None:
        """What is measured when nobody chooses."""
        self.choose(self._usual)

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """All of them anew; what was chosen before stays chosen, at first the usual ones."""
        before = self.chosen if self.boxes else None
        self._usual = [choice.name for choice in choices if choice.is_usual]
        self.boxes, self._words = {}, []
        page = QWidget()
        page.setProperty("look", "bare")
        column = QVBoxLayout(page)
        ordered = sorted(choices, key=lambda choice: GROUPS.index(choice.kind.group))
        for group, members in groupby(ordered, key=lambda choice: choice.kind.group):
            title = QLabel(group)
            title.setProperty("look", "title")
            column.addWidget(title)
            for choice in members:
                column.addWidget(self._box(choice))
                column.addWidget(self._line(choice))
        column.addStretch(1)
        self.setWidget(page)
        self._restyle()
        self.choose(self._usual if before is None else before)

    def _box(self, choice: Choice) -> QCheckBox:
        box = QCheckBox(choice.kind.title + (" (slow)" if choice.kind.slow else ""))
        box.setEnabled(not choice.obstacle)
        box.setToolTip(f"latentlab evaluate --metrics {choice.name}")
        box.toggled.connect(self.changed)
        self.boxes[choice.name] = box
        return box

    def _line(self, choice: Choice) -> QLabel:
        words = f"Not here: {choice.obstacle}." if choice.obstacle else choice.kind.words
        line = QLabel(words)
        line.setWordWrap(True)
        line.setProperty("look", "small")
        line.setEnabled(not choice.obstacle)
        self._words.append(line)
        return line

    def _restyle(self) -> None:
        px, page = theme().px, self.widget()
        if page is not None and page.layout() is not None:
            page.layout().setContentsMargins(px(10), px(8), px(10), px(8))
            page.layout().setSpacing(px(3))
        for line in self._words:
            line.setContentsMargins(px(22), 0, 0, px(4))
