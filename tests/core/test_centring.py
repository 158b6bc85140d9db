"""What MNIST does to a digit: box, centre of mass, whole pixels; and what cannot be centred."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latentlab import data
from latentlab.core import centring
from latentlab.core.errors import ConfigError

DRAWINGS = arrays(np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 60))).filter(np.any)
SIZES = st.tuples(st.integers(4, 40), st.integers(4, 40))


def middle(field: np.ndarray) -> np.ndarray:
    """Centre of mass, row and column."""
    mass = field.astype(float)
    places = np.indices(field.shape)
    return (places * mass).sum(axis=(1, 2)) / mass.sum()


def box(field: np.ndarray) -> tuple[int, int]:
    return centring.crop(field).shape


def wedge(height: int, width: int) -> np.ndarray:
    """A shape whose centre of mass is not the middle of its box."""
    field = np.zeros((100, 120), np.uint8)
    field[20 : 20 + height, 30 : 30 + width] = np.linspace(1, 255, width).astype(np.uint8)
    return field


def test_the_longer_side_fills_twenty_of_twenty_eight_pixels() -> None:
    assert box(centring.centre(wedge(60, 30))) == (20, 10)
    assert box(centring.centre(wedge(30, 60))) == (10, 20)


@pytest.mark.parametrize("shape", [(60, 30), (17, 45), (3, 3)])
def test_the_centre_of_mass_comes_to_the_middle(shape: tuple[int, int]) -> None:
    assert np.abs(middle(centring.centre(wedge(*shape))) - 14).max() <= 0.5


def test_edges_are_anti_aliased() -> None:
    ink = np.zeros((100, 100), np.uint8)
    rows, columns = np.indices(ink.shape)
    ink[np.hypot(rows - 50, columns - 47) < 33.3] = 255
    field = centring.centre(ink)
    assert len(np.unique(field)) > 10
    assert field.max() == 255


def test_ink_far_off_its_own_middle_stays_inside() -> None:
    """A heavy blob with a long thin tail: the box stops at the edge of the field."""
    ink = np.zeros((40, 40), np.uint8)
    ink[:8, :8] = 255
    ink[:, 39] = ink[39, :] = 4
    field = centring.centre(ink)
    assert box(field) == (20, 20)
    assert field[-1].any()
    assert field[:, -1].any()


@given(ink=DRAWINGS, size=SIZES)
def test_the_field_has_the_asked_size_and_loses_no_ink(
    ink: np.ndarray, size: tuple[int, int]
) -> None:
    field = centring.centre(ink, size)
    wanted = [max(1, round(side * 20 / 28)) for side in size]
    assert field.shape == size
    assert field.dtype == np.uint8
    rows, columns = (np.flatnonzero(field.any(axis=axis)) for axis in (1, 0))
    if len(rows):  # ink of one grey level may vanish in a pixel that it shares with ground
        assert rows[-1] - rows[0] < wanted[0]
        assert columns[-1] - columns[0] < wanted[1]


@given(ink=DRAWINGS, top=st.integers(0, 30), left=st.integers(0, 30))
def test_where_it_was_drawn_does_not_matter(ink: np.ndarray, top: int, left: int) -> None:
    moved = np.zeros((ink.shape[0] + 30, ink.shape[1] + 30), np.uint8)
    moved[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    assert np.array_equal(centring.centre(moved), centring.centre(ink))


@given(ink=DRAWINGS)
def test_how_large_it_was_drawn_does_not_matter(ink: np.ndarray) -> None:
    larger = ink.repeat(3, axis=0).repeat(3, axis=1)
    difference = centring.centre(larger).astype(int) - centring.centre(ink)
    assert np.abs(difference).max() <= 1


@given(plane=arrays(np.uint8, (12, 20)), factor=st.integers(1, 4))
def test_resizing_keeps_the_mean(plane: np.ndarray, factor: int) -> None:
    smaller = centring.resize(plane, (12 // factor, 20 // factor))
    larger = centring.resize(plane, (12 * factor, 20 * factor))
    assert smaller.mean() == pytest.approx(plane.mean())
    assert np.allclose(larger, plane.repeat(factor, axis=0).repeat(factor, axis=1))


def test_one_pixel_becomes_a_square() -> None:
    field = centring.centre(np.array([[200]], np.uint8))
    assert box(field) == (20, 20)
    assert set(np.unique(field)) == {0, 200}


@pytest.mark.parametrize("shape", [(28, 28), (1, 1), (0, 0)])
def test_a_blank_picture_is_refused_in_words(shape: tuple[int, int]) -> None:
    with pytest.raises(ConfigError, match="blank, so it has no middle; draw something first"):
        centring.centre(np.zeros(shape, np.uint8))


@pytest.mark.realdata
def test_what_mnist_has_done_already_changes_nothing(real_data: object) -> None:
    """Where rounding is no tie; at ten times the pixels as well."""
    mnist = data.load("mnist")
    digits = mnist.images[mnist.splits["test"], 0]
    same = sum(np.array_equal(centring.centre(digit), digit) for digit in digits)
    assert same >= 9_997  # of 10,000
    large = digits[17].repeat(10, axis=0).repeat(10, axis=1)
    assert np.array_equal(centring.centre(large), digits[17])
