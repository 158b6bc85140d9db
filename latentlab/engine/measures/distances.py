"""Distances between two sets of points, as sets of pictures are compared by their features.

Fréchet: Heusel et al. 2017, arXiv:1706.08500, eq. 6. Kernel: Bińkowski et al. 2018,
arXiv:1801.01401, section 2.2. Numpy alone, in float64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

SUBSETS = 100
SUBSET = 1_000  # points of each


def frechet(a: ArrayLike, b: ArrayLike) -> float:
    """Squared 2-Wasserstein distance of the Gaussians of points a (n, d) and b (m, d).

    |mu_a - mu_b|^2 + tr(A + B - 2 (A^1/2 B A^1/2)^1/2), by eigenvalues of symmetric matrices, so
    that singular covariances, of fewer points than numbers, are as good as any.
    """
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    cov_x, cov_y = (np.atleast_2d(np.cov(points, rowvar=False)) for points in (x, y))
    values, vectors = np.linalg.eigh(cov_x)
    half = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    shared = np.sqrt(np.linalg.eigvalsh(half @ cov_y @ half).clip(0)).sum()
    apart = np.square(x.mean(0) - y.mean(0)).sum()
    return float(apart + np.trace(cov_x) + np.trace(cov_y) - 2 * shared)


def kernel_distance(
    a: ArrayLike,
    b: ArrayLike,
    subsets: int = SUBSETS,
    size: int = SUBSET,
    seed: int = 0,
    tick: Callable[[float], None] | None = None,
) -> float:
    """Mean over random subsets of the unbiased squared MMD of points a (n, d) and b (m, d).

    The kernel is (x.y / d + 1)^3. Zero on average where both come from one source; below zero as
    often as above. `size` is at most that of the smaller set, which has two points or more.
    """
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    size = min(size, len(x), len(y))
    draw = np.random.RandomState(seed)  # frozen, unlike a Generator (NEP 19)
    total = 0.0
    for subset in range(subsets):
        if tick is not None:
            tick(subset / subsets)
        mine = x[draw.choice(len(x), size, replace=False)]
        total += _squared_mmd(mine, y[draw.choice(len(y), size, replace=False)])
    return total / subsets


def spread(points: ArrayLike) -> float:
    """Mean Euclidean distance of all pairs of points (n, d); 0 where there is no pair."""
    x = np.asarray(points, np.float64)
    if len(x) < 2:
        return 0.0
    squares = np.square(x).sum(1)
    apart = np.sqrt((squares[:, None] + squares - 2 * x @ x.T).clip(0))
    np.fill_diagonal(apart, 0)  # what rounding left there
    return float(apart.sum() / (len(x) * (len(x) - 1)))


def _squared_mmd(x: Floats, y: Floats) -> float:
    n, m = len(x), len(y)
    xx, yy, xy = _kernel(x, x), _kernel(y, y), _kernel(x, y)
    own_x = (xx.sum() - np.trace(xx)) / (n * (n - 1))
    own_y = (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return float(own_x + own_y - 2 * xy.mean())


def _kernel(x: Floats, y: Floats) -> Floats:
    base = x @ y.T / x.shape[1] + 1
    found: Floats = base * base * base  # much faster than a power
    return found
