"""A game of two networks in the Train tab: its page, its plots, the hand that steps one side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from latentlab.app.game_moment import GameMoment
from latentlab.core import events
from latentlab.engine import files, runs
from latentlab.gui.plot_files import image_of, svg_of
from latentlab.gui.theme import theme
from latentlab.gui.train.game_exports import drawn
from latentlab.gui.train.game_plane import GamePlane
from latentlab.gui.train.game_plots import LossShapePlot, VerdictPlot, side_colors
from latentlab.gui.train.game_view import SPEEDS, GameView
from latentlab.gui.train.run_view import CURVES, GAME
from tests.app.test_run_history import ended, started, step
from tests.gui.train.steps import OpenTab, start
from tests.helpers import write_model

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from latentlab.gui.tabs.train import TrainTab

SIDE = 24


def arrays(*, plane: bool = True) -> dict[str, Any]:
    """The discriminator takes the right half for real; real points lie there, fake ones left."""
    noise = np.random.default_rng(0).normal(0, 0.05, (60, 2))
    middles = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    field = np.broadcast_to(4 * middles, (SIDE, SIDE))
    found = {"scores_real": 2 + noise[:, 0], "scores_fake": -2 + noise[:, 1]}
    if plane:
        found |= {
            "points_real": noise + 0.5,
            "points_fake": noise - 0.5,
            "field": field,
            "pull": np.broadcast_to([1.0, 0.0], (SIDE, SIDE, 2)),
        }
    return {name: np.ascontiguousarray(array, np.float32) for name, array in found.items()}


def game(loss: str = "minimax", *, plane: bool = True) -> GameMoment:
    return GameMoment(loss, **{name: a.astype(float) for name, a in arrays(plane=plane).items()})


def recorded(library: Path, name: str = "toy", *, plane: bool = True) -> Path:
    """The folder of a run whose networks compete."""
    folder = write_model(library, name)
    moment = events.Samples(epoch=1, images_seen=1000, path="samples/1.safetensors", t=1)
    shape = (60, 2, 1, 1) if plane else (60, 1, 8, 8)
    pictures = {kind: np.full(shape, 90, np.uint8) for kind in ("samples", "originals")}
    packed = files.pack_arrays({**arrays(plane=plane), **pictures})
    files.write_whole(folder / "samples/1.safetensors", packed)
    told = [started(2), step(500), moment, step(1500), ended()]
    lines = "".join(f"{event.model_dump_json()}\n" for event in told)
    (folder / runs.EVENTS).write_text(lines)
    return folder


def near(image: QImage, place: QPointF, color: Any, within: int = 90) -> bool:
    found = image.pixelColor(place.toPoint())
    away = zip(found.getRgb()[:3], color.getRgb()[:3], strict=True)
    return sum(abs(one - other) for one, other in away) < within


def plane_of(qtbot: QtBot, moment: GameMoment | None) -> GamePlane:
    plane = GamePlane()
    qtbot.addWidget(plane)
    plane.resize(300, 320)
    plane.show_game(moment)
    return plane


def test_points_lie_where_they_are_in_the_colours_of_their_kinds(qtbot: QtBot) -> None:
    plane = plane_of(qtbot, game())
    plane.hide_layers(frozenset({"field", "pull"}))
    image, chart = image_of(plane, 1), plane._chart()
    real, fake = side_colors()
    assert near(image, chart.at(0.5, 0.5), real)
    assert near(image, chart.at(-0.5, -0.5), fake)
    assert near(image, chart.at(-0.5, 0.5), theme().color("plot"))


def test_the_map_is_tinted_by_the_verdict_and_every_layer_can_go(qtbot: QtBot) -> None:
    plane = plane_of(qtbot, game())
    plane.hide_layers(frozenset({"real", "fake", "pull"}))
    image, chart = image_of(plane, 1), plane._chart()
    left, right = (image.pixelColor(chart.at(x, 0).toPoint()) for x in (-0.9, 0.9))
    real, fake = side_colors()
    assert (right.blue() > right.red()) == (real.blue() > real.red())
    assert (left.red() > left.blue()) == (fake.red() > fake.blue())
    bare = image_of(plane_of(qtbot, game()), 1)
    plane.hide_layers(frozenset({"real", "fake", "field"}))
    assert image_of(plane, 1) not in (image, bare)


def test_the_mouse_reads_the_verdict(qtbot: QtBot) -> None:
    plane = plane_of(qtbot, game())
    place = plane._chart().at(0.98, -0.5)
    assert plane.words_at(place) == "(0.98, -0.50): D = 0.979"
    assert plane.words_at(QPointF(0, 0)) == ""
    plane.show_game(game("wasserstein"))
    assert plane.words_at(place) == "(0.98, -0.50): score 3.83"


def test_an_empty_plane_and_pictures_without_points_draw_nothing(qtbot: QtBot) -> None:
    plane = plane_of(qtbot, game(plane=False))
    assert plane.is_empty
    assert not plane.ask("copy")
    image = image_of(plane, 1)
    assert image.pixelColor(150, 160) == theme().color("surface")


@pytest.mark.parametrize("loss", ["minimax", "least-squares", "relativistic", "wasserstein"])
@pytest.mark.parametrize("kind", [VerdictPlot, LossShapePlot])
def test_every_loss_is_drawn(qtbot: QtBot, kind: Any, loss: str) -> None:
    plot = kind()
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    assert plot.is_empty
    plot.show_game(game(loss))
    text = svg_of(plot).decode()
    assert ("minimax" in text) == (kind is LossShapePlot and loss != "wasserstein")
    columns = plot.arrays()
    assert len({len(column) for column in columns.values()}) == 1
    assert all(np.isfinite(column).all() for column in columns.values())


def test_the_dot_of_the_run_lies_on_its_own_curve(qtbot: QtBot) -> None:
    """D(G(z)) is about .12, where minimax has the slope -.12."""
    plot = LossShapePlot()
    qtbot.addWidget(plot)
    plot.resize(400, 240)
    plot.show_game(game())
    found = plot.arrays()
    at = np.abs(found["d"] - game().verdicts.mean()).argmin()
    assert found["minimax_slope"][at] == pytest.approx(-game().verdicts.mean(), abs=0.01)
    fake = side_colors()[1]
    image = image_of(plot, 1)
    pixels = [(x, y) for x in range(200, 400) for y in range(30, 60)
              if near(image, QPointF(x, y), fake, 40)]  # fmt: skip
    assert pixels, "the slope's dot is near the top, where the slope vanishes"


def test_logits_are_on_request(qtbot: QtBot) -> None:
    view = GameView()
    qtbot.addWidget(view)
    view.show_game(game())
    assert view.verdicts.arrays()["to"][-1] == 1
    view.logits.click()
    assert view.verdicts.arrays()["to"][-1] > 2
    view.show_game(game("wasserstein"))
    assert not view.logits.isVisibleTo(view)


@pytest.mark.parametrize("width", [260, 560, 900])
def test_plots_keep_apart_at_any_width(qtbot: QtBot, width: int) -> None:
    view = GameView()
    qtbot.addWidget(view)
    view.resize(width, 420)
    view.show_game(game())
    view.show()
    qtbot.waitExposed(view)
    plots = [view.plane.geometry(), view.verdicts.geometry(), view.shape_plot.geometry()]
    assert not any(one.intersects(other) for one in plots for other in plots if one is not other)
    assert all(view.rect().contains(place) for place in plots)


def test_points_begin_with_the_game_and_pictures_with_their_curves(
    open_tab: OpenTab, qtbot: QtBot, library: Path
) -> None:
    places = {name: recorded(library, name, plane=name == "toy") for name in ("toy", "digits")}
    tab = open_tab()
    for name, page in (("toy", GAME), ("digits", CURVES)):
        tab.shelf.open(places[name])
        qtbot.waitUntil(lambda name=name: tab.view.header.words.full_text.startswith(name))
        qtbot.waitUntil(tab.is_settled)
        assert tab.view.page.isVisibleTo(tab)
        assert tab.view.page.currentIndex() == page
        assert tab.view.game.isVisibleTo(tab) == (page == GAME)
        assert tab.view.curves.isVisibleTo(tab) == (page == CURVES)
        assert not tab.view.game.step_critic.isVisibleTo(tab), "nothing runs"
    tab.view.page.setCurrentIndex(GAME)
    tab.shelf.choose("model:toy")
    qtbot.waitUntil(tab.is_settled)
    tab.shelf.choose("model:digits")
    qtbot.waitUntil(lambda: tab.view.header.words.full_text.startswith("digits"))
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.page.currentIndex() == GAME, "what a hand has chosen stays"


def test_wishes_reach_the_trainer(tab: TrainTab, qtbot: QtBot) -> None:
    heard: list[str] = []
    tab._lab.runs.event.connect(lambda _, event: heard.append(getattr(event, "path", "")))
    run = start(tab)
    qtbot.waitUntil(lambda: run.state == "running")
    game_view = tab.view.game
    qtbot.mouseClick(game_view.step_critic, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(game_view.step_generator, Qt.MouseButton.LeftButton)
    game_view.speed.setValue(SPEEDS.index(5.0))
    qtbot.waitUntil(lambda: "samples/slow 5" in heard)
    told = [path for path in heard if path]
    assert told == ["samples/step_critic", "samples/step_generator", "samples/slow 5"]
    assert game_view._speed_words.full_text == "5 steps/s"
    assert run.slow == 5
    tab._lab.runs.stop(run)
    qtbot.waitUntil(lambda: run.is_over)
    qtbot.waitUntil(lambda: not game_view.step_critic.isVisibleTo(game_view))


@pytest.mark.parametrize("kind", ["plane", "verdicts", "loss"])
def test_a_plot_is_drawn_again_without_the_window(kind: Any, qtbot: QtBot, library: Path) -> None:
    folder = recorded(library)
    with drawn(kind, folder, (300, 260), logits=True, hide=frozenset({"pull"})) as proposal:
        assert len(svg_of(proposal.figure)) > 2000
        assert proposal.call is not None
        words = proposal.call.command("x.svg")
        assert f"plot {kind} --run toy --moment samples/1.safetensors --size 300x260" in words
        assert ("--hide pull" in words) == (kind == "plane")
        assert ("--log" in words) == (kind == "verdicts")
        assert proposal.arrays is not None
        assert proposal.arrays()
