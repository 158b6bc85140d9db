"""The widgets of the Evaluate window and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.evaluate.chart_view import ChartView
from latentlab.gui.evaluate.figure_table import FigureTable
from latentlab.gui.evaluate.measure_list import MeasureList
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from latentlab.app.exports import Exports


class Parts:
    """Choice and progress on the left; figures above a chart on the right."""

    def __init__(self, exports: Exports, owner: QWidget) -> None:
        self.about, self.note, self.empty = QLabel(), QLabel(), QLabel()
        self.measures, self.table = MeasureList(), FigureTable()
        self.usual = _button("Usual", "Choose all quick measures that fit the model")
        self.none = _button("None", "Choose nothing")
        self.fresh = QCheckBox("Measure anew")
        self.fresh.setToolTip("Also what was measured before, by the same weights, data and code")
        self.start = _button("Evaluate", "Measure in the background; you can go on working")
        self.start.setProperty("look", "primary")
        self.cancel = _button("Cancel", "Leave; what is measured so far stays")
        self.bar = QProgressBar(maximum=1000, textVisible=False)
        self.bar.setAccessibleName("Progress")
        self.chooser = QComboBox()
        self.chooser.setAccessibleName("Chart")
        self.chart = ChartView(exports)
        self._build(owner)

    def say(self, text: str, look: str) -> None:
        """One sentence below the progress."""
        self.note.setText(text)
        self.note.setVisible(bool(text))
        set_look(self.note, look if text else "dim")

    def restyle(self) -> None:
        """Sizes of the theme in use."""
        px = theme().px
        self._whole.setContentsMargins(px(14), px(12), px(14), px(12))
        self._whole.setSpacing(px(12))
        self._left.setFixedWidth(px(290))
        for column in (self._left.layout(), self._right.layout()):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(px(7))

    def _build(self, owner: QWidget) -> None:
        for label in (self.about, self.note, self.empty):
            label.setWordWrap(True)
            label.setProperty("look", "dim")
        self._left, self._right = QWidget(), QWidget()
        left = QVBoxLayout(self._left)
        left.addWidget(self.about)
        left.addWidget(self.measures, 1)
        left.addLayout(_row(self.usual, self.none, None, self.fresh))
        left.addWidget(self.bar)
        left.addWidget(self.note)
        left.addWidget(self.start)
        left.addWidget(self.cancel)
        right = QVBoxLayout(self._right)
        right.addWidget(self.empty)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chooser)
        column.addWidget(self.chart, 1)
        split.addWidget(below)
        split.setSizes([300, 340])
        right.addWidget(split, 1)
        self._whole = QHBoxLayout(owner)
        self._whole.addWidget(self._left)
        self._whole.addWidget(self._right, 1)


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row


def _button(title: str, tooltip: str) -> QPushButton:
    button = QPushButton(title)
    button.setAccessibleName(title)
    button.setToolTip(tooltip)
    button.setAutoDefault(False)
    return button
