"""Steps of one side, and slow motion."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import torch

from latentlab.core.spec import TrainSpec
from latentlab.engine import files, trainer
from latentlab.engine.control import Control
from latentlab.engine.pace import Pace
from latentlab.engine.train import train
from tests.engine.conftest import run_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.models._adversarial import Side

TOY = {"network": "mlp", "latent": 2, "width": 4, "critic_width": 4}


def toy(**config: Any) -> TrainSpec:
    """A GAN on 100 points, 5 steps an epoch."""
    return TrainSpec(
        family="gan", config={**TOY, **config}, recipe={"epochs": 3, "batch_size": 16, "ema": 0.9},
        data="points2d?count=100", device="cpu", threads=1,
    )  # fmt: skip


def test_a_side_steps_alone_while_the_run_holds(library: Path) -> None:
    control = Control(attended=True)
    wishes: dict[int, Side] = {2: "critic", 3: "generator"}
    told, shown = [], []
    for event in train(toy(), library, control):
        told.append(event)
        if event.kind == "run_started":
            control.step_alone("critic")
        elif event.kind == "samples":
            shown.append(files.read_arrays(library / run_name(told), event.path))
            if side := wishes.get(len(shown)):
                control.step_alone(side)
            elif len(shown) == 4:
                control.stop()
    before, critic, generator = shown[1:]
    kinds = [event.kind for event in told]
    assert kinds.index("state_changed") < [n for n, k in enumerate(kinds) if k == "samples"][1]
    assert (before["points_fake"] == critic["points_fake"]).all()
    assert (before["field"] != critic["field"]).any()
    assert (critic["points_fake"] != generator["points_fake"]).any()
    assert (critic["field"] == generator["field"]).all()
    seen = [event.images_seen for event in told if event.kind == "samples"]
    assert seen == [0, 16, 16, 16]  # the run's own place does not move


def test_of_many_steps_at_once_the_last_is_shown(library: Path) -> None:
    control, paths = Control(attended=True), []
    for event in train(toy(), library, control):
        if event.kind == "run_started":
            for _ in range(3):
                control.step_alone("generator")
        if event.kind == "samples":
            paths.append(event.path)
            if len(paths) == 2:
                control.stop()
    assert paths[1].endswith("-0003.safetensors")


def test_one_network_has_no_side(spec: Callable[..., TrainSpec], library: Path) -> None:
    control = Control(attended=True)
    sentences = []
    for event in train(spec(), library, control):
        if event.kind == "run_started":
            control.step_alone("critic")
        if event.kind == "state_changed" and event.message:
            sentences.append((event.state, event.message))
            control.resume()
    assert sentences == [("paused", "This family trains one network, so no side of it can step "
                          "alone; resume, or train a GAN.")]  # fmt: skip


def test_a_step_that_diverges_goes_back_and_says_so(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, alarms = Control(attended=True), []
    monkeypatch.setattr(
        "latentlab.models._adversarial.AdversarialLearner.step_alone",
        lambda *_: {"loss": torch.tensor(float("nan"))},
    )
    for event in train(toy(), library, control):
        if event.kind == "run_started":
            control.step_alone("critic")
        if event.kind == "alarm":
            alarms.append(event.code)
            control.stop()
    assert alarms == ["diverged"]


def test_slow_motion_shows_the_steps_one_by_one(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(Control, "dawdle", lambda _, begun: waited.append(begun))
    monkeypatch.setattr(Pace, "is_due", lambda *_, **__: True)  # as on a machine without limits
    control = Control()
    control.slow_down(4)
    shown = []
    for event in train(toy(), library, control):
        if event.kind == "samples":
            shown.append(event.images_seen)
        if event.kind == "step" and event.images_seen == 64:
            control.slow_down(0)
            control.stop()
    assert list(dict.fromkeys(shown)) == [0, 16, 32, 48, 64]
    assert waited == sorted(waited)
    assert len(waited) == 3 or len(waited) == 4


def test_dawdling_keeps_the_pace_and_ends_with_any_wish() -> None:
    control = Control()
    control.slow_down(50)
    begun = time.perf_counter()
    control.dawdle(begun)
    assert time.perf_counter() - begun >= 1 / 50
    control.slow_down(1e-3)
    sleeper = threading.Thread(target=control.dawdle, args=(time.perf_counter(),))
    sleeper.start()
    control.slow_down(0)
    sleeper.join(20)
    assert not sleeper.is_alive()
    for wish in (Control.pause, Control.stop, Control.snapshot, lambda c: c.step_alone("critic")):
        waits = Control()
        waits.slow_down(1e-3)
        wish(waits)
        waits.dawdle(time.perf_counter())  # would take a quarter of an hour


def test_wishes_for_sides_are_answered_in_order() -> None:
    control = Control()
    control.step_alone("critic")
    control.step_alone("generator")
    assert control.paused
    control.wait()
    assert [control.take_side() for _ in range(3)] == ["critic", "generator", None]


@pytest.mark.parametrize(
    ("line", "speed"),
    [("slow 5", 5), ("slow 0", 0), ("slow 0.5", 0.5), ("slow x", 0), ("slow -3", 0),
     ("slow nan", 0), ("slow inf", 0)],
)  # fmt: skip
def test_lines_of_the_window(line: str, speed: float) -> None:
    control = Control()
    ear = trainer.Ear(control, None)  # type: ignore[arg-type] - nothing is read
    for each in (line, "step_critic", "step_generator"):
        ear._take(each)
    assert control.slow == speed
    assert [control.take_side(), control.take_side()] == ["critic", "generator"]
    assert ear.jobs.empty()
