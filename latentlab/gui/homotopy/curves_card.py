"""The curves with their chooser, the values at t by row, and one sentence of what one sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from latentlab.app.homotopy_curves import explain
from latentlab.app.homotopy_judging import JudgeFact
from latentlab.app.homotopy_plan import TITLES
from latentlab.gui.homotopy.colours import row_color
from latentlab.gui.homotopy.curve_plot import CurvePlot
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from latentlab.app.homotopy_curves import Curves, Measure

_TITLES: dict[Measure, str] = {
    "distance": "distance to real images, in pixels",
    "feature": "distance to real images, in features",
    "step": "step size in pixels",
    "norm": "norm of z",
    "label": "predicted label",
}
_TIPS: dict[Measure, str] = {
    "distance": "How far each picture is from real ones: Euclidean over pixels from 0 to 1",
    "feature": "How far each picture is from real ones for a classifier of the dataset: Euclidean\n"
    "over its features, what it sees before it names the label. Ours, and learned to tell\n"
    "labels only: what makes no difference to a label, they may not see",
    "step": "How far each picture is from the one before: Euclidean over pixels from 0 to 1",
    "norm": "How far each code is from the origin; the pixel row has none",
    "label": "What a classifier of the dataset says; without one, what most of the five nearest\n"
    "real images show",
}
_NO_JUDGE = JudgeFact()
_NO_CLASSIFIER = "No trained classifier of this dataset is here: distances are in pixels."


class CurvesCard(QWidget):
    """Obeys `show_curves` and `show_t`."""

    measure_chosen = Signal(str)
    t_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chooser, self.against = QComboBox(), ElidedLabel()
        self.plot, self.legend, self.words = CurvePlot(), QLabel(), QLabel()
        self._measure: Measure = "distance"
        self._curves: Curves | None = None
        self._judge = JudgeFact()
        self._t, self._reading = 0.0, False
        self._build()
        self.chooser.currentIndexChanged.connect(self._on_chosen)
        self.plot.hovered.connect(self._on_hovered)
        self.plot.chosen.connect(self.t_chosen)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def measure(self) -> Measure:
        """What is drawn: pixels where features were chosen but no classifier serves."""
        if self._measure == "feature" and self._judge.yardstick is None:
            return "distance"
        return self._measure

    def show_curves(
        self,
        curves: Curves | None,
        measure: Measure,
        problem: str = "",
        judge: JudgeFact = _NO_JUDGE,
    ) -> None:
        """The curves of one measure; None while they are being measured."""
        self._curves, self._measure, self._judge = curves, measure, judge
        self._show_choice()
        lines = {} if curves is None else curves.of(self.measure)
        names = curves.label_names if curves is not None and measure == "label" else None
        self.plot.show_lines(lines, names)
        self.against.set_full_text(self._against())
        self.words.setText(problem or self._words())
        self._show_values(self._t)
        self._keep_lines()

    def _show_choice(self) -> None:
        """Features can be chosen where there is a classifier; who it is, the tip says."""
        yardstick, measures = self._judge.yardstick, list(_TITLES)
        with QSignalBlocker(self.chooser):
            self.chooser.setCurrentIndex(measures.index(self.measure))
        item = self.chooser.model().item(measures.index("feature"))
        item.setEnabled(yardstick is not None)
        for at, measure in enumerate(measures):
            self.chooser.setItemData(at, self._tip(measure), Qt.ItemDataRole.ToolTipRole)
        self.chooser.setToolTip(self._tip(self.measure))

    def _tip(self, measure: Measure) -> str:
        yardstick = self._judge.yardstick
        if measure == "feature" and yardstick is None:
            return "Train a classifier of this dataset to see this"
        if yardstick is None or measure not in ("feature", "label"):
            return _TIPS[measure]
        if measure == "label" and not yardstick.reads_labels:
            return f"{_TIPS[measure]}.\n{yardstick.id} reads attributes, no labels"
        return f"{_TIPS[measure]}.\nHere it is {yardstick.words}"

    def show_t(self, t: float) -> None:
        """The moving line, and the values there unless the mouse reads others."""
        self._t = t
        self.plot.show_t(t)
        if not self._reading:
            self._show_values(t)

    def _words(self) -> str:
        wanted, judge = self._measure, self._judge
        if self._curves is None:
            return "Measuring …"
        if wanted in ("feature", "label") and judge.problem:
            instead = (
                "distances are in pixels" if wanted == "feature" else "the nearest images vote"
            )
            return f"{judge.problem} So {instead}."
        told = explain(self._curves, self.measure)
        if self.measure == "feature" and not told:
            return judge.note or "Measuring …"
        told = told or "There are no real images here to measure against."
        return told if self.measure == wanted else f"{_NO_CLASSIFIER} {told}"

    def _against(self) -> str:
        curves, measure = self._curves, self.measure
        if curves is None or measure not in ("distance", "feature", "label"):
            return ""
        if measure == "label" and curves.predicted and curves.yardstick is not None:
            return f"by {curves.yardstick.brief}"
        by = f", seen by {curves.yardstick.id}" if measure == "feature" and curves.yardstick else ""
        if curves.against == "training images":
            return f"of the training images{by}"
        return f"among decoded test images{by}; the originals are not on this machine"

    def _show_values(self, t: float) -> None:
        parts = [f"t = {t:.2f}"]
        for kind in self.plot.lines:
            mark = f"<span style='color:{row_color(kind).name()}'>━</span>"
            parts.append(f"{mark} {TITLES[kind]} <b>{self.plot.words(kind, t)}</b>")
        text = " &nbsp; ".join(
            part.replace(" ", "&nbsp;") if part[0] == "t" else part for part in parts
        )
        self.legend.setText(text if self.plot.lines else "")

    def _keep_lines(self) -> None:
        """As many lines of values as now, whatever t makes of their digits: nothing shakes."""
        self.legend.setMinimumHeight(0)
        self.legend.setMinimumHeight(max(0, self.legend.heightForWidth(self.legend.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other lines."""
        super().resizeEvent(event)
        self._keep_lines()

    def _restyle(self) -> None:
        """Room for two lines of words: with one, all would jump when the second comes."""
        self.words.setMinimumHeight(2 * self.words.fontMetrics().lineSpacing())
        self._show_values(self._t)

    def _on_hovered(self, t: float | None) -> None:
        self._reading = t is not None
        self.plot.show_reading(t)
        self._show_values(self._t if t is None else t)

    def _on_chosen(self, at: int) -> None:
        self.measure_chosen.emit(list(_TITLES)[at])

    def _build(self) -> None:
        self.chooser.addItems(list(_TITLES.values()))
        self.chooser.setAccessibleName("what the curves show")
        for label in (self.against, self.legend):
            set_look(label, "small")
        set_look(self.words, "dim")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        for label in (self.legend, self.words):
            label.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(self.chooser)
        head.addWidget(self.against, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.legend)
        column.addWidget(self.plot, 1)
