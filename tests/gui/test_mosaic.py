"""A sheet as one image: every picture at its place, pixel by pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.gui.homotopy.square_sheet import SquareSheet
from latentlab.gui.pictures import from_qimage
from latentlab.gui.theme import theme
from latentlab.gui.widgets.mosaic import mosaic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from tests.gui.conftest import Show


def pictures(n: int, channels: int = 1, height: int = 8, width: int = 8) -> NDArray[np.uint8]:
    rng = np.random.default_rng(0)
    return rng.integers(1, 256, (n, channels, height, width), np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("zoom", "gap"), [(1, 0), (3, 0), (2, 4)])
def test_every_pixel_is_where_it_belongs(qapp: object, channels: int, zoom: int, gap: int) -> None:
    shown = pictures(9, channels)
    found = from_qimage(mosaic(shown, 3, zoom, gap))
    pitch = 8 * zoom + gap
    assert found.shape == (channels, 3 * pitch - gap, 3 * pitch - gap)
    for index in range(9):
        row, column = divmod(index, 3)
        place = found[:, row * pitch : row * pitch + 8 * zoom, column * pitch :][..., : 8 * zoom]
        np.testing.assert_array_equal(place, shown[index].repeat(zoom, 1).repeat(zoom, 2))


def test_pictures_that_are_not_square_or_missing_leave_black(qapp: object) -> None:
    found = from_qimage(mosaic(pictures(3, height=4), 2))
    assert found.shape == (1, 16, 16)
    assert (found[:, :2] == 0).all()
    assert (found[:, 2:6] > 0).all()
    assert (found[:, 8:, 8:] == 0).all(), "the fourth is missing"


def test_the_sheet_draws_the_very_pixels(qtbot: QtBot) -> None:
    sheet = SquareSheet("a sheet")
    qtbot.addWidget(sheet)
    sheet.show_side(4)
    shown = pictures(16)
    sheet.show_pictures(shown)
    sheet.resize(4 * 24 + 3 * theme().px(2) + 5, 150)
    sheet.show()
    found = from_qimage(sheet.grab().toImage())[0]
    for index in (0, 6, 15):
        cell = sheet.cell(index)
        place = found[cell.y() : cell.y() + 24, cell.x() : cell.x() + 24]
        np.testing.assert_array_equal(place, shown[index, 0].repeat(3, 0).repeat(3, 1))


def test_the_keyboard_stays_where_it_was_when_pictures_change(qtbot: QtBot) -> None:
    sheet = SquareSheet("a sheet")
    qtbot.addWidget(sheet)
    sheet.show_side(4)
    sheet.show_pictures(pictures(16))
    sheet._current = 9
    again = pictures(16) // 2
    sheet.show_pictures(again)
    assert sheet.current == 9
    np.testing.assert_array_equal(sheet.picture, again[9])
    sheet.show_pictures(None)
    assert sheet.count == 0


@pytest.mark.parametrize("edge", [8, 28])
@pytest.mark.parametrize("side", [15, 40])
@pytest.mark.parametrize("width", [170, 233, 301])
def test_all_gaps_of_a_sheet_are_alike(show: Show, edge: int, side: int, width: int) -> None:
    theme().configure("dark", 1.0)
    sheet = SquareSheet("sheet")
    sheet.show_side(side)
    sheet.show_pictures(np.full((side * side, 1, edge, edge), 255, np.uint8))
    drawn = show(sheet, width, width).grab().toImage()
    middle = sheet.cell(side * side // 2).center().y()
    bright = np.array([drawn.pixelColor(x, middle).red() > 150 for x in range(drawn.width())])
    edges = np.flatnonzero(np.diff(bright.astype(int)))
    assert len(edges) > side
    lengths = np.diff(edges)  # of gaps and pictures in turn
    assert len(set(lengths[::2])) == len(set(lengths[1::2])) == 1
