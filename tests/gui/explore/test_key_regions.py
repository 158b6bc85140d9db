"""Selecting points by the keyboard alone: a box and a lasso whose last corner is the cursor."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from latentlab.gui.explore.cursor_presenter import HINT
from latentlab.gui.explore.regions import in_polygon
from latentlab.gui.widgets.map_keys import BEGIN, GO_ON, KeyRegion, holds_area
from tests.gui.explore.hand import click, drag, key, move

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.tabs.explore import ExploreTab

KEYS = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
PLACES = st.tuples(st.integers(-40, 40), st.integers(-40, 40))


def steps(tab: ExploreTab, arrow: Qt.Key, times: int, *, far: bool = False) -> None:
    for _ in range(times):
        key(tab, arrow, SHIFT if far else Qt.KeyboardModifier.NoModifier)


def leave_the_first_point(tab: ExploreTab) -> None:
    """So that no edge goes through it: on an edge is neither in nor out."""
    steps(tab, KEYS.Key_Down, 2)
    steps(tab, KEYS.Key_Right, 1)


def cross(tab: ExploreTab) -> NDArray[np.float64]:
    return np.array([tab.panel.cross.x(), tab.panel.cross.y()])


def rows_in(tab: ExploreTab, corners: Sequence[NDArray[np.float64]]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(in_polygon(tab.panel.points, np.array(corners))))


def rows_in_box(tab: ExploreTab, one: NDArray[np.float64], other: NDArray) -> tuple[int, ...]:
    low, high = np.minimum(one, other), np.maximum(one, other)
    points = tab.panel.points
    return tuple(np.flatnonzero(((points >= low) & (points <= high)).all(axis=1)))


def has_outline(tab: ExploreTab) -> bool:
    return not tab.panel.plot._outline.empty


# -- box ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("last", [KEYS.Key_Return, KEYS.Key_Enter, KEYS.Key_Space])
def test_a_box_by_keys_selects_the_points_inside(tab: ExploreTab, lab: Lab, last: Qt.Key) -> None:
    key(tab, KEYS.Key_B)
    leave_the_first_point(tab)
    start = cross(tab)
    key(tab, KEYS.Key_Space)
    steps(tab, KEYS.Key_Left, 3, far=True)
    steps(tab, KEYS.Key_Up, 2, far=True)
    steps(tab, KEYS.Key_Down, 4)
    assert has_outline(tab)
    end = cross(tab)
    width = tab.panel.plot.box.viewRect().width()
    assert end - start == pytest.approx((-0.3 * width, 0.16 * width), rel=1e-4)
    assert lab.session.state.selection == (), "not before it is confirmed"
    key(tab, last)
    chosen = lab.session.state.selection
    assert chosen == rows_in_box(tab, start, end)
    assert 0 < len(chosen) < 60
    assert not has_outline(tab)
    assert tab.panel.selection.isVisible()
    assert lab.session.state.pins == (), "Enter ended the box and pinned nothing"


@pytest.mark.parametrize("model", ["mnist-vae-2", "mnist-vae-5"])
def test_a_box_begun_on_a_point_holds_it(
    open_tab: Callable[..., ExploreTab], lab: Lab, model: str
) -> None:
    tab = open_tab(model)
    ways = [(KEYS.Key_Right, KEYS.Key_Up), (KEYS.Key_Left, KEYS.Key_Down)]
    for row, (across, along) in product((3, 17), ways):
        lab.session.move_cursor(lab.latents.mu[row])
        key(tab, KEYS.Key_B)
        key(tab, KEYS.Key_Space)
        steps(tab, across, 4)
        steps(tab, along, 4)
        key(tab, KEYS.Key_Return)
        assert row in lab.session.state.selection


def test_after_a_zoom_steps_are_finer_and_the_box_is_where_it_is_seen(
    tab: ExploreTab, lab: Lab
) -> None:
    whole = tab.panel.plot.box.viewRect().width()
    key(tab, KEYS.Key_B)
    leave_the_first_point(tab)
    steps(tab, KEYS.Key_Plus, 3)
    start = cross(tab)
    key(tab, KEYS.Key_Space)
    steps(tab, KEYS.Key_Right, 2, far=True)
    key(tab, KEYS.Key_Minus)
    key(tab, KEYS.Key_Right, CTRL)
    steps(tab, KEYS.Key_Down, 3, far=True)
    end = cross(tab)
    assert end[0] - start[0] == pytest.approx(0.2 * whole / 1.25**3, rel=1e-3)
    assert start[1] - end[1] == pytest.approx(0.3 * whole / 1.25**2, rel=1e-3)
    key(tab, KEYS.Key_Return)
    assert lab.session.state.selection == rows_in_box(tab, start, end)


def test_a_cursor_out_of_sight_comes_to_the_middle_of_the_view(tab: ExploreTab, lab: Lab) -> None:
    key(tab, KEYS.Key_B)
    steps(tab, KEYS.Key_Plus, 4)
    steps(tab, KEYS.Key_Right, 30)
    for _ in range(12):
        key(tab, KEYS.Key_Right, CTRL)
    rect = tab.panel.plot.box.viewRect()
    assert not rect.left() <= cross(tab)[0] <= rect.right()
    key(tab, KEYS.Key_Space)
    assert cross(tab) == pytest.approx((rect.center().x(), rect.center().y()), abs=1e-4)
    assert lab.session.state.z == pytest.approx(tuple(cross(tab)), abs=1e-4)


def test_the_view_follows_the_cursor_over_its_edge(tab: ExploreTab, lab: Lab) -> None:
    plot = tab.panel.plot
    key(tab, KEYS.Key_B)
    start = cross(tab)
    key(tab, KEYS.Key_Space)
    steps(tab, KEYS.Key_Right, 12, far=True)
    rect = plot.box.viewRect()
    assert rect.right() - cross(tab)[0] == pytest.approx(48 * plot.unit()[0], rel=1e-3)
    assert rect.left() > start[0], "the first corner is out of sight, and still a corner"
    steps(tab, KEYS.Key_Down, 2, far=True)
    key(tab, KEYS.Key_Return)
    assert lab.session.state.selection == rows_in(
        tab, [start, (cross(tab)[0], start[1]), cross(tab), (start[0], cross(tab)[1])]
    )


def test_no_card_lies_over_a_region(tab: ExploreTab) -> None:
    place = list(map(float, tab.panel.points[9]))
    key(tab, KEYS.Key_L)
    key(tab, KEYS.Key_Space)
    move(tab, *place)
    assert tab.cursor.row == 9
    tab.cursor._rest.timeout.emit()
    assert not tab.panel.card.isVisible()
    key(tab, KEYS.Key_Escape)
    tab.cursor._rest.timeout.emit()
    assert tab.panel.card.isVisible()


def test_escape_gives_up_the_box_and_then_the_selection(tab: ExploreTab, lab: Lab) -> None:
    lab.session.select([3, 4])
    key(tab, KEYS.Key_B)
    key(tab, KEYS.Key_Space)
    steps(tab, KEYS.Key_Up, 3, far=True)
    steps(tab, KEYS.Key_Right, 3, far=True)
    key(tab, KEYS.Key_Escape)
    assert not has_outline(tab)
    assert lab.session.state.selection == (3, 4)
    steps(tab, KEYS.Key_Up, 1)
    assert not has_outline(tab), "it is forgotten"
    key(tab, KEYS.Key_Escape)
    assert lab.session.state.selection == ()


def test_a_box_without_an_inside_stays_under_way(tab: ExploreTab, lab: Lab) -> None:
    lab.session.select([3, 4])
    key(tab, KEYS.Key_B)
    key(tab, KEYS.Key_Space)
    steps(tab, KEYS.Key_Right, 5)
    key(tab, KEYS.Key_Return)
    assert lab.session.state.selection == (3, 4)
    assert has_outline(tab)


def test_a_held_key_acts_once(tab: ExploreTab, lab: Lab) -> None:
    key(tab, KEYS.Key_B)
    for code in (KEYS.Key_Space, KEYS.Key_Return):
        steps(tab, KEYS.Key_Up, 1, far=True)
        steps(tab, KEYS.Key_Left, 1, far=True)
        key(tab, code)
        for _ in range(3):
            held = QKeyEvent(
                QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, " ", autorep=True
            )
            QApplication.sendEvent(tab.panel.plot, held)
    assert not has_outline(tab)
    assert lab.session.state.pins == ()


# -- lasso --------------------------------------------------------------------------------------


@pytest.mark.parametrize("set_last", [False, True])
def test_a_triangle_by_keys_selects_the_points_inside(
    tab: ExploreTab, lab: Lab, set_last: bool
) -> None:
    key(tab, KEYS.Key_L)
    steps(tab, KEYS.Key_Left, 2, far=True)
    corners = []
    for arrow, times in ((KEYS.Key_Down, 2), (KEYS.Key_Right, 4), (KEYS.Key_Up, 4)):
        steps(tab, arrow, times, far=True)
        corners.append(cross(tab))
        if len(corners) < 3 or set_last:
            key(tab, KEYS.Key_Space)
    key(tab, KEYS.Key_Return)
    chosen = lab.session.state.selection
    assert chosen == rows_in(tab, corners)
    assert 0 < len(chosen) < 60
    assert not has_outline(tab)


def test_two_corners_are_no_lasso(tab: ExploreTab, lab: Lab) -> None:
    lab.session.select([3])
    key(tab, KEYS.Key_L)
    key(tab, KEYS.Key_Space)
    steps(tab, KEYS.Key_Right, 3, far=True)
    key(tab, KEYS.Key_Space)
    key(tab, KEYS.Key_Return)
    assert lab.session.state.selection == (3,)
    steps(tab, KEYS.Key_Up, 3, far=True)
    key(tab, KEYS.Key_Return)
    assert lab.session.state.selection != (3,)


def test_keys_select_in_the_plane_of_a_wider_latent(
    open_tab: Callable[..., ExploreTab], lab: Lab
) -> None:
    tab = open_tab("mnist-vae-5")
    lab.session.set_map(plane="pca")
    tab.panel.plot.reset()
    key(tab, KEYS.Key_B)
    key(tab, KEYS.Key_Space)
    start = cross(tab)
    steps(tab, KEYS.Key_Right, 4, far=True)
    key(tab, KEYS.Key_Return)
    assert lab.session.state.selection == (), "as flat as float32 keeps it"
    steps(tab, KEYS.Key_Up, 4, far=True)
    end = cross(tab)
    key(tab, KEYS.Key_Return)
    assert lab.session.state.selection == rows_in_box(tab, start, end) != ()


# -- beside the mouse and the model -------------------------------------------------------------


def test_enter_pins_and_space_is_nothing_while_no_region_is_under_way(
    tab: ExploreTab, lab: Lab
) -> None:
    key(tab, KEYS.Key_Space)
    steps(tab, KEYS.Key_Right, 3)
    assert not has_outline(tab)
    key(tab, KEYS.Key_B)
    key(tab, KEYS.Key_Return)
    assert len(lab.session.state.pins) == 1


def test_the_mouse_moves_the_corner_and_its_press_takes_over(tab: ExploreTab, lab: Lab) -> None:
    key(tab, KEYS.Key_B)
    key(tab, KEYS.Key_Space)
    start = cross(tab)
    move(tab, *map(float, start + 0.5))
    assert has_outline(tab)
    click(tab, *map(float, start + 0.5))
    assert not has_outline(tab)
    x, y = map(float, tab.panel.points[7])
    dx, dy = (20 * unit for unit in tab.panel.plot.unit())
    drag(tab, [(x - dx, y - dy), (x + dx, y + dy)])
    assert 7 in lab.session.state.selection


@pytest.mark.parametrize("act", ["tool", "model", "plane"])
def test_another_tool_model_or_plane_ends_the_region(
    open_tab: Callable[..., ExploreTab], lab: Lab, act: str, qtbot: QtBot
) -> None:
    tab = open_tab("mnist-vae-5")
    key(tab, KEYS.Key_L)
    key(tab, KEYS.Key_Space)
    steps(tab, KEYS.Key_Right, 3)
    assert has_outline(tab)
    if act == "tool":
        key(tab, KEYS.Key_B)
    elif act == "plane":
        lab.session.set_map(plane="raw", dims=(2, 3))
    else:
        lab.choose_model("mnist-vae-2")
        qtbot.waitUntil(lambda: tab.is_settled() and tab.panel.points.shape == (60, 2))
    qtbot.waitUntil(lambda: not has_outline(tab))
    steps(tab, KEYS.Key_Up, 3)
    assert not has_outline(tab)


def test_the_map_says_what_the_keys_do(tab: ExploreTab) -> None:
    hint = tab.panel.hint
    assert hint.text() == HINT
    for letter, tool in ((KEYS.Key_L, "lasso"), (KEYS.Key_B, "box")):
        key(tab, letter)
        assert hint.text() == BEGIN[tool]
        key(tab, KEYS.Key_Space)
        assert hint.text() == GO_ON[tool]
        assert "Space" in tab.panel.tools.buttons[tool].toolTip()
        key(tab, KEYS.Key_Escape)
        assert hint.text() == BEGIN[tool]
    key(tab, KEYS.Key_E)
    assert hint.text() == HINT
    assert "Space sets a corner" in tab.panel.plot.accessibleDescription()


def test_the_hint_goes_with_the_region(tab: ExploreTab, lab: Lab) -> None:
    lab.preferences.update(seen=("explore",))
    key(tab, KEYS.Key_B)
    key(tab, KEYS.Key_Space)
    steps(tab, KEYS.Key_Up, 2, far=True)
    steps(tab, KEYS.Key_Right, 2, far=True)
    assert tab.panel.hint.isVisible()
    key(tab, KEYS.Key_Return)
    assert not tab.panel.hint.isVisible()


# -- the region by itself -----------------------------------------------------------------------


@given(st.lists(PLACES, min_size=1, max_size=8), PLACES)
def test_a_lasso_goes_through_its_corners_to_the_cursor(
    corners: list[tuple[int, int]], here: tuple[int, int]
) -> None:
    region = KeyRegion("lasso", corners[0])
    for corner in corners[1:]:
        region.add_corner(corner)
    outline = region.outline(here)
    assert outline.tolist() == [list(place) for place in (*corners, here)]
    assert holds_area(outline, (1.0, 1.0)) == (len({*corners, here}) >= 3)


@given(PLACES, PLACES)
def test_a_box_has_an_inside_when_it_is_wide_and_high(
    start: tuple[int, int], here: tuple[int, int]
) -> None:
    outline = KeyRegion("box", start).outline(here)
    assert len(outline) == 4
    assert holds_area(outline, (1.0, 1.0)) == (start[0] != here[0] and start[1] != here[1])
    assert not holds_area(outline, (1e3, 1e3)), "all within one pixel"
