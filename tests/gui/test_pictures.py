"""Pictures on the screen: hard integer pixels, and what keys and menus ask of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget

from latentlab.gui import pictures
from latentlab.gui.widgets.image_view import ImageView
from latentlab.gui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

RNG = np.random.default_rng(5)
GREY = RNG.integers(0, 256, (1, 7, 5), np.uint8)
COLOUR = RNG.integers(0, 256, (3, 6, 6), np.uint8)


def rgb(image: QImage) -> np.ndarray:
    """(height, width, 3) of what was painted."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.array(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)


@pytest.mark.parametrize("picture", [GREY, COLOUR])
def test_every_pixel_arrives(picture: np.ndarray) -> None:
    shown = rgb(pictures.to_qimage(picture))
    wanted = np.broadcast_to(picture, (3, *picture.shape[1:])).transpose(1, 2, 0)
    assert np.array_equal(shown, wanted)


def test_the_image_owns_its_pixels() -> None:
    picture = GREY.copy()
    image = pictures.to_qimage(picture)
    picture[:] = 0
    assert rgb(image)[0, 0, 0] == GREY[0, 0, 0]


class Screen(QWidget):
    """A widget with a device pixel ratio of our choice."""

    ratio = 1.0

    def devicePixelRatioF(self) -> float:
        return self.ratio


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 2.75])
@pytest.mark.parametrize("size", [30, 57, 100])
def test_zoom_is_whole_device_pixels(qtbot: QtBot, ratio: float, size: int) -> None:
    screen = Screen()
    qtbot.addWidget(screen)
    screen.ratio = ratio
    place = pictures.integer_rect(screen, QRectF(3, 2, size, size), 5, 7)
    zoom = place.width() * ratio / 5
    assert zoom == pytest.approx(round(zoom))
    assert zoom >= 1
    assert place.height() * ratio / 7 == pytest.approx(zoom)
    assert place.x() * ratio == pytest.approx(round(place.x() * ratio))
    assert QRectF(2.5, 1.5, size + 1, size + 1).contains(place)


def test_pixels_are_painted_as_hard_blocks(qtbot: QtBot) -> None:
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(60, 60)
    view.show_picture(GREY)
    shown = rgb(view.grab().toImage())
    place = view.picture_rect().toRect()
    zoom = place.width() // 5
    block = shown[place.top() : place.bottom() + 1, place.left() : place.right() + 1, 0]
    assert np.array_equal(block, GREY[0].repeat(zoom, 0).repeat(zoom, 1))


def test_smooth_is_a_choice(qtbot: QtBot) -> None:
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(60, 60)
    view.show_picture(np.array([[[0, 255]]], np.uint8).repeat(2, 1))
    assert set(np.unique(rgb(view.grab().toImage())[30, 2:58])) == {0, 255}
    view.set_smooth(True)
    assert len(np.unique(rgb(view.grab().toImage())[30, 2:58])) > 5


def test_a_large_picture_is_shrunk_to_fit(qtbot: QtBot) -> None:
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(40, 40)
    view.show_picture(np.zeros((1, 100, 200), np.uint8))
    assert view.picture_rect().width() == pytest.approx(40, abs=1)


def test_thumbnail_is_a_black_square(qtbot: QtBot) -> None:
    shown = rgb(pictures.thumbnail(np.full((1, 4, 2), 200, np.uint8), 16, 2.0))
    assert shown.shape == (32, 32, 3)
    assert shown[0, 0].tolist() == [0, 0, 0]
    assert shown[16, 16].tolist() == [200, 200, 200]


# -- export, copy, pin --------------------------------------------------------------------------


class Heard:
    """An outlet that only listens."""

    is_sheet = True

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.prepared: list[int] = []

    def act(self, what: str, index: int) -> bool:
        self.asked.append((what, index))
        return True

    def prepare(self, index: int) -> None:
        self.prepared.append(index)


CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def views(qtbot: QtBot) -> list[ImageView | SheetView]:
    shown = [ImageView(pinnable=True), SheetView(pinnable=True)]
    for view in shown:
        qtbot.addWidget(view)
        view.outlet = Heard()
    shown[0].show_picture(GREY)
    shown[1].show_pictures(np.stack([GREY] * 3))
    return shown


@pytest.mark.parametrize(
    ("key", "modifier", "what"),
    [
        (Qt.Key.Key_S, CTRL, "export"),
        (Qt.Key.Key_C, CTRL, "copy"),
        (Qt.Key.Key_C, CTRL | SHIFT, "command"),
    ],
)
def test_keys_send_pictures_out(
    qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, what: str
) -> None:
    for view in views(qtbot):
        qtbot.keyClick(view, key, modifier)
        assert view.outlet.asked == [(what, 0)]


def test_p_pins(qtbot: QtBot) -> None:
    for view in views(qtbot):
        with qtbot.waitSignal(view.pin_requested):
            qtbot.keyClick(view, Qt.Key.Key_P, NONE)


def test_pressing_a_picture_prepares_its_file(qtbot: QtBot) -> None:
    image, sheet = views(qtbot)
    sheet.resize(200, 80)
    qtbot.mousePress(image, Qt.MouseButton.LeftButton)
    qtbot.mousePress(sheet, Qt.MouseButton.LeftButton, pos=sheet._cell_rect(2).center().toPoint())
    assert (image.outlet.prepared, sheet.outlet.prepared) == ([0], [2])


def test_without_a_picture_or_an_outlet_nothing_leaves(qtbot: QtBot) -> None:
    view = ImageView()
    qtbot.addWidget(view)
    view.show_picture(COLOUR)
    assert not view.ask("copy"), "nobody said what made it"
    assert not view.ask("pin"), "it cannot be pinned"
    view.outlet = Heard()
    assert view.ask("copy")
    view.show_picture(None)
    assert not view.ask("copy")


def test_the_menu_offers_what_means_something(qtbot: QtBot) -> None:
    from latentlab.gui.widgets.picture_menu import picture_menu

    parent, asked = QWidget(), []
    qtbot.addWidget(parent)
    whole = picture_menu(parent, lambda what, *_: asked.append(what), pinnable=True, sheet=True)
    bare: QMenu = picture_menu(parent, asked.append)
    titles = [[action.text() for action in menu.actions()] for menu in (whole, bare)]
    ways = ["Copy", "Copy as command", "Copy as Python"]
    assert titles[0] == ["Export…", "Export the sheet…", *ways, "Pin to the Tray"]
    assert titles[1] == ["Export…", *ways]
    for action in whole.actions():
        action.trigger()
    assert asked == ["export", "sheet", "copy", "command", "python", "pin"]
    whole.deleteLater()
    bare.deleteLater()


# -- sheets -------------------------------------------------------------------------------------


@pytest.fixture
def sheet(qtbot: QtBot) -> SheetView:
    view = SheetView(columns=4, gap=2)
    qtbot.addWidget(view)
    view.show_pictures(RNG.integers(0, 256, (10, 1, 8, 8), np.uint8), [str(i) for i in range(10)])
    view.resize(200, view.heightForWidth(200))
    return view


@given(index=st.integers(0, 9))
def test_each_cell_is_found_where_it_is_drawn(index: int) -> None:
    view = SheetView(columns=4, gap=2)
    view.show_pictures(np.zeros((10, 1, 8, 8), np.uint8), ["x"] * 10)
    view.resize(200, view.heightForWidth(200))
    assert view.index_at(view._cell_rect(index).center().toPoint()) == index
    assert view.rect().contains(view._cell_rect(index).toRect())
    view.deleteLater()


def test_hover_click_and_leave_are_told(sheet: SheetView, qtbot: QtBot) -> None:
    sheet.show()
    place = sheet._cell_rect(6).center().toPoint()
    with qtbot.waitSignal(sheet.hovered, check_params_cb=lambda index: index == 6):
        qtbot.mouseMove(sheet, place)
    with qtbot.waitSignal(sheet.clicked, check_params_cb=lambda index: index == 6):
        qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=place)
    assert sheet.index_at(QPoint(199, sheet.height() - 1)) == -1


def test_arrows_stay_inside(sheet: SheetView, qtbot: QtBot) -> None:
    for key, expected in (("Down", 4), ("Right", 5), ("Up", 1), ("Left", 0), ("Left", 0)):
        qtbot.keyClick(sheet, getattr(Qt.Key, f"Key_{key}"))
        assert sheet.current == expected
    with qtbot.waitSignal(sheet.clicked):
        qtbot.keyClick(sheet, Qt.Key.Key_Return)


def test_fewer_pictures_keep_a_current_one(sheet: SheetView) -> None:
    sheet._step(3, 1)
    sheet.show_pictures(np.zeros((2, 1, 8, 8), np.uint8))
    assert sheet.current == 1
    assert sheet.picture is not None
    sheet.show_pictures(None)
    assert sheet.picture is None
    assert sheet.count == 0


def test_painting_an_empty_sheet_and_a_hint_works(qtbot: QtBot) -> None:
    sheet, view = SheetView(), ImageView()
    for widget in (sheet, view):
        qtbot.addWidget(widget)
    view.set_hint("Move the mouse over the map.")
    view.resize(200, 200)
    shown = rgb(view.grab().toImage())
    assert shown.max() > 100, "the hint is written"
    assert shown[2, 2].tolist() == [0, 0, 0], "on black in both themes"
    sheet.grab()
    assert sheet.index_at(QPoint(3, 3)) == -1
