"""How fast the same run trains with nobody watching: the command line in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

from latentlab.core import events

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.core.spec import TrainSpec


class Speed:
    """Images per second between two Step events, the first ones left out."""

    def __init__(self, skip_s: float = 3.0) -> None:
        self._skip_s = skip_s
        self._first: tuple[float, int] | None = None
        self._last: tuple[float, int] | None = None

    def add(self, event: events.Event) -> None:
        """Take a Step into account, by the run's own clock."""
        if not isinstance(event, events.Step) or event.t < self._skip_s:
            return
        self._last = (event.t, event.images_seen)
        self._first = self._first or self._last

    @property
    def images_per_s(self) -> float:
        """Zero until two steps are known."""
        if self._first is None or self._last is None or self._last[0] == self._first[0]:
            return 0.0
        return (self._last[1] - self._first[1]) / (self._last[0] - self._first[0])


def images_per_s(spec: TrainSpec, library: Path, seconds: float) -> float:
    """Train for a while with `latentlab train --json`, then stop it."""
    command = [
        sys.executable, "-m", "latentlab", "--library", str(library), "train", spec.family,
        "--data", spec.data, "--device", spec.device, "--name", "headless", "--json",
    ]  # fmt: skip
    for key, value in {**spec.config, **spec.recipe}.items():
        command += ["-s", f"{key}={value}"]
    speed, end = Speed(), 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            speed.add(events.parse(line))
            end = end or time.monotonic() + seconds
            if time.monotonic() > end:
                process.terminate()
                break
    return speed.images_per_s
