"""Points to pixels: where dots land, what covers what, and that nothing leaves the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.gui.explore.raster import Canvas, disc, shades

PALETTE = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255]], np.uint8)
RED, GREEN = 0xFFFF0000, 0xFF00FF00


def _draw(x: list[float], y: list[float], index: list[int], diameter: int = 4) -> np.ndarray:
    canvas = Canvas((20, 10), diameter, PALETTE)
    canvas.draw(np.array(x), np.array(y), np.array(index))
    return canvas.image


@pytest.mark.parametrize("diameter", [1, 2, 3, 4, 5, 8, 13])
def test_a_disc_has_the_area_of_a_circle_around_its_centre(diameter: int) -> None:
    dot = disc(diameter)
    assert dot.cover.sum() == pytest.approx(np.pi * (diameter / 2) ** 2, rel=0.06)
    shift = 0.5 if diameter % 2 == 0 else 0.0
    assert (dot.rows + shift) @ dot.cover == pytest.approx(0, abs=1e-9)
    assert (dot.columns + shift) @ dot.cover == pytest.approx(0, abs=1e-9)
    assert (np.diff(dot.cover) >= 0).all()


def test_a_dot_is_opaque_in_its_middle_and_absent_elsewhere() -> None:
    image = _draw([8.0], [5.0], [0])
    assert image.shape == (10, 20)
    assert image[4, 7] == image[5, 8] == RED
    assert image[5, 12] == 0
    weight = (image >> 24).sum() / 255
    assert weight == pytest.approx(np.pi * 4, rel=0.06)


def test_later_dots_cover_earlier_ones_and_rims_never_cover_cores() -> None:
    image = _draw([8.0, 8.0, 11.0], [5.0, 5.0, 5.0], [0, 1, 2])
    assert image[4, 7] == image[5, 8] == GREEN


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), max_size=30), st.integers(1, 9))
def test_dots_outside_leave_no_trace(places: list[tuple[float, float]], diameter: int) -> None:
    x, y = np.array(places, float).reshape(-1, 2).T
    outside = (np.abs(x - 10) > 10 + diameter) | (np.abs(y - 5) > 5 + diameter)
    canvas = Canvas((20, 10), diameter, PALETTE)
    canvas.draw(x[outside], y[outside], np.zeros(outside.sum(), int))
    assert not canvas.image.any()


@given(st.floats(0, 20), st.floats(0, 10))
def test_the_middle_of_a_dot_is_within_a_pixel_of_its_point(x: float, y: float) -> None:
    canvas = Canvas((40, 30), 4, PALETTE)
    canvas.draw(np.array([x + 10]), np.array([y + 10]), np.array([0]))
    weight = (canvas.image >> 24).astype(float)
    rows, columns = np.mgrid[0:30, 0:40] + 0.5
    assert (columns * weight).sum() / weight.sum() == pytest.approx(x + 10, abs=0.51)
    assert (rows * weight).sum() / weight.sum() == pytest.approx(y + 10, abs=0.51)


def test_slices_give_the_picture_of_one_go() -> None:
    rng = np.random.default_rng(0)
    x, y, index = rng.uniform(0, 20, 99), rng.uniform(0, 10, 99), rng.integers(0, 3, 99)
    whole, sliced = Canvas((20, 10), 1, PALETTE), Canvas((20, 10), 1, PALETTE)
    whole.draw(x, y, index)
    for part in (slice(0, 40), slice(40, 99)):
        sliced.draw(x[part], y[part], index[part])
    assert np.array_equal(whole.image, sliced.image)


def test_scanlines_are_the_picture() -> None:
    canvas = Canvas((20, 10), 4, PALETTE)
    canvas.draw(np.array([3.0]), np.array([2.0]), np.array([1]))
    block, pitch = canvas.scanlines
    assert block.contiguous
    flat = np.frombuffer(block, np.uint32)
    rows = [flat[row * pitch // 4 :][:20] for row in range(10)]
    assert np.array_equal(np.stack(rows), canvas.image)


def test_shades_are_premultiplied() -> None:
    assert shades(np.array([[255, 128, 0]], np.uint8), 0.5)[0] == 0x80804000
