"""A line drawn by hand as few corners: what people meant, without the trembling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Points = NDArray[np.float64]


def simplify(points: ArrayLike, tolerance: float) -> Points:
    """Corners (k, d) of a line (n, d) such that no point of it lies farther off than `tolerance`.

    Both ends stay. Ramer 1972; Douglas & Peucker 1973: keep the point farthest from the chord and
    go on at both sides of it. Points that follow themselves count once.
    """
    line = _without_repeats(np.asarray(points, np.float64))
    keep = np.zeros(len(line), np.bool_)
    keep[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        distances = _to_chord(line[first + 1 : last], line[first], line[last])
        farthest = first + 1 + int(distances.argmax())
        if distances.max() > tolerance:
            keep[farthest] = True
            spans += [(first, farthest), (farthest, last)]
    return line[keep]


def at_most(points: ArrayLike, tolerance: float, most: int) -> Points:
    """The same in at most `most` >= 2 corners: the tolerance grows until they suffice."""
    corners = simplify(points, tolerance)
    while len(corners) > most:
        tolerance *= 1.5
        corners = simplify(points, tolerance)
    return corners


def _without_repeats(line: Points) -> Points:
    moves = np.any(np.diff(line, axis=0) != 0, axis=1)
    return np.asarray(line[np.concatenate([[True], moves])])


def _to_chord(points: Points, start: Points, end: Points) -> Points:
    """Distances (n,) to the segment from start to end."""
    chord = end - start
    length = float(chord @ chord)
    share = (
        np.clip((points - start) @ chord / length, 0, 1) if length > 0 else np.zeros(len(points))
    )
    return np.asarray(np.linalg.norm(points - (start + share[:, None] * chord), axis=1))
