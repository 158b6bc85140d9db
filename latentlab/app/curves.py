"""Curves that grow: bounded memory, smoothed over x, with ranges made for reading."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Floats = NDArray[np.float64]
CAPACITY = 1024  # more points than a plot has pixels to tell them apart
_CHUNK = 400.0  # exponents per block of the running sum: exp(400) is far from overflow
_FULL_ENOUGH = 0.8  # share of an axis that is used before it is made anew
Range = tuple[float, float] | list[float]  # low, high
BURN_IN = 0.03  # share of the run whose first, huge losses may leave the top of the plot


class Curve:
    """Points (x, y) with growing x; when they grow too many, neighbours are averaged in pairs.

    Values that are not finite are left out: an alarm marks the place, a line cannot.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Keeps between capacity / 2 and capacity points; capacity is even and at least 2."""
        self._points = np.empty((2, capacity))
        self._filled = 0
        self._stride = 1  # values per point
        self._open = np.zeros(2)  # sums of the point that is not complete yet
        self._open_count = 0

    def __len__(self) -> int:
        return self._filled + (self._open_count > 0)

    def append(self, x: float, y: float) -> None:
        """Add one value at x. What lies beyond x is dropped: a run went on from an earlier save."""
        if not (isfinite(x) and isfinite(y)):
            return
        if self._filled and x < self._points[0, self._filled - 1]:
            self._cut(x)
        self._open += (x, y)
        self._open_count += 1
        if self._open_count < self._stride:
            return
        self._points[:, self._filled] = self._open / self._open_count
        self._filled += 1
        self._open[:] = 0
        self._open_count = 0
        if self._filled == self._points.shape[1]:
            self._halve()

    def points(self) -> tuple[Floats, Floats]:
        """Give x and y, (n,) each; the last one may still be a part of a mean."""
        known = self._points[:, : self._filled]
        if self._open_count:
            known = np.column_stack([known, self._open / self._open_count])
        return known[0].copy(), known[1].copy()

    def _cut(self, x: float) -> None:
        self._filled = int(np.searchsorted(self._points[0, : self._filled], x))
        self._open[:] = 0
        self._open_count = 0

    def _halve(self) -> None:
        pairs = self._points.reshape(2, -1, 2).mean(axis=2)
        self._filled = pairs.shape[1]
        self._points[:, : self._filled] = pairs
        self._stride *= 2


def smooth(x: Floats, y: Floats, width: float) -> Floats:
    """Mean of all y so far, weighted by exp(-distance in x / width); width 0 gives y itself.

    Every y also weighs as much as the stretch of x it stands for, so that curves with points of
    different density (steps and epochs) are smoothed alike, and the few images at an epoch's end
    count for what they are. Unbiased from the first point on.
    """
    if width <= 0 or len(x) < 2:
        return y
    result = np.empty_like(y)
    exponents = (x - x[0]) / width
    stretches = _stretches(x)
    total = weight = 0.0  # running sums, both relative to the last point of the block before
    last = 0.0
    for block in _blocks(exponents):
        base = exponents[block.start]
        growth = np.exp(exponents[block] - base)
        fade = np.exp(last - base)
        parts = stretches[block] * growth
        totals = (total * fade + np.cumsum(y[block] * parts)) / growth
        weights = (weight * fade + np.cumsum(parts)) / growth
        result[block] = totals / weights
        total, weight, last = totals[-1], weights[-1], exponents[block.stop - 1]
    return result


def _stretches(x: Floats) -> Floats:
    """How much of x every point stands for, never nothing; the first as much as the second."""
    steps = np.diff(x)
    stretches = np.concatenate([steps[:1], steps])
    return np.asarray(np.maximum(stretches, 1e-3 * float(steps.mean()) or 1.0))


def _blocks(exponents: Floats) -> Iterable[slice]:
    """Consecutive slices in which the exponents grow by at most _CHUNK."""
    start = 0
    while start < len(exponents):
        stop = int(np.searchsorted(exponents, exponents[start] + _CHUNK, side="right"))
        yield slice(start, stop)
        start = stop


def reading_range(curves: Sequence[tuple[Floats, Floats]]) -> tuple[float, float] | None:
    """Lowest and highest y worth showing: without the first, huge losses of a long curve."""
    ends = [x[-1] for x, _ in curves if len(x)]
    if not ends:
        return None
    start = max(ends) * BURN_IN
    parts = [y[x >= start] if len(y) > 20 else y for x, y in curves]
    values = np.concatenate([part for part in parts if len(part)])
    low, high = float(values.min()), float(values.max())
    margin = 0.06 * (high - low) or 0.01 * abs(high) or 1.0
    return low - margin, high + margin


def log_range(curves: Sequence[tuple[Floats, Floats]]) -> tuple[float, float] | None:
    """The range of log10 y worth showing; None when a value is not above zero."""
    if any(bool((y <= 0).any()) for _, y in curves):
        return None
    return reading_range([(x, np.log10(y)) for x, y in curves])


def roomy(end: float) -> float:
    """A right end for curves that have come to `end`: a little ahead, so that it seldom moves."""
    return max(end * 1.05, 0.02)


def still_fits(known: Range, wanted: Range) -> bool:
    """Whether an axis may stay as it is: nothing lies outside and little of it is empty."""
    height, needed = known[1] - known[0], wanted[1] - wanted[0]
    return known[0] <= wanted[0] and wanted[1] <= known[1] and needed >= _FULL_ENOUGH * height


def value_at(x: Floats, y: Floats, at: float) -> float | None:
    """The y of the point nearest to x = at; None for an empty curve."""
    if not len(x):
        return None
    right = int(np.searchsorted(x, at))
    candidates = [index for index in (right - 1, right) if 0 <= index < len(x)]
    return float(y[min(candidates, key=lambda index: abs(x[index] - at))])
