"""How another thread steers a run: flags that the training loop polls between steps."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latentlab.models._adversarial import Side


class Control:
    """Thread-safe wishes: pause, resume, stop, snapshot, one step of one side, slow motion.

    Polling costs a few attribute reads.
    """

    def __init__(self, *, attended: bool = False) -> None:
        """`attended`: somebody can answer an alarm, so a run that diverged may wait for them."""
        self.attended = attended
        self._changed = threading.Condition()
        self._paused = False
        self._stopped = False
        self._snapshots = 0
        self._sides: deque[Side] = deque()
        self._slow = 0.0

    @property
    def slow(self) -> float:
        """Steps per second that are not to be exceeded; 0: as fast as it goes."""
        return self._slow

    @property
    def paused(self) -> bool:
        """Whether the run should hold; never once it should stop."""
        return self._paused and not self._stopped

    @property
    def stopped(self) -> bool:
        """Whether the run should save and end; there is no way back."""
        return self._stopped

    def pause(self) -> None:
        """Hold before the next step."""
        self._set(paused=True)

    def resume(self) -> None:
        """Go on after a pause."""
        self._set(paused=False)

    def stop(self) -> None:
        """Save everything and end."""
        self._set(stopped=True)

    def snapshot(self) -> None:
        """Keep the weights of this moment, paused or not."""
        with self._changed:
            self._snapshots += 1
            self._changed.notify_all()

    def take_snapshot(self) -> bool:
        """Whether a snapshot was asked for; each wish is answered once."""
        if not self._snapshots:
            return False
        with self._changed:
            self._snapshots -= 1
        return True

    def step_alone(self, side: Side) -> None:
        """One step of one of two networks that compete; holds a run that is not held yet."""
        with self._changed:
            self._paused = True
            self._sides.append(side)
            self._changed.notify_all()

    @property
    def awaits_side(self) -> bool:
        """Whether another step of one side was asked for."""
        return bool(self._sides)

    def take_side(self) -> Side | None:
        """A side that shall make a step alone; each wish is answered once."""
        with self._changed:
            return self._sides.popleft() if self._sides else None

    def slow_down(self, steps_per_s: float) -> None:
        """At most so many steps per second from now on; 0: as fast as it goes."""
        with self._changed:
            self._slow = steps_per_s
            self._changed.notify_all()

    def wait(self) -> None:
        """Sleep without using the CPU while paused and nothing is asked for."""
        with self._changed:
            self._changed.wait_for(lambda: not self.paused or self._is_asked())

    def dawdle(self, begun: float) -> None:
        """Sleep until a step that `begun` then, by `time.perf_counter`, has had its time.

        Any wish ends the sleep.
        """
        with self._changed:
            while (left := self._left(begun)) > 0 and not (self._paused or self._stopped):
                if self._is_asked():
                    return
                self._changed.wait(left)

    def _left(self, begun: float) -> float:
        return begun + 1 / self._slow - time.perf_counter() if self._slow else 0.0

    def _is_asked(self) -> bool:
        return self._snapshots > 0 or bool(self._sides)

    def _set(self, *, paused: bool | None = None, stopped: bool | None = None) -> None:
        with self._changed:
            self._paused = self._paused if paused is None else paused
            self._stopped = self._stopped if stopped is None else stopped
            self._changed.notify_all()
