from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core import points

PLANE = st.floats(-1, 1, width=32)


@given(st.lists(st.tuples(PLANE, PLANE), min_size=1, max_size=20))
def test_a_point_comes_back_within_half_a_level(pairs: list[tuple[float, float]]) -> None:
    plane = np.array(pairs)
    again = points.to_plane(points.from_plane(plane))
    assert again.shape == plane.shape
    assert np.abs(again - plane).max() <= points.LEVEL / 2 + 1e-6


def test_means_and_bytes_are_the_same_points() -> None:
    pictures = points.from_plane(np.array([[0.5, -0.25], [-1, 1]]))
    assert np.allclose(points.to_plane(pictures), points.to_plane(pictures / np.float32(255)))


def test_what_lies_outside_comes_to_the_edge() -> None:
    outside = points.from_plane(np.array([[3.0, -1.2]]))
    assert points.to_plane(outside).tolist() == [[1, -1]]


@pytest.mark.parametrize(("x", "y"), [(-0.5, 0.5), (0.7, -0.3), (0.0, 0.0)])
def test_a_dot_lies_where_its_point_is_with_y_upwards(x: float, y: float) -> None:
    [dot] = points.visible(points.from_plane(np.array([[x, y]])))
    assert dot.shape == (1, points.SIDE, points.SIDE)
    rows, columns = np.nonzero(dot[0] > 200)
    middle = np.array([columns.mean() + 0.5, rows.mean() + 0.5]) / points.SIDE * 2 - 1
    assert np.abs(middle - [x, -y]).max() < 2 / points.SIDE


def test_many_points_share_one_picture() -> None:
    plane = np.array([[-0.5, 0.5], [0.5, 0.5], [0.5, -0.5]])
    sheet = points.together(points.from_plane(plane))
    assert sheet.shape == (1, 1, points.SHEET_SIDE, points.SHEET_SIDE)
    half = points.SHEET_SIDE // 2
    corners = [sheet[0, 0, y : y + half - 1, x : x + half - 1] for y in (0, half + 1)
               for x in (0, half + 1)]  # fmt: skip
    assert [bool(corner.max() == 255) for corner in corners] == [True, True, False, True]


def test_pictures_of_pixels_are_left_alone_and_no_point_is_no_dot() -> None:
    pictures = np.zeros((3, 1, 8, 8), np.uint8)
    assert points.visible(pictures) is pictures
    assert points.together(pictures) is pictures
    none = np.zeros((0, *points.SHAPE), np.uint8)
    assert points.visible(none).shape == (0, 1, points.SIDE, points.SIDE)
    assert points.together(none).max() < 255
