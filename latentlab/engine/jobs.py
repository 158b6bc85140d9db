"""Latest wins: one job running, one waiting, a newer one replaces the waiting one.

1000 submits during one job give two jobs, and the last is always done. No timers, no torch.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

log = logging.getLogger(__name__)


class LatestSlot(Generic[T]):
    """The rule itself, without a thread; its owner locks."""

    def __init__(self) -> None:
        self.running: T | None = None
        self.waiting: T | None = None

    def offer(self, item: T) -> bool:
        """Take an item: True, it runs now; False, it waits in the place of an older one."""
        if self.running is None:
            self.running = item
            return True
        self.waiting = item
        return False

    def finish(self) -> T | None:
        """The running item ended: the one to start now, or None."""
        self.running, self.waiting = self.waiting, None
        return self.running


class LatestWins(Generic[T]):
    """A thread that does `work(item)` for the newest item submitted, started when needed."""

    def __init__(self, work: Callable[[T], None], name: str = "latest-wins") -> None:
        self._work = work
        self._name = name
        self._slot: LatestSlot[T] = LatestSlot()
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def submit(self, item: T) -> None:
        """Do `item` next; returns at once. After `close` it is ignored."""
        with self._changed:
            if self._closed:
                return
            self._slot.offer(item)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def forget_waiting(self) -> None:
        """Drop the item that waits; the running one goes on."""
        with self._changed:
            self._slot.waiting = None

    def close(self, timeout_s: float = 5.0) -> bool:
        """Drop what waits, wait for what runs; whether the thread ended in time."""
        with self._changed:
            self._closed = True
            self._slot.waiting = None
            self._changed.notify_all()
            thread = self._thread
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(timeout_s)
        return not thread.is_alive()

    def _run(self) -> None:
        item = self._next()
        while item is not None:
            try:
                self._work(item)
            except Exception:  # the thread must outlive a bug in one job
                log.exception("a job of %s met a bug", self._name)
            with self._changed:
                self._slot.finish()
            item = self._next()

    def _next(self) -> T | None:
        """Wait for the item to run now; None when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._slot.running is not None or self._closed)
            return None if self._closed else self._slot.running
