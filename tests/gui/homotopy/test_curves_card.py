"""The curves with their chooser: what a classifier adds, and what is said where none serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from latentlab.app.homotopy_curves import Curves, Line
from latentlab.app.homotopy_judging import JudgeFact
from latentlab.app.yardstick import Yardstick
from latentlab.gui.homotopy.curves_card import CurvesCard
from tests.gui.homotopy.hand import A, B, settle
from tests.helpers import write_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.tabs.homotopy import HomotopyTab

READER = Yardstick("reader", Path("reader"), "w", reads_labels=True, accuracy=99.48)
FEATURES, LABELS = 1, 4  # places in the chooser
T = np.linspace(0, 1, 41)
TIP = Qt.ItemDataRole.ToolTipRole


@pytest.fixture
def card(qtbot: QtBot) -> CurvesCard:
    made = CurvesCard()
    qtbot.addWidget(made)
    qtbot.addWidget(made.words)  # the tab has it below the plot and the map
    made.resize(560, 240)
    made.show()
    return made


def curves(*, features: bool = True, yardstick: Yardstick | None = READER) -> Curves:
    flat = {"pixel": Line(T, np.full(41, 4.0)), "latent": Line(T, np.full(41, 2.0))}
    labels = {"pixel": Line(T, np.round(T)), "latent": Line(T, np.round(T))}
    lines = {"distance": flat, "feature": flat if features else {}, "label": labels}
    names = ("zero", "one")
    predicted = yardstick is not None and yardstick.reads_labels
    return Curves(lines, "training images", names, 1, yardstick, predicted)


def test_features_can_be_chosen_where_a_classifier_is(card: CurvesCard, qtbot: QtBot) -> None:
    card.show_curves(curves(), "distance", judge=JudgeFact(READER))
    with qtbot.waitSignal(card.measure_chosen) as told:
        card.chooser.setCurrentIndex(FEATURES)
    assert told.args == ["feature"]
    card.show_curves(curves(), "feature", judge=JudgeFact(READER))
    assert card.chooser.currentText() == "distance to real images, in features"
    assert card.measure == "feature"
    assert set(card.plot.lines) == {"pixel", "latent"}
    assert card.against.full_text == "of the training images, seen by reader"
    assert "99.5 %" in card.chooser.toolTip()
    assert "learned to tell\nlabels only" in card.chooser.toolTip()
    assert "a classifier of ours" in card.words.text()


def test_the_label_is_named_as_what_the_classifier_says(card: CurvesCard) -> None:
    card.show_curves(curves(), "label", judge=JudgeFact(READER))
    assert card.against.full_text == "by reader, 99.5 % right"
    assert "said by reader, right on 99.5 % of test images" in card.words.text()
    assert "reader, right on 99.5 %" in card.chooser.itemData(LABELS, TIP)
    card.show_curves(curves(yardstick=None), "label")
    assert card.against.full_text == "of the training images"
    assert "label of the nearest images" in card.words.text()


def test_one_of_attributes_says_that_it_knows_no_labels(card: CurvesCard) -> None:
    eye = Yardstick("eye", Path("eye"), "w", reads_labels=False)
    card.show_curves(curves(yardstick=eye), "label", judge=JudgeFact(eye))
    assert "eye reads attributes, no labels" in card.chooser.toolTip()
    assert "label of the nearest images" in card.words.text()


def test_without_a_classifier_pixels_serve_and_the_choice_says_why(card: CurvesCard) -> None:
    card.show_curves(curves(yardstick=None), "feature")
    assert card.measure == "distance"
    assert card.chooser.currentText() == "distance to real images, in pixels"
    assert not card.chooser.model().item(FEATURES).isEnabled()
    assert "Train a classifier" in card.chooser.itemData(FEATURES, TIP)
    assert card.words.text().startswith("No trained classifier of this dataset is here")
    assert set(card.plot.lines) == {"pixel", "latent"}
    card.show_curves(curves(), "feature", judge=JudgeFact(READER))
    assert card.chooser.model().item(FEATURES).isEnabled()
    assert card.measure == "feature", "it was chosen all the time"


@pytest.mark.parametrize(
    ("measure", "end"),
    [("feature", "So distances are in pixels."), ("label", "So the nearest images vote.")],
)
def test_one_that_fails_is_told_in_one_sentence(card: CurvesCard, measure: str, end: str) -> None:
    fact = JudgeFact(problem="The classifier reader does not serve: it is damaged.")
    card.show_curves(curves(yardstick=None), measure, judge=fact)
    assert card.words.text() == f"{fact.problem} {end}"
    assert card.plot.lines
    card.show_curves(curves(yardstick=None), "distance", judge=fact)
    assert "does not serve" not in card.words.text(), "here nobody needs it"


def test_progress_is_seen_while_features_are_gathered(card: CurvesCard) -> None:
    note = "The classifier looks at the real images, once: 1,500 of 10,000 …"
    card.show_curves(curves(features=False), "feature", judge=JudgeFact(READER, note))
    assert card.words.text() == note
    assert card.plot.lines == {}
    card.show_curves(curves(features=False), "feature", judge=JudgeFact(READER))
    assert card.words.text() == "Measuring …"
    card.show_curves(None, "feature", judge=JudgeFact(READER, note))
    assert card.words.text() == "Measuring …"


@pytest.mark.parametrize("measure", ["distance", "feature", "label"])
def test_nothing_is_cut_off(card: CurvesCard, measure: str) -> None:
    card.show_curves(curves(), measure, judge=JudgeFact(READER))
    metrics = card.chooser.fontMetrics()
    assert metrics.horizontalAdvance(card.chooser.currentText()) < card.chooser.width() - 20
    assert card.against.text() == card.against.full_text
    assert card.legend.text().count(QColor("black").name()) == 0
    assert card.legend.text().count("━") == 2


def test_the_tab_shows_what_a_classifier_of_the_library_sees(
    open_tab: Callable[..., HomotopyTab], lab: Lab, qtbot: QtBot
) -> None:
    tab = open_tab(stops=(A, B))
    shown = tab.page.curves
    assert not shown.chooser.model().item(FEATURES).isEnabled()
    data = lab.model.require().data
    write_model(
        lab.registry.library, "reader", capabilities=("encode", "classify"), data=data,
        config={"target": "labels"}, family="classifier",
    )  # fmt: skip
    lab.registry.rescan()
    rows = settle(lab, qtbot)
    qtbot.waitUntil(lambda: rows.curves is not None and rows.curves.predicted)
    lab.session.set_homotopy(curve="feature")
    qtbot.waitUntil(lambda: set(shown.plot.lines) == {"pixel", "latent"})
    settle(lab, qtbot)
    assert shown.measure == "feature"
    assert "reader" in shown.against.full_text
    assert lab.homotopy.curves.yardstick.id == "reader"
