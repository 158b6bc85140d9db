"""Density of points: mass, shares, contours where a Gaussian says they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latentlab.core.density import contour, estimate, levels_for


@pytest.fixture(scope="module")
def gaussian() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(20_000, 2))


@given(arrays(np.float64, st.tuples(st.integers(0, 40), st.just(2)), elements=st.floats(-1e6, 1e6)))
def test_all_mass_is_inside_the_grid(points: np.ndarray) -> None:
    density = estimate(points, cells=32)
    assert density.mass.min() >= 0
    assert density.mass.sum() == pytest.approx(1.0 if len(points) else 0.0)
    rim = np.concatenate([density.mass[0], density.mass[-1], density.mass[:, 0]])
    assert rim.max(initial=0) <= 1e-3  # contours close inside


def test_contours_of_a_gaussian_are_circles_that_hold_their_share(gaussian: np.ndarray) -> None:
    density = estimate(gaussian)
    for share, level in zip((0.5, 0.8), levels_for(density, (0.5, 0.8)), strict=True):
        radii = np.hypot(*contour(density, level).reshape(-1, 2).T)
        expected = np.sqrt(-2 * np.log(1 - share))  # of a standard normal in the plane
        assert np.median(radii) == pytest.approx(expected, rel=0.03)


def test_contour_pieces_join_into_closed_lines(gaussian: np.ndarray) -> None:
    density = estimate(gaussian)
    pieces = contour(density, levels_for(density, (0.8,))[0])
    ends = np.round(pieces.reshape(-1, 2), 9)
    _, meetings = np.unique(ends, axis=0, return_counts=True)
    assert (meetings % 2 == 0).all()


def test_a_saddle_has_two_pieces() -> None:
    density = estimate(np.array([[0.0, 0.0], [1.0, 1.0]]), cells=8, blur_cells=0.5)
    pieces = contour(density, density.mass.max() / 2)
    assert len(pieces) >= 8
    centres = pieces.mean(axis=1)
    assert (np.linalg.norm(centres, axis=1) < 0.3).any()
    assert (np.linalg.norm(centres - 1, axis=1) < 0.3).any()


def test_no_points_have_no_contours() -> None:
    assert len(contour(estimate(np.empty((0, 2))), 0.5)) == 0


def test_points_that_are_not_finite_do_not_count() -> None:
    points = np.array([[0.0, 0.0], [np.nan, 1.0], [np.inf, 0.0], [1.0, 1.0]])
    assert np.array_equal(estimate(points).mass, estimate(points[[0, 3]]).mass)


def test_mass_lies_where_the_points_are() -> None:
    density = estimate(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 0.0], [10.0, 0.0]]))
    columns = density.left + (np.arange(density.mass.shape[1]) + 0.5) * density.cell[0]
    rows = density.bottom + (np.arange(density.mass.shape[0]) + 0.5) * density.cell[1]
    assert (density.mass.sum(axis=0) * columns).sum() == pytest.approx(7.5, abs=0.1)
    assert (density.mass.sum(axis=1) * rows).sum() == pytest.approx(0.0, abs=0.1)
