"""Zoom, pan, layers, planes of more than two dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.gui.explore.hand import LEFT, at, drag, key, move

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.tabs.explore import ExploreTab


def test_zooming_refines_the_tiles_and_reset_comes_home(tab: ExploreTab, qtbot: QtBot) -> None:
    coarse = tab.manifold.lattice
    home = tab.panel.plot.view()
    spot = QPointF(at(tab, 0.5, 0.5))
    for _ in range(8):
        event = QWheelEvent(
            spot, spot, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        tab.panel.plot.wheelEvent(event)
    assert tab.manifold.lattice.step < coarse.step
    there = tab.panel.plot.to_data(spot)
    assert (there.x(), there.y()) == pytest.approx((0.5, 0.5), abs=0.02), "around the mouse"
    qtbot.waitUntil(tab.is_settled)
    key(tab, Qt.Key.Key_0)
    assert tab.panel.plot.view() == home
    assert tab.manifold.lattice == coarse


@pytest.mark.parametrize("button", [LEFT, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_dragging_pans_and_pins_nothing(tab: ExploreTab, lab: Lab, button: Qt.MouseButton) -> None:
    before = tab.panel.plot.view()
    drag(tab, [(0, 0), (0.2, 0.1), (0.5, 0.25)], button=button)
    after = tab.panel.plot.view()
    unit = max(tab.panel.plot.unit())
    assert before.left - after.left == pytest.approx(0.5, abs=2 * unit)
    assert before.bottom - after.bottom == pytest.approx(0.25, abs=2 * unit)
    assert lab.session.state.pins == ()


def test_keys_pan_zoom_and_choose_tools(tab: ExploreTab) -> None:
    plot = tab.panel.plot
    before = plot.view()
    key(tab, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert plot.view().left > before.left
    key(tab, Qt.Key.Key_Plus)
    assert plot.view().right - plot.view().left < before.right - before.left
    for letter, tool in ((Qt.Key.Key_L, "lasso"), (Qt.Key.Key_B, "box"), (Qt.Key.Key_E, "explore")):
        key(tab, letter)
        assert plot.tool == tool
        assert tab.panel.tools.buttons[tool].isChecked()


def test_switches_show_and_hide_their_layers(tab: ExploreTab, lab: Lab, qtbot: QtBot) -> None:
    layers = {name: getattr(tab.panel, name) for name in ("prior", "posterior", "density")}
    for name, layer in {**layers, "manifold": tab.panel.manifold}.items():
        before = getattr(lab.session.state.map, name)
        for on in (not before, before):
            tab.panel.bar.switches[name].click()
            assert getattr(lab.session.state.map, name) == on
            qtbot.waitUntil(tab.is_settled)
            assert layer.empty != on
    key(tab, Qt.Key.Key_D)
    assert lab.session.state.map.density
    tab.panel.bar.opacity.setValue(80)
    assert lab.session.state.map.manifold_opacity == 0.8


def test_sampled_latents_are_draws_from_the_posterior(tab: ExploreTab, lab: Lab) -> None:
    before = tab.panel.points.copy()
    tab.panel.bar.switches["sampled"].click()
    moved = tab.panel.points - before
    assert moved.std() == pytest.approx(np.exp(-1), rel=0.25)  # logvar is -2
    tab.panel.bar.switches["sampled"].click()
    assert np.array_equal(tab.panel.points, before)


def test_a_narrow_bar_keeps_the_numbers(tab: ExploreTab) -> None:
    tab.resize(tab.minimumSizeHint())
    QApplication.processEvents()
    assert tab.panel.bar.count.text() == "60 of 60"
    assert tab.panel.bar.count.toolTip().startswith("60 of 60 images")
    tab.resize(900, 600)
    QApplication.processEvents()
    assert tab.panel.bar.count.text() == "60 of 60 images"


def test_undo_brings_back_the_view(tab: ExploreTab, lab: Lab) -> None:
    tab.panel.bar.switches["density"].click()
    lab.session.undo()
    assert not tab.panel.bar.switches["density"].isChecked()
    assert tab.panel.density.empty


def test_components_keep_what_they_do_not_show(
    open_tab: Callable[..., ExploreTab], lab: Lab, qtbot: QtBot
) -> None:
    tab = open_tab("mnist-vae-5")
    assert tab.panel.bar.planes.isVisible()
    assert "other 3 directions as at the cursor" in tab.panel.bar.note.full_text
    start = np.array(lab.session.state.z)
    move(tab, 0.3, 0.2)
    moved = np.array(lab.session.state.z)
    plane = lab.plane
    off = np.eye(5) - plane.components.T @ plane.components
    assert off @ (moved - start) == pytest.approx(0, abs=1e-5)
    assert plane.project(moved)[0] == pytest.approx((0.3, 0.2), abs=max(tab.panel.plot.unit()))


def test_the_note_is_said_shorter_before_it_is_cut(open_tab: Callable[..., ExploreTab]) -> None:
    tab = open_tab("mnist-vae-5")
    note = tab.panel.bar.note
    for width in (1400, 420, 300):
        tab.resize(width, 620)
        QApplication.processEvents()
        assert "…" not in note.text()
    assert note.text().endswith("% shown")
    assert note.toolTip() == note.full_text


def test_raw_dimensions_can_be_chosen(
    open_tab: Callable[..., ExploreTab], lab: Lab, qtbot: QtBot
) -> None:
    tab = open_tab("mnist-vae-5")
    planes = tab.panel.bar.planes
    planes.kind.setCurrentIndex(planes.kind.findData("raw"))
    qtbot.waitUntil(lambda: lab.plane is not None and lab.plane.axis_titles == ("z[0]", "z[1]"))
    planes.up.setValue(5)
    assert lab.session.state.map.dims == (0, 4)
    qtbot.waitUntil(tab.is_settled)
    assert np.array_equal(tab.panel.points, lab.latents.mu[:, [0, 4]])
    assert tab.panel.plot.titles == ("z₁", "z₅")
    planes.across.setValue(5)  # the same twice spans no plane: they change places
    assert lab.session.state.map.dims == (4, 0)


def test_a_cursor_that_leaves_the_plane_decodes_other_tiles(
    open_tab: Callable[..., ExploreTab], lab: Lab, qtbot: QtBot
) -> None:
    tab = open_tab("mnist-vae-5")
    asked: list[np.ndarray] = []
    decode = lab.codec.decode

    def spy(folder: Path, z: Any, **options: Any) -> None:
        if options["lane"] == "manifold":
            asked.append(np.asarray(z))
        decode(folder, z, **options)

    lab.codec.decode = spy
    move(tab, 0.2, 0.2)
    assert asked == [], "within the plane the tiles stay"
    lab.session.move_cursor(np.array(lab.session.state.z) + 2)
    assert asked
    qtbot.waitUntil(tab.is_settled)
