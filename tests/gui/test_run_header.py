"""The header of a run: words, bar, and exactly the buttons that make sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from latentlab.app.run_history import RunHistory
from latentlab.core import events
from latentlab.gui.train.run_header import Offer, Retry, RunHeader
from tests.app.test_run_history import ended, started, step

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

MINE = Offer(steerable=True)


@pytest.fixture
def header(qtbot: QtBot) -> RunHeader:
    made = RunHeader()
    qtbot.addWidget(made)
    made.resize(900, 80)
    made.show()
    return made


def running() -> RunHistory:
    return RunHistory("a").extend([started(), step(30_000)])


def buttons(header: RunHeader) -> list[str]:
    found = (header.pause, header.stop, header.explore, header.retry)
    return [button.text() for button in found if button.isVisible() and button.isEnabled()]


def test_nothing_yet_teaches(header: RunHeader) -> None:
    assert "press Start" in header.words.full_text
    assert buttons(header) == []
    assert not header.bar.isVisible()


def test_a_running_run(header: RunHeader) -> None:
    header.show_run("mine", running(), MINE)
    assert header.words.full_text.startswith("mine  ·  epoch 31 of 60")
    assert header.device.full_text == "CPU, 1 thread"
    assert header.bar.value() == 500
    assert buttons(header) == ["Pause", "Stop"]
    assert "first epoch" in header.explore.toolTip()


def test_pause_and_resume_keep_their_shortcut(qtbot: QtBot, header: RunHeader) -> None:
    history = running()
    header.show_run("mine", history, MINE)
    keys = header.pause.shortcut()
    assert not keys.isEmpty()
    with qtbot.waitSignal(header.pause_requested):
        header.pause.click()
    history.add(events.StateChanged(state="paused", t=1))
    header.show_run("mine", history, MINE)
    assert buttons(header) == ["Resume", "Stop"]
    assert header.pause.shortcut() == keys
    assert header.pause.accessibleName() == "Resume"
    with qtbot.waitSignal(header.resume_requested):
        header.pause.click()


def test_a_run_that_is_saving(header: RunHeader) -> None:
    header.show_run("mine", running(), Offer(steerable=True, stopping=True))
    assert header.words.full_text.endswith("saving")
    assert buttons(header) == []


def test_an_ended_run(qtbot: QtBot, header: RunHeader) -> None:
    history = running().extend([ended()])
    header.show_run("mine", history, Offer(explorable=True))
    assert buttons(header) == ["Open in Explore"]
    assert header.bar.value() == 1000
    with qtbot.waitSignal(header.explore_requested):
        header.explore.click()


def test_a_stopped_run_goes_on(qtbot: QtBot, header: RunHeader) -> None:
    history = running().extend([ended("stopped")])
    header.show_run("mine", history, Offer(explorable=True, continuable=True))
    assert buttons(header) == ["Go on", "Open in Explore"]
    with qtbot.waitSignal(header.go_on_requested):
        header.pause.click()


def test_a_failure_in_one_sentence(qtbot: QtBot, header: RunHeader) -> None:
    history = running().extend([ended("failed", "The disk is full; free some space.")])
    header.show_run("mine", history, Offer(retry=Retry("batch_size", 64)))
    assert header.trouble.text() == "The disk is full; free some space."
    assert buttons(header) == ["Try batch 64"]
    with qtbot.waitSignal(header.retry_requested):
        header.retry.click()
    header.show_run("other", running(), MINE)
    assert not header.trouble.isVisible()
    assert not header.retry.isVisible()


def test_an_alarm_is_news_until_the_run_goes_on_or_ends(header: RunHeader) -> None:
    alarm = events.Alarm(
        code="diverged", message="The loss is no number after 30000 images. The run is paused.",
        advice="Resume, or try a learning rate below 0.01.", epoch=30, images_seen=30_000, t=2,
    )  # fmt: skip
    history = running().extend([alarm, events.StateChanged(state="paused", t=2)])
    header.show_run("mine", history, Offer(steerable=True, retry=Retry("learning_rate", 0.001)))
    assert header.trouble.text() == f"{alarm.message} {alarm.advice}"
    assert buttons(header) == ["Resume", "Stop", "Try learning rate 0.001"]
    assert "Stop this run" in header.retry.toolTip()
    history.extend([events.StateChanged(state="running", t=3), step(40_000)])
    header.show_run("mine", history, MINE)
    assert header.trouble.text().endswith("30000 images; it went on from good weights.")
    assert not header.retry.isVisible()
    history.add(ended("stopped"))
    header.show_run("mine", history, Offer(continuable=True))
    assert header.trouble.text().endswith("30000 images; its last good weights are kept.")


def test_a_queued_run_can_be_taken_back(header: RunHeader) -> None:
    history = RunHistory("a")
    history.state = "queued"
    header.show_run("mine", history, MINE)
    assert buttons(header) == ["Stop"]
    assert header.words.full_text == "mine  ·  waiting for its turn"
