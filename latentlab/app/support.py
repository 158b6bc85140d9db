"""How far a latent is from encoded data: its nearest neighbours and a percentile to trust it by.

A decoder answers for any z, also where it was never trained. The percentile compares the distance
of z to the nearest encoded point with the same distances of encoded points themselves (each to
its nearest *other* point): 0 is as close as can be, 50 is as far as the median point of the data,
100 is farther than any of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_REFERENCES = 2000  # points whose own distances are the yardstick: percentiles good to about 1
_YARDSTICK_CELLS = 40_000_000  # distances computed for it at most: fewer references of many points
_FEWEST_REFERENCES = 200
_SEED = 0
_SPARE = 8  # candidates beyond k, as the fast distances round
_BLOCK_CELLS = 1_000_000  # distances held at once, 8 MB


class Support:
    """Encoded points, made ready for queries. Immutable, so any thread may ask.

    Distances are Euclidean in the latent space. Exhaustive on matrix products: for 10,000 points
    that is faster than a tree in more than a few dimensions.
    """

    def __init__(self, latents: ArrayLike) -> None:
        """Take latents (n, latent), n >= 1, finite; raises ConfigError."""
        points = np.array(latents, dtype=np.float64)
        if points.ndim != 2 or 0 in points.shape or not np.isfinite(points).all():
            raise ConfigError(
                "Distances to the data need at least one row of finite latents; "
                f"the shape is {points.shape}. Encode some pictures first."
            )
        self._centre = points.mean(axis=0)
        self._points = points - self._centre  # centred: less is lost in |x|^2 - 2 x.z
        self._squares = np.square(self._points).sum(axis=1)
        self._yardstick = self._own_distances()

    @property
    def n(self) -> int:
        """Encoded points."""
        return len(self._points)

    def nearest(self, z: ArrayLike, k: int = 3) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Rows and distances of the k nearest points, nearest first, for z (m, latent).

        Both are (m, min(k, n)); equal distances come in the order of the data.
        """
        blocks = [self._search(block, k) for block in self._blocks(self._checked(z))]
        indices, distances = zip(*blocks, strict=True)
        return np.concatenate(indices), np.concatenate(distances)

    def percentile(self, z: ArrayLike) -> NDArray[np.float64]:
        """Percentile (m,) of each z (m, latent), 0 to 100; NaN with fewer than two points."""
        if not len(self._yardstick):
            return np.full(len(self._checked(z)), np.nan)
        distances = self.nearest(z, 1)[1][:, 0]
        below = np.searchsorted(self._yardstick, distances)
        return np.asarray(below / len(self._yardstick) * 100)

    def _own_distances(self) -> NDArray[np.float64]:
        """Sorted distances of (a fixed sample of) the points to their nearest other point."""
        if self.n < 2:
            return np.empty(0)
        wanted = max(_FEWEST_REFERENCES, min(_REFERENCES, _YARDSTICK_CELLS // self.n))
        chosen = np.random.default_rng(_SEED).permutation(self.n)[:wanted]
        found = [self._to_nearest_other(block) for block in self._blocks(chosen)]
        return np.sort(np.concatenate(found))

    def _to_nearest_other(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        queries = self._points[rows]
        fast = self._fast_distances(queries)
        fast[np.arange(len(rows)), rows] = np.inf
        return np.asarray(np.linalg.norm(self._points[fast.argmin(axis=1)] - queries, axis=1))

    def _search(
        self, queries: NDArray[np.float64], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The k nearest of centred queries: candidates by fast distances, order by exact ones."""
        near = self._candidates(self._fast_distances(queries), k)
        exact = np.linalg.norm(self._points[near] - queries[:, None], axis=2)
        order = np.argsort(exact, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(near, order, 1), np.take_along_axis(exact, order, 1)

    def _fast_distances(self, queries: NDArray[np.float64]) -> NDArray[np.float64]:
        """|x - z|^2 without |z|^2, (m, n): the same order but for rounding."""
        if len(queries) == 1:  # row by row on one core: woken BLAS threads cost a mouse move more
            return np.asarray(self._squares - 2 * np.vecdot(self._points, queries[0]))[None]
        distances = np.asarray((-2 * queries) @ self._points.T)
        distances += self._squares
        return distances

    def _candidates(self, fast: NDArray[np.float64], k: int) -> NDArray[np.int64]:
        """Columns of the smallest entries of each row, some more than k, in rising order."""
        wanted = k + _SPARE
        if wanted >= self.n:
            return np.tile(np.arange(self.n), (len(fast), 1))
        return np.sort(np.argpartition(fast, wanted, axis=1)[:, :wanted], axis=1)

    def _blocks(self, rows: NDArray[Any]) -> list[NDArray[Any]]:
        size = max(1, _BLOCK_CELLS // self.n)
        return [rows[i : i + size] for i in range(0, max(1, len(rows)), size)]

    def _checked(self, z: ArrayLike) -> NDArray[np.float64]:
        queries = np.array(z, dtype=np.float64, ndmin=2)
        if queries.ndim != 2 or queries.shape[1] != len(self._centre):
            raise ConfigError(
                f"The encoded points have {len(self._centre)} numbers each, "
                f"but the shape asked about is {queries.shape}."
            )
        return np.asarray(queries - self._centre)
