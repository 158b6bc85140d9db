"""Lines drawn by hand: few corners, never far from what was drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latentlab.core.polyline import at_most, simplify

LINES = arrays(
    np.float64,
    st.tuples(st.integers(2, 40), st.just(2)),
    elements=st.integers(-50, 50).map(float),
)


def distance(point: np.ndarray, corners: np.ndarray) -> float:
    """To the nearest place of a polyline."""
    nearest = np.inf
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        chord = end - start
        length = chord @ chord
        t = np.clip((point - start) @ chord / length, 0, 1) if length else 0
        nearest = min(nearest, float(np.linalg.norm(point - start - t * chord)))
    return nearest


def test_a_straight_line_has_two_corners() -> None:
    line = np.linspace([0, 0], [30, 60], 50)
    assert np.array_equal(simplify(line, 0.01), [[0, 0], [30, 60]])


def test_a_corner_stays_and_a_tremble_goes() -> None:
    line = np.array([[0, 0], [5, 0.4], [10, 0], [10, 5], [10.3, 7], [10, 12]], float)
    assert np.array_equal(simplify(line, 1.0), [[0, 0], [10, 0], [10, 12]])


def test_a_circle_comes_back_to_its_start() -> None:
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = 50 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    corners = simplify(circle, 1.0)
    assert 8 < len(corners) < 40
    assert np.array_equal(corners[[0, -1]], circle[[0, -1]])


@given(line=LINES, tolerance=st.floats(0.1, 20))
def test_nothing_lies_farther_off_than_the_tolerance(line: np.ndarray, tolerance: float) -> None:
    corners = simplify(line, tolerance)
    assert np.array_equal(corners[0], line[0])
    assert np.array_equal(corners[-1], line[-1])
    assert max(distance(point, corners) for point in line) <= tolerance + 1e-9


@given(line=LINES, most=st.integers(2, 12))
def test_at_most_so_many_corners(line: np.ndarray, most: int) -> None:
    corners = at_most(line, 0.5, most)
    assert 1 <= len(corners) <= most
    rows = {tuple(point) for point in line}
    assert all(tuple(corner) in rows for corner in corners)


@pytest.mark.parametrize("n", [2, 5])
def test_a_place_that_is_never_left_is_one_corner(n: int) -> None:
    assert simplify(np.ones((n, 2)), 1.0).shape == (1, 2)
