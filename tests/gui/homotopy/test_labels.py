"""Rows of a conditional model: labels move from stop to stop, or stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app.endpoints import reference_of_pin
from latentlab.core.recipe import Travel
from tests.gui.homotopy.hand import settle
from tests.helpers import write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.homotopy.rows_mode import RowsMode
    from latentlab.gui.tabs.homotopy import HomotopyTab

STOPS = ("label:0", "label:2")


@pytest.fixture
def pane(shipped: Path, lab: Lab, open_tab: Callable[..., HomotopyTab], qtbot: QtBot) -> RowsMode:
    write_model(shipped, "told", capabilities=("encode", "decode", "label"))
    lab.registry.rescan()
    lab.choose_model("told")
    qtbot.waitUntil(lambda: lab.latents is not None and lab.plane is not None)
    tab = open_tab(stops=STOPS, steps=5)
    settle(lab, qtbot)
    return tab.page


def marks(lab: Lab) -> list[int]:
    """What the pictures of the latent line say they were told."""
    return np.asarray(lab.homotopy.strips["latent"])[:, 0, -1, -1].astype(int).tolist()


def test_labels_move_as_shares_and_the_recipe_holds_them(pane: RowsMode, lab: Lab) -> None:
    assert pane.stops.labels.isVisibleTo(pane)
    assert pane.stops.labels.isChecked()
    assert marks(lab) == [110, 107, 105, 102, 100], "100 and ten times the share of the first"
    (row,) = (row for row in lab.homotopy.plan.recipe_rows() if isinstance(row, Travel))
    assert row.labels == ((1, 0, 0), (0, 0, 1))
    assert lab.homotopy.label(0.0) == 0
    assert lab.homotopy.label(0.5) == (0.5, 0.0, 0.5)


def test_labels_that_stay_are_the_session_s(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    pane.stops.labels.click()
    assert not lab.session.state.homotopy.labels_move
    qtbot.waitUntil(lambda: marks(lab) == [100] * 5)
    lab.session.choose_label(1)
    qtbot.waitUntil(lambda: marks(lab) == [101] * 5)
    for _ in range(2):
        lab.session.undo()
    assert pane.stops.labels.isChecked()


def test_ends_without_a_label_follow_the_inspector(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    lab.session.set_homotopy(stops=("z:0.0,0.0", "label:2"))
    settle(lab, qtbot)
    qtbot.waitUntil(lambda: marks(lab)[0] == 110)
    lab.session.choose_label(1)
    qtbot.waitUntil(lambda: marks(lab)[0] == 100 and lab.homotopy.label(0.0) == 1)
    end = lab.homotopy.stops[0].endpoint
    assert end is not None
    assert (end.told, end.is_own, int(end.picture[0, -1, -1])) == (1, False, 101)
    lab.session.choose_label(2)
    qtbot.waitUntil(lambda: lab.homotopy.plan is not None and lab.homotopy.plan.label == 2)
    assert lab.homotopy.plan.labels == (), "both ends have the same"


def test_a_step_takes_its_label_to_the_inspector_and_the_tray(
    pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    pane.presenter._send("latent", 1.0)
    assert lab.session.state.label == 2
    settle(lab, qtbot)
    pane.presenter._pin("latent", 0.5)
    assert lab.session.state.pins[0].label == (0.5, 0.0, 0.5)


def test_a_plain_model_has_no_such_switch(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    lab.choose_model("mnist-vae-2")
    qtbot.waitUntil(lambda: not pane.stops.labels.isVisibleTo(pane))
    settle(lab, qtbot)
    assert lab.homotopy.plan.told([0.5]) is None


def test_a_pin_as_an_end_keeps_its_label(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    pin = lab.session.pin([0.5, 0.5], label=1)
    assert pin is not None
    lab.session.set_stop(0, str(reference_of_pin(pin)))
    settle(lab, qtbot)
    assert lab.homotopy.label(0.0) == 1
    lab.session.choose_label(2)
    assert lab.homotopy.label(0.0) == 1
