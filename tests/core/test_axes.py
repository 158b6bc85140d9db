"""Axes to travel along: raw, principal and named ones, in units of the data's spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core import axes
from latentlab.core.errors import ConfigError
from latentlab.core.projection import PcaPlane

RNG = np.random.default_rng(7)
SPREAD = np.array([0.5, 3.0, 1.0, 0.0])
LATENTS = (RNG.normal(size=(400, 4)) * SPREAD + [1, -2, 0, 5]).astype(np.float32)
START = np.array([0.3, 1.0, -0.2, 5.0], np.float32)


def test_raw_axes_come_by_falling_variance() -> None:
    found = axes.raw_axes(LATENTS, 4)
    assert [axis.title for axis in found] == ["z₂", "z₃", "z₁", "z₄"]
    assert [axis.key for axis in found] == ["z:1", "z:2", "z:0", "z:3"]
    assert found[0].sigma == pytest.approx(LATENTS[:, 1].std(), rel=1e-5)
    assert sum(axis.share for axis in found) == pytest.approx(1)


def test_without_latents_the_prior_is_the_yardstick() -> None:
    found = axes.raw_axes(None, 3)
    assert [axis.title for axis in found] == ["z₁", "z₂", "z₃"]
    assert found[2].coordinate([5, 5, -1.5]) == -1.5
    assert np.isnan(found[0].share)


def test_principal_axes_are_those_of_the_map() -> None:
    found = axes.principal(LATENTS)
    plane = PcaPlane.fit(LATENTS, (0, 1))
    assert np.allclose(found[0].vector, plane.components[0])
    assert found[1].share == pytest.approx(plane.explained[1])
    points = np.array([axis.coordinate(START) * axis.sigma for axis in found[:2]])
    assert np.allclose(points, plane.project(START)[0], atol=1e-5)


def test_one_sigma_is_the_spread_of_the_data() -> None:
    for axis in (*axes.raw_axes(LATENTS, 4)[:3], *axes.principal(LATENTS)[:3]):
        places = np.array([axis.coordinate(z) for z in LATENTS])
        assert places.mean() == pytest.approx(0, abs=1e-5)
        assert places.std() == pytest.approx(1, rel=1e-4)


@given(
    coordinate=st.floats(-5, 5),
    seed=st.integers(0, 100),
)
def test_moving_changes_one_coordinate_only(coordinate: float, seed: int) -> None:
    z = np.random.default_rng(seed).normal(size=4)
    found = axes.principal(LATENTS)[:3]
    moved = found[1].moved(z, coordinate)[0]
    assert found[1].coordinate(moved) == pytest.approx(coordinate, abs=1e-4)
    for other in (found[0], found[2]):
        assert other.coordinate(moved) == pytest.approx(other.coordinate(z), abs=1e-4)


def test_a_route_goes_from_end_to_end_of_the_span() -> None:
    axis = axes.raw_axes(LATENTS, 4)[0]
    route = axis.route(START, 2.5)
    ends = route.at([0, 0.5, 1])
    assert [axis.coordinate(z) for z in ends] == pytest.approx([-2.5, 0, 2.5], abs=1e-5)
    assert np.array_equal(np.delete(ends, 1, axis=1), np.tile(np.delete(START, 1), (3, 1)))


def test_moving_to_where_it_is_moves_nothing() -> None:
    for axis in axes.principal(LATENTS)[:3]:
        assert np.allclose(axis.moved(START, axis.coordinate(START)), START, atol=1e-6)


def test_a_dead_dimension_has_a_tiny_sigma() -> None:
    dead = axes.raw_axes(LATENTS, 4)[-1]
    assert dead.sigma == pytest.approx(1e-6)
    assert np.allclose(dead.moved(START, [-3, 3]), START, atol=1e-4)


def test_a_direction_of_any_length_becomes_a_unit_vector() -> None:
    axis = axes.along("slant", "name:slant", [0, 30, 40, 0], LATENTS)
    assert np.allclose(axis.vector, [0, 0.6, 0.8, 0])
    assert axis.sigma == pytest.approx((LATENTS @ axis.vector).std(), rel=1e-5)
    assert axes.along("slant", "name:slant", [0, 30, 40, 0], None).sigma == 1


@pytest.mark.parametrize("vector", [[0, 0, 0, 0], [np.nan, 1, 0, 0], [[1, 0], [0, 1]]])
def test_no_direction_is_refused_in_words(vector: list[float]) -> None:
    with pytest.raises(ConfigError, match="'slant' leads nowhere"):
        axes.along("slant", "name:slant", vector, LATENTS)


def test_principal_axes_need_latents() -> None:
    with pytest.raises(ConfigError, match="at least one row of finite latents"):
        axes.principal(np.empty((0, 4)))
