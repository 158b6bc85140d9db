"""How often something may interrupt training."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARE = 50  # each kind of interruption costs at most 1/50 of the time


class Pace:
    """Not sooner than an interval after the last time, and later when it takes long."""

    def __init__(self, interval_s: float, share: float = _SHARE) -> None:
        """It costs at most 1 / `share` of the time; 0: what it costs does not matter."""
        self.interval_s = interval_s
        self.share = share
        self.cost_s = 0.0
        self.count = 0
        self._at = float("-inf")

    def is_due(self, patience: float = 1.0) -> bool:
        """Whether it may happen now; `patience` stretches the wait."""
        wait_s = max(self.interval_s * patience, self.cost_s * self.share)
        return time.perf_counter() - self._at >= wait_s

    @contextmanager
    def taking(self) -> Iterator[None]:
        """It happens now. The cost of the first time is not kept: kernels warm up in it."""
        begun = time.perf_counter()
        yield
        self._at = time.perf_counter()
        self.cost_s = self._at - begun if self.count else 0.0
        self.count += 1
