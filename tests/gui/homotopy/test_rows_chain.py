"""Stops, curves, models and exports of the rows: what the hand does, and what is seen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from latentlab.app.export import render
from latentlab.gui.picture_files import WHOLE
from latentlab.gui.theme import theme
from tests.gui.homotopy.hand import LEFT, A, B, settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.gui.homotopy.rows_mode import RowsMode
    from latentlab.gui.tabs.homotopy import HomotopyTab


# -- stops -------------------------------------------------------------------------------------


def test_waypoints_swap_and_chance(rows_pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    stops = rows_pane.stops
    QTest.mouseClick(stops.more, LEFT)
    settle(lab, qtbot)
    chain = lab.session.state.homotopy.stops
    assert (chain[0], chain[2]) == (A, B)
    assert [slot.title.text() for slot in stops.slots] == ["A", "1", "B"]
    QTest.mouseClick(stops.swap, LEFT)
    assert lab.session.state.homotopy.stops == chain[::-1]
    stops.slots[0].lock_toggled.emit(True)
    QTest.mouseClick(stops.chance, LEFT)
    settle(lab, qtbot)
    after = lab.session.state.homotopy.stops
    assert after[0] == B
    assert B not in after[1:]
    assert A not in after
    stops.slots[1].cleared.emit()
    assert len(lab.session.state.homotopy.stops) == 2
    for _ in range(5):
        lab.session.undo()
    assert lab.session.state.homotopy.stops == (A, B)


def test_a_slot_takes_another_reference_and_tells_a_problem(
    rows_pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    rows_pane.stops.slots[1].reference_chosen.emit("z:4.0,4.0")
    settle(lab, qtbot)
    np.testing.assert_array_equal(rows_pane.stops.slots[1].endpoint.z, [4, 4])
    rows_pane.stops.slots[1].reference_chosen.emit("label:none-such")
    qtbot.waitUntil(lambda: "label" in rows_pane.stops.slots[1].problem)
    assert lab.homotopy.plan is None
    lab.session.undo()
    qtbot.waitUntil(lambda: lab.homotopy.plan is not None)
    assert rows_pane.stops.slots[1].problem == ""


def test_easing_and_closing_by_their_controls(rows_pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    rows_pane.stops.easing.setCurrentIndex(1)
    rows_pane.stops.closed.click()
    document = lab.session.state.homotopy
    assert (document.easing, document.closed) == ("smooth", True)
    settle(lab, qtbot)
    first, last = lab.homotopy.strips["latent"][[0, -1]]
    np.testing.assert_array_equal(first, last)
    lab.session.undo()
    lab.session.undo()
    assert rows_pane.stops.easing.currentIndex() == 0
    assert not rows_pane.stops.closed.isChecked()


# -- curves ------------------------------------------------------------------------------------


def test_curves_follow_the_chooser_and_t(rows_pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    settle(lab, qtbot)
    plot = rows_pane.curves.plot
    assert set(plot.lines) == {"pixel", "latent"}
    assert "decoded test images" in rows_pane.curves.against.full_text
    rows_pane.curves.chooser.setCurrentIndex(3)
    assert lab.session.state.homotopy.curve == "norm"
    assert set(plot.lines) == {"latent"}
    lab.session.move_t(0.5)
    assert plot.shown_t == 0.5
    expected = np.hypot(4.5, 9)
    assert plot.value("latent", 0.5) == pytest.approx(expected, rel=1e-3)
    assert f"<b>{expected:.2f}</b>" in rows_pane.curves.legend.text()
    lab.session.undo()
    lab.session.undo()
    assert rows_pane.curves.chooser.currentIndex() == 0


def test_the_mouse_reads_values_and_a_click_goes_there(
    rows_pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    settle(lab, qtbot)
    plot = rows_pane.curves.plot
    plot.hovered.emit(0.25)
    assert rows_pane.curves.legend.text().startswith("t&nbsp;=&nbsp;0.25")
    plot.hovered.emit(None)
    assert rows_pane.curves.legend.text().startswith("t&nbsp;=&nbsp;0.00")
    plot.chosen.emit(0.75)
    assert lab.session.state.homotopy.t == 0.75


def test_the_curves_go_along_t_by_keys(rows_pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    settle(lab, qtbot)
    lab.session.move_t(0.5)
    for key, t in ((Qt.Key.Key_Right, 0.51), (Qt.Key.Key_Left, 0.5), (Qt.Key.Key_Left, 0.49)):
        QTest.keyClick(rows_pane.curves.plot, key)
        assert lab.session.state.homotopy.t == pytest.approx(t)


def test_labels_are_stairs_with_their_names(rows_pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    settle(lab, qtbot)
    lab.session.set_homotopy(curve="label")
    plot = rows_pane.curves.plot
    names = {plot.words("latent", t) for t in np.linspace(0, 1, 20)}
    assert names <= {"0", "1", "2"}
    assert "label of the nearest images" in rows_pane.curves.words.text()


# -- model, export, look -----------------------------------------------------------------------


def test_another_model_drops_latents_of_another_width_with_one_note(
    open_tab: Callable[..., HomotopyTab], lab: Lab, qtbot: QtBot
) -> None:
    told: list[str] = []
    lab.message.connect(lambda text, _: told.append(text))
    open_tab(stops=(A, B))
    lab.choose_model("mnist-vae-5")
    qtbot.waitUntil(lambda: lab.latents is not None and lab.latents.size == 5)
    settle(lab, qtbot)
    assert [text for text in told if "another width" in text] == [
        "2 endpoints were latents of another width and stayed behind."
    ]
    assert all(text.startswith("data:") for text in lab.session.state.homotopy.stops)
    assert len(lab.homotopy.strips["latent"]) == 10


def test_images_stay_endpoints_over_models(
    open_tab: Callable[..., HomotopyTab], lab: Lab, qtbot: QtBot
) -> None:
    open_tab(stops=("data:digits/all/4", "label:2"))
    lab.choose_model("mnist-vae-5")
    qtbot.waitUntil(lambda: lab.latents is not None and lab.latents.size == 5)
    settle(lab, qtbot)
    assert lab.session.state.homotopy.stops == ("data:digits/all/4", "label:2")
    assert lab.homotopy.stops[0].endpoint.z.shape == (5,)


def test_the_export_makes_what_is_shown(
    open_tab: Callable[..., HomotopyTab], lab: Lab, qtbot: QtBot
) -> None:
    tab = open_tab(stops=(A, B), rows=("pixel", "latent", "slerp"))
    wanted: list[Proposal] = []
    lab.exports.wanted.connect(wanted.append)
    QTest.mouseClick(tab.export, LEFT)
    rows = settle(lab, qtbot)
    assert [row.title for row in wanted[0].recipe.rows] == ["pixel space", "latent line", "slerp"]
    np.testing.assert_array_equal(render.blend(wanted[0].recipe.rows[0]), rows.strips["pixel"])
    z = render.latents_of(wanted[0].recipe.rows[1])
    np.testing.assert_allclose(z, [[i, 2 * i] for i in range(10)], rtol=1e-6)


def test_a_strip_leaves_whole_or_by_step(rows_pane: RowsMode, lab: Lab) -> None:
    outlet = rows_pane.strips["latent"].strip.outlet
    whole, one = outlet._propose(WHOLE), outlet._propose(4)
    assert len(render.latents_of(whole.recipe.rows[0])) == 10
    np.testing.assert_allclose(render.latents_of(one.recipe.rows[0]), [[4, 8]], rtol=1e-6)
    assert one.name.endswith("latent-line-5")
    assert lab.session.state.model in whole.name


def test_modes_are_steps_and_are_built_when_seen(
    open_tab: Callable[..., HomotopyTab], lab: Lab, qtbot: QtBot
) -> None:
    tab = open_tab(stops=(A, B))
    assert list(tab.pages) == ["rows"]
    tab.switch.setCurrentIndex(1)
    assert lab.session.state.homotopy.mode == "corners"
    assert tab.page.isVisible()
    qtbot.waitUntil(tab.is_settled)
    lab.session.undo()
    assert tab.switch.currentIndex() == 0
    assert tab.page.isVisible()


@pytest.mark.parametrize("width", [320, 480, 640, 1400])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_fits_any_width(
    open_tab: Callable[..., HomotopyTab], lab: Lab, qtbot: QtBot, width: int, scale: float
) -> None:
    theme().configure("dark", scale)
    tab = open_tab(round(width * scale), stops=(A, B))
    settle(lab, qtbot)
    pane = tab.page
    assert pane.minimumSizeHint().width() <= width * scale
    strip = pane.strips["latent"].strip
    assert strip.mapTo(pane, strip.rect().topRight()).x() <= pane.width()
    overlapping = pane.map.geometry() & pane.curves.geometry()
    assert overlapping.isEmpty()
    assert pane.track.slider.width() > 50
