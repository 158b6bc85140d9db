"""Control, meter, clock, shelf, device: what the training loop is made of."""

from __future__ import annotations

import itertools
import threading
from math import isnan
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core.errors import DeviceError
from latentlab.engine import device
from latentlab.engine.control import Control
from latentlab.engine.good import LastGood, is_finite
from latentlab.engine.meter import Clock, Meter
from latentlab.engine.pace import Pace
from latentlab.engine.plan import prepare
from latentlab.engine.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("wish", [Control.resume, Control.stop, Control.snapshot])
def test_waiting_ends_with_any_wish(wish: Callable[[Control], None]) -> None:
    control = Control()
    control.pause()
    waiter = threading.Thread(target=control.wait)
    waiter.start()
    assert waiter.is_alive()
    wish(control)
    waiter.join(5)
    assert not waiter.is_alive()


def test_stop_overrules_pause_and_snapshots_are_counted() -> None:
    control = Control()
    control.wait()  # nothing to wait for
    control.pause()
    assert control.paused
    control.stop()
    assert control.stopped
    assert not control.paused
    control.snapshot()
    control.snapshot()
    assert [control.take_snapshot() for _ in range(3)] == [True, True, False]


@given(st.lists(st.tuples(st.floats(-10, 10), st.integers(1, 50)), min_size=1, max_size=12))
def test_meter_means_are_weighted_by_images(steps: list[tuple[float, int]]) -> None:
    meter = Meter()
    for loss, images in steps:
        meter.add({"loss": torch.tensor(loss), "twice": torch.tensor(2 * loss)}, images)
    mean = sum(loss * images for loss, images in steps) / sum(images for _, images in steps)
    assert meter.read() == pytest.approx({"loss": mean, "twice": 2 * mean}, abs=1e-4)
    assert meter.read() == {}
    assert meter.end_epoch()["loss"] == pytest.approx(mean, abs=1e-4)


def test_meter_adds_readings_to_an_epoch_but_nothing_that_diverged() -> None:
    meter = Meter()
    for loss, images in ((1.0, 10), (4.0, 30)):
        meter.add({"loss": torch.tensor(loss)}, images)
        meter.read()
    meter.add({"loss": torch.tensor(float("nan"))}, 10)
    assert isnan(meter.read()["loss"])
    assert meter.end_epoch() == {"loss": pytest.approx(3.25)}
    assert meter.end_epoch() == {}


def test_clock_stands_still_in_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("latentlab.engine.meter.time.perf_counter", lambda: now[0])
    clock = Clock(5.0)
    assert clock.seconds == 5.0
    clock.start()
    assert clock.speed(0) == 0.0
    now[0] += 2
    assert clock.speed(300) == pytest.approx(150)
    clock.stop()
    now[0] += 50
    assert clock.seconds == pytest.approx(7)
    clock.start()
    now[0] += 1
    assert clock.seconds == pytest.approx(8)


def test_pace_waits_for_its_interval_and_for_what_it_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr("latentlab.engine.pace.time.perf_counter", lambda: now[0])
    pace = Pace(1.0)

    def take(cost_s: float) -> None:
        with pace.taking():
            now[0] += cost_s

    def is_due_after(wait_s: float, patience: float = 1.0) -> bool:
        now[0] += wait_s
        due = pace.is_due(patience)
        now[0] -= wait_s
        return due

    assert pace.is_due()
    take(5.0)  # the first time warms up, its cost does not count
    assert not is_due_after(0.9)
    assert is_due_after(1.0)
    assert not is_due_after(1.0, patience=2)
    take(0.1)
    assert not is_due_after(4.9)
    assert is_due_after(5.1)


def test_last_good_weights_are_those_before_they_were_spoiled(spec: Any) -> None:
    prepared = prepare(spec())
    model = prepared.model
    learner = prepared.family.learner(model, prepared.config, prepared.recipe, 10)
    good = LastGood(model, learner)
    good.restore()  # nothing to go back to yet
    noise = torch.Generator().manual_seed(0)
    learner.step(torch.rand(4, 1, 8, 8), None, noise)
    good.keep()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    for _ in range(2):  # the copy serves again and again
        learner.step(torch.rand(4, 1, 8, 8), None, noise)
        with torch.no_grad():
            next(model.parameters()).fill_(float("inf"))
        assert not is_finite(model)
        good.keep()
        good.restore()
        assert is_finite(model)
        for name, value in model.state_dict().items():
            assert torch.equal(value, before[name])


def test_shelf_keeps_everything_while_there_is_room() -> None:
    removed: list[str] = []
    shelf = Shelf(removed.append)
    for number in range(200):
        shelf.put(str(number), 1000)
    assert removed == []


@given(st.integers(1, 3000), st.integers(0, 10_000_000))
def test_shelf_stays_bounded_even_and_keeps_both_ends(count: int, size: int) -> None:
    kept: dict[str, None] = {}
    shelf = Shelf(kept.pop)
    for number in range(count):
        kept[str(number)] = None
        shelf.put(str(number), size)
        assert len(kept) <= 203
        assert str(number) in kept
    numbers = [int(name) for name in kept]
    assert numbers[0] == 0
    gaps = {b - a for a, b in itertools.pairwise(numbers[:-3])}
    assert len(gaps) <= 1


@pytest.mark.parametrize("wish", ["gpu", "", "cuda:x", "meta", "cpu cpu"])
def test_unknown_devices_are_refused_in_a_sentence(wish: str) -> None:
    with pytest.raises(DeviceError, match="choose auto"):
        device.choose(wish)


def test_absent_devices_are_refused_with_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    for wish in ("cuda", "mps"):
        with pytest.raises(DeviceError, match=f"no device '{wish}'"):
            device.choose(wish)
    assert device.choose("auto") == torch.device("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert device.choose("cuda:1") == torch.device("cuda", 1)
    assert device.choose("auto") == torch.device("cuda", 0)
    with pytest.raises(DeviceError, match=r"has 2 CUDA devices; choose cuda:1 or lower"):
        device.choose("cuda:2")


def test_threads_leave_a_core_to_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "cores", lambda: 8)
    assert [device.trainer_threads(wish) for wish in (None, 3)] == [7, 3]
    monkeypatch.setattr(device, "cores", lambda: 1)
    assert device.trainer_threads() == 1
    assert device.title(torch.device("cpu"), 1) == "CPU, 1 thread"
    assert device.title(torch.device("cpu"), 7) == "CPU, 7 threads"


def test_thread_count_comes_back() -> None:
    before = torch.get_num_threads()
    with device.using_threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), True),
        (MemoryError(), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("MPS backend out of memory"), True),
        (RuntimeError("shapes do not fit"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_want_of_memory_is_recognised(error: Exception, expected: bool) -> None:
    assert device.is_out_of_memory(error) is expected
