"""Events fold into curves, states and words."""

from __future__ import annotations

import pytest

from latentlab.app.run_history import RunHistory, count, describe, duration
from latentlab.core import events


def started(epochs: int = 60) -> events.RunStarted:
    return events.RunStarted(
        run="mnist-vae-2", family="vae", data="mnist", device="CPU, 1 thread", epochs=epochs,
        images_per_epoch=1000, parameters=10, loss_unit="nats per image",
    )  # fmt: skip


def step(seen: int, loss: float = 130.0) -> events.Step:
    return events.Step(
        epoch=seen // 1000, images_seen=seen, losses={"kl": 6.0, "loss": loss},
        images_per_s=15_800, eta_s=32, t=seen / 100,
    )  # fmt: skip


def evaluated(epoch: int) -> events.Evaluated:
    return events.Evaluated(
        epoch=epoch, images_seen=1000 * epoch, train={"loss": 131.0}, validation={"loss": 132.0},
        t=1.0,
    )  # fmt: skip


def ended(state: str = "finished", message: str = "") -> events.RunEnded:
    return events.RunEnded(
        state=state, message=message, epoch=60, images_seen=60_000, images_per_s=15_800, t=322
    )


def test_a_run_in_words() -> None:
    history = RunHistory("mnist-vae-2")
    assert describe(history) == "starting"
    history.extend([started(), step(40_500)])
    assert describe(history) == "epoch 41 of 60 · 15.8k images/s · 0:32 left · healthy"
    assert history.progress == pytest.approx(40.5 / 60)
    history.add(events.StateChanged(state="paused", t=1))
    assert describe(history) == "paused · epoch 41 of 60 · healthy"
    history.add(ended())
    assert describe(history) == "finished · 60 of 60 epochs in 5:22 · 15.8k images/s · healthy"
    assert history.is_over


def test_an_alarm_replaces_healthy() -> None:
    alarm = events.Alarm(
        code="nan", message="The loss is not a number.", advice="Lower the learning rate.",
        epoch=1, images_seen=1500, t=3,
    )  # fmt: skip
    history = RunHistory().extend([started(), step(1500), alarm])
    assert describe(history).endswith(" · needs attention")
    assert history.alarms == [alarm]


def test_a_failed_run_keeps_its_sentence() -> None:
    history = RunHistory().extend([started(), ended("failed", "The disk is full.")])
    assert describe(history) == "failed · 60 of 60 epochs in 5:22"
    assert history.message == "The disk is full."


def test_a_run_that_ended_without_a_goodbye() -> None:
    history = RunHistory().extend([started(), step(40_500)])
    history.state = "interrupted"
    assert describe(history) == "interrupted · epoch 41 of 60"


def test_curves_by_term_and_split() -> None:
    history = RunHistory().extend([started(), step(100, 200.0), step(500, 150.0), evaluated(1)])
    assert history.terms == ("loss", "kl")
    train, validation = history.curve("loss", "train"), history.curve("loss", "validation")
    assert train is not None
    assert validation is not None
    assert train.points()[0].tolist() == [0.1, 0.5]
    assert validation.points()[1].tolist() == [132.0]
    assert history.curve("kl", "validation") is None


def test_without_steps_the_epoch_means_are_the_train_curve() -> None:
    history = RunHistory().extend([started(), evaluated(1), evaluated(2)])
    train = history.curve("loss", "train")
    assert train is not None
    assert train.points()[1].tolist() == [131.0, 131.0]


def test_ten_thousand_epochs_stay_small() -> None:
    history = RunHistory().extend([started(10_000)])
    history.extend(evaluated(epoch) for epoch in range(1, 10_001))
    validation = history.curve("loss", "validation")
    assert validation is not None
    assert len(validation) <= 1024
    assert history.version == 10_001


def test_a_resumed_run_is_running_again() -> None:
    history = RunHistory().extend([started(), ended("stopped"), started(80)])
    assert history.state == "running"
    assert history.epochs == 80
    assert not history.is_over


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.25, "0.25"),
        (42, "42"),
        (842.2, "842"),
        (15_843, "15.8k"),
        (158_430, "158k"),
        (2.5e6, "2.5M"),
    ],
)
def test_counts(number: float, words: str) -> None:
    assert count(number) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (32.4, "0:32"), (322, "5:22"), (3723, "1:02:03"), (-1, "0:00")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_going_on_keeps_the_curves_and_forgets_the_end() -> None:
    old = RunHistory("a").extend([started(), step(500), ended("stopped", "why")])
    new = old.again("queued")
    assert (new.state, new.message, new.ended) == ("queued", "", None)
    assert describe(new) == "waiting for its turn"
    new.extend([started(), step(900)])
    train = new.curve("loss", "train")
    assert train is not None
    assert train.points()[0].tolist() == [0.5, 0.9]
    assert old.is_over
