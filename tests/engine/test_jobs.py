from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from latentlab.engine.jobs import LatestSlot, LatestWins

if TYPE_CHECKING:
    import pytest

WAIT_S = 10


class Gate:
    """Work that stops at its first item until it is opened, and remembers what it did."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.started, self.open, self.last_done = (threading.Event() for _ in range(3))
        self.last = -1

    def __call__(self, item: int) -> None:
        self.seen.append(item)
        self.started.set()
        assert self.open.wait(WAIT_S)
        if item == self.last:
            self.last_done.set()


def test_a_thousand_submits_during_one_job_give_two_jobs() -> None:
    gate = Gate()
    gate.last = 999
    jobs = LatestWins(gate)
    jobs.submit(0)
    assert gate.started.wait(WAIT_S)
    for item in range(1, 1000):
        jobs.submit(item)
    gate.open.set()
    assert gate.last_done.wait(WAIT_S)
    assert gate.seen == [0, 999]
    assert jobs.close()


@given(st.lists(st.sampled_from(["offer", "finish"]), max_size=60))
def test_whatever_happens_one_runs_one_waits_and_the_last_is_done(moves: list[str]) -> None:
    slot: LatestSlot[int] = LatestSlot()
    started: list[int] = []
    offered = 0
    for move in moves:
        if move == "offer":
            offered += 1
            if slot.offer(offered):
                started.append(offered)
        elif slot.running is not None and (following := slot.finish()) is not None:
            started.append(following)
        assert slot.running is not None or slot.waiting is None
    while slot.running is not None:
        if (following := slot.finish()) is not None:
            started.append(following)
    assert started == sorted(set(started))
    assert (not offered) or started[-1] == offered


def test_a_bug_in_one_job_does_not_stop_the_next(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()

    def work(item: int) -> None:
        if item == 0:
            tried.set()
            raise ZeroDivisionError
        done.set()

    tried = threading.Event()
    jobs = LatestWins(work)
    jobs.submit(0)
    assert tried.wait(WAIT_S)
    jobs.submit(1)
    assert done.wait(WAIT_S)
    assert jobs.close()
    assert "met a bug" in caplog.text


def test_close_drops_what_waits_and_waits_for_what_runs() -> None:
    gate = Gate()
    jobs = LatestWins(gate)
    jobs.submit(0)
    assert gate.started.wait(WAIT_S)
    jobs.submit(1)
    assert not jobs.close(timeout_s=0.01)
    gate.open.set()
    assert jobs.close()
    jobs.submit(2)
    assert gate.seen == [0]


def test_what_waits_can_be_forgotten() -> None:
    gate = Gate()
    jobs = LatestWins(gate)
    jobs.submit(0)
    assert gate.started.wait(WAIT_S)
    jobs.submit(1)
    jobs.forget_waiting()
    gate.open.set()
    assert jobs.close()
    assert gate.seen == [0]


def test_without_a_job_there_is_no_thread() -> None:
    before = threading.active_count()
    jobs = LatestWins(print)
    assert threading.active_count() == before
    assert jobs.close()
