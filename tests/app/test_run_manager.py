"""Runs: a queue, wishes that arrive, every way to end, and nothing alive afterwards."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from latentlab.app.run_manager import RunHandle, RunManager
from latentlab.core.errors import ModelError
from latentlab.core.spec import TrainSpec
from tests.helpers import QueuePost, children, write_model

if TYPE_CHECKING:
    from collections.abc import Iterator

FAKE = [sys.executable, "-S", str(Path(__file__).with_name("fake_trainer.py"))]


@pytest.fixture
def manager(library: Path, post: QueuePost) -> Iterator[RunManager]:
    manager = RunManager(library, post, FAKE)
    yield manager
    manager.close(timeout_s=2.0)


def spec(name: str = "run", device: str = "cpu", **config: Any) -> TrainSpec:
    return TrainSpec(family="vae", config=config, name=name, device=device)


def kinds(manager: RunManager) -> list[str]:
    """Kinds of all events from now on."""
    seen: list[str] = []
    manager.event.connect(lambda _, event: seen.append(event.kind))
    return seen


def wait_for(post: QueuePost, run: RunHandle, *states: str) -> None:
    post.run_until(lambda: run.state in states)


# -- one run -----------------------------------------------------------------------------------


def test_a_run_from_click_to_end(manager: RunManager, post: QueuePost, library: Path) -> None:
    seen = kinds(manager)
    run = manager.start(spec("mine", steps=3))
    assert (run.state, run.title, run.folder) == ("starting", "mine", None)
    wait_for(post, run, "finished")
    assert seen == ["run_started", "step", "step", "step", "run_ended"]
    assert run.folder == library / "mine"
    assert run.history.step.losses == {"loss": pytest.approx(1 / 3)}
    assert manager.find("mine") is run
    assert manager.find("yours") is None
    post.run_until(lambda: run.process is None)
    assert children() == {}


def test_a_run_without_a_name_is_called_what_the_trainer_calls_it(
    manager: RunManager, post: QueuePost
) -> None:
    run = manager.start(TrainSpec(family="vae", data="digits", config={"steps": 1}))
    assert run.title == "vae on digits"
    wait_for(post, run, "finished")
    assert run.title == "fake"


def test_wishes_arrive(manager: RunManager, post: QueuePost) -> None:
    seen = kinds(manager)
    run = manager.start(spec())
    wait_for(post, run, "running")
    manager.pause(run)
    wait_for(post, run, "paused")
    assert manager.active == (run,)
    manager.snapshot(run)
    post.run_until(lambda: "snapshot" in seen)
    manager.resume(run)
    wait_for(post, run, "running")
    manager.stop(run)
    assert run.is_stopping
    manager.stop(run)
    wait_for(post, run, "stopped")
    for wish in (manager.pause, manager.resume, manager.snapshot, manager.stop):
        wish(run)
    assert run.state == "stopped"


def test_sides_and_slow_motion_are_wishes_too(manager: RunManager, post: QueuePost) -> None:
    heard: list[str] = []
    manager.event.connect(lambda _, event: heard.append(getattr(event, "path", "")))
    first, second = manager.start(spec()), manager.start(spec("later"))
    wait_for(post, first, "running")
    manager.step_critic(first)
    manager.step_generator(first)
    manager.slow_down(first, 2.5)
    manager.slow_down(second, 10)  # it waits in the queue
    post.run_until(lambda: "samples/slow 2.5" in heard)
    assert [path for path in heard if path] == [
        "samples/step_critic", "samples/step_generator", "samples/slow 2.5",
    ]  # fmt: skip
    manager.stop(first)
    post.run_until(lambda: "samples/slow 10" in heard)
    assert (first.slow, second.slow) == (2.5, 10)
    manager.stop(second)
    wait_for(post, second, "stopped")


def test_every_state_is_told(manager: RunManager, post: QueuePost) -> None:
    states: list[str] = []
    manager.changed.connect(lambda run: states.append(run.state))
    run = manager.start(spec(steps=1))
    wait_for(post, run, "finished")
    assert states == ["starting", "running", "finished"]


def test_an_ended_run_goes_on(manager: RunManager, post: QueuePost, library: Path) -> None:
    folder = write_model(library, "half", state="stopped", title="Half done")
    run = manager.go_on(folder)
    assert (run.title, run.spec.family) == ("Half done", "vae")
    wait_for(post, run, "running")
    assert run.folder == folder
    with pytest.raises(ModelError, match="is no model"):
        manager.go_on(library / "none")
    assert manager.runs == (run,)


# -- the ways to end ---------------------------------------------------------------------------


def test_a_refusal_is_one_sentence(manager: RunManager, post: QueuePost) -> None:
    run = manager.start(spec(refuse="The batch size is too large; choose at most 60"))
    wait_for(post, run, "failed")
    assert run.message == "The batch size is too large; choose at most 60"
    assert run.folder is None
    post.run_until(lambda: run.process is None)
    assert run.state == "failed"


def test_a_killed_trainer_is_an_interrupted_run(manager: RunManager, post: QueuePost) -> None:
    seen = kinds(manager)
    run = manager.start(spec())
    post.run_until(lambda: run.history.step is not None and run.history.step.images_seen == 200)
    os.kill(run.process.pid, signal.SIGKILL)
    wait_for(post, run, "interrupted")
    assert run.message == (
        "The training process ended unexpectedly (signal 9); what it had saved is kept."
    )
    assert seen[-1] == "run_ended"
    assert run.history.ended.images_seen == 200


def test_one_that_dies_before_it_begins(manager: RunManager, post: QueuePost) -> None:
    run = manager.start(spec(die=3, early=True))
    wait_for(post, run, "interrupted")
    assert run.message == (
        "The training process ended unexpectedly (exit status 3: RuntimeError: the fake broke); "
        "nothing had been saved yet."
    )


def test_what_is_no_event_is_passed_over(manager: RunManager, post: QueuePost) -> None:
    run = manager.start(spec(babble=True, steps=2))
    wait_for(post, run, "finished")
    assert run.history.images_seen == 200


def test_a_process_that_cannot_start(library: Path, post: QueuePost) -> None:
    manager = RunManager(library, post, ["/no/such/python"])
    manager.warm()
    run = manager.start(spec())
    assert run.state == "failed"
    assert run.message == "The trainer process cannot be started (No such file or directory)."
    assert manager.close()


# -- the queue ---------------------------------------------------------------------------------


def test_one_run_at_a_time_on_a_device(manager: RunManager, post: QueuePost) -> None:
    first, second, third = (manager.start(spec(name)) for name in "abc")
    assert [run.state for run in manager.runs] == ["starting", "queued", "queued"]
    wait_for(post, first, "running")
    manager.pause(first)
    wait_for(post, first, "paused")
    assert second.state == "queued", "a paused run keeps its device"
    manager.stop(first)
    wait_for(post, second, "running")
    assert third.state == "queued"
    os.kill(second.process.pid, signal.SIGKILL)
    wait_for(post, third, "running")
    assert [run.state for run in manager.runs] == ["stopped", "interrupted", "running"]


def test_other_devices_run_beside(manager: RunManager) -> None:
    devices = ("cpu", "cuda", "cuda:0", "cuda:1", "auto")
    found = [manager.start(spec(device, device)).state for device in devices]
    assert found == ["starting", "starting", "queued", "starting", "queued"]


def test_the_queue_can_be_put_in_order(manager: RunManager, post: QueuePost) -> None:
    told: list[int] = []
    manager.list_changed.connect(lambda: told.append(1))
    running, a, b, c = (manager.start(spec(name)) for name in ("now", "a", "b", "c"))
    manager.move(c, 0)
    assert manager.queued == (c, a, b)
    manager.move(c, 1)
    assert manager.queued == (a, c, b)
    manager.move(a, 99)
    assert manager.queued == (c, b, a)
    manager.move(running, 2)
    manager.cancel(b)
    manager.stop(c)
    assert manager.runs == (running, a)
    assert len(told) == 4 + 3 + 2
    wait_for(post, running, "running")
    manager.cancel(running)
    manager.forget(running)
    assert running in manager.runs, "a working run is not forgotten"
    manager.stop(running)
    wait_for(post, a, "running")
    manager.forget(running)
    assert manager.runs == (a,)


# -- the warm spare ----------------------------------------------------------------------------


def test_a_start_takes_the_warm_spare(manager: RunManager, post: QueuePost) -> None:
    assert children() == {}
    manager.warm()
    manager.warm()
    assert len(children()) == 1
    post.run_until(lambda: manager.is_warm)
    (spare,) = children()
    run = manager.start(spec())
    assert run.process.pid == spare
    assert not manager.is_warm
    manager.warm()
    assert len(children()) == 1, "no spare beside a run"
    manager.stop(run)
    post.run_until(lambda: manager.is_warm)
    assert spare not in children()


def test_a_dead_spare_is_replaced(manager: RunManager, post: QueuePost) -> None:
    manager.warm()
    post.run_until(lambda: manager.is_warm)
    (spare,) = children()
    os.kill(spare, signal.SIGKILL)
    post.run_until(lambda: not manager.is_warm)
    run = manager.start(spec(steps=1))
    wait_for(post, run, "finished")
    assert run.state == "finished"


def test_cool_ends_the_spare(manager: RunManager, post: QueuePost) -> None:
    manager.warm()
    manager.cool()
    assert children() == {}
    run = manager.start(spec(steps=1))
    wait_for(post, run, "finished")
    post.run_until(lambda: run.process is None)
    assert children() == {}


# -- the end of the window ---------------------------------------------------------------------


def test_closing_saves_what_runs(manager: RunManager, post: QueuePost) -> None:
    run = manager.start(spec("a"))
    manager.start(spec("b"))
    wait_for(post, run, "running")
    told: list[str] = []
    manager.event.connect(lambda _, event: told.append(event.kind))
    assert manager.close(timeout_s=5.0)
    assert children() == {}
    post.drain()
    assert told == [], "a closed window hears nothing"


def test_closing_ends_what_does_not_listen(manager: RunManager, post: QueuePost) -> None:
    run = manager.start(spec(mute=True))
    wait_for(post, run, "running")
    assert not manager.close(timeout_s=0.1)
    assert children() == {}


def test_closing_without_saving(manager: RunManager, post: QueuePost) -> None:
    run = manager.start(spec(mute=True))
    wait_for(post, run, "running")
    assert manager.close(save=False)
    assert children() == {}


def test_the_trainer_stops_when_the_window_is_killed(manager: RunManager, post: QueuePost) -> None:
    """The end of its input is all that a child sees of a parent that is gone."""
    run = manager.start(spec())
    wait_for(post, run, "running")
    run.process.close_input()
    wait_for(post, run, "stopped")
