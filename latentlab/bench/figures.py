"""What a benchmark reports: figures with their baseline, ratio and target."""

from __future__ import annotations

import os
import platform
import time
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from latentlab.core.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Figure(Value):
    """One measured number beside what it is compared with."""

    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None  # value / baseline
    target: float | None = None
    judged: Literal["value", "ratio"] = "value"  # what the target bounds
    better: Literal["lower", "higher"] = "lower"

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without a target."""
        if self.target is None:
            return None
        judged = self.ratio if self.judged == "ratio" and self.ratio is not None else self.value
        return judged <= self.target if self.better == "lower" else judged >= self.target


class Report(Value):
    """All figures of one benchmark and the machine they belong to."""

    bench: str
    machine: dict[str, Any]
    figures: dict[str, Figure]


def against(value: float, baseline: float, unit: str, **bounds: Any) -> Figure:
    """A figure judged by its ratio to a baseline of the same run."""
    return beside(value, baseline, unit, judged="ratio", **bounds)


def beside(value: float, baseline: float, unit: str, **bounds: Any) -> Figure:
    """A figure judged by itself, a baseline of the same run beside it."""
    return Figure(value=value, unit=unit, baseline=baseline, ratio=value / baseline, **bounds)


def report(bench: str, figures: dict[str, Figure]) -> Report:
    """Stamp the figures with this machine."""
    machine = {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    return Report(bench=bench, machine=machine, figures=figures)


def milliseconds(work: Callable[[], object], repeats: int, warm_up: int = 10) -> list[float]:
    """How long each call of `work` takes, after some that are not counted."""
    for _ in range(warm_up):
        work()
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        taken.append(1e3 * (time.perf_counter() - began))
    return taken


def percentile(values: Sequence[float], percent: float) -> float:
    """A percentile of measured values."""
    return float(np.percentile(values, percent))


def median(values: Sequence[float]) -> float:
    """The middle of measured values."""
    return percentile(values, 50)
