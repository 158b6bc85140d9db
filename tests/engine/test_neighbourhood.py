from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from latentlab.core.errors import ConfigError
from latentlab.engine import neighbourhood
from latentlab.engine.neighbourhood import POWER, NeighbourGraph

POINTS = st.tuples(st.integers(1, 30), st.integers(1, 4)).flatmap(
    lambda shape: hnp.arrays(np.float32, shape, elements=st.floats(-9, 9, width=32))
)


def ring(n: int = 80) -> np.ndarray:
    """Points on the unit circle."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], 1).astype(np.float32)


def cost(knots: np.ndarray) -> float:
    steps = np.linalg.norm(np.diff(np.asarray(knots, np.float64), axis=0), axis=1)
    return float((steps**POWER).sum())


def test_a_path_goes_around_where_there_is_nothing() -> None:
    path = NeighbourGraph(ring(), k=4).path([1, 0], [-1, 0])
    assert len(path) > 10
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 1, atol=1e-6)


def test_many_short_steps_are_cheaper_than_a_leap() -> None:
    dense = np.stack([np.linspace(0, 1, 21), np.full(21, 0.3)], 1)
    sparse = np.array([[0.0, 0.0], [0.5, -0.2], [1.0, 0.0]])
    path = NeighbourGraph(np.concatenate([dense, sparse])).path([0, 0], [1, 0])
    assert len(path) > 5
    assert (path[1:-1, 1] > 0.2).all()


@given(points=POINTS, seed=st.integers(0, 99))
def test_any_path_has_its_ends_and_leads_over_encoded_points(points, seed: int) -> None:
    ends = np.random.default_rng(seed).normal(size=(2, points.shape[1])).astype(np.float32)
    path = NeighbourGraph(points, k=3).path(*ends)
    assert path.dtype == np.float32
    np.testing.assert_array_equal(path[[0, -1]], ends)
    for knot in path[1:-1]:
        assert (points == knot).all(axis=1).any()
    assert (np.abs(np.diff(path, axis=0)).max(axis=1) > 0).all()


@given(seed=st.integers(0, 999))
def test_no_way_through_few_points_is_cheaper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, (a, b) = rng.normal(size=(5, 2)), rng.normal(size=(2, 2))
    found = cost(NeighbourGraph(points, k=9).path(a, b))
    ways = [order for n in range(1, 6) for order in permutations(range(5), n)]
    best = min(cost(np.stack([a, *points[list(order)], b])) for order in ways)
    assert found == pytest.approx(min(best, cost(np.stack([a, b]))), rel=1e-4) or found <= best


def test_islands_are_joined_by_their_shortest_bridge() -> None:
    rng = np.random.default_rng(0)
    islands = [rng.normal(size=(30, 2)) * 0.1 + centre for centre in ((0, 0), (10, 0), (20, 1))]
    path = NeighbourGraph(np.concatenate(islands), k=3).path([0, 0], [20, 1])
    leaps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert (leaps > 5).sum() == 2
    gap = min(np.linalg.norm(p - q) for p in islands[0] for q in islands[1])
    assert np.sort(leaps)[-2:].min() <= gap + 0.2


def test_equal_points_are_one_island_however_many() -> None:
    points = np.concatenate([np.zeros((40, 2)), np.ones((40, 2)), np.full((40, 2), 2.0)])
    path = NeighbourGraph(points, k=5).path([0, 0], [2, 2])
    np.testing.assert_array_equal(path, [[0, 0], [1, 1], [2, 2]])


def test_ends_that_are_encoded_points_are_no_knots_twice() -> None:
    points = ring()
    path = NeighbourGraph(points).path(points[0], points[3])
    assert (np.linalg.norm(np.diff(path, axis=0), axis=1) > 0).all()
    same = NeighbourGraph(points).path(points[5], points[5])
    np.testing.assert_array_equal(same, points[[5, 5]])


def test_one_encoded_point_is_a_graph() -> None:
    path = NeighbourGraph([[0.0, 1.0]]).path([0, 0], [9, 0])
    np.testing.assert_array_equal(path[[0, -1]], [[0, 0], [9, 0]])


def test_building_goes_on_where_it_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(0).normal(size=(60, 3))
    whole = NeighbourGraph(points).path(points[0], points[1])
    monkeypatch.setattr(neighbourhood, "_BLOCK_CELLS", 60 * 7)
    graph = NeighbourGraph(points)
    first = graph.build()
    for _ in range(3):
        next(first)
    second = graph.build()  # of another lane; both take turns
    steps = sum(1 for _ in second)
    assert steps == 9 - 3 + 1  # blocks left, and the look for islands
    assert list(first) == []
    np.testing.assert_array_equal(graph.path(points[0], points[1]), whole)


@pytest.mark.parametrize("mu", [np.empty((0, 2)), np.empty((3, 0)), [1, 2], [[1, np.nan]]])
def test_what_is_no_set_of_points_is_refused(mu) -> None:
    with pytest.raises(ConfigError, match="at least one row of finite latents"):
        NeighbourGraph(mu)


def test_ends_of_another_width_are_refused() -> None:
    with pytest.raises(ConfigError, match="have 2 numbers each, but the path's ends 3"):
        NeighbourGraph(ring()).path([0, 0, 0], [1, 1, 1])
