"""The plane of a map by itself: axes, zoom limits, what mouse and keys mean, lines and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentlab.gui.explore.lattice import View
from latentlab.gui.theme import theme
from latentlab.gui.widgets.map_axes import draw_axes, margins
from latentlab.gui.widgets.map_drag import Drag
from latentlab.gui.widgets.map_keys import nudge_of, zoom_of
from latentlab.gui.widgets.map_marks import LinesItem, MarkItem, path_of
from latentlab.gui.widgets.map_plot import MapPlot

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NO_KEY = Qt.KeyboardModifier.NoModifier
SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])


@pytest.fixture
def plot(qtbot: QtBot) -> MapPlot:
    made = MapPlot()
    qtbot.addWidget(made)
    made.resize(420, 380)
    made.set_home(QRectF(-1, -1, 2, 2), go=True)
    made.show()
    QApplication.processEvents()
    return made


def colours(plot: MapPlot, x: float, y: float, reach: int = 2) -> set[str]:
    """All colours within `reach` pixels of a place."""
    image = plot.grab().toImage()
    spot = plot.to_widget(x, y).toPoint()
    around = range(-reach, reach + 1)
    return {image.pixelColor(spot + QPoint(dx, dy)).name() for dx in around for dy in around}


# -- the view -----------------------------------------------------------------------------------


def test_home_is_wholly_in_view_with_equal_units(plot: MapPlot) -> None:
    view = plot.view()
    assert view.left <= -1
    assert view.right >= 1
    assert view.bottom <= -1
    assert view.top >= 1
    across, up = plot.unit()
    assert across == pytest.approx(up, rel=0.01)


def test_positions_go_to_pixels_and_back(plot: MapPlot) -> None:
    for x, y in ((0.0, 0.0), (-0.9, 0.4), (0.7, -0.8)):
        back = plot.to_data(plot.to_widget(x, y))
        assert (back.x(), back.y()) == pytest.approx((x, y), abs=max(plot.unit()))


def test_zooming_keeps_the_place_below_the_mouse(plot: MapPlot) -> None:
    place = QPointF(0.4, -0.3)
    before = plot.to_widget(place.x(), place.y())
    plot.zoom(3, place)
    after = plot.to_widget(place.x(), place.y())
    assert (after - before).manhattanLength() <= 2
    assert not plot.at_home
    plot.reset()
    assert plot.at_home


@pytest.mark.parametrize("factor", [1.5, 1 / 1.5])
def test_zooming_ends_somewhere(plot: MapPlot, factor: float) -> None:
    for _ in range(60):
        plot.zoom(factor)
    span = plot.view().right - plot.view().left
    assert 2 / 1000 < span < 2 * 20


def test_an_untouched_view_stays_home_when_the_window_grows(plot: MapPlot) -> None:
    plot.resize(700, 600)
    QApplication.processEvents()
    assert plot.view().bottom == pytest.approx(-1, abs=0.02)
    plot.zoom(4)
    span = plot.unit()[0]
    plot.resize(420, 380)
    QApplication.processEvents()
    assert plot.view().right - plot.view().left < 1
    assert span > 0


def test_the_view_is_counted_in_device_pixels(plot: MapPlot) -> None:
    view = plot.view()
    left, top, right, bottom = margins()
    assert view.width_px == pytest.approx(420 - left - right, abs=4)
    assert view.height_px == pytest.approx(380 - top - bottom, abs=4)


# -- axes ---------------------------------------------------------------------------------------


class Pen(QPainter):
    """A painter that remembers the words."""

    def __init__(self, image: QImage) -> None:
        super().__init__(image)
        self.words: list[str] = []

    def drawText(self, *args: Any) -> None:
        self.words.append(args[-1])


def test_axes_carry_round_numbers_and_titles(qapp: object) -> None:
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    pen = Pen(image)
    draw_axes(pen, QRectF(50, 10, 480, 300), View(-2, 2, -1.25, 1.25, 480, 300), ("z₁", "z₂"))
    pen.end()
    assert {"−2", "0", "2", "−1", "1", "z₁", "z₂"} <= set(pen.words)


def test_an_axis_without_extent_is_drawn_all_the_same(qapp: object) -> None:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    pen = Pen(image)
    draw_axes(pen, QRectF(50, 10, 1, 1), View(0, 1e-9, 0, 1e-9, 1, 1), ("", ""))
    pen.end()
    assert pen.words


def test_the_frame_shows_who_has_the_keyboard(plot: MapPlot, qtbot: QtBot) -> None:
    plot.setFocus()
    plot.activateWindow()
    qtbot.waitUntil(plot.hasFocus)
    edge = plot.box.sceneBoundingRect().topLeft().toPoint()
    image = plot.grab().toImage()
    assert image.pixelColor(edge + QPoint(20, 0)).name() == theme().tokens.accent
    plot.clearFocus()
    assert plot.grab().toImage().pixelColor(edge + QPoint(20, 0)).name() != theme().tokens.accent


# -- mouse and keys -----------------------------------------------------------------------------


def test_a_trembling_click_is_a_click() -> None:
    drag = Drag(QPointF(10, 10), "lasso")
    assert drag.move_to(QPointF(11, 12)).isNull()
    assert not drag.begun


def test_a_pan_tells_every_step_once() -> None:
    drag = Drag(QPointF(0, 0), "pan")
    steps = [drag.move_to(QPointF(x, 0)) for x in (6, 7, 20)]
    assert sum(step.x() for step in steps) == 20


def test_a_lasso_has_few_corners_and_a_box_four() -> None:
    lasso, box = Drag(QPointF(0, 0), "lasso"), Drag(QPointF(0, 0), "box")
    for x in range(1, 101):
        lasso.move_to(QPointF(x, x / 2))
        box.move_to(QPointF(x, x / 2))
    assert 20 <= len(lasso.outline(QPointF(100, 50))) <= 60
    corners = [(corner.x(), corner.y()) for corner in box.outline(QPointF(100, 50))]
    assert corners == [(0, 0), (100, 0), (100, 50), (0, 50)]


def test_the_lasso_is_drawn_while_it_grows_and_gone_after(plot: MapPlot, qtbot: QtBot) -> None:
    plot.set_tool("lasso")
    ground = {theme().tokens.plot}
    QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, NO_KEY, _at(plot, -0.5, 0.5))
    for place in ((0.5, 0.5), (0.5, -0.5)):
        QTest.mouseMove(plot.viewport(), _at(plot, *place))
    assert colours(plot, 0, 0.5) != ground
    with qtbot.waitSignal(plot.region_drawn) as drawn:
        QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, NO_KEY, _at(plot, 0.5, -0.5))
    assert drawn.args[0].shape[1] == 2
    assert colours(plot, 0, 0.5) == ground


def test_a_press_beside_the_plane_is_nothing(plot: MapPlot, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(plot.clicked):
        QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, NO_KEY, QPoint(3, 3))


def test_a_second_button_does_not_disturb_a_drag(plot: MapPlot, qtbot: QtBot) -> None:
    before = plot.view()
    left, right = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
    QTest.mousePress(plot.viewport(), left, NO_KEY, _at(plot, 0, 0))
    QTest.mousePress(plot.viewport(), right, NO_KEY, _at(plot, 0, 0))
    QTest.mouseMove(plot.viewport(), _at(plot, 0.3, 0))
    QTest.mouseRelease(plot.viewport(), left, NO_KEY, _at(plot, 0.3, 0))
    assert before.left - plot.view().left == pytest.approx(0.3, abs=3 * plot.unit()[0])


def test_the_menu_key_asks_for_the_menu(plot: MapPlot, qtbot: QtBot) -> None:
    reasons = QContextMenuEvent.Reason
    with qtbot.waitSignal(plot.menu_wanted):
        plot.contextMenuEvent(QContextMenuEvent(reasons.Keyboard, QPoint(), QPoint()))
    with qtbot.assertNotEmitted(plot.menu_wanted):
        plot.contextMenuEvent(QContextMenuEvent(reasons.Mouse, QPoint(), QPoint()))


def test_keys_in_shares_of_the_view() -> None:
    shift, ctrl = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    assert nudge_of(Qt.Key.Key_Up, NO_KEY) == (0, 0.01)
    assert nudge_of(Qt.Key.Key_Left, shift) == nudge_of(Qt.Key.Key_Left, ctrl) == (-0.1, 0)
    assert nudge_of(Qt.Key.Key_A, NO_KEY) is None
    grow, shrink = zoom_of(Qt.Key.Key_Plus), zoom_of(Qt.Key.Key_Minus)
    assert grow is not None
    assert shrink is not None
    assert grow * shrink == pytest.approx(1)
    assert zoom_of(Qt.Key.Key_0) is None


def test_tab_leaves_the_map(plot: MapPlot, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(plot.key_pressed):
        QTest.keyClick(plot, Qt.Key.Key_Tab)


# -- lines and marks ----------------------------------------------------------------------------


def test_lines_join_their_points_and_not_each_other(plot: MapPlot) -> None:
    item = LinesItem("bad", width=2)
    plot.add(item)
    item.show_path(path_of([SQUARE[:2], SQUARE[2:]]))
    bad = theme().tokens.bad
    assert bad in colours(plot, 0, -0.5)
    assert bad in colours(plot, 0, 0.5)
    assert bad not in colours(plot, 0.5, 0), "right side: between two lines"
    item.show_path(path_of([SQUARE], closed=True))
    assert all(bad in colours(plot, *side) for side in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5)))
    item.show_path(None)
    assert item.empty
    assert bad not in colours(plot, 0, 0.5)


@pytest.mark.parametrize("lines", [[], [np.empty((0, 2))]])
def test_no_lines_are_an_empty_path(lines: list[np.ndarray]) -> None:
    assert path_of(lines).isEmpty()


def test_dashes_end_where_they_would_take_longer_than_a_frame(plot: MapPlot) -> None:
    item = LinesItem("bad", width=2, dashed=True)
    plot.add(item)
    item.show_path(path_of([SQUARE * 2000], closed=True))
    plot.set_home(QRectF(-1001, -1, 2, 2), go=True)
    image = plot.grab().toImage()
    column = plot.to_widget(-1000, 0).toPoint().x()
    reds = sum(image.pixelColor(column, y).name() == theme().tokens.bad for y in range(40, 300))
    assert reds == 260, "a whole line"


def test_a_mark_keeps_its_size_and_hides(plot: MapPlot) -> None:
    mark = MarkItem("cross", 40)
    plot.add(mark)
    assert not mark.isVisible()
    mark.show_at((0.2, 0.2))
    cursor = theme().tokens.cursor
    assert cursor in colours(plot, 0.2, 0.2)
    plot.zoom(20, QPointF(0.2, 0.2))
    assert cursor in colours(plot, 0.2, 0.2)
    far = 20 * plot.unit()[0]
    assert cursor not in colours(plot, 0.2 + far, 0.2)
    mark.show_at(None)
    assert cursor not in colours(plot, 0.2, 0.2)


def test_a_ring_leaves_its_middle_free(plot: MapPlot) -> None:
    ring = MarkItem("ring", 40)
    plot.add(ring)
    ring.show_at((0, 0))
    cursor = theme().tokens.cursor
    assert cursor not in colours(plot, 0, 0, reach=1)
    assert cursor in colours(plot, 6 * plot.unit()[0], 0, reach=2)


def _at(plot: MapPlot, x: float, y: float) -> QPoint:
    return plot.to_widget(x, y).toPoint()
