"""The small parts of the Train tab alone: run list, latent cloud, pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from latentlab.app.run_record import Moment
from latentlab.gui.theme import theme
from latentlab.gui.train.latent_cloud import LatentCloud
from latentlab.gui.train.pictures_row import PicturesRow
from latentlab.gui.widgets.run_list import RunList, RunRow
from tests.helpers import digits_like

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ROWS = [
    RunRow("a", "first", "epoch 1 of 2", "running", 0.4),
    RunRow("b", "second", "waiting for its turn", "queued"),
    RunRow("c", "third", "finished", "finished", 1.0),
]


@pytest.fixture
def runs(qtbot: QtBot) -> RunList:
    made = RunList()
    qtbot.addWidget(made)
    made.resize(220, 140)
    made.show_rows(ROWS, "b")
    made.show()
    return made


def test_rows_keep_their_items(runs: RunList) -> None:
    items = [runs.item(row) for row in range(3)]
    runs.show_rows([RunRow("a", "first", "epoch 2 of 2", "running", 0.9), *ROWS[1:]], "b")
    assert [runs.item(row) for row in range(3)] == items
    assert runs.item(0).text() == "first, epoch 2 of 2"
    runs.show_rows(ROWS[:1], "a")
    assert runs.count() == 1


def test_telling_is_not_choosing(qtbot: QtBot, runs: RunList) -> None:
    with qtbot.assertNotEmitted(runs.chosen):
        runs.show_rows(ROWS, "c")
    assert runs.currentRow() == 2
    with qtbot.waitSignal(runs.chosen) as heard:
        runs.setCurrentRow(0)
    assert heard.args == ["a"]


def test_moves_and_removals_are_wishes(qtbot: QtBot, runs: RunList) -> None:
    with qtbot.waitSignal(runs.moved) as heard:
        qtbot.keyClick(runs, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert heard.args == ["b", 1]
    with qtbot.waitSignal(runs.removed) as gone:
        qtbot.keyClick(runs, Qt.Key.Key_Delete)
    assert gone.args == ["b"]
    assert runs.count() == 3


def test_the_menu_offers_what_fits(qtbot: QtBot, runs: RunList) -> None:
    from PySide6.QtWidgets import QMenu

    def words() -> list[str]:
        runs._open_menu(QPoint(5, 5))
        menu = runs.findChildren(QMenu)[-1]
        found = [f"{action.text().partition(chr(9))[0]} {action.isEnabled()}"
                 for action in menu.actions()]  # fmt: skip
        menu.close()
        return found

    reuse = "Use its settings True"
    assert words() == ["Move up True", "Move down True", reuse, "Cancel True"]
    runs.setCurrentRow(0)
    assert words() == [reuse, "Take off the list False"]


@pytest.mark.parametrize("labelled", [True, False])
def test_a_cloud_is_painted(qtbot: QtBot, labelled: bool) -> None:
    cloud = LatentCloud()
    qtbot.addWidget(cloud)
    cloud.resize(140, 130)
    empty = cloud.grab().toImage()
    points = np.random.default_rng(0).normal(size=(300, 2))
    cloud.show_points(points, np.arange(300) % 3 if labelled else None)
    assert cloud.count == 300
    assert cloud.grab().toImage() != empty
    cloud.show_points(None, None)
    assert cloud.grab().toImage() == empty


def test_the_view_of_a_cloud_moves_only_when_it_must(qtbot: QtBot) -> None:
    cloud = LatentCloud()
    qtbot.addWidget(cloud)
    points = np.random.default_rng(0).normal(size=(500, 2))
    cloud.show_points(points, None)
    reach = cloud._reach
    cloud.show_points(points * 0.95, None)
    assert cloud._reach == reach
    cloud.show_points(points * 3, None)
    assert cloud._reach[1] > 2 * reach[1]


def test_pictures_of_a_family_without_samples(qtbot: QtBot) -> None:
    row = PicturesRow()
    qtbot.addWidget(row)
    row.show()
    images, labels = digits_like(16)
    latents = np.zeros((16, 5), np.float32)
    moment = Moment(None, images, images, latents, labels)
    row.show_moment(moment, latents[:, :2].astype(float), ", epoch 2")
    assert not row.samples.isVisible()
    assert row.pairs.count == 32
    assert row.pairs.pictures is not None
    np.testing.assert_array_equal(row.pairs.pictures[0], images[0])


def test_lists_paint_in_both_themes(runs: RunList) -> None:
    light = runs.grab().toImage()
    theme().set_choice("dark")
    assert runs.grab().toImage() != light
