"""The nearest of many vectors: pixels of real images, or what a classifier sees in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_BLOCK_CELLS = 1_000_000  # distances held at once, 4 MB
_BLOCK_NUMBERS = 4_000_000  # numbers of candidates held at once, 16 MB
_SPARE = 8  # candidates beyond k, as the fast distances round


class Nearest:
    """Vectors (n, d) in float32, made ready for questions. Immutable, so any thread may ask.

    Distances are Euclidean, exhaustive on matrix products: in hundreds of dimensions no tree is
    faster.
    """

    def __init__(self, vectors: Floats) -> None:
        """Raises ConfigError where there is no vector, or none of any width."""
        if vectors.ndim != 2 or 0 in vectors.shape:
            raise ConfigError(
                f"Distances need at least one vector to measure to, but {vectors.shape} was given."
            )
        self.vectors = vectors.astype(np.float32, copy=False)
        self._squares = np.vecdot(self.vectors, self.vectors)

    def __len__(self) -> int:
        return len(self.vectors)

    def neighbours(
        self, queries: Floats, k: int = 1, *, check: Callable[[], None] | None = None
    ) -> tuple[NDArray[np.int64], Floats]:
        """Rows and distances of the min(k, n) nearest of queries (m, d), nearest first.

        `check` is called between blocks of some milliseconds and may raise to give up. Raises
        ConfigError for k < 1 and for queries of another width.
        """
        if k < 1:
            raise ConfigError(f"{k} nearest are asked for; ask for at least 1")
        if queries.ndim != 2 or queries.shape[1] != self.vectors.shape[1]:
            raise ConfigError(
                f"Distances to vectors of {self.vectors.shape[1]} numbers are asked for "
                f"{queries.shape}; compare vectors of one width."
            )
        found = [self._search(block, k) for block in self._blocks(queries, k, check)]
        rows, distances = zip(*found, strict=True)
        return np.concatenate(rows), np.concatenate(distances)

    def _blocks(
        self, queries: Floats, k: int, check: Callable[[], None] | None
    ) -> Iterator[Floats]:
        candidates = min(k + _SPARE, len(self)) * self.vectors.shape[1]
        size = max(1, min(_BLOCK_CELLS // len(self), _BLOCK_NUMBERS // candidates))
        for start in range(0, max(1, len(queries)), size):
            if check is not None:
                check()
            yield queries[start : start + size]

    def _search(self, queries: Floats, k: int) -> tuple[NDArray[np.int64], Floats]:
        """Candidates by |x|^2 - 2 x.p, which rounds; then their order by exact differences."""
        fast = (-2 * queries) @ self.vectors.T
        fast += self._squares
        near = self._candidates(fast, k + _SPARE)
        exact = np.linalg.norm(self.vectors[near] - queries[:, None], axis=2)
        order = np.argsort(exact, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(near, order, 1), np.take_along_axis(exact, order, 1)

    def _candidates(self, fast: Floats, wanted: int) -> NDArray[np.int64]:
        if wanted >= len(self):
            return np.tile(np.arange(len(self)), (len(fast), 1))
        return np.sort(np.argpartition(fast, wanted, axis=1)[:, :wanted], axis=1)
