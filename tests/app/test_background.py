from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app.background import Background, Cancel
from latentlab.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers import QueuePost

WAIT_S = 10


@pytest.fixture
def background(post: QueuePost) -> Iterator[Background]:
    made = Background(post)
    yield made
    assert made.close()


def test_a_result_comes_back_through_post(background: Background, post: QueuePost) -> None:
    results, threads = [], []

    def work(cancel: Cancel) -> float:
        threads.append(threading.current_thread())
        return float(np.arange(5).sum())

    background.run("sum", work, results.append)
    post.run_until(lambda: bool(results))
    assert results == [10.0]
    assert threads[0] is not threading.main_thread()


def test_a_thousand_runs_cost_two_and_show_the_last(
    background: Background, post: QueuePost
) -> None:
    gate, started = threading.Event(), threading.Event()
    worked, shown = [], []

    def work_on(item: int):
        def work(cancel: Cancel) -> int:
            worked.append(item)
            started.set()
            assert gate.wait(WAIT_S)
            return item

        return work

    background.run("near", work_on(0), shown.append)
    assert started.wait(WAIT_S)
    for item in range(1, 1000):
        background.run("near", work_on(item), shown.append)
    gate.set()
    post.run_until(lambda: 999 in shown)
    assert worked == [0, 999]
    assert shown[-1] == 999


def test_a_mistake_is_one_sentence_and_a_bug_is_named(
    background: Background, post: QueuePost, caplog: pytest.LogCaptureFixture
) -> None:
    told, general = [], []
    background.failed.connect(general.append)

    def mistake(cancel: Cancel) -> None:
        raise DataError("That folder is empty; choose another.")

    def bug(cancel: Cancel) -> None:
        raise KeyError("x")

    background.run("a", mistake, told.append, told.append)
    background.run("b", bug, told.append)
    post.run_until(lambda: bool(told and general))
    assert told == ["That folder is empty; choose another."]
    assert "KeyError" in general[0]
    assert "background work met a bug" in caplog.text


def test_a_cancelled_job_leaves_early_and_stays_silent(
    background: Background, post: QueuePost
) -> None:
    started, left, shown = threading.Event(), threading.Event(), []

    def endless(cancel: Cancel) -> None:
        started.set()
        pace = threading.Event()
        try:
            while True:
                cancel.check()
                pace.wait(0.001)
        finally:
            left.set()

    background.run("support", endless, shown.append, shown.append)
    assert started.wait(WAIT_S)
    background.run("support", lambda _: "new", shown.append, cancel_running=True)
    assert left.wait(WAIT_S)
    post.run_until(lambda: bool(shown))
    assert shown == ["new"]


def test_a_result_that_arrived_is_not_shown_after_a_cancel(
    background: Background, post: QueuePost
) -> None:
    shown, finished = [], threading.Event()

    def work(cancel: Cancel) -> str:
        finished.set()
        return "old"

    background.run("a", work, shown.append)
    assert finished.wait(WAIT_S)
    background.cancel("a")
    background.run("a", lambda _: "new", shown.append)
    post.run_until(lambda: bool(shown))
    assert shown == ["new"]


def test_close_gives_up_what_runs_and_refuses_more(post: QueuePost) -> None:
    background, started, shown = Background(post), threading.Event(), []

    def patient(cancel: Cancel) -> str:
        started.set()
        while not cancel.wanted:
            threading.Event().wait(0.001)
        return "too late"

    background.run("a", patient, shown.append)
    assert started.wait(WAIT_S)
    assert background.close()
    background.run("a", patient, shown.append)
    post.drain()
    assert shown == []
    assert not [t for t in threading.enumerate() if t.name.startswith("background-")]


def test_close_says_when_a_job_does_not_give_up(post: QueuePost) -> None:
    background, started, gate = Background(post), threading.Event(), threading.Event()

    def stubborn(cancel: Cancel) -> None:
        started.set()
        assert gate.wait(WAIT_S)

    background.run("a", stubborn, lambda _: None)
    assert started.wait(WAIT_S)
    assert not background.close(timeout_s=0.05)
    gate.set()
    assert background.close()
