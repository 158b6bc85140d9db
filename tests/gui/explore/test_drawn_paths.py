"""A path drawn on the map, by hand and by keys, becomes a row of the Homotopy tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt

from latentlab.core import reference
from latentlab.gui.explore.path_presenter import DRAWN, MOST_KNOTS
from latentlab.gui.widgets.map_keys import BEGIN, GO_ON
from tests.gui.explore.hand import click, drag, key

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.lab import Lab
    from latentlab.gui.tabs.explore import ExploreTab

KEYS = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
BEND = [(-1.0, -1.0), (-0.5, -1.0), (0.0, -1.0), (0.5, -1.0), (1.0, -1.0), (1.0, 0.0), (1.0, 1.0)]


def drawn(lab: Lab) -> np.ndarray:
    return np.array(lab.session.state.homotopy.drawn)


def pixel(tab: ExploreTab) -> float:
    return 2 * max(tab.panel.plot.unit())


def test_a_drag_with_the_path_tool_draws_few_corners(tab: ExploreTab, lab: Lab) -> None:
    key(tab, KEYS.Key_G)
    assert tab.panel.tools.buttons["path"].isChecked()
    assert tab.panel.hint.text() == BEGIN["path"]
    drag(tab, BEND)
    assert np.allclose(drawn(lab), [(-1, -1), (1, -1), (1, 1)], atol=pixel(tab))
    assert lab.session.state.selection == ()
    assert tab.panel.hint.text() == DRAWN
    assert tab.panel.plot._outline.empty


def test_its_row_is_shown_and_its_ends_are_a_and_b(tab: ExploreTab, lab: Lab) -> None:
    key(tab, KEYS.Key_G)
    drag(tab, BEND)
    document = lab.session.state.homotopy
    assert document.rows == ("pixel", "latent", "drawn")
    ends = [reference.parse(text).z for text in document.stops]
    assert np.allclose(ends, drawn(lab)[[0, -1]])
    lab.session.undo()
    assert lab.session.state.homotopy.drawn == ()
    assert lab.session.state.homotopy.stops == ()


def test_chosen_ends_stay(tab: ExploreTab, lab: Lab) -> None:
    lab.session.set_homotopy(stops=("seed:1", "seed:2"), mode="corners")
    key(tab, KEYS.Key_G)
    drag(tab, BEND)
    assert lab.session.state.homotopy.stops == ("seed:1", "seed:2")
    assert lab.session.state.homotopy.mode == "rows"


def test_the_keys_draw_a_path(tab: ExploreTab, lab: Lab) -> None:
    key(tab, KEYS.Key_G)
    start = np.array(lab.session.state.z)
    key(tab, KEYS.Key_Space)
    assert tab.panel.hint.text() == GO_ON["path"]
    for arrow in (KEYS.Key_Right, KEYS.Key_Up):
        key(tab, arrow, SHIFT)
        key(tab, arrow, SHIFT)
        key(tab, KEYS.Key_Space)
    assert not tab.panel.plot._outline.empty
    key(tab, KEYS.Key_Return)
    step = tab.panel.plot.box.viewRect().width() / 5
    wanted = start + np.array([(0, 0), (step, 0), (step, step)])
    assert np.allclose(drawn(lab), wanted, atol=pixel(tab))
    assert lab.session.state.pins == ()  # Enter ended the path, it pinned nothing


def test_escape_gives_up_and_a_dot_is_no_path(tab: ExploreTab, lab: Lab) -> None:
    key(tab, KEYS.Key_G)
    key(tab, KEYS.Key_Space)
    key(tab, KEYS.Key_Return)
    assert tab.panel.plot.region_under_way
    key(tab, KEYS.Key_Escape)
    assert not tab.panel.plot.region_under_way
    assert lab.session.state.homotopy.drawn == ()
    click(tab, 0.5, 0.5)  # a click pins, with every tool
    assert lab.session.state.homotopy.drawn == ()
    assert len(lab.session.state.pins) == 1


@pytest.mark.parametrize("held", [SHIFT, Qt.KeyboardModifier.ControlModifier])
def test_shift_and_ctrl_still_select(tab: ExploreTab, lab: Lab, held: Qt.KeyboardModifier) -> None:
    key(tab, KEYS.Key_G)
    drag(tab, [(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0), (-9.0, -8.0)], held)
    assert lab.session.state.homotopy.drawn == ()


def test_a_wild_scribble_has_not_too_many_corners(tab: ExploreTab, lab: Lab) -> None:
    key(tab, KEYS.Key_G)
    rng = np.random.default_rng(4)
    drag(tab, [tuple(place) for place in rng.uniform(-1.5, 1.5, (300, 2))])
    assert 2 <= len(drawn(lab)) <= MOST_KNOTS


def test_what_the_map_does_not_show_is_as_at_the_cursor(
    open_tab: Callable[..., ExploreTab], lab: Lab
) -> None:
    tab = open_tab("mnist-vae-5")
    lab.session.set_map(plane="raw", dims=(1, 3))
    lab.session.move_cursor([9.0, 0.0, 8.0, 0.0, 7.0])
    key(tab, KEYS.Key_G)
    drag(tab, BEND)
    z = drawn(lab)
    assert z.shape[1] == 5
    assert np.allclose(z[:, [0, 2, 4]], [9, 8, 7])
    assert np.allclose(z[[0, -1]][:, [1, 3]], [(-1, -1), (1, 1)], atol=pixel(tab))
