"""The Homotopy tab by mouse and by keys: what the hand does, and what is seen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentlab.app.export import render
from latentlab.core.blend import blend
from latentlab.gui.picture_files import WHOLE
from latentlab.gui.tabs.homotopy import TAB
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from latentlab.app.exports import Proposal
    from latentlab.app.homotopy import RowsInStep
    from latentlab.app.lab import Lab
    from latentlab.gui.homotopy.rows_mode import RowsMode
    from latentlab.gui.tabs.homotopy import HomotopyTab

A, B = "z:0.0,0.0", "z:9.0,18.0"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def open_tab(lab: Lab, qtbot: QtBot) -> Iterator[Callable[..., HomotopyTab]]:
    opened: list[HomotopyTab] = []

    def open_it(width: int = 790, **fields: object) -> HomotopyTab:
        if fields:
            lab.session.set_homotopy(record=False, **fields)
        tab = TAB.build(lab)
        opened.append(tab)
        tab.resize(width, 620)
        tab.show()
        qtbot.waitUntil(lambda: tab.is_settled() and bool(lab.homotopy.stops), timeout=15_000)
        return tab

    yield open_it
    for tab in opened:
        tab.close()
        tab.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def pane(open_tab: Callable[..., HomotopyTab]) -> RowsMode:
    return open_tab(stops=(A, B)).pane


def settle(lab: Lab, qtbot: QtBot) -> RowsInStep:
    qtbot.waitUntil(lambda: lab.homotopy.is_settled and lab.homotopy.plan is not None)
    QApplication.processEvents()
    return lab.homotopy


def at_t(lab: Lab, qtbot: QtBot, t: float) -> None:
    qtbot.waitUntil(lambda: lab.homotopy.moving_t == pytest.approx(t, abs=1e-9))
    QApplication.processEvents()


def click_step(pane: RowsMode, kind: str, step: int) -> None:
    strip = pane.strips[kind].strip
    QTest.mouseClick(strip, LEFT, pos=strip.cell(step).center())


# -- beginning ---------------------------------------------------------------------------------


def test_a_newcomer_finds_two_images_of_different_labels(
    open_tab: Callable[..., HomotopyTab], lab: Lab
) -> None:
    tab = open_tab()
    endpoints = [stop.endpoint for stop in lab.homotopy.stops]
    rows = [int(end.reference.rpartition("/")[2]) for end in endpoints]
    assert len(set(lab.latents.labels[rows])) == 2
    assert not lab.session.history.can_undo
    assert [slot.endpoint for slot in tab.pane.stops.slots] == endpoints
    assert set(lab.homotopy.strips) == {"pixel", "latent"}
    assert tab.pane.curves.words.text().startswith("pixel space row: ")
    assert lab.session.state.homotopy.t == 0.5, "where the rows differ most"


def test_two_pins_are_taken_before_images(open_tab: Callable[..., HomotopyTab], lab: Lab) -> None:
    lab.session.pin([1.0, 2.0])
    lab.session.pin([3.0, 4.0])
    open_tab()
    np.testing.assert_allclose([s.endpoint.z for s in lab.homotopy.stops], [[1, 2], [3, 4]])


# -- rows --------------------------------------------------------------------------------------


def test_strips_show_the_steps_from_a_to_b(pane: RowsMode, lab: Lab) -> None:
    strip = pane.strips["latent"].strip
    assert strip.count == 10
    for step in range(10):
        np.testing.assert_array_equal(strip.picture_at(step)[0, 0, :2], [step, 2 * step])
    ends = np.stack([stop.endpoint.picture for stop in lab.homotopy.stops])
    pixel = pane.strips["pixel"].strip
    np.testing.assert_array_equal(pixel.picture_at(3), blend(ends, [3 / 9])[0])


def test_a_check_shows_and_hides_a_row_and_keeps_the_keyboard(
    pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    pane.window().activateWindow()
    pane.offers["slerp"].setFocus()
    QTest.keyClick(pane.offers["slerp"], Qt.Key.Key_Space)
    settle(lab, qtbot)
    assert lab.session.state.homotopy.rows == ("pixel", "latent", "slerp")
    assert pane.strips["slerp"].isVisible()
    assert pane.offers["slerp"].isHidden()
    assert pane.strips["slerp"].check.isChecked()
    QTest.keyClick(pane.strips["pixel"].check, Qt.Key.Key_Space)
    assert pane.strips["pixel"].isHidden()
    assert not pane.offers["pixel"].isHidden()
    lab.session.undo()
    lab.session.undo()
    assert lab.session.state.homotopy.rows == ("pixel", "latent")


def test_hiding_every_row_says_what_to_do(pane: RowsMode, lab: Lab) -> None:
    lab.session.set_homotopy(rows=())
    assert "Every row is hidden" in pane.hint.text()
    assert not pane.hint.isHidden()
    lab.session.set_homotopy(rows=("pixel",))
    assert pane.hint.isHidden()


@pytest.mark.parametrize("steps", [2, 16, 64])
def test_any_number_of_steps_stands_in_the_pane(
    pane: RowsMode, lab: Lab, qtbot: QtBot, steps: int
) -> None:
    pane.stops.steps.setValue(steps)
    settle(lab, qtbot)
    strip = pane.strips["latent"].strip
    assert strip.count == steps
    assert strip.cell(steps - 1).right() <= pane.width()
    np.testing.assert_array_equal(strip.picture_at(steps - 1)[0, 0, :2], [9, 18])
    assert pane.strips["pixel"].strip.count == steps


def test_hovering_enlarges_and_names_a_step(pane: RowsMode) -> None:
    strip = pane.strips["latent"].strip
    QTest.mouseMove(strip, strip.cell(2).center())
    QApplication.processEvents()
    assert pane.card.isVisible()
    assert pane.card.title == "latent line · step 3 of 10 · t = 0.22"
    np.testing.assert_array_equal(pane.card.picture, strip.picture_at(2))
    assert pane.rect().contains(pane.card.geometry())
    strip.hovered.emit(-1)
    assert pane.card.isHidden()


def test_a_click_sends_a_step_to_the_inspector(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    click_step(pane, "latent", 4)
    np.testing.assert_allclose(lab.session.state.z, [4, 8], rtol=1e-6)
    lab.session.move_cursor([0.0, 0.0])
    click_step(pane, "pixel", 9)  # encoded first
    qtbot.waitUntil(lambda: lab.session.state.z == (9.0, 18.0))


def test_moving_pictures_go_to_the_inspector_and_out(
    pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    lab.session.move_t(1 / 3)
    at_t(lab, qtbot, 1 / 3)
    view = pane.moving.cells["latent"].view
    view.clicked.emit()
    np.testing.assert_allclose(lab.session.state.z, [3, 6], rtol=1e-5)
    view.pin_requested.emit()
    assert len(lab.session.state.pins) == 1
    row = view.outlet._propose(0).recipe.rows[0]
    np.testing.assert_allclose(render.latents_of(row), [[3, 6]], rtol=1e-5)


def test_a_mixed_picture_without_an_encoder_has_no_latent_and_says_so(
    pane: RowsMode, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    lab.message.connect(lambda text, _: told.append(text))
    monkeypatch.setattr(pane.presenter._sources, "has", lambda _: False)
    before = lab.session.state.z
    click_step(pane, "pixel", 4)
    assert lab.session.state.z == before
    assert "cannot encode" in told[0]


def test_pins_of_steps_remember_the_mixed_picture(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    for kind, step in (("latent", 3), ("pixel", 9)):
        click_step(pane, kind, step)
        QTest.keyClick(pane.strips[kind].strip, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: len(lab.session.state.pins) == 2)
    first, second = lab.session.state.pins
    np.testing.assert_allclose(first.z, [3, 6], rtol=1e-6)
    assert second.source.startswith("picture:")


# -- t -----------------------------------------------------------------------------------------


def test_dragging_t_moves_all_rows_and_is_one_step(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    slider = pane.track.slider
    lab.session.set_homotopy(rows=("pixel", "latent", "slerp"))
    settle(lab, qtbot)
    lab.session.history.seal()
    way = pane.track.ends[1] - pane.track.ends[0]
    start, end = QPoint(6, slider.height() // 2), QPoint(6 + round(way), slider.height() // 2)
    QTest.mousePress(slider, LEFT, pos=start)
    for share in (0.2, 0.5, 1.0):
        QTest.mouseMove(slider, start + (end - start) * share)
    QTest.mouseRelease(slider, LEFT, pos=end)
    assert lab.session.state.homotopy.t == 1.0
    at_t(lab, qtbot, 1.0)
    for kind in ("pixel", "latent", "slerp"):
        shown = pane.moving.cells[kind].view.picture
        np.testing.assert_array_equal(shown, lab.homotopy.strips[kind][-1])
    assert pane.t_label.text() == "t = 1.00"
    lab.session.undo()
    assert lab.session.state.homotopy.t == 0.0
    assert lab.session.state.homotopy.rows == ("pixel", "latent", "slerp")


def test_t_by_keys(pane: RowsMode, lab: Lab) -> None:
    slider = pane.track.slider
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


def test_a_click_on_the_slider_goes_there(pane: RowsMode, lab: Lab) -> None:
    slider = pane.track.slider
    QTest.mouseClick(slider, LEFT, pos=QPoint(slider.width() // 2, slider.height() // 2))
    assert lab.session.state.homotopy.t == pytest.approx(0.5, abs=0.01)


def test_space_plays_there_and_back_without_steps(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    player = pane.presenter.player
    QTest.keyClick(pane.track.slider, Qt.Key.Key_Space)
    assert player.is_playing
    assert pane.play.isChecked()
    qtbot.waitUntil(lambda: lab.session.state.homotopy.t > 0)
    QTest.keyClick(pane.track.slider, Qt.Key.Key_Space)
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


def test_leaving_the_tab_ends_the_play_and_the_work(pane: RowsMode, lab: Lab) -> None:
    pane.presenter.player.play(True)
    pane.window().hide()
    assert not pane.presenter.player.is_playing
    asked = lab.homotopy.plan
    lab.session.set_homotopy(steps=5)
    assert lab.homotopy.plan is not asked
    assert lab.homotopy.strips == {}, "nobody looks"


# -- stops -------------------------------------------------------------------------------------


def test_waypoints_swap_and_chance(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    stops = pane.stops
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
    pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    pane.stops.slots[1].reference_chosen.emit("z:4.0,4.0")
    settle(lab, qtbot)
    np.testing.assert_array_equal(pane.stops.slots[1].endpoint.z, [4, 4])
    pane.stops.slots[1].reference_chosen.emit("label:none-such")
    qtbot.waitUntil(lambda: "label" in pane.stops.slots[1].problem)
    assert lab.homotopy.plan is None
    lab.session.undo()
    qtbot.waitUntil(lambda: lab.homotopy.plan is not None)
    assert pane.stops.slots[1].problem == ""


def test_easing_and_closing_by_their_controls(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    pane.stops.easing.setCurrentIndex(1)
    pane.stops.closed.click()
    document = lab.session.state.homotopy
    assert (document.easing, document.closed) == ("smooth", True)
    settle(lab, qtbot)
    first, last = lab.homotopy.strips["latent"][[0, -1]]
    np.testing.assert_array_equal(first, last)
    lab.session.undo()
    lab.session.undo()
    assert pane.stops.easing.currentIndex() == 0
    assert not pane.stops.closed.isChecked()


# -- curves ------------------------------------------------------------------------------------


def test_curves_follow_the_chooser_and_t(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    settle(lab, qtbot)
    plot = pane.curves.plot
    assert set(plot.lines) == {"pixel", "latent"}
    assert "decoded test images" in pane.curves.against.full_text
    pane.curves.chooser.setCurrentIndex(2)
    assert lab.session.state.homotopy.curve == "norm"
    assert set(plot.lines) == {"latent"}
    lab.session.move_t(0.5)
    assert plot.shown_t == 0.5
    expected = np.hypot(4.5, 9)
    assert plot.value("latent", 0.5) == pytest.approx(expected, rel=1e-3)
    assert f"<b>{expected:.2f}</b>" in pane.curves.legend.text()
    lab.session.undo()
    lab.session.undo()
    assert pane.curves.chooser.currentIndex() == 0


def test_the_mouse_reads_values_and_a_click_goes_there(
    pane: RowsMode, lab: Lab, qtbot: QtBot
) -> None:
    settle(lab, qtbot)
    plot = pane.curves.plot
    plot.hovered.emit(0.25)
    assert pane.curves.legend.text().startswith("t&nbsp;=&nbsp;0.25")
    plot.hovered.emit(None)
    assert pane.curves.legend.text().startswith("t&nbsp;=&nbsp;0.00")
    plot.chosen.emit(0.75)
    assert lab.session.state.homotopy.t == 0.75


def test_the_curves_go_along_t_by_keys(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    settle(lab, qtbot)
    lab.session.move_t(0.5)
    for key, t in ((Qt.Key.Key_Right, 0.51), (Qt.Key.Key_Left, 0.5), (Qt.Key.Key_Left, 0.49)):
        QTest.keyClick(pane.curves.plot, key)
        assert lab.session.state.homotopy.t == pytest.approx(t)


def test_labels_are_stairs_with_their_names(pane: RowsMode, lab: Lab, qtbot: QtBot) -> None:
    settle(lab, qtbot)
    lab.session.set_homotopy(curve="label")
    plot = pane.curves.plot
    names = {plot.words("latent", t) for t in np.linspace(0, 1, 20)}
    assert names <= {"0", "1", "2"}
    assert "label of the nearest images" in pane.curves.words.text()


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


def test_a_strip_leaves_whole_or_by_step(pane: RowsMode, lab: Lab) -> None:
    outlet = pane.strips["latent"].strip.outlet
    whole, one = outlet._propose(WHOLE), outlet._propose(4)
    assert len(render.latents_of(whole.recipe.rows[0])) == 10
    np.testing.assert_allclose(render.latents_of(one.recipe.rows[0]), [[4, 8]], rtol=1e-6)
    assert one.name.endswith("latent-line-5")
    assert lab.session.state.model in whole.name


def test_modes_are_steps_and_are_built_when_seen(
    open_tab: Callable[..., HomotopyTab], lab: Lab, qtbot: QtBot
) -> None:
    tab = open_tab(stops=(A, B))
    assert list(tab.panes) == ["rows"]
    tab.modes.setCurrentIndex(1)
    assert lab.session.state.homotopy.mode == "corners"
    assert tab.pane.isVisible()
    qtbot.waitUntil(tab.is_settled)
    lab.session.undo()
    assert tab.modes.currentIndex() == 0
    assert tab.pane.isVisible()


@pytest.mark.parametrize("width", [320, 480, 640, 1400])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_fits_any_width(
    open_tab: Callable[..., HomotopyTab], lab: Lab, qtbot: QtBot, width: int, scale: float
) -> None:
    theme().configure("dark", scale)
    tab = open_tab(round(width * scale), stops=(A, B))
    settle(lab, qtbot)
    pane = tab.pane
    assert pane.minimumSizeHint().width() <= width * scale
    strip = pane.strips["latent"].strip
    assert strip.mapTo(pane, strip.rect().topRight()).x() <= pane.width()
    overlapping = pane.map.geometry() & pane.curves.geometry()
    assert overlapping.isEmpty()
    assert pane.track.slider.width() > 50
