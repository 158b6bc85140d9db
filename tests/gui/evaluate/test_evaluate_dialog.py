"""The Evaluate window on a real Lab; only the process that measures is a script."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from latentlab.core.manifest import Metric
from latentlab.engine import runs
from latentlab.engine.score_shelf import Answer, Question, ScoreShelf, code_version
from latentlab.gui.evaluate.dialog import EvaluateDialog
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.plot_files import PlotProposal
    from latentlab.gui.window import Window
    from tests.gui.conftest import Show

MODEL = "mnist-vae-2"
HEAD = """
import json, sys
def tell(kind, **facts): print(json.dumps({"kind": kind, **facts}), flush=True)
job = json.loads(sys.stdin.readline())
for name in job["metrics"]: tell("began", measure=name)
tell("progress", share=0.4)
"""
DONE = HEAD + 'tell("done")'
PATIENT = HEAD + 'sys.stdin.read(); tell("cancelled")'
FAILING = HEAD + 'tell("failed", text="The disk is full.")'


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentlab.core.paths.cache", lambda: tmp_path / "cache")


@pytest.fixture
def dialog(lab: Lab, show: Show, qtbot: QtBot) -> EvaluateDialog:
    made = show(EvaluateDialog(lab), 960, 640)
    made.show_model(MODEL)
    qtbot.waitUntil(lambda: MODEL in made._scores)
    return made


def playing(lab: Lab, script: str) -> None:
    lab.evaluations._argv = [sys.executable, "-S", "-c", script]


def measured(lab: Lab, model: str, name: str, shown: dict[str, Any], **figures: float) -> None:
    """As if the process had measured a model by `name`."""
    weights = lab.registry.find(model).require().files[runs.WEIGHTS]
    question = Question(name, model, weights, "", "", "test", 5, 50, 0, code_version())
    metrics = {
        key.replace("__", "."): Metric(value=v, unit="u", n=5, title=f"T {key}", command=f"c {key}")
        for key, v in figures.items()
    }
    ScoreShelf().save(
        question, Answer(measure=name, question=tuple(question), figures=metrics), shown
    )


def reloaded(dialog: EvaluateDialog, lab: Lab, qtbot: QtBot, figure: str) -> None:
    lab.evaluations.scored.emit(MODEL)
    qtbot.waitUntil(lambda: figure in [row.name for row in dialog.parts.table.rows])


def test_measures_are_offered_with_reasons(dialog: EvaluateDialog) -> None:
    boxes = dialog.parts.measures.boxes
    assert boxes["psnr"].isChecked()
    assert not boxes["cfid"].isEnabled()
    words = [line.text() for line in dialog.parts.measures._words]
    assert any(text.startswith("Not here: there is no classifier of") for text in words)
    assert "no classifier to judge by" in dialog.parts.about.text()
    dialog.parts.none.click()
    assert not dialog.parts.start.isEnabled()
    assert dialog.parts.measures.chosen == []
    dialog.parts.usual.click()
    assert "psnr" in dialog.parts.measures.chosen
    assert dialog.parts.start.isEnabled()


def test_a_run_from_the_button_to_the_table(dialog: EvaluateDialog, lab: Lab, qtbot: QtBot) -> None:
    playing(lab, DONE)
    dialog.parts.measures.choose(["psnr", "cfid"])
    assert dialog.parts.measures.chosen == ["psnr"], "what is greyed cannot be chosen"
    measured(lab, MODEL, "psnr", {}, psnr=21.5)
    dialog.parts.start.click()
    qtbot.waitUntil(lambda: lab.evaluations.running is None)
    qtbot.waitUntil(lambda: [r.figure.value for r in dialog.parts.table.rows if r.name == "psnr"]
                    == [21.5])  # fmt: skip
    assert dialog.parts.start.isVisible()
    assert not dialog.parts.bar.isVisible()


def test_progress_and_cancel(dialog: EvaluateDialog, lab: Lab, qtbot: QtBot) -> None:
    playing(lab, PATIENT)
    dialog.parts.measures.choose(["psnr"])
    dialog.parts.start.click()
    qtbot.waitUntil(lambda: dialog.parts.bar.value() == 400)
    assert dialog.parts.note.text() == "PSNR…"
    assert not dialog.parts.start.isVisible()
    assert not dialog.parts.measures.isEnabled()
    dialog.parts.cancel.click()
    assert "Leaving" in dialog.parts.note.text()
    qtbot.waitUntil(lambda: lab.evaluations.running is None)
    assert dialog.parts.note.text() == ""
    assert dialog.parts.start.isVisible()


def test_a_failure_is_read_in_the_window_or_in_the_messages(
    dialog: EvaluateDialog, lab: Lab, qtbot: QtBot
) -> None:
    playing(lab, FAILING)
    dialog.parts.start.click()
    qtbot.waitUntil(lambda: dialog.parts.note.text() == "The disk is full.")
    messages: list[str] = []
    lab.message.connect(lambda text, _: messages.append(text))
    dialog.parts.start.click()
    dialog.close()
    qtbot.waitUntil(lambda: "The disk is full." in messages)


def test_charts_follow_the_figures_and_the_chosen_row(
    dialog: EvaluateDialog, lab: Lab, qtbot: QtBot
) -> None:
    shown = {
        "memorisation.made": np.arange(5.0), "memorisation.real": np.arange(4.0),
        "memorisation.samples": np.zeros((3, 1, 8, 8), np.uint8),
        "memorisation.nearest": np.zeros((3, 1, 8, 8), np.uint8),
    }  # fmt: skip
    measured(lab, MODEL, "memorisation", shown, memorisation=50.0, memorisation__floor=49.0)
    measured(lab, "mnist-vae-5", "memorisation", {}, memorisation=60.0)
    reloaded(dialog, lab, qtbot, "memorisation")
    chooser = dialog.parts.chooser
    data = [chooser.itemData(place) for place in range(chooser.count())]
    assert {"memorisation", "nearest", "models"} <= set(data)
    names = [row.name for row in dialog.parts.table.rows]
    dialog.parts.table.selectRow(names.index("memorisation"))
    assert chooser.currentData() == "models"
    chart = dialog.parts.chart.chart
    assert chart is not None
    assert chart.categories == (MODEL, "mnist-vae-5")
    assert chart.rule == (49.0, "real images")
    for place in range(chooser.count()):
        chooser.setCurrentIndex(place)
        image = dialog.parts.chart.grab().toImage()
        ground = image.pixelColor(2, 2)
        painted = {image.pixel(x, y) for x in range(0, image.width(), 3)
                   for y in range(0, image.height(), 3)}  # fmt: skip
        assert len(painted - {ground.rgb()}) > 3, f"{data[place]} is empty"


def test_charts_and_tables_leave_as_files(dialog: EvaluateDialog, lab: Lab, qtbot: QtBot) -> None:
    measured(lab, MODEL, "psnr", {}, psnr=21.5)
    reloaded(dialog, lab, qtbot, "psnr")
    wanted: list[PlotProposal] = []
    copied: list[str] = []
    lab.exports.wanted.connect(wanted.append)
    lab.exports.text_copied.connect(copied.append)
    table = dialog.parts.table
    table.selectRow([row.name for row in table.rows].index("psnr"))
    menu = table.menu()
    for action in menu.actions():
        action.trigger()
    menu.close()
    assert copied == ["c psnr"]
    arrays = wanted[0].arrays
    assert wanted[0].suffix == ".csv"
    assert arrays is not None
    assert 21.5 in arrays()["value"].tolist()
    chart_menu = dialog.parts.chart.menu()
    chart_menu.actions()[0].trigger()
    chart_menu.close()
    assert wanted[1].name == f"{MODEL}-psnr-of-models"
    qtbot.keyClick(dialog.parts.chart, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert len(wanted) == 3


def test_another_model_begins_anew(dialog: EvaluateDialog, qtbot: QtBot) -> None:
    dialog.parts.measures.choose(["psnr"])
    dialog.show_model("mnist-vae-5")
    assert dialog.windowTitle() == "Evaluate mnist-vae-5"
    assert len(dialog.parts.measures.chosen) > 1
    qtbot.waitUntil(lambda: "mnist-vae-5" in dialog._scores)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_all_looks_can_be_painted(dialog: EvaluateDialog, scale: float) -> None:
    theme().configure("dark", scale)
    assert not dialog.grab().isNull()


def test_the_dock_opens_it_and_shows_progress(
    open_window: Callable[[], Window], lab: Lab, qtbot: QtBot
) -> None:
    window = open_window()
    playing(lab, PATIENT)
    panel = window.models
    assert panel.evaluate.isEnabled()
    panel.evaluate.click()
    opened = window.care.evaluate_dialog
    assert opened is not None
    assert opened.model == lab.session.state.model
    assert opened.isVisible()
    opened.parts.start.click()
    qtbot.waitUntil(lambda: panel.evaluate.text() == "Evaluating… 40%")
    menu = panel.menu_of(MODEL)
    assert "Evaluate…" in [action.text() for action in menu.actions()]
    menu.deleteLater()
    opened.close()
    lab.evaluations.cancel()
    qtbot.waitUntil(lambda: panel.evaluate.text() == "Evaluate…")
