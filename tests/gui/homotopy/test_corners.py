"""Four corners and the sheet between them, by mouse and by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentlab.app.export import render
from latentlab.gui.homotopy.corners import CornersPane
from latentlab.gui.picture_files import WHOLE
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from tests.gui.conftest import Show

FOUR = ("z:0.0,0.0", "z:7.0,0.0", "z:0.0,7.0", "z:7.0,7.0")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def open_pane(lab: Lab, show: Show, qtbot: QtBot) -> Callable[..., CornersPane]:
    """Opens the pane on four corners, and waits until it is drawn."""

    def open_it(corners: tuple[str, ...] = FOUR) -> CornersPane:
        qtbot.waitUntil(lambda: lab.latents is not None)
        lab.session.set_homotopy(corners=corners)
        pane = show(CornersPane(lab), 800, 600)
        qtbot.waitUntil(pane.is_settled, timeout=15_000)
        return pane

    return open_it


@pytest.fixture
def pane(open_pane: Callable[..., CornersPane]) -> CornersPane:
    return open_pane()


def z_of(pane: CornersPane) -> np.ndarray:
    """The latents that the fake decoder has written into the pictures, (side, side, 2)."""
    side = pane.sheet.side
    return pane.presenter.pictures[:, 0, 0, :2].reshape(side, side, 2)


def corner(pane: CornersPane, row: int, column: int) -> tuple[float, ...]:
    sheet = pane.presenter.sheet
    return () if sheet is None else tuple(sheet.z[row, column].tolist())


def settle(pane: CornersPane, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: pane.is_settled() and pane.presenter.pictures is not None)


def click(pane: CornersPane, index: int) -> None:
    QTest.mouseClick(pane.sheet, LEFT, pos=pane.sheet.cell(index).center())


def test_the_corners_are_met_and_all_between_is_bilinear(pane: CornersPane) -> None:
    shown = z_of(pane)
    assert shown.shape == (8, 8, 2)
    x, y = np.meshgrid(np.arange(8), np.arange(8))
    assert np.array_equal(shown, np.stack([x, y], axis=-1))
    for slot, corner in zip(pane.slots, ((0, 0), (0, 7), (7, 0), (7, 7)), strict=True):
        assert np.array_equal(slot.endpoint.z.astype(int), shown[corner])


def test_a_newcomer_finds_typical_images_in_the_corners(
    open_pane: Callable[..., CornersPane], lab: Lab, qtbot: QtBot
) -> None:
    pane = open_pane(())
    corners = lab.session.state.homotopy.corners
    assert len(corners) == 4
    assert all(text.startswith("data:") for text in corners)
    assert len(set(corners)) >= 3  # of the three labels there are
    settle(pane, qtbot)
    assert not lab.session.history.can_undo or lab.session.state.homotopy.corners == corners


def test_arcs_and_lines(pane: CornersPane, lab: Lab, qtbot: QtBot) -> None:
    lab.session.set_homotopy(corners=("z:9.0,0.0", "z:0.0,9.0", "z:-9.0,0.0", "z:0.0,-9.0"))
    qtbot.waitUntil(lambda: corner(pane, 0, 0) == (9, 0))
    middle = pane.presenter.sheet.z[0, 3]
    assert np.linalg.norm(middle) < 8
    pane.join.setCurrentIndex(1)
    assert lab.session.state.homotopy.corner_join == "arc"
    qtbot.waitUntil(lambda: pane.presenter.sheet.join == "arc")
    assert np.linalg.norm(pane.presenter.sheet.z[0, 3]) == pytest.approx(9)
    lab.session.undo()
    assert pane.join.currentIndex() == 0


@pytest.mark.parametrize("side", [2, 13, 32])
def test_the_sheet_has_the_asked_size(pane: CornersPane, lab: Lab, qtbot: QtBot, side: int) -> None:
    pane.side.setValue(side)
    assert lab.session.state.homotopy.corner_side == side
    settle(pane, qtbot)
    assert pane.sheet.count == side**2
    assert pane.sheet.grab().width() == pane.sheet.width()
    last = pane.sheet.cell(side**2 - 1)
    assert pane.sheet.index_at(last.center()) == side**2 - 1
    assert pane.sheet.rect().contains(last)
    corners = z_of(pane)[[0, -1], [0, -1]]
    assert np.array_equal(corners, [[0, 0], [7, 7]])


def test_hovering_enlarges(pane: CornersPane) -> None:
    QTest.mouseMove(pane.sheet, pane.sheet.cell(10).center())
    QApplication.processEvents()
    assert pane.card.isVisible()
    assert pane.card.title == "row 2, column 3"
    assert np.array_equal(pane.card.picture, pane.presenter.pictures[10])
    assert pane.rect().contains(pane.card.geometry())
    QApplication.sendEvent(pane.sheet, QEvent(QEvent.Type.Leave))
    assert not pane.card.isVisible()


def test_a_click_moves_the_cursor_there(pane: CornersPane, lab: Lab) -> None:
    click(pane, 8 * 3 + 5)
    assert lab.session.state.z == (5.0, 3.0)


def test_keys_walk_over_the_sheet(pane: CornersPane, lab: Lab) -> None:
    for code in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(pane.sheet, code)
    assert lab.session.state.z == (1.0, 2.0)
    assert pane.card.title == "row 3, column 2"
    QTest.keyClick(pane.sheet, Qt.Key.Key_P)
    assert lab.session.state.pins[-1].z == (1.0, 2.0)


def test_a_corner_is_chosen_and_undone(pane: CornersPane, lab: Lab, qtbot: QtBot) -> None:
    lab.session.move_cursor([3.0, 3.0])
    QTest.keyClick(pane.slots[1].picture, Qt.Key.Key_C)
    assert lab.session.state.homotopy.corners[1] == "z:3.0,3.0"
    qtbot.waitUntil(lambda: corner(pane, 0, -1) == (3, 3))
    settle(pane, qtbot)
    lab.session.undo()
    assert lab.session.state.homotopy.corners == FOUR
    qtbot.waitUntil(lambda: corner(pane, 0, -1) == (7, 0))


def test_a_cleared_corner_is_asked_for(pane: CornersPane, lab: Lab) -> None:
    QTest.keyClick(pane.slots[2].picture, Qt.Key.Key_Delete)
    assert lab.session.state.homotopy.corners[2] == ""
    assert pane.slots[2].is_empty
    assert pane.presenter.pictures is None
    assert pane.note.full_text.startswith("Choose C:")
    click(pane, 3)
    assert lab.session.state.z != (3.0, 0.0)


def test_a_wrong_reference_is_told_in_its_corner(pane: CornersPane, lab: Lab, qtbot: QtBot) -> None:
    lab.session.set_homotopy(corners=("pin:nobody", *FOUR[1:]))
    qtbot.waitUntil(lambda: pane.slots[0].problem != "")
    assert "nobody" in pane.slots[0].problem
    assert pane.is_settled()


def test_randomise_takes_other_images(pane: CornersPane, lab: Lab, qtbot: QtBot) -> None:
    QTest.mouseClick(pane.chance, LEFT)
    corners = lab.session.state.homotopy.corners
    assert corners != FOUR
    assert all(text.startswith("data:") for text in corners)
    settle(pane, qtbot)
    lab.session.undo()
    assert lab.session.state.homotopy.corners == FOUR


def test_the_sheet_leaves_as_rows_of_the_same_latents(pane: CornersPane, lab: Lab) -> None:
    proposed: list[Proposal] = []
    lab.exports.wanted.connect(proposed.append)
    pane.sheet.outlet.act("sheet", 0)
    QTest.keyClick(pane.sheet, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    whole, one = proposed
    rows = np.stack([render.latents_of(row) for row in whole.recipe.rows])
    assert np.array_equal(rows, pane.presenter.sheet.z)
    assert whole.recipe.model == "mnist-vae-2"
    assert pane.proposal().recipe.rows == whole.recipe.rows
    assert np.array_equal(render.latents_of(one.recipe.rows[0]), [[0, 0]])
    assert pane._propose(WHOLE).name == "mnist-vae-2-corners"


def test_another_model_gets_its_own_sheet(pane: CornersPane, lab: Lab, qtbot: QtBot) -> None:
    lab.choose_model("mnist-vae-5")
    qtbot.waitUntil(lambda: len(corner(pane, 0, 0)) == 5)
    settle(pane, qtbot)
    assert pane.presenter.sheet.model == "mnist-vae-5"


def test_a_pane_that_is_not_seen_does_nothing(pane: CornersPane, lab: Lab, qtbot: QtBot) -> None:
    pane.hide()
    before = pane.presenter.sheet
    lab.session.set_homotopy(corner_side=5)
    assert pane.presenter.sheet is before
    pane.show()
    settle(pane, qtbot)
    assert pane.presenter.sheet.side == 5


def test_a_small_place_has_small_corners(pane: CornersPane, qtbot: QtBot) -> None:
    assert pane.slots[0].side == 84
    pane.resize(420, 380)
    qtbot.waitUntil(lambda: pane.slots[0].side == 56)
    theme().configure("dark", 2.0)
    assert pane.slots[0].picture.width() == 112
