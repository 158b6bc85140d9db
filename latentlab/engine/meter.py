"""Loss sums that stay on the device, and the clock of a run."""

from __future__ import annotations

import time
from collections import deque
from math import isfinite
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from latentlab.models.family import Losses


class Meter:
    """Means of loss terms, weighted by images. `add` never waits for the device, `read` does."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._images = 0
        self.epoch_sums: dict[str, float] = {}
        self.epoch_images = 0

    def add(self, losses: Losses, images: int) -> None:
        """Add the terms of one step over so many images."""
        self._images += images
        for name, value in losses.items():
            total = self._sums.get(name)
            if total is None:
                self._sums[name] = value.detach().float() * images
            else:
                total.add_(value, alpha=images)

    def read(self) -> dict[str, float]:
        """Means since the last read; the one moment at which the device is waited for."""
        if not self._images:
            return {}
        sums = torch.stack([total.reshape(()) for total in self._sums.values()]).tolist()
        means = {name: total / self._images for name, total in zip(self._sums, sums, strict=True)}
        if all(map(isfinite, sums)):  # what diverged is undone and counts for no epoch
            for name, total in zip(self._sums, sums, strict=True):
                self.epoch_sums[name] = self.epoch_sums.get(name, 0.0) + total
            self.epoch_images += self._images
        self._sums, self._images = {}, 0
        return means

    def end_epoch(self) -> dict[str, float]:
        """Means over the epoch so far; the next epoch starts from nothing."""
        means = {name: total / self.epoch_images for name, total in self.epoch_sums.items()}
        self.epoch_sums, self.epoch_images = {}, 0
        return means


class Clock:
    """Seconds of a run, pauses excluded, and its recent speed."""

    def __init__(self, seconds: float = 0.0) -> None:
        """`seconds` were used by earlier sittings of the same run."""
        self._before = seconds
        self._since: float | None = None
        self._marks: deque[tuple[float, int]] = deque(maxlen=20)

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        running = time.perf_counter() - self._since if self._since is not None else 0.0
        return self._before + running

    def start(self) -> None:
        """Run, or run again."""
        self._since = time.perf_counter()
        self._marks.clear()

    def stop(self) -> None:
        """Stand still, as in a pause."""
        self._before, self._since = self.seconds, None

    def speed(self, images_seen: int) -> float:
        """Images per second over the last readings of this method."""
        now = self.seconds
        self._marks.append((now, images_seen))
        first, images = self._marks[0]
        return (images_seen - images) / (now - first) if now > first else 0.0
