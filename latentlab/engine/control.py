"""How another thread steers a run: flags that the training loop polls between steps."""

from __future__ import annotations

import threading


class Control:
    """Thread-safe wishes: pause, resume, stop, snapshot. Polling costs two attribute reads."""

    def __init__(self, *, attended: bool = False) -> None:
        """`attended`: somebody can answer an alarm, so a run that diverged may wait for them."""
        self.attended = attended
        self._changed = threading.Condition()
        self._paused = False
        self._stopped = False
        self._snapshots = 0

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

    def wait(self) -> None:
        """Sleep without using the CPU while paused and nothing is asked for."""
        with self._changed:
            self._changed.wait_for(lambda: not self.paused or self._snapshots > 0)

    def _set(self, *, paused: bool | None = None, stopped: bool | None = None) -> None:
        with self._changed:
            self._paused = self._paused if paused is None else paused
            self._stopped = self._stopped if stopped is None else stopped
            self._changed.notify_all()
