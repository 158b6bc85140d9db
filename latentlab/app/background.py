"""Numpy work beside the window: a plain thread per lane, the newest job wins, answers by `post`."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from psygnal import Signal

from latentlab.core.errors import LatentlabError
from latentlab.engine.jobs import LatestWins

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.post import Post

T = TypeVar("T")

log = logging.getLogger(__name__)


class CancelledError(Exception):
    """Nobody waits for the job any more; raised by `Cancel.check` to leave it."""


class Cancel:
    """Whether a job should give up; long work looks at it now and then."""

    def __init__(self, is_wanted: Callable[[], bool]) -> None:
        self._is_wanted = is_wanted

    @property
    def wanted(self) -> bool:
        """Whether the job's answer would be thrown away."""
        return self._is_wanted()

    def check(self) -> None:
        """Leave the job here when its answer would be thrown away."""
        if self.wanted:
            raise CancelledError


@dataclass(frozen=True)
class _Job:
    number: int
    work: Callable[[Cancel], Any]
    done: Callable[[Any], None]
    failed: Callable[[str], None]
    cancel: Cancel


class _Lane:
    """The jobs that replace each other."""

    def __init__(self, name: str, post: Post) -> None:
        self.jobs = LatestWins(self._do, f"background-{name}")
        self._post = post
        self._count = 0
        self._given_up = 0  # jobs up to this number are not wanted any more
        self._arrived = 0  # the newest job whose answer is on its way

    def submit(
        self,
        work: Callable[[Cancel], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None],
    ) -> None:
        self._count += 1
        number = self._count
        cancel = Cancel(lambda: number <= self._given_up)
        self.jobs.submit(_Job(number, work, done, failed, cancel))

    def give_up(self) -> None:
        """None of the answers of the jobs so far is wanted."""
        self._given_up = self._count
        self.jobs.forget_waiting()

    def _do(self, job: _Job) -> None:
        """One job, on the lane's thread; the edge where errors become messages."""
        try:
            result = job.work(job.cancel)
        except CancelledError:
            return
        except LatentlabError as error:
            self._answer(job, job.failed, str(error))
        except Exception as error:
            log.exception("background work met a bug")
            text = f"A bug was met ({type(error).__name__}: {error}); the log has the details."
            self._answer(job, job.failed, text)
        else:
            self._answer(job, job.done, result)

    def _answer(self, job: _Job, tell: Callable[[Any], None], what: object) -> None:
        self._arrived = job.number

        def show() -> None:
            if not job.cancel.wanted and self._arrived == job.number:
                tell(what)

        self._post(show)


class Background:
    """Runs functions on threads; call it from the thread that owns the session.

    Each lane has one job running and one waiting; a newer one replaces the waiting one, whose
    `done` is then never called. Errors come as one sentence to `failed`, or to the signal.
    """

    failed = Signal(str)

    def __init__(self, post: Post) -> None:
        self._post = post
        self._lanes: dict[str, _Lane] = {}
        self._closed = False

    def run(
        self,
        lane: str,
        work: Callable[[Cancel], T],
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
        *,
        cancel_running: bool = False,
    ) -> None:
        """Do `work(cancel)` soon and call `done` with its result.

        With `cancel_running` the lane's earlier jobs are given up: their answers are about
        something that nobody looks at any more (another model), not merely a little older.
        """
        if self._closed:
            return
        if cancel_running:
            self.cancel(lane)
        if lane not in self._lanes:
            self._lanes[lane] = _Lane(lane, self._post)
        self._lanes[lane].submit(work, done, failed or self.failed.emit)

    def cancel(self, lane: str) -> None:
        """Give up a lane's jobs; none of their answers comes."""
        if lane in self._lanes:
            self._lanes[lane].give_up()

    def close(self, timeout_s: float = 5.0) -> bool:
        """Give up all jobs and wait for their threads; whether all ended in time."""
        self._closed = True
        for lane in self._lanes.values():
            lane.give_up()
        end = time.monotonic() + timeout_s
        left = [lane.jobs.close(max(0.0, end - time.monotonic())) for lane in self._lanes.values()]
        return all(left)
