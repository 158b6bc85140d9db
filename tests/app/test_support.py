from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app.support import Support
from latentlab.core.errors import ConfigError


def by_hand(points, z):
    """Distances of every query to every point, the slow and obvious way."""
    return np.sqrt(((np.asarray(points)[None] - np.asarray(z)[:, None]) ** 2).sum(axis=2))


@given(
    n=st.integers(1, 60),
    size=st.integers(1, 12),
    k=st.integers(1, 5),
    far=st.sampled_from([0.0, 1.0, 1e4]),
    seed=st.integers(0, 999),
)
def test_neighbours_are_those_found_by_hand(n, size, k, far, seed) -> None:
    rng = np.random.default_rng(seed)
    points = far + rng.normal(size=(n, size))
    z = far + rng.normal(size=(7, size))
    rows, distances = Support(points).nearest(z, k)
    table = by_hand(points, z)
    assert rows.shape == distances.shape == (7, min(k, n))
    np.testing.assert_allclose(distances, np.sort(table, axis=1)[:, :k], atol=1e-9, rtol=1e-6)
    np.testing.assert_allclose(np.take_along_axis(table, rows, 1), distances, rtol=1e-6)


def test_percentiles_of_a_line_with_known_gaps() -> None:
    # To the nearest other point: 1, 1, 2, 4, 4
    support = Support([[0.0], [1.0], [3.0], [7.0], [11.0]])
    z = [[0.0], [0.5], [1.9], [5.0], [13.0], [15.0], [15.1]]
    # Distances of z: 0, .5, .9, 2, 2, 4, 4.1
    np.testing.assert_allclose(support.percentile(z), [0, 0, 0, 40, 40, 60, 100])


def test_an_encoded_point_is_itself_no_stranger() -> None:
    points = np.random.default_rng(0).normal(size=(300, 4))
    np.testing.assert_array_equal(Support(points).percentile(points), 0)


def test_fresh_draws_of_the_same_density_are_spread_over_the_percentiles() -> None:
    rng = np.random.default_rng(1)
    support = Support(rng.normal(size=(5000, 3)))
    found = support.percentile(rng.normal(size=(4000, 3)))
    np.testing.assert_allclose(np.percentile(found, [10, 50, 90]), [10, 50, 90], atol=4)


def test_the_yardstick_of_many_points_is_a_fixed_sample() -> None:
    points = np.random.default_rng(2).normal(size=(6000, 2))
    z = np.random.default_rng(3).normal(size=(200, 2)) * 2
    found = Support(points).percentile(z)
    np.testing.assert_array_equal(found, Support(points).percentile(z))
    every = by_hand(points[:, :], points[:1500])
    every[every == 0] = np.inf
    own = np.sort(every.min(axis=1))
    wanted = np.searchsorted(own, by_hand(points, z).min(axis=1)) / len(own) * 100
    np.testing.assert_allclose(found, wanted, atol=6)


def test_duplicates_are_at_distance_zero_of_each_other() -> None:
    support = Support([[1.0, 1.0]] * 5)
    np.testing.assert_array_equal(support.percentile([[1, 1], [1, 1.001]]), [0, 100])
    half = Support([[0.0, 0.0], [0.0, 0.0], [3.0, 0.0], [5.0, 0.0]])  # 0, 0, 2, 2
    np.testing.assert_array_equal(half.percentile([[0, 1], [0, 2.5]]), [50, 100])


def test_equal_distances_come_in_the_order_of_the_data() -> None:
    rows, _ = Support([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]).nearest([0, 0], 3)
    assert rows.tolist() == [[0, 1, 2]]


def test_one_point_has_a_neighbour_but_no_percentile() -> None:
    support = Support([[1.0, 2.0]])
    rows, distances = support.nearest([4, 6], 3)
    assert (rows.tolist(), distances.tolist()) == ([[0]], [[5.0]])
    assert np.isnan(support.percentile([4, 6])).all()


@pytest.mark.parametrize("bad", [np.empty((0, 2)), np.ones(3), [[np.nan, 1.0]]])
def test_nothing_to_compare_with_is_refused(bad) -> None:
    with pytest.raises(ConfigError, match="Encode some pictures first"):
        Support(bad)


def test_latents_of_another_width_are_refused() -> None:
    with pytest.raises(ConfigError, match="2 numbers each"):
        Support(np.ones((3, 2))).percentile(np.ones((1, 5)))
