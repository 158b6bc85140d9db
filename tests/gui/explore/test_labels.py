"""The map of a conditional model: everything decodes with a label, images with their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.gui.explore.cursor_presenter import HINT
from tests.gui.explore.hand import click, move
from tests.helpers import write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.tabs.explore import ExploreTab


@pytest.fixture
def library(shipped: Path) -> Path:
    write_model(shipped, "told", capabilities=("encode", "decode", "label"))
    write_model(shipped, "reader", capabilities=("encode", "classify"))
    return shipped


@pytest.fixture
def told(library: Path, open_tab: Callable[..., ExploreTab], lab: Lab) -> ExploreTab:
    lab.registry.rescan()
    return open_tab("told")


def edge(tab: ExploreTab) -> tuple[int, float, float]:
    """The topmost point that is not of class 0."""
    points = tab.panel.points
    row = max((row for row in range(len(points)) if row % 3), key=lambda row: points[row][1])
    return row, float(points[row][0]), float(points[row][1])


def test_a_point_is_shown_with_its_own_label_and_a_click_takes_it(
    told: ExploreTab, lab: Lab, qtbot: QtBot
) -> None:
    row, x, y = edge(told)
    move(told, 0.0, 0.0)
    move(told, x, y)
    qtbot.waitUntil(lambda: told.panel.card.reconstruction is not None)
    assert told.panel.card.reconstruction[0, -1, -1] == 100 + row % 3
    assert lab.session.state.label == 0, "hovering does not choose"
    click(told, x, y)
    assert lab.session.state.label == row % 3
    (pin,) = lab.session.state.pins
    assert pin.label == row % 3


def test_a_click_beside_the_points_keeps_the_label(told: ExploreTab, lab: Lab) -> None:
    lab.session.choose_label(2)
    click(told, float(told.panel.points[:, 0].min()) - 0.3, 0.0)
    assert lab.session.state.label == 2


def test_the_tiles_follow_the_label(told: ExploreTab, lab: Lab, qtbot: QtBot) -> None:
    asked: list[Any] = []
    decode = lab.codec.decode

    def watch(*given: Any, **named: Any) -> None:
        asked.append((named["lane"], named.get("label")))
        decode(*given, **named)

    lab.codec.decode = watch  # type: ignore[method-assign]
    lab.session.choose_label(1)
    qtbot.waitUntil(told.is_settled)
    assert ("manifold", 1) in asked
    proposal = told.manifold.propose()
    assert proposal is not None
    assert {row.label for row in proposal.recipe.rows} == {1}  # type: ignore[union-attr]


def test_a_selection_shows_images_as_they_are_and_the_mean_with_the_label(
    told: ExploreTab, lab: Lab, qtbot: QtBot
) -> None:
    lab.session.choose_label(2)
    lab.session.select([0, 1, 2, 4])
    sheet, mean = told.panel.selection.sheet, told.panel.selection.mean
    qtbot.waitUntil(lambda: sheet._pictures is not None and mean.picture is not None)
    assert [int(p[0, -1, -1]) for p in np.asarray(sheet._pictures)] == [100, 101, 102, 101]
    assert mean.picture[0, -1, -1] == 102
    lab.session.choose_label(1)
    qtbot.waitUntil(lambda: mean.picture is not None and mean.picture[0, -1, -1] == 101)
    told.selection._on_side_row_chosen(4)
    assert lab.session.state.label == 1


def test_a_map_of_features_decodes_nothing_and_says_why(
    library: Path, open_tab: Callable[..., ExploreTab], lab: Lab, qtbot: QtBot
) -> None:
    said: list[str] = []
    lab.message.connect(lambda text, _: said.append(text))
    lab.registry.rescan()
    tab = open_tab("reader")
    switch = tab.panel.bar.switches["manifold"]
    assert not switch.isEnabled()
    assert "only reads pictures" in switch.toolTip()
    assert tab.manifold.propose() is None
    assert tab.panel.hint.text() != HINT
    _, x, y = edge(tab)
    move(tab, 0.0, 0.0)
    move(tab, x, y)
    qtbot.waitUntil(tab.panel.card.isVisible)
    assert tab.panel.card.reconstruction is None
    click(tab, x, y)
    lab.session.select([0, 1, 2])
    assert len(lab.session.state.pins) == 1
    assert lab.session.state.label is None
    qtbot.waitUntil(tab.is_settled)
    assert said == []
