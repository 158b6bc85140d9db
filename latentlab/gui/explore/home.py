"""The view that shows a whole map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TAIL = 0.2  # percent of the points that may lie beyond each edge
_MARGIN = 0.06


def home_view(points: NDArray[np.floating]) -> tuple[float, float, float, float]:
    """Left, bottom, width, height in data units around nearly all finite points (n, 2).

    A few far ones do not shrink the rest; equal points, or none, get a view of a sensible size.
    """
    finite = np.asarray(points, np.float64)[np.isfinite(points).all(axis=1)]
    if not len(finite):
        return -3.0, -3.0, 6.0, 6.0
    low, high = np.percentile(finite, (_TAIL, 100 - _TAIL), axis=0)
    span = high - low
    least = max(float(span.max()) * 1e-3, 1e-6 * float(np.abs(finite).max()))
    flat = span <= least
    reach = float(span.max()) if not flat.all() else 2.0
    low, span = np.where(flat, low - reach / 2, low), np.where(flat, reach, span)
    low, span = low - _MARGIN * span, span * (1 + 2 * _MARGIN)
    return float(low[0]), float(low[1]), float(span[0]), float(span[1])
