"""Distances of sets against what Gaussians say in closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.engine.measures.distances import frechet, kernel_distance, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray


def with_moments(
    mean: NDArray[np.float64], covariance: NDArray[np.float64], n: int = 200, seed: int = 0
) -> NDArray[np.float64]:
    """Points whose sample mean and covariance are exactly these."""
    x = np.random.default_rng(seed).normal(size=(n, len(mean)))
    x -= x.mean(0)
    own = np.atleast_2d(np.cov(x, rowvar=False))
    whitened = x @ np.linalg.inv(np.linalg.cholesky(own)).T
    return whitened @ np.linalg.cholesky(covariance).T + mean


def covariance(d: int, seed: int) -> NDArray[np.float64]:
    root = np.random.default_rng(seed).normal(size=(d, d))
    return root @ root.T + 0.1 * np.eye(d)


@given(st.integers(1, 6), st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-3, 3))
def test_frechet_of_scaled_gaussians_is_closed(d: int, seed: int, by: float, move: float) -> None:
    cov = covariance(d, seed)
    a = with_moments(np.zeros(d), cov, seed=seed)
    b = with_moments(np.full(d, move), by * cov, seed=seed + 1)
    expected = d * move**2 + (1 - by**0.5) ** 2 * np.trace(cov)  # commuting covariances
    assert frechet(a, b) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_frechet_of_two_gaussians_on_a_plane() -> None:
    one, two = np.array([[2.0, 1.0], [1.0, 2.0]]), np.diag([1.0, 4.0])
    # tr (AB)^1/2 of 2 x 2: sqrt(tr AB + 2 sqrt(det AB)) = sqrt(10 + 2 sqrt(12))
    expected = 1.0 + 4 + 5 - 2 * (10 + 2 * 12**0.5) ** 0.5
    found = frechet(with_moments(np.zeros(2), one), with_moments(np.array([0.6, 0.8]), two, seed=3))
    assert found == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 10_000))
def test_frechet_is_symmetric_and_does_not_see_rotations(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(40, 5)) * [1, 2, 3, 0.1, 0], rng.gamma(2.0, size=(30, 5))
    turn, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    assert frechet(a, b) == pytest.approx(frechet(b, a), rel=1e-6, abs=1e-6)
    assert frechet(a @ turn + 3, b @ turn + 3) == pytest.approx(frechet(a, b), rel=1e-6, abs=1e-6)
    assert frechet(a, a[::-1]) == pytest.approx(0, abs=1e-6)


def test_frechet_of_fewer_points_than_numbers_is_finite() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(10, 96)), rng.normal(size=(12, 96)) + 5
    assert 5 * 5 * 96 * 0.8 < frechet(a, b) < 5 * 5 * 96 * 1.3


def test_kernel_distance_is_unbiased() -> None:
    rng = np.random.default_rng(0)
    found = [
        kernel_distance(rng.normal(size=(60, 3)), rng.normal(size=(60, 3)), 1, 60)
        for _ in range(400)
    ]
    error = float(np.std(found)) / 20
    assert abs(float(np.mean(found))) < 4 * error
    assert min(found) < 0 < max(found)


def test_kernel_distance_of_points_is_closed() -> None:
    a, b = np.zeros((5, 2)), np.full((4, 2), 1.0)
    # k(0, 0) = 1, k(1, 1) = (2 / 2 + 1)^3 = 8, k(0, 1) = 1
    assert kernel_distance(a, b, 3, 1000) == pytest.approx(1 + 8 - 2)


@given(st.integers(0, 1000))
def test_kernel_distance_is_the_sum_over_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 3)) + 1

    def kernel(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
        return float((p @ q / 3 + 1) ** 3)

    pairs = [(i, j) for i in range(6) for j in range(6) if i != j]
    own = sum(kernel(x[i], x[j]) + kernel(y[i], y[j]) for i, j in pairs) / 30
    cross = sum(kernel(p, q) for p in x for q in y) / 36
    assert kernel_distance(x, y, 2) == pytest.approx(own - 2 * cross)


def test_kernel_distance_grows_with_the_difference_and_repeats() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(500, 4)), rng.normal(size=(400, 4))
    ticks: list[float] = []
    found = [kernel_distance(a, b + move, 10, 300, tick=ticks.append) for move in (0, 0.5, 1.0)]
    assert found == sorted(found)
    assert ticks == [subset / 10 for subset in range(10)] * 3
    assert found[0] == kernel_distance(a, b, 10, 300)
    assert found[0] != kernel_distance(a, b, 10, 300, seed=1)


def test_spread_is_the_mean_over_pairs() -> None:
    assert spread([[0, 0], [3, 4]]) == pytest.approx(5)
    assert spread([[0], [1], [3]]) == pytest.approx((1 + 3 + 2) / 3)
    assert spread(np.full((50, 700), 0.123)) == pytest.approx(0, abs=1e-5)
    assert spread([[1.0, 2.0]]) == 0
