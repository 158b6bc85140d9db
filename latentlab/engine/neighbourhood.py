"""Ways through encoded data: shortest paths in its neighbour graph.

Every point is joined to its k nearest, an edge costs its length to the power of 2, so that many
short steps through dense data are cheaper than one leap through empty space: the power-weighted
path of Hwang, Damelin & Hero 2016, arXiv:1202.0045, whose limit avoids places of low density.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

NEIGHBOURS = 10
POWER = 2.0
_BLOCK_CELLS = 1_500_000  # distances computed between two looks at what else is asked: some ms
_SPARE = 6  # candidates beyond k, as the fast distances round

Edges = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.float64]"]  # from, to, length


class NeighbourGraph:
    """Encoded points (n, latent) joined to their neighbours; built once, then asked often.

    Belongs to one thread. `build` works in pieces and goes on where it was left.
    """

    def __init__(self, mu: ArrayLike, k: int = NEIGHBOURS) -> None:
        """Take latents (n, latent), n >= 1, finite; raises ConfigError."""
        points = np.array(mu, dtype=np.float64)
        if points.ndim != 2 or 0 in points.shape or not np.isfinite(points).all():
            raise ConfigError(
                "A path through the data needs at least one row of finite latents; "
                f"the shape is {points.shape}. Encode some pictures first."
            )
        self._mu = points
        self._centre = points.mean(axis=0)
        self._points = points - self._centre  # centred: less is lost in |x|^2 - 2 x.z
        self._fast = torch.from_numpy(self._points.astype(np.float32))
        self._squares = self._fast.square().sum(dim=1)
        self._k = k
        self._edges: list[Edges] = []
        self._done = 0  # points whose neighbours are known
        self._connected = len(points) == 1

    def build(self) -> Iterator[None]:
        """Find all edges; one step is a few milliseconds. Steps of two calls may take turns."""
        n = len(self._points)
        while self._done < n:
            rows = np.arange(self._done, min(n, self._done + max(1, _BLOCK_CELLS // n)))
            self._edges.append(self._to_nearest(self._points[rows], rows))
            self._done = int(rows[-1]) + 1
            yield
        while not self._connected:
            self._bridge()
            yield

    def path(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.float32]:
        """The cheapest way from a to b (latent,) by way of encoded points, (m, latent), m >= 2.

        a and b join the graph as two more points do: by their k nearest.
        """
        from scipy.sparse import csgraph

        for _ in self.build():
            pass
        ends = np.array([a, b], dtype=np.float64)
        if ends.shape[1:] != self._mu.shape[1:]:
            raise ConfigError(
                f"The encoded points have {self._mu.shape[1]} numbers each, but the path's ends "
                f"{ends.shape[1]}; choose latents of this model."
            )
        n = len(self._mu)
        edges = [*self._edges, *self._to_ends(ends - self._centre)]
        _, before = csgraph.dijkstra(
            _matrix(edges, n + 2), directed=False, indices=n, return_predecessors=True
        )
        visited = _backwards(before, n + 1)
        return _without_repeats(np.concatenate([self._mu, ends])[visited].astype(np.float32))

    def _to_ends(self, ends: NDArray[np.float64]) -> Iterator[Edges]:
        """Edges of the two ends, and one between them where they are as near as neighbours are."""
        n = len(self._points)
        joined = self._to_nearest(ends, np.array([n, n + 1]), alone=False)
        yield joined
        apart = float(np.linalg.norm(ends[0] - ends[1]))
        if apart <= joined[2].max():
            yield np.array([n]), np.array([n + 1]), np.array([apart])

    def _to_nearest(
        self, queries: NDArray[np.float64], names: NDArray[np.int64], *, alone: bool = True
    ) -> Edges:
        """Edges from queries to their k nearest points; with `alone` a point is not its own."""
        others = len(self._points) - alone
        k = min(self._k, others)
        if k < 1:
            return _no_edges()
        fast = self._fast_distances(queries)
        if alone:
            fast[torch.arange(len(names)), torch.from_numpy(names)] = torch.inf
        near = fast.topk(min(k + _SPARE, others), largest=False).indices.numpy()
        lengths = np.linalg.norm(self._points[near] - queries[:, None], axis=2)
        order = np.argsort(lengths, axis=1, kind="stable")[:, :k]
        near, lengths = np.take_along_axis(near, order, 1), np.take_along_axis(lengths, order, 1)
        return np.repeat(names, k), near.ravel(), lengths.ravel()

    def _bridge(self) -> None:
        """Join every island of the graph but the largest to the point nearest to it (Boruvka)."""
        from scipy.sparse import csgraph

        n = len(self._points)
        count, island = csgraph.connected_components(_matrix(self._edges, n), directed=False)
        largest = int(np.bincount(island).argmax())
        for name in range(count):
            if name != largest:
                self._edges.append(self._shortest_bridge(island == name))
        self._connected = count == 1

    def _shortest_bridge(self, inside: NDArray[np.bool_]) -> Edges:
        inner, outer = np.flatnonzero(inside), np.flatnonzero(~inside)
        best = (np.inf, 0, 0)
        for rows in np.array_split(inner, -(-len(inner) * len(outer) // _BLOCK_CELLS)):
            fast = self._fast_distances(self._points[rows])[:, outer]
            i, j = divmod(int(fast.argmin()), len(outer))
            best = min(best, (self._apart(rows[i], outer[j]), int(rows[i]), int(outer[j])))
        length, start, end = best
        return np.array([start]), np.array([end]), np.array([length])

    def _fast_distances(self, queries: NDArray[np.float64]) -> torch.Tensor:
        """|x - z|^2 (m, n) in float32; torch takes a fifth of numpy's time for the k smallest."""
        rows = torch.from_numpy(queries.astype(np.float32))
        return self._squares - 2 * rows @ self._fast.T + rows.square().sum(dim=1, keepdim=True)

    def _apart(self, i: int, j: int) -> float:
        return float(np.linalg.norm(self._points[i] - self._points[j]))


def _no_edges() -> Edges:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)


def _matrix(edges: list[Edges], n: int) -> Any:
    """The graph as scipy wants it; costs above zero, as zero would mean: no edge."""
    from scipy.sparse import csr_array

    start, end, length = (np.concatenate(parts) for parts in zip(*edges, strict=True))
    cost = np.maximum(length, np.finfo(np.float32).tiny) ** POWER
    return csr_array((np.maximum(cost, 1e-30), (start, end)), shape=(n, n))


def _backwards(before: NDArray[np.int32], end: int) -> list[int]:
    """Follow predecessors from the end to the start, given in travelling order."""
    visited = [end]
    while before[visited[-1]] >= 0:
        visited.append(int(before[visited[-1]]))
    return visited[::-1]


def _without_repeats(knots: NDArray[np.float32]) -> NDArray[np.float32]:
    """Neighbouring knots that are equal, as when an end is an encoded point, become one."""
    differs = np.any(knots[1:] != knots[:-1], axis=1)
    if not differs.any():
        return knots[[0, -1]]
    return np.asarray(knots[np.concatenate([[True], differs])])
