"""Runs that train now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from latentlab.core import events
from latentlab.core.spec import TrainSpec
from tests.gui.train.steps import start

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from latentlab.gui.tabs.train import TrainTab


def test_start_trains_and_shows_it(qtbot: QtBot, tab: TrainTab) -> None:
    run = start(tab, steps=3)
    qtbot.waitUntil(lambda: run.state == "finished")
    qtbot.waitUntil(tab.is_settled)
    words = tab.view.header.words.full_text
    assert words == "fake  ·  finished · 0 of 2 epochs in 0:00 · 900 images/s · healthy"
    assert len(tab.view.curves.plots[0].shown["train"][0]) == 3
    assert tab.runs.list.row_of(0).state == "finished"
    assert run.spec == TrainSpec(family="vae", config={"steps": 3}, data="digits")


def test_pause_resume_stop(qtbot: QtBot, tab: TrainTab) -> None:
    run, header = start(tab), tab.view.header
    qtbot.waitUntil(lambda: run.state == "running" and header.pause.isEnabled())
    assert header.pause.text() == "Pause"
    header.pause.click()
    qtbot.waitUntil(lambda: header.pause.text() == "Resume")
    assert "paused" in header.words.full_text
    header.pause.click()
    qtbot.waitUntil(lambda: header.pause.text() == "Pause")
    header.stop.click()
    assert run.is_stopping
    qtbot.waitUntil(lambda: run.state == "stopped" and not header.stop.isVisible())
    assert header.words.full_text.split(" · ")[1].strip().endswith("stopped") or (
        "stopped" in header.words.full_text
    )


def test_a_second_run_waits_and_can_be_moved_and_cancelled(qtbot: QtBot, tab: TrainTab) -> None:
    first = start(tab)
    qtbot.waitUntil(lambda: first.state == "running")
    qtbot.waitUntil(lambda: tab.form.start.text() == "Add to the queue")
    second, third = start(tab, steps=1), start(tab, steps=2)
    assert tab._lab.runs.queued == (second, third)
    qtbot.waitUntil(lambda: tab.runs.list.count() == 3)
    assert tab.runs.list.row_of(1).words == "waiting for its turn"
    assert tab.shelf.shown.run is third
    qtbot.waitUntil(lambda: tab.runs.list.currentRow() == 2)
    qtbot.keyClick(tab.runs.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert tab._lab.runs.queued == (third, second)
    qtbot.keyClick(tab.runs.list, Qt.Key.Key_Delete)
    assert tab._lab.runs.queued == (second,)
    tab._lab.runs.stop(first)
    qtbot.waitUntil(lambda: second.state == "finished")


def test_choosing_a_row_shows_that_run(qtbot: QtBot, tab: TrainTab) -> None:
    first = start(tab, steps=1)
    qtbot.waitUntil(lambda: first.state == "finished")
    second = start(tab, steps=5)
    qtbot.waitUntil(lambda: second.state == "finished" and tab.is_settled())
    tab.runs.list.setCurrentRow(0)
    qtbot.waitUntil(lambda: len(tab.view.curves.plots[0].shown["train"][0]) == 1)
    assert tab.shelf.shown.run is first


def test_a_refusal_is_one_sentence(qtbot: QtBot, tab: TrainTab) -> None:
    run = start(tab, refuse="A latent of 64 does not fit into 8 x 8 pixels.")
    qtbot.waitUntil(lambda: run.state == "failed")
    qtbot.waitUntil(lambda: tab.view.header.trouble.isVisible())
    assert tab.view.header.trouble.text() == "A latent of 64 does not fit into 8 x 8 pixels."
    assert tab.form.config.values()["refuse"].startswith("A latent")


def test_a_killed_trainer_is_told_and_the_window_is_fine(qtbot: QtBot, tab: TrainTab) -> None:
    tab._start(TrainSpec(family="vae", config={"die": "kill"}))
    qtbot.waitUntil(lambda: tab.view.header.trouble.isVisible())
    assert "ended unexpectedly (signal 9)" in tab.view.header.trouble.text()
    assert tab.runs.list.row_of(0).state == "interrupted"
    assert tab.form.start.isEnabled()


def test_full_memory_offers_half_the_batch(qtbot: QtBot, tab: TrainTab) -> None:
    run = start(tab, refuse="NVIDIA H200 ran out of memory at a batch size of 128; try 64.")
    qtbot.waitUntil(lambda: run.state == "failed" and tab.view.header.retry.isVisible())
    assert tab.view.header.retry.text() == "Try batch 64"
    tab.view.header.retry.click()
    again = tab._lab.runs.runs[-1]
    assert again.spec.recipe == {"batch_size": 64}
    assert tab.form.recipe.values()["batch_size"] == 64


def test_a_diverged_run_is_stopped_and_tried_more_gently(qtbot: QtBot, tab: TrainTab) -> None:
    run = start(tab)
    qtbot.waitUntil(lambda: run.state == "running")
    tab._on_header_pause_requested()
    qtbot.waitUntil(lambda: run.state == "paused")
    alarm = events.Alarm(
        code="diverged", message="The loss is no number.",
        advice="Stop and try a learning rate below 0.05.", epoch=1, images_seen=1 << 40, t=1,
    )  # fmt: skip
    tab._lab.runs._on_received(run, alarm)
    retry = tab.view.header.retry
    qtbot.waitUntil(lambda: retry.isVisible() and retry.text() == "Try learning rate 0.005")
    retry.click()
    again = tab._lab.runs.runs[-1]
    assert again is not run
    assert again.spec.recipe["learning_rate"] == 0.005
    assert tab.shelf.shown.run is again
    qtbot.waitUntil(lambda: run.is_over)
    assert run.state == "stopped"
    qtbot.waitUntil(lambda: again.state == "running")


def test_an_alarm_is_told_with_advice(qtbot: QtBot, tab: TrainTab) -> None:
    run = start(tab)
    qtbot.waitUntil(lambda: run.state == "running")
    alarm = events.Alarm(
        code="diverged", message="The loss is no number.", advice="Lower the learning rate.",
        epoch=0, images_seen=200, t=1,
    )  # fmt: skip
    tab._lab.runs._on_received(run, alarm)
    qtbot.waitUntil(lambda: tab.view.header.trouble.isVisible())
    sentence = "The loss is no number. Lower the learning rate."
    assert tab.view.header.trouble.text() == sentence
    assert tab.runs.list.row_of(0).alarmed
    assert tab.view.curves.plots[0]._alarms[0].isVisible()
