"""Paths over maps: the small one of the tab, and the layer over Explore's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.gui.homotopy.letters import stop_letters
from latentlab.gui.homotopy.path_map import PathMap
from latentlab.gui.tabs.explore import ExploreTab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from tests.gui.conftest import Show

A, B = "z:0.0,0.0", "z:2.0,1.0"


@pytest.fixture
def ready(lab: Lab, qtbot: QtBot) -> Lab:
    qtbot.waitUntil(lambda: lab.latents is not None and lab.plane is not None)
    return lab


@pytest.fixture
def explore(ready: Lab, show: Show, qtbot: QtBot) -> ExploreTab:
    tab = show(ExploreTab(ready), 760)
    qtbot.waitUntil(lambda: tab.points.ready)
    return tab


@pytest.fixture
def small_map(ready: Lab) -> Iterator[Callable[[], PathMap]]:
    made: list[PathMap] = []

    def make() -> PathMap:
        made.append(PathMap(ready))
        made[-1].resize(160, 160)
        made[-1].show()
        made[-1].refresh()
        return made[-1]

    yield make
    for each in made:
        each.close()
        each.deleteLater()
    ready.homotopy.want("map", False)


@pytest.mark.parametrize(
    ("count", "letters"), [(0, []), (1, ["A"]), (2, ["A", "B"]), (4, ["A", "1", "2", "B"])]
)
def test_stops_are_called_a_to_b(count: int, letters: list[str]) -> None:
    assert stop_letters(count) == letters


def test_the_small_map_shows_points_paths_and_stops(
    ready: Lab, small_map: Callable[[], PathMap], qtbot: QtBot
) -> None:
    view = small_map()
    assert view.paths.is_empty
    ready.homotopy.want("map", True)
    ready.session.set_homotopy(stops=(A, B), rows=("pixel", "latent", "slerp"))
    qtbot.waitUntil(lambda: ready.homotopy.plan is not None)
    view.refresh()
    assert not view.paths.is_empty
    ready.session.move_t(0.5)
    view.move()
    assert view.paths.dot_at("latent") == (1.0, 0.5)
    assert view.paths.dot_at("pixel") is None, "it is nowhere in latent space"
    ready.session.set_homotopy(stops=())
    qtbot.waitUntil(lambda: ready.homotopy.plan is None)
    view.refresh()
    assert view.paths.is_empty
    assert view.paths.dot_at("latent") is None


def test_without_stops_explore_offers_no_paths(explore: ExploreTab) -> None:
    assert explore.paths.switch.isHidden()
    assert explore.paths.layer.is_empty


def test_explore_draws_the_paths_and_moves_with_t(
    explore: ExploreTab, ready: Lab, qtbot: QtBot
) -> None:
    ready.session.set_homotopy(stops=(A, B))
    qtbot.waitUntil(lambda: not explore.paths.layer.is_empty)
    assert not explore.paths.switch.isHidden()
    ready.session.move_t(1.0)
    assert explore.paths.layer.dot_at("latent") == (2.0, 1.0)
    assert ready.homotopy.strips == {}, "pictures are the other tab's"


def test_the_switch_takes_the_paths_away_and_is_a_step(
    explore: ExploreTab, ready: Lab, qtbot: QtBot
) -> None:
    ready.session.set_homotopy(stops=(A, B))
    qtbot.waitUntil(lambda: not explore.paths.layer.is_empty)
    explore.paths.switch.click()
    assert not ready.session.state.homotopy.on_map
    assert explore.paths.layer.is_empty
    ready.session.undo()
    assert explore.paths.switch.isChecked()
    assert not explore.paths.layer.is_empty


def test_paths_follow_the_plane(explore: ExploreTab, ready: Lab, qtbot: QtBot) -> None:
    ready.session.set_homotopy(stops=(A, B), t=1.0)
    qtbot.waitUntil(lambda: not explore.paths.layer.is_empty)
    ready.session.set_map(dims=(1, 0))
    qtbot.waitUntil(lambda: explore.paths.layer.dot_at("latent") == (1.0, 2.0))


def test_a_hidden_map_does_no_work(explore: ExploreTab, ready: Lab, qtbot: QtBot) -> None:
    explore.hide()
    ready.session.set_homotopy(stops=(A, B))
    assert ready.homotopy.stops == ()
    explore.show()
    qtbot.waitUntil(lambda: not explore.paths.layer.is_empty)


def test_another_width_leaves_no_path_behind(explore: ExploreTab, ready: Lab, qtbot: QtBot) -> None:
    ready.session.set_homotopy(stops=(A, B))
    qtbot.waitUntil(lambda: not explore.paths.layer.is_empty)
    ready.choose_model("mnist-vae-5")
    qtbot.waitUntil(lambda: ready.latents is not None and ready.latents.size == 5)
    qtbot.waitUntil(lambda: explore.points.ready)
    assert explore.paths.layer.is_empty
    assert explore.paths.switch.isHidden()


def test_painting_paths_draws_their_colour(
    small_map: Callable[[], PathMap], ready: Lab, qtbot: QtBot
) -> None:
    view = small_map()
    ready.homotopy.want("map", True)
    before = view.grab().toImage()
    ready.session.set_homotopy(stops=(A, B))
    qtbot.waitUntil(lambda: ready.homotopy.plan is not None)
    view.refresh()
    after = view.grab().toImage()
    assert before != after
    middle = view.to_widget(1.0, 0.5).toPoint()
    around = [
        after.pixelColor(middle.x() + dx, middle.y() + dy)
        for dx in range(-3, 4)
        for dy in range(-3, 4)
    ]
    reds = np.array([[c.red(), c.green(), c.blue()] for c in around])
    assert (reds[:, 0] - reds[:, 1]).max() > 60, "the latent line is red"
