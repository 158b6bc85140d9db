"""Rows and t by mouse and by keys: what the hand does, and what is seen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentlab.app.export import render
from latentlab.core.blend import blend
from tests.gui.homotopy.hand import LEFT, at_t, click_step, settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.homotopy.rows_mode import RowsMode
    from latentlab.gui.tabs.homotopy import HomotopyTab


# -- beginning ---------------------------------------------------------------------------------


def test_a_newcomer_finds_two_images_of_different_labels(
    open_tab: Callable[..., HomotopyTab], lab: Lab
) -> None:
    tab = open_tab()
    endpoints = [stop.endpoint for stop in lab.homotopy.stops]
    rows = [int(end.reference.rpartition("/")[2]) for end in endpoints]
    assert len(set(lab.latents.labels[rows])) == 2
    assert not lab.session.history.can_undo
    assert [slot.endpoint for slot in tab.page.stops.slots] == endpoints
    assert set(lab.homotopy.strips) == {"pixel", "latent"}
    assert tab.page.curves.words.text().startswith("pixel space row: ")
    assert lab.session.state.homotopy.t == 0.5, "where the rows differ most"


def test_two_pins_are_taken_before_images(open_tab: Callable[..., HomotopyTab], lab: Lab) -> None:
    lab.session.pin([1.0, 2.0])
    lab.session.pin([3.0, 4.0])
    open_tab()
    np.testing.assert_allclose([s.endpoint.z for s in lab.homotopy.stops], [[1, 2], [3, 4]])


# -- rows --------------------------------------------------------------------------------------


def test_strips_show_the_steps_from_a_to_b(rows_pane: RowsMode, lab: Lab) -> None:
    strip = rows_pane.strips["latent"].strip
    assert strip.count == 10
    for step in range(10):
        np.testing.assert_array_equal(strip.picture_at(step)[0, 0, :2], [step, 2 * step])
    ends = np.stack([stop.endpoint.picture for stop in lab.homotopy.stops])
    pixel = rows_pane.strips["pixel"].strip
    np.testing.assert_array_equal(pixel.picture_at(3), blend(ends, [3 / 9])[0])


def test_a_check_shows_and_hides_a_row_and_keeps_the_keyboard(
    rows_pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    rows_pane.window().activateWindow()
    rows_pane.offers["slerp"].setFocus()
    QTest.keyClick(rows_pane.offers["slerp"], Qt.Key.Key_Space)
    settle(lab, qtbot)
    assert lab.session.state.homotopy.rows == ("pixel", "latent", "slerp")
    assert rows_pane.strips["slerp"].isVisible()
    assert rows_pane.offers["slerp"].isHidden()
    assert rows_pane.strips["slerp"].check.isChecked()
    QTest.keyClick(rows_pane.strips["pixel"].check, Qt.Key.Key_Space)
    assert rows_pane.strips["pixel"].isHidden()
    assert not rows_pane.offers["pixel"].isHidden()
    lab.session.undo()
    lab.session.undo()
    assert lab.session.state.homotopy.rows == ("pixel", "latent")


def test_hiding_every_row_says_what_to_do(rows_pane: RowsMode, lab: Lab) -> None:
    lab.session.set_homotopy(rows=())
    assert "Every row is hidden" in rows_pane.hint.text()
    assert not rows_pane.hint.isHidden()
    lab.session.set_homotopy(rows=("pixel",))
    assert rows_pane.hint.isHidden()


@pytest.mark.parametrize("steps", [2, 16, 64])
def test_any_number_of_steps_stands_in_the_pane(
    rows_pane: RowsMode, lab: Lab, qtbot: QtBot, steps: int
) -> None:
    rows_pane.stops.steps.setValue(steps)
    settle(lab, qtbot)
    strip = rows_pane.strips["latent"].strip
    assert strip.count == steps
    assert strip.cell(steps - 1).right() <= rows_pane.width()
    np.testing.assert_array_equal(strip.picture_at(steps - 1)[0, 0, :2], [9, 18])
    assert rows_pane.strips["pixel"].strip.count == steps


def test_hovering_enlarges_and_names_a_step(rows_pane: RowsMode) -> None:
    strip = rows_pane.strips["latent"].strip
    QTest.mouseMove(strip, strip.cell(2).center())
    QApplication.processEvents()
    assert rows_pane.card.isVisible()
    assert rows_pane.card.title == "latent line · step 3 of 10 · t = 0.22"
    np.testing.assert_array_equal(rows_pane.card.picture, strip.picture_at(2))
    assert rows_pane.rect().contains(rows_pane.card.geometry())
    strip.hovered.emit(-1)
    assert rows_pane.card.isHidden()


def test_a_click_sends_a_step_to_the_inspector(rows_pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    click_step(rows_pane, "latent", 4)
    np.testing.assert_allclose(lab.session.state.z, [4, 8], rtol=1e-6)
    lab.session.move_cursor([0.0, 0.0])
    click_step(rows_pane, "pixel", 9)  # encoded first
    qtbot.waitUntil(lambda: lab.session.state.z == (9.0, 18.0))


def test_moving_pictures_go_to_the_inspector_and_out(
    rows_pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    lab.session.move_t(1 / 3)
    at_t(lab, qtbot, 1 / 3)
    view = rows_pane.moving.cells["latent"].view
    view.clicked.emit()
    np.testing.assert_allclose(lab.session.state.z, [3, 6], rtol=1e-5)
    view.pin_requested.emit()
    assert len(lab.session.state.pins) == 1
    row = view.outlet._propose(0).recipe.rows[0]
    np.testing.assert_allclose(render.latents_of(row), [[3, 6]], rtol=1e-5)


def test_a_mixed_picture_without_an_encoder_has_no_latent_and_says_so(
    rows_pane: RowsMode, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    lab.message.connect(lambda text, _: told.append(text))
    monkeypatch.setattr(rows_pane.presenter._sources, "has", lambda _: False)
    before = lab.session.state.z
    click_step(rows_pane, "pixel", 4)
    assert lab.session.state.z == before
    assert "cannot encode" in told[0]


def test_pins_of_steps_remember_the_mixed_picture(
    rows_pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    for kind, step in (("latent", 3), ("pixel", 9)):
        click_step(rows_pane, kind, step)
        QTest.keyClick(rows_pane.strips[kind].strip, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: len(lab.session.state.pins) == 2)
    first, second = lab.session.state.pins
    np.testing.assert_allclose(first.z, [3, 6], rtol=1e-6)
    assert second.source.startswith("picture:")


# -- t -----------------------------------------------------------------------------------------


def test_dragging_t_moves_all_rows_and_is_one_step(
    rows_pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    slider = rows_pane.track.slider
    lab.session.set_homotopy(rows=("pixel", "latent", "slerp"))
    settle(lab, qtbot)
    lab.session.history.seal()
    slider.setSliderDown(True)
    for value in (200, 500, 1000):
        slider.setSliderPosition(value)
        QApplication.processEvents()
    slider.setSliderDown(False)
    assert lab.session.state.homotopy.t == 1.0
    at_t(lab, qtbot, 1.0)
    for kind in ("pixel", "latent", "slerp"):
        shown = rows_pane.moving.cells[kind].view.picture
        np.testing.assert_array_equal(shown, lab.homotopy.strips[kind][-1])
    assert rows_pane.t_label.text() == "t = 1.00"
    lab.session.undo()
    assert lab.session.state.homotopy.t == 0.0
    assert lab.session.state.homotopy.rows == ("pixel", "latent", "slerp")


def test_t_by_keys(rows_pane: RowsMode, lab: Lab) -> None:
    slider = rows_pane.track.slider
    for key, t in (
        (Qt.Key.Key_End, 1.0),
        (Qt.Key.Key_Left, 0.99),
        (Qt.Key.Key_Home, 0.0),
        (Qt.Key.Key_Right, 0.01),
        (Qt.Key.Key_PageUp, 0.111),
        (Qt.Key.Key_PageUp, 0.222),
        (Qt.Key.Key_PageDown, 0.111),
    ):
        QTest.keyClick(slider, key)
        assert lab.session.state.homotopy.t == pytest.approx(t, abs=1e-3)


def test_a_click_on_the_slider_goes_there(rows_pane: RowsMode, lab: Lab) -> None:
    slider = rows_pane.track.slider
    QTest.mouseClick(slider, LEFT, pos=QPoint(slider.width() // 2, slider.height() // 2))
    assert lab.session.state.homotopy.t == pytest.approx(0.5, abs=0.01)


def test_space_plays_there_and_back_without_steps(
    rows_pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    player = rows_pane.presenter.player
    QTest.keyClick(rows_pane.track.slider, Qt.Key.Key_Space)
    assert player.is_playing
    assert rows_pane.play.isChecked()
    qtbot.waitUntil(lambda: lab.session.state.homotopy.t > 0)
    QTest.keyClick(rows_pane.track.slider, Qt.Key.Key_Space)
    assert not player.is_playing
    assert not lab.session.history.can_undo
    lab.session.move_t(0.0, playing=True)
    player.play(True)
    player.advance(3.0)
    there = lab.session.state.homotopy.t
    player.advance(3.0)
    assert there == pytest.approx(0.75, abs=0.05)
    assert lab.session.state.homotopy.t == pytest.approx(0.5, abs=0.05)
    lab.session.set_homotopy(closed=True)
    player.advance(3.0)
    assert 0.2 < lab.session.state.homotopy.t < 0.35, "round and round"
    player.play(False)


def test_leaving_the_tab_ends_the_play_and_the_work(rows_pane: RowsMode, lab: Lab) -> None:
    rows_pane.presenter.player.play(True)
    rows_pane.window().hide()
    assert not rows_pane.presenter.player.is_playing
    asked = lab.homotopy.plan
    lab.session.set_homotopy(steps=5)
    assert lab.homotopy.plan is not asked
    assert lab.homotopy.strips == {}, "nobody looks"
