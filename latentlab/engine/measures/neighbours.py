"""Nearest neighbours among two sets of points, and what they say of a model that made one of them.

Density and coverage: Naeem et al. 2020, arXiv:2002.09797, eq. 3 and 4. Precision and recall:
Kynkäänniemi et al. 2019, arXiv:1904.06991, eq. 1 and 2. Nearest-neighbour two-sample test:
Lopez-Paz & Oquab 2017, arXiv:1610.06545, as Xu et al. 2018, arXiv:1806.07755, use it on samples.
Numpy alone, by blocks of rows, so that memory grows with the number of points, not its square.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Tick = Callable[[float], None]

DENSITY_K, PRECISION_K = 5, 3
_WIDE = 512  # numbers in a point: pictures, of which half the digits are enough
_BLOCK = 500  # rows of distances at once: 40 MB beside 10,000 points


class Support(NamedTuple):
    """How made points lie among real ones."""

    density: float  # mean number of real balls around a made point, over k; may be above 1
    coverage: float  # share of real balls with a made point in them
    precision: float  # share of made points in a real ball
    recall: float  # share of real points in a made ball


class TwoSample(NamedTuple):
    """Leave-one-out accuracy of a 1-nearest-neighbour classifier of where points come from."""

    accuracy: float  # half where both come from one source; 1 where they never mix
    made: float  # of the made points alone: high where they are copies of each other
    real: float  # of the real ones alone: low where each has a made one near it


def support(
    real: ArrayLike,
    made: ArrayLike,
    density_k: int = DENSITY_K,
    precision_k: int = PRECISION_K,
    tick: Tick = lambda _: None,
) -> Support:
    """All four figures of made points (m, d) among real ones (n, d), both more than k points.

    The ball of a point reaches to the k-th nearest of its own kind, itself not counted, and holds
    its edge. `tick` is told shares.
    """
    x, y = _centred(real, made)
    wide, narrow = _radii(x, (density_k, precision_k), lambda share: tick(share / 3))
    (own,) = _radii(y, (precision_k,), lambda share: tick((1 + share) / 3))
    balls, precise = np.zeros(len(y)), np.zeros(len(y), bool)
    covered, recalled = np.zeros(len(x), bool), np.zeros(len(x), bool)
    for rows, squares in _blocks(y, x, lambda share: tick((2 + share) / 3)):
        inside = squares <= wide
        balls[rows] = inside.sum(1)
        covered |= inside.any(0)
        precise[rows] = (squares <= narrow).any(1)
        recalled |= (squares <= own[rows, None]).any(0)
    density = balls.mean() / density_k
    return Support(*(float(v) for v in (density, covered.mean(), precise.mean(), recalled.mean())))


def two_sample(real: ArrayLike, made: ArrayLike, tick: Tick = lambda _: None) -> TwoSample:
    """How well the nearest neighbour tells made points (m, d) from real ones (n, d).

    Take as many of both, or chance is not half.
    """
    x, y = _centred(real, made)
    points, is_made = np.concatenate([x, y]), np.arange(len(x) + len(y)) >= len(x)
    right = np.empty(len(points), bool)
    for rows, squares in _blocks(points, points, tick):
        _leave_out(squares, rows)
        right[rows] = is_made[squares.argmin(1)] == is_made[rows]
    parts = right, right[is_made], right[~is_made]
    return TwoSample(*(float(part.mean()) for part in parts))


def nearest(
    points: ArrayLike, among: ArrayLike, tick: Tick = lambda _: None
) -> tuple[Floats, NDArray[np.int64]]:
    """Distance (n,) and index (n,) of the nearest of `among` (m, d) to each of points (n, d).

    The distance of the pair that was found is exact, so that a copy is at 0.
    """
    x, y = _centred(among, points)
    found = np.empty(len(y), np.int64)
    for rows, squares in _blocks(y, x, tick):
        found[rows] = squares.argmin(1)
    return np.linalg.norm(y - x[found], axis=1), found


def chance_of_coverage(real: int, made: int, k: int = DENSITY_K) -> float:
    """Expected coverage where both sets come from one source, whatever it is.

    A ball stays empty where the k nearest of the other n - 1 + m points are all real: 1 - prod_i
    (n - i) / (n + m - i), i = 1..k (Naeem et al. 2020, lemma 2, for m = n).
    """
    i = np.arange(1, k + 1)
    return float(1 - np.prod((real - i) / (real + made - i)))


def _radii(points: Floats, ks: tuple[int, ...], tick: Tick) -> list[Floats]:
    """Squared distance of each point (n, d) to its k-th nearest of the others, (n,) for each k."""
    found = np.empty((len(ks), len(points)))
    for rows, squares in _blocks(points, points, tick):
        _leave_out(squares, rows)
        places = [k - 1 for k in ks]
        found[:, rows] = np.partition(squares, places, axis=1)[:, places].T
    return list(found)


def _blocks(a: Floats, b: Floats, tick: Tick) -> Iterator[tuple[slice, Floats]]:
    """Squared distances of some rows of a (n, d) to all of b (m, d): where, and (rows, m)."""
    lengths = np.square(b).sum(1)
    for start in range(0, len(a), _BLOCK):
        tick(start / len(a))
        part = a[start : start + _BLOCK]
        squares = part @ (-2 * b.T)
        squares += lengths
        squares += np.square(part).sum(1)[:, None]
        yield slice(start, start + len(part)), squares.clip(0, out=squares)


def _leave_out(squares: Floats, rows: slice) -> None:
    """No point is a neighbour of itself; squares are rows of a set beside the whole of it."""
    own = np.arange(rows.start, rows.stop)
    squares[own - rows.start, own] = np.inf


def _centred(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    """Around the middle of a, where the fewest digits are lost in squares; in its precision."""
    x, y = np.asarray(a), np.asarray(b)
    kind = np.float32 if x.dtype == y.dtype == np.float32 and x.shape[1] > _WIDE else np.float64
    middle = x.mean(0, dtype=np.float64)
    return (x - middle).astype(kind), (y - middle).astype(kind)
