"""How large pictures are: whole pixels, all steps side by side, never wider than the pane."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from latentlab.gui.homotopy.fitting import fit, moving


def test_at_the_usual_size_ten_digits_stand_beside_two_moving_ones() -> None:
    found = fit(770, 10, (28, 28), 1.0, 1.0)
    assert (found.layout, found.side, found.strip) == ("aside", 56.0, 578)
    assert found.moving >= 172


def test_a_scroll_bar_does_not_halve_the_pictures() -> None:
    assert fit(759, 10, (28, 28), 1.0, 1.0).side == 56.0


def test_where_it_is_narrow_the_strips_take_all() -> None:
    found = fit(620, 10, (28, 28), 1.0, 1.0)
    assert (found.layout, found.side) == ("stacked", 56.0)
    assert fit(420, 10, (28, 28), 1.0, 1.0).layout == "narrow"
    assert fit(1000, 10, (28, 28), 1.0, 2.0).layout == "stacked"


def test_pixels_of_the_screen_count_not_of_the_layout() -> None:
    assert fit(620, 10, (28, 28), 1.5, 1.0).side * 1.5 % 28 == 0


@pytest.mark.parametrize(("shape", "zoom"), [((8, 8), 7), ((28, 28), 2), ((32, 32), 2)])
def test_the_zoom_is_whole(shape: tuple[int, int], zoom: int) -> None:
    assert fit(770, 10, shape, 1.0, 1.0).side == zoom * shape[0]


@given(
    st.integers(300, 3000),
    st.integers(2, 64),
    st.sampled_from([8, 28, 32, 64]),
    st.sampled_from([1.0, 1.25, 2.0]),
    st.sampled_from([1.0, 1.5, 2.0]),
)
@example(width=840, steps=53, side=8, ratio=1.0, scale=1.5)
def test_nothing_is_wider_than_the_pane(
    width: int, steps: int, side: int, ratio: float, scale: float
) -> None:
    found = fit(width, steps, (side, side), ratio, scale)
    assert found.side > 0
    assert found.column <= width
    if found.side > 8 * scale:
        assert found.strip <= width + 1
    if found.layout == "aside":
        assert found.strip <= found.column + 1
        assert found.column + found.moving < width


def test_moving_pictures_fill_their_place() -> None:
    assert moving(172, 160, 2, (28, 28), 1.0, 1.0) == (2, 84.0)
    assert moving(535, 540, 5, (28, 28), 1.0, 1.0) == (3, 168.0)
    assert moving(172, 400, 5, (28, 28), 1.0, 1.0) == (2, 84.0)
    assert moving(172, 160, 1, (28, 28), 1.0, 1.0) == (1, 112.0)


@given(st.integers(120, 900), st.integers(0, 900), st.integers(0, 6), st.sampled_from([8, 28, 64]))
def test_moving_pictures_stay_in_their_width(w: int, h: int, count: int, side: int) -> None:
    columns, found = moving(w, h, count, (side, side), 1.0, 1.0)
    assert columns >= 1
    assert columns * found + (columns - 1) * 4 <= w + 1


def test_many_rows_leave_room_for_the_curves_but_stay_seen_well() -> None:
    free = fit(1100, 10, (28, 28), 1.0, 1.0)
    assert free.side == 84.0
    assert fit(1100, 10, (28, 28), 1.0, 1.0, high=60.0).side == 56.0
    assert fit(1100, 10, (28, 28), 1.0, 1.0, high=-20.0).side == 56.0
