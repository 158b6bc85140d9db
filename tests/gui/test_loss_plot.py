"""Curves on screen: what is drawn, how it is read, and what drawing costs."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt

from latentlab.app.run_history import RunHistory
from latentlab.core import events
from latentlab.gui.theme import theme
from latentlab.gui.widgets.loss_plot import LossPlot
from tests.app.test_run_history import started

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def feed(history: RunHistory, first: int, last: int, sign: float = 1.0) -> None:
    for number in range(first, last):
        seen = number * 20  # 50 steps an epoch
        kl = 6.0 - 2 * np.exp(-number / 300)
        reconstruction = sign * (124 + 30 * np.exp(-number / 250))
        losses = {"loss": reconstruction + kl, "reconstruction": reconstruction, "kl": kl}
        step = events.Step(
            epoch=seen // 1000, images_seen=seen, losses=losses, images_per_s=1e4, eta_s=9, t=1
        )
        history.add(step)
        if seen and seen % 1000 == 0:
            worse = {name: value + 1 for name, value in losses.items()}
            history.add(
                events.Evaluated(
                    epoch=seen // 1000, images_seen=seen, train=losses, validation=worse, t=1
                )
            )


@pytest.fixture
def history() -> RunHistory:
    made = RunHistory().extend([started()])
    feed(made, 0, 1001)
    return made


@pytest.fixture
def plot(qtbot: QtBot, history: RunHistory) -> LossPlot:
    made = LossPlot()
    qtbot.addWidget(made)
    made.resize(700, 330)
    made.show()
    made.show_history(history)
    return made


def test_total_and_terms_apart(plot: LossPlot) -> None:
    assert len(plot.plots) == 3
    titles = [one._title.text() for one in plot.plots]
    assert "−ELBO" in titles[0]
    assert "nats per image" in titles[0]
    assert "reconstruction" in titles[1]
    assert "KL" in titles[2]
    assert all(set(one.shown) == {"train", "validation"} for one in plot.plots)
    assert all(one.view.viewRange()[0] == [0, 21] for one in plot.plots)  # 20 epochs and a little


def test_a_single_term_takes_all_the_room(plot: LossPlot) -> None:
    single = RunHistory().extend([started()])
    single.add(
        events.Step(epoch=0, images_seen=500, losses={"loss": 3}, images_per_s=1, eta_s=1, t=0)
    )
    plot.show_history(single)
    assert [one.isVisible() for one in plot.plots] == [True, False, False]
    assert "total" in plot.plots[0]._title.text()


def test_hover_reads_the_values_in_all_plots(plot: LossPlot) -> None:
    plot.smoothing.setValue(0)
    plot.plots[1].hovered.emit(10.0)
    for one in plot.plots:
        x, y = one.shown["validation"]
        assert f"{y[np.abs(x - 10).argmin()]:.4g}"[:4] in one._title.text()
        assert one._cursor.isVisible()
    assert plot._where.full_text == "at epoch 10.0"
    plot.plots[1].hovered.emit(None)
    assert plot._where.full_text == ""
    assert not plot.plots[0]._cursor.isVisible()


def test_the_cursor_by_keyboard(qtbot: QtBot, plot: LossPlot) -> None:
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot._where.full_text == "at epoch 19.8"
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot._where.full_text == ""


def test_switches_by_keyboard(qtbot: QtBot, plot: LossPlot) -> None:
    for key in "LTV":
        qtbot.keyClick(plot, key.lower())
    assert plot.look.logarithmic
    assert plot.look.hidden == {"train", "validation"}
    assert plot.plots[0].shown == {}


def test_legend_hides_a_split(qtbot: QtBot, plot: LossPlot) -> None:
    plot.toggles["train"].click()
    assert all(set(one.shown) == {"validation"} for one in plot.plots)
    plot.toggles["train"].click()
    assert set(plot.plots[0].shown) == {"train", "validation"}


def test_logarithmic_scale(plot: LossPlot, history: RunHistory) -> None:
    plot.logarithmic.setChecked(True)
    low, high = plot.plots[0].view.viewRange()[1]
    assert 2 < low < high < 2.4  # log10 of 100 to 250
    assert float(plot.plots[0]._axis.tickStrings([np.log10(150)], 1, 1)[0]) == 150


def test_losses_below_zero_stay_linear(plot: LossPlot) -> None:
    negative = RunHistory().extend([started()])
    feed(negative, 0, 200, sign=-1.0)
    plot.logarithmic.setChecked(True)
    plot.show_history(negative)
    low, _ = plot.plots[0].view.viewRange()[1]
    assert low < -100  # the total is below zero: linear
    assert plot.plots[2].view.viewRange()[1][1] < 1  # KL is above zero: logarithmic


def test_smoothing_moves_the_curve_and_says_how(plot: LossPlot) -> None:
    plot.smoothing.setValue(0)
    raw = plot.plots[0].shown["train"][1].copy()
    plot.smoothing.setValue(100)
    assert plot.plots[0].shown["train"][1][-1] > raw[-1]  # a falling curve lags
    assert plot._smoothing_words.full_text == "smoothing 10.0%"


def test_alarms_are_marked(plot: LossPlot, history: RunHistory) -> None:
    for epoch in range(8):
        history.add(
            events.Alarm(
                code="nan", message="m", advice="a", epoch=epoch, images_seen=1000 * epoch, t=0
            )
        )
    plot.show_history(history)
    marks = [line.value() for line in plot.plots[0]._alarms if line.isVisible()]
    assert marks == [3, 4, 5, 6, 7]


def test_an_alarm_after_the_last_point_is_in_sight(plot: LossPlot, history: RunHistory) -> None:
    end = plot.plots[0].view.viewRange()[0][1]
    images = history.started.epochs * 1_000_000
    history.add(events.Alarm(code="nan", message="m", advice="a", epoch=0, images_seen=images, t=0))
    plot.show_history(history)
    mark = plot.plots[0]._alarms[0].value()
    assert mark > end
    for one in plot.plots:
        assert one.view.viewRange()[0][0] <= mark <= one.view.viewRange()[0][1]
    history.version += 1
    plot.show_history(history)
    assert plot.plots[0].view.viewRange()[0][1] >= mark, "and stays there"


def test_values_come_before_the_unit(plot: LossPlot) -> None:
    total = plot.plots[0]
    plot.show_cursor(None)
    assert "nats" in total._title.text()
    total.setFixedWidth(190)
    plot.show_cursor(None)
    assert "nats" not in total._title.text()
    assert "train" in total._title.text()


def test_axes_say_what_they_count(plot: LossPlot) -> None:
    plot.plots[0].view.setXRange(0, 0.5)
    assert "x0.001" not in plot.plots[0].plot.getPlotItem().getAxis("bottom").labelString()


def test_zooming_stops_following_until_asked(plot: LossPlot, history: RunHistory) -> None:
    view = plot.plots[0].view
    view.setXRange(2, 4, padding=0)
    view.sigRangeChangedManually.emit([True, True])
    feed(history, 1001, 1500)
    plot.show_history(history)
    assert all(one.view.viewRange()[0] == [2, 4] for one in plot.plots)
    plot.follow()
    assert all(29 <= one.view.viewRange()[0][1] <= 34 for one in plot.plots)


def test_nothing_new_is_not_drawn(
    plot: LossPlot, history: RunHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(plot, "_draw", lambda: drawn.append(1))
    plot.show_history(history)
    assert drawn == []
    feed(history, 1001, 1002)
    plot.show_history(history)
    assert drawn == [1]


def test_an_empty_history_and_none(plot: LossPlot) -> None:
    plot.show_history(RunHistory())
    plot.show_history(None)
    assert plot.plots[0].shown == {}


def test_live_restyle(plot: LossPlot) -> None:
    theme().set_choice("dark")
    try:
        assert plot.plots[0].plot.backgroundBrush().color() == theme().color("surface")
    finally:
        theme().set_choice("light")


def test_redraws_are_cheap_and_leak_no_none(
    qtbot: QtBot, plot: LossPlot, history: RunHistory
) -> None:
    """Many repaints: None must not lose references (PySide6 6.12 on Python 3.11 did)."""
    before, costs = sys.getrefcount(None), []
    for number in range(1001, 1101):
        feed(history, number, number + 1)
        start = time.thread_time()
        plot.show_history(history)
        for one in plot.plots:
            one.plot.viewport().repaint()
        costs.append(time.thread_time() - start)
    assert sys.getrefcount(None) > before - 50
    assert np.median(costs) < 0.03  # 4 to 6 ms where nothing else runs; CI machines are slow
