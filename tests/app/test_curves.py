"""Curves stay small and true; ranges and ticks are readable."""

from __future__ import annotations

from math import log10

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app.curves import Curve, log_range, reading_range, smooth, value_at
from latentlab.app.round_numbers import linear_ticks, log_ticks, next_round, previous_round

finite = st.floats(-1e3, 1e3)


@given(st.integers(1, 5000), st.sampled_from([2, 16, 64]))
def test_curve_is_bounded_and_keeps_means(n: int, capacity: int) -> None:
    curve = Curve(capacity)
    for i in range(n):
        curve.append(i, 2.0 * i)
    x, y = curve.points()
    assert 1 <= len(x) <= capacity
    assert len(curve) == len(x)
    np.testing.assert_allclose(y, 2 * x)  # means of a line lie on the line
    assert (np.diff(x) > 0).all()
    assert x[-1] <= n - 1


def test_short_curve_keeps_every_point() -> None:
    curve = Curve(8)
    for i in range(7):
        curve.append(i, i**2)
    np.testing.assert_array_equal(curve.points(), [np.arange(7), np.arange(7) ** 2])


def test_curve_leaves_out_what_is_not_finite() -> None:
    curve = Curve()
    for y in (1.0, float("nan"), float("inf"), 2.0):
        curve.append(1, y)
    np.testing.assert_array_equal(curve.points()[1], [1, 2])


def test_a_run_that_goes_on_from_an_earlier_save_replaces_the_rest() -> None:
    curve = Curve()
    for x in range(10):
        curve.append(x, x)
    curve.append(5.5, 50)
    curve.append(6.5, 60)
    assert curve.points()[0].tolist() == [0, 1, 2, 3, 4, 5, 5.5, 6.5]


@given(st.lists(finite, min_size=2, max_size=60), st.floats(0.05, 20))
def test_smoothing_is_the_normalised_kernel(values: list[float], width: float) -> None:
    x = np.cumsum(np.linspace(0.1, 2, len(values)))
    y = np.array(values)
    stretches = np.diff(x, prepend=2 * x[0] - x[1])
    weights = np.tril(np.exp(-np.abs(x[:, None] - x[None]) / width)) * stretches
    expected = weights @ y / weights.sum(axis=1)
    np.testing.assert_allclose(smooth(x, y, width), expected, rtol=1e-6, atol=1e-6)


def test_smoothing_survives_spans_that_would_overflow() -> None:
    x = np.linspace(0, 1e6, 1000)
    result = smooth(x, np.full(1000, 3.0), 0.01)
    np.testing.assert_allclose(result, 3.0)


def test_a_few_images_at_the_end_of_an_epoch_weigh_little() -> None:
    x = np.array([0.1, 0.2, 0.3, 0.3001, 0.4])
    y = np.array([1.0, 1.0, 1.0, 9.0, 1.0])
    assert smooth(x, y, 0.2)[3] < 1.02


def test_points_at_the_same_place_are_no_accident() -> None:
    np.testing.assert_allclose(smooth(np.ones(3), np.array([1.0, 2.0, 3.0]), 0.5), [1, 1.5, 2])


def test_no_smoothing_gives_the_values_themselves() -> None:
    x, y = np.arange(3.0), np.array([3.0, 1.0, 2.0])
    assert smooth(x, y, 0) is y


def test_reading_range_leaves_the_first_huge_losses_out() -> None:
    x = np.linspace(0, 60, 600)
    y = np.where(x < 1, 540.0, 130 + 20 * np.exp(-x / 10))
    low, high = reading_range([(x, y)])
    assert 125 < low < 131
    assert 145 < high < 155


@pytest.mark.parametrize("y", [[5.0], [0.0, 0.0], [-3.0, -3.0]])
def test_reading_range_of_flat_curves_has_a_height(y: list[float]) -> None:
    low, high = reading_range([(np.arange(len(y), dtype=float), np.array(y))])
    assert low < min(y) <= max(y) < high


def test_ranges_of_nothing() -> None:
    assert reading_range([]) is None
    assert reading_range([(np.empty(0), np.empty(0))]) is None
    assert log_range([(np.arange(2.0), np.array([1.0, 0.0]))]) is None


def test_log_range_is_in_decades() -> None:
    low, high = log_range([(np.arange(2.0), np.array([1.0, 100.0]))])
    assert low < 0 < 2 < high


@given(st.floats(-10, 10), st.floats(0.05, 12))
def test_log_ticks_lie_inside_and_are_few(low: float, span: float) -> None:
    ticks = log_ticks(low, low + span)
    assert len(ticks) <= 16
    assert all(low - 1e-9 <= log10(tick) <= low + span + 1e-9 for tick in ticks)
    assert ticks == sorted(ticks)


@given(finite, st.floats(1e-3, 1e3))
def test_linear_ticks_are_round(low: float, span: float) -> None:
    ticks = linear_ticks(low, low + span)
    assert len(ticks) <= 10
    steps = np.diff(ticks)
    if len(steps):
        assert f"{steps[0]:.3e}"[0] in "125"
        np.testing.assert_allclose(steps, steps[0], rtol=1e-6)


def test_ticks_for_a_loss_that_halves() -> None:
    assert log_ticks(log10(100), log10(200)) == [100, 120, 140, 160, 180, 200]


@pytest.mark.parametrize(("value", "above"), [(0.001, 0.002), (0.002, 0.005), (0.7, 1), (9, 10)])
def test_round_steps_up_and_down(value: float, above: float) -> None:
    assert next_round(value) == above
    assert previous_round(above) < above
    assert next_round(-above) > -above


@given(st.floats(1e-6, 1e6))
def test_round_steps_meet(value: float) -> None:
    assert previous_round(value) < value < next_round(value)
    round_one = next_round(value)
    assert previous_round(next_round(round_one)) == round_one


def test_value_at_takes_the_nearest_point() -> None:
    x, y = np.array([1.0, 2.0, 4.0]), np.array([10.0, 20.0, 40.0])
    assert [value_at(x, y, at) for at in (0, 1.4, 2.9, 3.1, 9)] == [10, 10, 20, 40, 40]
    assert value_at(x[:0], y[:0], 1) is None
