"""Bars whose lean and thickness are known."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core.moments import slants, thicknesses

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 64


def bar(slant: float = 0.0, width: float = 6.0, height: int = 40) -> NDArray[np.float64]:
    """An upright bar, each row of which covers `width` columns and is moved by `slant`."""
    edges = np.arange(SIDE + 1, dtype=float)
    rows = np.arange(SIDE)[:, None]
    middle = SIDE / 2 + width % 2 / 2 + slant * ((SIDE - 1) / 2 - rows)
    covered = np.clip(edges, middle - width / 2, middle + width / 2)
    plane = np.diff(covered, axis=1)
    top = (SIDE - height) // 2
    plane[(rows < top)[:, 0] | (rows >= top + height)[:, 0]] = 0
    return plane[None, None]


@given(st.floats(-0.5, 0.5), st.integers(1, 12), st.integers(2, 50))
def test_the_lean_of_a_bar_is_exact(slant: float, width: int, height: int) -> None:
    assert slants(bar(slant, width, height))[0] == pytest.approx(slant, abs=1e-9)


def test_a_bar_that_leans_to_the_right_has_its_top_there() -> None:
    leaning = bar(0.5)[0, 0]
    assert leaning[14].argmax() > leaning[48].argmax()
    assert slants(leaning[None, None])[0] > 0


@given(st.integers(1, 12), st.integers(1, 60))
def test_thickness_of_an_upright_bar_is_exact(width: int, height: int) -> None:
    corners = 4 - 2 * 2**0.5  # the gradient cuts each corner
    expected = 2 * width * height / (2 * (width + height) - corners)
    assert thicknesses(bar(0, width, height))[0] == pytest.approx(expected)


@given(st.floats(-0.7, 0.7), st.floats(4.0, 9.0))
def test_thickness_of_a_leaning_bar_is_that_across_it(slant: float, width: float) -> None:
    height = 48
    long = height * (1 + slant**2) ** 0.5
    expected = 2 * width * height / (2 * long + 2 * width)
    assert thicknesses(bar(slant, width, height))[0] == pytest.approx(expected, rel=0.04)


def test_a_ring_has_no_ends_so_its_thickness_is_its_width() -> None:
    y, x = np.indices((200, 200)) - 99.5
    away = np.hypot(x, y)
    for width in (3.0, 8.0, 20.0):
        ring = np.clip(width / 2 + 0.5 - np.abs(away - 60), 0, 1)
        assert thicknesses(ring[None, None])[0] == pytest.approx(width, rel=0.01)


@given(st.floats(0.05, 1.0), st.integers(-8, 8), st.integers(-5, 5))
def test_place_and_brightness_change_nothing(light: float, across: int, down: int) -> None:
    sign = bar(0.2, 5.5, 30)
    moved = light * np.roll(sign, (down, across), (2, 3))
    assert slants(moved)[0] == pytest.approx(slants(sign)[0])
    assert thicknesses(moved)[0] == pytest.approx(thicknesses(sign)[0])


def test_bytes_colours_and_frames_are_measured_alike() -> None:
    sign = bar(0.25, 6, 40)
    bytes_ = np.rint(255 * sign).astype(np.uint8)
    assert slants(bytes_)[0] == pytest.approx(0.25, abs=1e-3)
    assert thicknesses(np.repeat(sign, 3, 1))[0] == pytest.approx(thicknesses(sign)[0])
    cut = sign[:, :, 12:52]  # the bar alone, touching the frame above and below
    assert thicknesses(cut)[0] == pytest.approx(thicknesses(sign)[0])


def test_what_has_no_ink_has_no_style() -> None:
    blank, dot = np.zeros((1, 1, 9, 9)), np.zeros((1, 1, 9, 9))
    dot[0, 0, 4, 2:7] = 1
    both = np.concatenate([blank, dot])
    assert np.isnan(slants(both)).all()
    assert np.isnan(thicknesses(both)).tolist() == [True, False]
    assert slants(blank[:0]).shape == thicknesses(blank[:0]).shape == (0,)


def test_ten_thousand_pictures_take_a_moment() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (10_000, 1, 28, 28), np.uint8)
    start = time.process_time()
    assert slants(pictures).shape == thicknesses(pictures).shape == (10_000,)
    assert time.process_time() - start < 3
