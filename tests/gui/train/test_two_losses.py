"""Networks that compete in the Train tab: both losses in one plot, samples, no false words."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import pytest

from latentlab.app.run_history import RunHistory
from latentlab.core import events
from latentlab.gui.theme import theme
from latentlab.gui.widgets.loss_plot import LossPlot
from tests.app.test_run_history import ended, started, step
from tests.gui.train.steps import OpenTab, record

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def gan_steps(count: int = 40) -> list[events.Step]:
    """A critic that is ahead at first and loses its lead."""
    lead = [exp(-number / 10) for number in range(count)]
    return [
        events.Step(
            epoch=number * 50 // 1000,
            images_seen=number * 50,
            losses={
                "loss": 0.7 + ahead,
                "discriminator": 1.38 - ahead,
                "d_real": 0.5 + 0.4 * ahead,
                "d_fake": 0.5 - 0.4 * ahead,
                "r1": 0.1 * ahead,
            },
            images_per_s=900.0,
            eta_s=9.0,
            t=float(number),
        )
        for number, ahead in enumerate(lead)
    ]


@pytest.fixture
def plot(qtbot: QtBot) -> LossPlot:
    made = LossPlot()
    qtbot.addWidget(made)
    made.resize(540, 400)
    made.show()
    made.show_history(RunHistory().extend([started(), *gan_steps()]))
    return made


def test_both_losses_share_the_large_plot(plot: LossPlot) -> None:
    large, small, last = plot.plots
    assert set(large.shown) == {"generator", "discriminator"}
    assert set(small.shown) == {"D(real)", "D(fake)"}
    assert "train" in last.shown
    assert "R1 penalty" in last._title.text()


def test_the_title_is_the_legend_in_the_colours_of_the_curves(plot: LossPlot) -> None:
    words = plot.plots[0]._title.text()
    for number, name in enumerate(("generator", "discriminator")):
        colour = theme().class_colors(2)[number].name()
        assert f"<span style='color:{colour}'>{name} " in words
    assert "D(real)" in plot.plots[1]._title.text()
    assert "D(fake)" in plot.plots[1]._title.text(), "names stay where there is little room"


@pytest.mark.parametrize("width", [400, 540, 900])
def test_titles_fit_their_plots(plot: LossPlot, qtbot: QtBot, width: int) -> None:
    plot.resize(width, 400)
    qtbot.waitUntil(lambda: plot.width() == width)
    plot.refresh()
    for one in plot.shown_plots[:2]:
        assert one._title.sizeHint().width() <= one.width()


def test_nothing_is_called_a_validation(plot: LossPlot) -> None:
    assert not any(switch.isVisible() for switch in plot.toggles.values())
    assert not any("validation" in one._title.text() for one in plot.plots)


def test_hidden_splits_of_another_run_hide_nothing(plot: LossPlot) -> None:
    plot.toggles["train"].setChecked(False)
    assert set(plot.plots[0].shown) == {"generator", "discriminator"}


def test_the_switches_come_back_with_another_run(plot: LossPlot) -> None:
    plot.show_history(RunHistory().extend([started(), step(500)]))
    assert all(switch.isVisible() for switch in plot.toggles.values())


def test_a_run_without_an_encoder_shows_samples_beside_real_pictures(
    open_tab: OpenTab, qtbot: QtBot, library: Path
) -> None:
    moment = events.Samples(epoch=1, images_seen=1000, path="samples/1.safetensors", t=1)
    record(library, events_of=[started(2), *gan_steps(), moment, ended()], encodes=False)
    tab = open_tab()
    pictures = tab.view.pictures
    assert pictures.samples.count == 16
    assert pictures.pairs.count == 16, "the originals alone"
    assert [label.full_text for label in pictures._titles[:2]] == [
        "samples, fixed noise",
        "real pictures",
    ]
    assert [card.isHidden() for card in pictures._cards[:3]] == [False, False, True]
    assert set(tab.view.curves.plots[0].shown) == {"generator", "discriminator"}
