"""The scatter item in a plane: places, layers, slices, degenerate points, high resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from latentlab.gui.theme import theme
from latentlab.gui.widgets import scatter
from latentlab.gui.widgets.plane_view import PlaneView
from latentlab.gui.widgets.scatter import ScatterItem

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PALETTE = np.array([[255, 0, 0], [0, 255, 0]], np.uint8)


@pytest.fixture
def plane(qtbot: QtBot) -> PlaneView:
    view = PlaneView()
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.set_home(QRectF(-1, -1, 2, 2), go=True)
    view.show()
    return view


@pytest.fixture
def item(plane: PlaneView) -> ScatterItem:
    made = ScatterItem()
    plane.add(made)
    return made


def picture(plane: PlaneView) -> QImage:
    return plane.grab().toImage()


def colour_at(plane: PlaneView, x: float, y: float) -> QColor:
    image = picture(plane)
    return image.pixelColor((plane.to_widget(x, y) * image.devicePixelRatio()).toPoint())


def is_red(colour: QColor) -> bool:
    return colour.red() > 150 > 120 > colour.green()


def test_points_are_where_the_axes_say(plane: PlaneView, item: ScatterItem) -> None:
    item.show_points(np.array([[0.5, -0.25]]), np.array([0]), PALETTE)
    assert is_red(colour_at(plane, 0.5, -0.25))
    assert not is_red(colour_at(plane, 0.5, 0.25))
    plane.zoom(2)
    plane.pan(0.2, -0.1)
    assert is_red(colour_at(plane, 0.5, -0.25)), "also after zoom and pan"


def test_the_upper_layer_lies_over_all_of_the_lower_one(
    plane: PlaneView, item: ScatterItem
) -> None:
    below = np.random.default_rng(0).normal(scale=0.01, size=(500, 2))
    points = np.vstack([below, [[0.0, 0.0]]])
    index = np.array([1] * 500 + [0])
    item.show_points(points, index, PALETTE, below=500)
    assert is_red(colour_at(plane, 0, 0))


@pytest.mark.parametrize("n", [0, 1, 50])
def test_no_point_one_point_and_equal_points(plane: PlaneView, item: ScatterItem, n: int) -> None:
    item.show_points(np.full((n, 2), 0.5), np.zeros(n, int), PALETTE)
    assert is_red(colour_at(plane, 0.5, 0.5)) == (n > 0)
    assert item.complete


def test_many_points_come_in_slices_and_all_of_them(
    plane: PlaneView, item: ScatterItem, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scatter, "SLICE", 100)
    points = np.stack([np.linspace(-0.9, 0.9, 450), np.zeros(450)], axis=1)
    with qtbot.waitSignal(item.drawn):
        item.show_points(points, np.zeros(450, int), PALETTE, below=250)
        picture(plane)
        assert not item.complete
        assert not is_red(colour_at(plane, 0.9, 0))
    assert item.complete
    assert all(is_red(colour_at(plane, x, 0)) for x in (-0.9, -0.2, 0.2, 0.9))


def test_a_moving_view_starts_over(
    plane: PlaneView, item: ScatterItem, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scatter, "SLICE", 100)
    item.show_points(np.zeros((300, 2)), np.zeros(300, int), PALETTE)
    picture(plane)
    plane.pan(0.3, 0)
    with qtbot.waitSignal(item.drawn):
        picture(plane)
        assert not item.complete
    assert is_red(colour_at(plane, 0, 0))


def test_dots_grow_with_the_ui_scale(plane: PlaneView, item: ScatterItem) -> None:
    def area() -> int:
        image = picture(plane)
        return sum(is_red(image.pixelColor(x, y)) for x in range(150, 260) for y in range(150, 260))

    item.show_points(np.zeros((1, 2)), np.zeros(1, int), PALETTE)
    small = area()
    theme().set_scale(2.0)
    assert area() == pytest.approx(4 * small, rel=0.3)


def test_a_sharper_screen_gets_sharper_dots(plane: PlaneView, item: ScatterItem) -> None:
    item.show_points(np.zeros((1, 2)), np.zeros(1, int), PALETTE)
    image = QImage(800, 800, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    painter = QPainter(image)
    plane.render(painter, QRectF(0, 0, 400, 400), QRect(0, 0, 400, 400))
    painter.end()
    reds = sum(is_red(image.pixelColor(x, y)) for x in range(350, 480) for y in range(350, 480))
    assert reds == pytest.approx(np.pi * 4**2, rel=0.35)
