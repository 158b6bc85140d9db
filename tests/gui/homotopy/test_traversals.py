"""Traversals: rows along axes, sliders of the start, names for directions; by mouse and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QMessageBox

from latentlab.app import directions, traversal_rows
from latentlab.app.export import render
from latentlab.core import axes
from latentlab.gui.homotopy.direction_dialog import FEW, DirectionDialog
from latentlab.gui.homotopy.traversals import NONE_NAMED, TraversalPane
from latentlab.gui.theme import theme
from tests.helpers import write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from tests.gui.conftest import Show

LEFT = Qt.MouseButton.LeftButton
WIDE = 20


@pytest.fixture
def open_pane(lab: Lab, shipped: Path, show: Show, qtbot: QtBot) -> Callable[..., TraversalPane]:
    write_model(shipped, "wide-20", latent=WIDE)

    def open_it(model: str = "mnist-vae-2") -> TraversalPane:
        lab.registry.rescan()
        lab.choose_model(model)
        qtbot.waitUntil(lambda: lab.latents is not None and lab.model.id == model)
        lab.session.move_cursor(np.zeros(lab.latents.size))
        pane = show(TraversalPane(lab), 820, 600)
        settle(pane, qtbot)
        return pane

    return open_it


@pytest.fixture
def pane(open_pane: Callable[..., TraversalPane]) -> TraversalPane:
    return open_pane()


def settle(pane: TraversalPane, qtbot: QtBot) -> None:
    qtbot.waitUntil(pane.is_settled, timeout=15_000)
    QApplication.processEvents()


def titles(pane: TraversalPane) -> list[str]:
    return [row.title.full_text for row in pane.rows]


def latents(pane: TraversalPane, row: int) -> np.ndarray:
    """What a row shows, (steps, latent)."""
    return np.stack([pane.presenter.latent(row, i) for i in range(pane.presenter.rows.steps)])


def press(widget: object, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(widget, key)


# -- rows --------------------------------------------------------------------------------------


def test_one_row_per_dimension_most_variance_first(pane: TraversalPane, lab: Lab) -> None:
    order = np.argsort(-lab.latents.mu.var(axis=0))
    assert titles(pane) == [f"z{'₁₂'[i]}" for i in order]
    assert pane.bar.count.full_text == "2 dimensions"
    assert not pane.bar.further.isVisible()


def test_a_row_changes_its_own_dimension_only(pane: TraversalPane, lab: Lab) -> None:
    dim = int(np.argmax(lab.latents.mu.var(axis=0)))
    mu = lab.latents.mu[:, dim]
    z = latents(pane, 0)
    assert z.shape == (10, 2)
    assert np.ptp(z[:, 1 - dim]) == 0
    ends = mu.mean() + np.array([-3, 3]) * mu.std()
    assert np.allclose(z[[0, -1], dim], ends, atol=1e-4)
    shown = pane.rows[0].strip.picture_at(9)
    assert int(shown[0, 0, dim]) == int(z[9, dim]) % 256


def test_span_and_steps(pane: TraversalPane, lab: Lab, qtbot: QtBot) -> None:
    pane.bar.steps.setValue(5)
    pane.bar.span.setValue(1.5)
    assert (lab.session.state.homotopy.steps, lab.session.state.homotopy.span) == (5, 1.5)
    settle(pane, qtbot)
    assert pane.rows[0].strip.count == 5
    axis = pane.presenter.rows.axes[0]
    places = [axis.coordinate(z) for z in latents(pane, 0)]
    assert places == pytest.approx([-1.5, -0.75, 0, 0.75, 1.5], abs=1e-4)


def test_principal_directions(pane: TraversalPane, lab: Lab, qtbot: QtBot) -> None:
    pane.bar.basis.setCurrentIndex(1)
    assert lab.session.state.homotopy.basis == "pca"
    settle(pane, qtbot)
    assert titles(pane) == ["PC 1", "PC 2"]
    first = axes.principal(lab.latents.mu)[0]
    assert np.allclose(
        latents(pane, 0), first.route([0, 0], 3).at(np.linspace(0, 1, 10)), atol=1e-5
    )
    assert "% of var." in pane.rows[0].facts.text()


def test_many_dimensions_come_a_dozen_at_a_time(
    open_pane: Callable[..., TraversalPane], qtbot: QtBot
) -> None:
    pane = open_pane("wide-20")
    assert pane.bar.count.full_text == "12 of 20 dimensions"
    assert len(pane.rows) == traversal_rows.AT_FIRST
    QTest.mouseClick(pane.bar.further, LEFT)
    settle(pane, qtbot)
    assert len(pane.rows) == WIDE
    assert pane.bar.count.full_text == "20 dimensions"
    assert pane.scroll.verticalScrollBar().maximum() > 0
    assert pane.rows[-1].strip.count == 10


def test_the_pictures_fit_the_width(pane: TraversalPane, lab: Lab, qtbot: QtBot) -> None:
    wide = pane.rows[0].strip.width()
    pane.resize(560, 500)
    QApplication.processEvents()
    assert pane.rows[0].strip.width() < wide
    assert pane.scroll.horizontalScrollBar().maximum() == 0
    theme().configure("dark", 2.0)
    lab.session.set_homotopy(steps=64)
    settle(pane, qtbot)
    assert pane.rows[0].strip.cell(0).width() == 28  # small enough; the rest is scrolled to


def test_in_a_narrow_place_the_words_stand_above_the_pictures(pane: TraversalPane) -> None:
    assert not pane.rows[0].is_stacked
    left = pane.rows[0].strip.x()
    theme().configure("light", 2.0)
    pane.resize(700, 600)
    QApplication.processEvents()
    assert pane.rows[0].is_stacked
    assert pane.rows[0].strip.x() < left
    assert pane.rows[0].facts.y() + pane.rows[0].facts.height() <= pane.rows[0].strip.y() + 2
    pane.resize(1600, 600)
    QApplication.processEvents()
    assert not pane.rows[0].is_stacked


# -- the start ---------------------------------------------------------------------------------


def test_rows_start_at_the_cursor_and_follow_it(
    pane: TraversalPane, lab: Lab, qtbot: QtBot
) -> None:
    assert pane.start.words.full_text == "cursor"
    lab.session.move_cursor([2.0, 1.0])
    settle(pane, qtbot)
    qtbot.waitUntil(lambda: tuple(pane.start.endpoint.z) == (2, 1))
    assert tuple(pane.start.endpoint.picture[0, 0, :2]) == (2, 1)
    for row, axis in zip(pane.rows, pane.presenter.rows.axes, strict=True):
        shown = float(row.value.text().removesuffix(" σ").replace("−", "-"))
        assert shown == pytest.approx(axis.coordinate([2, 1]), abs=0.006)


def test_a_slider_moves_the_cursor_along_its_axis(
    pane: TraversalPane, lab: Lab, qtbot: QtBot
) -> None:
    row, axis = pane.rows[0], pane.presenter.rows.axes[0]
    before = lab.session.state.z
    row.slider.setFocus()
    press(row.slider, Qt.Key.Key_PageUp)
    z = lab.session.state.z
    assert axis.coordinate(z) == pytest.approx(axis.coordinate(before) + 0.5, abs=0.02)
    other = pane.presenter.rows.axes[1]
    assert other.coordinate(z) == pytest.approx(other.coordinate(before), abs=1e-5)
    settle(pane, qtbot)
    press(row.slider, Qt.Key.Key_End)
    assert axis.coordinate(lab.session.state.z) == pytest.approx(3, abs=1e-4)


def test_a_typed_value_may_lie_beyond_the_span(pane: TraversalPane, lab: Lab, qtbot: QtBot) -> None:
    row, axis = pane.rows[1], pane.presenter.rows.axes[1]
    row.value.setFocus()
    row.value.selectAll()
    QTest.keyClicks(row.value, "4,5")
    press(row.value, Qt.Key.Key_Return)
    assert axis.coordinate(lab.session.state.z) == pytest.approx(4.5, abs=1e-4)
    settle(pane, qtbot)
    assert row.value.text() == "+4.50 σ"
    assert row.slider.value() == row.slider.maximum()
    QTest.keyClicks(row.value, "oops")
    press(row.value, Qt.Key.Key_Return)
    assert row.value.text() == "+4.50 σ"
    QTest.keyClicks(row.value, "1")
    press(row.value, Qt.Key.Key_Escape)
    assert row.value.text() == "+4.50 σ"


def test_the_wheel_scrolls_and_does_not_slide(pane: TraversalPane, lab: Lab) -> None:
    before, slider = lab.session.state.z, pane.rows[0].slider
    pane.start.picture.setFocus()
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, event)
    assert lab.session.state.z == before


def test_another_start_stays_while_the_cursor_moves(
    pane: TraversalPane, lab: Lab, qtbot: QtBot
) -> None:
    pin = lab.session.pin([1.0, 2.0], name="mine")
    pane.start.reference_chosen.emit("z:1.0,2.0")
    qtbot.waitUntil(lambda: tuple(pane.presenter.rows.start) == (1, 2))
    settle(pane, qtbot)
    assert pane.start.words.full_text == f"pin {pin.name}"
    lab.session.move_cursor([5.0, 5.0])
    assert tuple(pane.presenter.rows.start) == (1, 2)
    press(pane.rows[0].slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: tuple(pane.presenter.rows.start) != (1, 2))
    assert lab.session.state.z == (5.0, 5.0)
    press(pane.start.picture, Qt.Key.Key_Delete)
    assert lab.session.state.homotopy.start == ""
    assert tuple(pane.presenter.rows.start) == (5, 5)


def test_a_start_that_is_wrong_is_told_in_the_slot(
    pane: TraversalPane, lab: Lab, qtbot: QtBot
) -> None:
    lab.session.set_homotopy(start="pin:nobody")
    qtbot.waitUntil(lambda: pane.start.problem != "")
    assert pane.rows == []


# -- pictures ----------------------------------------------------------------------------------


def test_hovering_enlarges_a_click_goes_there_p_pins(
    pane: TraversalPane, lab: Lab, qtbot: QtBot
) -> None:
    strip = pane.rows[0].strip
    QTest.mouseMove(strip, strip.cell(3).center())
    QApplication.processEvents()
    assert pane.card.isVisible()
    assert pane.card.title == f"{titles(pane)[0]} at −1.00 σ"
    wanted = latents(pane, 0)[3]
    strip.setFocus()
    press(strip, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_P)
    assert lab.session.state.pins[0].z == pytest.approx(tuple(wanted))
    QTest.mouseClick(strip, LEFT, pos=strip.cell(3).center())
    assert lab.session.state.z == pytest.approx(tuple(wanted))
    QApplication.sendEvent(strip, QEvent(QEvent.Type.Leave))
    assert not pane.card.isVisible()


def test_all_rows_one_row_and_one_picture_leave(
    pane: TraversalPane, lab: Lab, qtbot: QtBot
) -> None:
    proposed: list[Proposal] = []
    lab.exports.wanted.connect(proposed.append)
    strip = pane.rows[1].strip
    strip.outlet.act("sheet", 0)
    strip.outlet.act("export", 4)
    row, picture = proposed
    whole = pane.proposal()
    for recipe, rows in ((whole.recipe, (0, 1)), (row.recipe, (1,))):
        made = [render.latents_of(each) for each in recipe.rows]
        assert len(made) == len(rows)
        assert all(np.allclose(z, latents(pane, i)) for z, i in zip(made, rows, strict=True))
    assert np.allclose(render.latents_of(picture.recipe.rows[0]), latents(pane, 1)[4])


# -- names -------------------------------------------------------------------------------------


def test_an_axis_gets_a_name_another_name_and_none(
    pane: TraversalPane, lab: Lab, qtbot: QtBot
) -> None:
    told: list[str] = []
    lab.message.connect(lambda text, _: told.append(text))
    manifest, vector = lab.model.require(), pane.presenter.rows.axes[0].vector
    QTest.mouseClick(pane.rows[0].more, LEFT)
    answer(pane, "  slant ")
    assert told == ["'slant' is kept with mnist-vae-2"]
    kept = lab.directions.find(manifest, "slant")
    assert kept.vector == pytest.approx(tuple(vector))
    assert kept.source == titles(pane)[0]
    pane.bar.basis.setCurrentIndex(2)
    settle(pane, qtbot)
    assert titles(pane) == ["slant"]
    choose(pane, "Rename…")
    answer(pane, "leaning")
    settle(pane, qtbot)
    assert titles(pane) == ["leaning"]
    choose(pane, "Delete…")
    box = pane.findChild(QMessageBox)
    assert "“leaning” for good" in box.text()
    next(b for b in box.buttons() if b.text() == "Delete").click()
    settle(pane, qtbot)
    assert lab.directions.of(manifest) == ()
    assert pane.words.text() == NONE_NAMED
    assert pane.rows == []


def test_the_way_between_two_pins_gets_a_name(pane: TraversalPane, lab: Lab, qtbot: QtBot) -> None:
    lab.session.pin([0.0, 0.0], name="four")
    lab.session.pin([3.0, 4.0], name="nine")
    QTest.mouseClick(pane.bar.direction, LEFT)
    dialog = pane.findChild(DirectionDialog)
    assert not dialog.keep.isEnabled()
    QTest.keyClicks(dialog.name, "4 to 9")
    dialog.end.setCurrentIndex(0)
    assert not dialog.keep.isEnabled()
    assert dialog.words.text() == "Choose two different pins."
    dialog.end.setCurrentIndex(1)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    kept = lab.directions.find(lab.model.require(), "4 to 9")
    assert kept.vector == pytest.approx((0.6, 0.8))
    assert kept.source == "pin nine - pin four"
    assert lab.session.state.homotopy.basis == "named"
    settle(pane, qtbot)
    assert titles(pane) == ["4 to 9"]


def test_without_two_pins_the_dialog_says_what_to_do(pane: TraversalPane, qtbot: QtBot) -> None:
    QTest.mouseClick(pane.bar.direction, LEFT)
    dialog = pane.findChild(DirectionDialog)
    QTest.keyClicks(dialog.name, "x")
    assert not dialog.keep.isEnabled()
    assert dialog.words.text() == FEW
    dialog.reject()


def test_two_pins_at_one_place_are_told(pane: TraversalPane, lab: Lab) -> None:
    told: list[str] = []
    lab.message.connect(lambda text, _: told.append(text))
    a, b = lab.session.pin([1.0, 1.0]), lab.session.pin([1.0, 1.0])
    pane.names.name_difference("flat", a, b)
    assert "'flat' leads nowhere" in told[-1]
    assert lab.session.state.homotopy.basis == "raw"
    assert lab.directions.of(lab.model.require()) == ()


def test_a_damaged_file_of_names_is_told_once(
    open_pane: Callable[..., TraversalPane], lab: Lab, qtbot: QtBot
) -> None:
    folder = lab.registry.library / directions.FOLDER
    folder.mkdir(parents=True)
    (folder / "mnist-vae-2.json").write_text("{")
    told: list[str] = []
    lab.message.connect(lambda text, _: told.append(text))
    pane = open_pane()
    pane.bar.basis.setCurrentIndex(2)
    settle(pane, qtbot)
    assert pane.words.text() == NONE_NAMED
    assert sum("kept as" in text for text in told) == 1


def answer(pane: TraversalPane, text: str) -> None:
    dialogs = [each for each in pane.findChildren(QInputDialog) if each.isVisible()]
    dialogs[-1].setTextValue(text)
    dialogs[-1].accept()


def choose(pane: TraversalPane, title: str) -> None:
    QTest.mouseClick(pane.rows[0].more, LEFT)
    menus = [each for each in pane.findChildren(QMenu) if each.isVisible()]
    next(action for action in menus[-1].actions() if action.text() == title).trigger()
    menus[-1].close()
