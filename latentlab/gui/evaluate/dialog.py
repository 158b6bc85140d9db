"""The Evaluate window of one model: what to measure, how far it is, what came out.

It stays open beside the main window, and what it started goes on when it is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from latentlab.app import score_charts
from latentlab.app.evaluation import choices, judge_of
from latentlab.core.metrics import KINDS
from latentlab.gui.evaluate.layout import Parts
from latentlab.gui.plot_files import PlotOutlet, PlotProposal
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.score_charts import Chart
    from latentlab.engine.score_shelf import Scores

_MODELS = "models"  # the chart that compares them, by the chosen figure


class EvaluateDialog(QDialog):
    """Obeys the evaluations of the lab; `show_model` says whose they are."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.model = ""
        self._scores: dict[str, Scores] = {}
        self._charts: list[Chart] = []
        self._labels: tuple[str, ...] = ()  # of the dataset
        self.parts = Parts(lab.exports, self)
        self._table_outlet = PlotOutlet(lab.exports, self._propose_table)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_model(self, model: str) -> None:
        """Open, or come to the front, for this model."""
        if model != self.model:
            self.model, self._scores = model, {}
            self.parts.measures.boxes.clear()  # another model's choice says nothing here
            self._say("")
        self._show_choices()
        self._show_running()
        self._show_scores()
        self._load()
        self.show()
        self.raise_()
        self.activateWindow()

    # -- intents -------------------------------------------------------------------------------

    def _on_start(self) -> None:
        fresh = self.parts.fresh.isChecked()
        names = self.parts.measures.chosen
        self._say(self._lab.evaluations.start(self.model, names, fresh=fresh), "error")

    def _on_looked_at(self, _name: str) -> None:
        self._show_charts(_MODELS)

    def _on_chart(self) -> None:
        self._draw()

    # -- facts ---------------------------------------------------------------------------------

    def _on_scored(self, model: str) -> None:
        if self.isVisible() and model in self._lab.evaluations.peers(self.model):
            self._load()

    def _on_said(self, model: str, text: str) -> None:
        if model == self.model:
            self._say(text)

    def _on_ended(self, model: str, problem: str) -> None:
        if model == self.model and self.isVisible():
            self._say(problem or "", "error" if problem else "dim")
        elif problem:
            self._lab.message.emit(problem, "error")
        else:
            self._lab.message.emit(f"{model} was measured", "info")

    def _on_registry(self) -> None:
        if self.isVisible():
            self._show_choices()

    def _load(self) -> None:
        peers = self._lab.evaluations.peers(self.model)
        self._lab.evaluations.load(peers, self._on_loaded)

    def _on_loaded(self, scores: dict[str, Scores]) -> None:
        if self.model in scores:
            self._scores = scores
            self._show_scores()

    # -- what is shown -------------------------------------------------------------------------

    def _show_choices(self) -> None:
        card = next((c for c in self._lab.registry.cards() if c.id == self.model), None)
        if card is None or card.manifest is None:
            self.close()  # it was removed
            return
        judge = judge_of(self._lab.registry, card.manifest)
        who = f"judged by {judge.id}" if judge else "no classifier to judge by"
        self.setWindowTitle(f"Evaluate {self.model}")
        self._labels = card.manifest.data.label_names
        self.parts.about.setText(f"{card.manifest.data.title}, {who}")
        self.parts.measures.show_choices(choices(self._lab.registry, card.manifest))

    def _show_running(self) -> None:
        running, parts = self._lab.evaluations.running, self.parts
        parts.start.setVisible(running is None)
        parts.cancel.setVisible(running is not None)
        parts.bar.setVisible(running is not None)
        parts.start.setEnabled(bool(parts.measures.chosen))
        parts.measures.setEnabled(running is None)
        if running is None:
            return
        parts.cancel.setEnabled(not running.is_leaving)
        parts.bar.setValue(round(1000 * running.share))
        now = KINDS[running.now].title if running.now in KINDS else "Starting"
        of = "" if running.model == self.model else f" of {running.model}"
        words = "Leaving; what is measured stays…" if running.is_leaving else f"{now}{of}…"
        self._say(words)

    def _show_scores(self) -> None:
        scores, parts = self._scores.get(self.model), self.parts
        rows = score_charts.rows(scores.figures) if scores else []
        parts.table.show_rows(rows)
        parts.empty.setVisible(not rows)
        parts.empty.setText("No figures yet." if self._scores else "Reading…")
        self._show_charts()

    def _show_charts(self, wanted: str = "") -> None:
        scores, rows = self._scores.get(self.model), self.parts.table.rows
        known = {model: found.figures for model, found in self._scores.items()}
        others = {model: figures for model, figures in known.items() if model != self.model}
        self._charts = score_charts.charts(scores, others, self._labels) if scores else []
        figure = self.parts.table.chosen or (rows[0].name if rows else "")
        of_models = score_charts.compared(figure, known)
        if of_models is not None:
            self._charts.append(of_models)
        self._fill_chooser(wanted, of_models)
        self._draw()

    def _fill_chooser(self, wanted: str, of_models: Chart | None) -> None:
        chooser = self.parts.chooser
        wanted = wanted or chooser.currentData() or ""
        chooser.blockSignals(True)
        chooser.clear()
        for chart in self._charts:
            is_models = chart is of_models
            title = f"Models: {chart.title}" if is_models else chart.title
            chooser.addItem(title, _MODELS if is_models else chart.name)
        chooser.setCurrentIndex(max(0, chooser.findData(wanted)))
        chooser.setEnabled(bool(self._charts))
        chooser.blockSignals(False)

    def _draw(self) -> None:
        place = self.parts.chooser.currentIndex()
        chart = self._charts[place] if 0 <= place < len(self._charts) else None
        self.parts.chart.show_chart(chart, self.model)

    def _say(self, text: str, look: str = "dim") -> None:
        self.parts.say(text, look)

    # -- inside --------------------------------------------------------------------------------

    def _connect(self) -> None:
        lab, parts = self._lab, self.parts
        parts.start.clicked.connect(self._on_start)
        parts.cancel.clicked.connect(lab.evaluations.cancel)
        parts.usual.clicked.connect(parts.measures.choose_usual)
        parts.none.clicked.connect(lambda: parts.measures.choose([]))
        parts.measures.changed.connect(self._show_running)
        parts.table.looked_at.connect(self._on_looked_at)
        parts.table.command_asked.connect(lambda text: lab.exports.copy_text(text, "Command"))
        parts.table.export_asked.connect(lambda: self._table_outlet.act("data"))
        parts.chooser.currentIndexChanged.connect(self._on_chart)
        lab.evaluations.changed.connect(self._show_running)
        lab.evaluations.scored.connect(self._on_scored)
        lab.evaluations.said.connect(self._on_said)
        lab.evaluations.ended.connect(self._on_ended)
        lab.registry.changed.connect(self._on_registry)

    def _propose_table(self) -> PlotProposal | None:
        if not self.parts.table.rows:
            return None
        return PlotProposal(f"{self.model}-figures", self.parts.chart, self._table_arrays)

    def _table_arrays(self) -> dict[str, NDArray[np.generic]]:
        return score_charts.table(self.parts.table.rows)

    def _restyle(self) -> None:
        self.parts.restyle()
        if not self.isVisible():
            self.resize(theme().px(960), theme().px(640))
