"""Looking at the map: points, the picture below the mouse, the legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentlab.gui.explore.cursor_presenter import HINT, REST_MS
from latentlab.gui.theme import theme
from tests.gui.explore.hand import LEFT, at, click, key, move, show_originals

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.data.dataset import Dataset
    from latentlab.gui.tabs.explore import ExploreTab


def test_the_map_opens_with_points_legend_manifold_and_a_cursor(tab: ExploreTab, lab: Lab) -> None:
    panel = tab.panel
    assert panel.bar.count.text() == "60 of 60 images"
    assert len(panel.points) == 60
    assert not panel.manifold.empty
    assert not panel.prior.empty
    assert panel.cross.isVisible()
    assert lab.session.state.z == pytest.approx(lab.latents.mu[0])
    assert [panel.legend.chip(label).text() for label in range(3)] == ["0", "1", "2"]
    assert panel.hint.text() == HINT


def test_the_picture_shows_points_in_the_colours_of_their_class(tab: ExploreTab) -> None:
    tab.panel.bar.switches["manifold"].click()
    for mark in (tab.panel.cross, tab.panel.prior):
        mark.hide()
    QApplication.processEvents()
    image = tab.panel.plot.grab().toImage()
    row = int(np.argmax(tab.panel.points[:, 0]))
    spot = at(tab, *map(float, tab.panel.points[row]))
    ratio = image.devicePixelRatio()
    seen = image.pixelColor(spot * ratio)
    label = row % 3
    wanted, ground = theme().class_colors(3)[label], theme().color("plot")
    for channel in ("red", "green", "blue"):
        full, empty = getattr(wanted, channel)(), getattr(ground, channel)()
        assert getattr(seen, channel)() == pytest.approx(0.75 * full + 0.25 * empty, abs=4)


def test_the_picture_follows_the_mouse(tab: ExploreTab, lab: Lab, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tab.cursor_moved):
        move(tab, 0.5, -0.25)
    unit = tab.panel.plot.unit()
    assert lab.session.state.z == pytest.approx((0.5, -0.25), abs=max(unit))
    assert (tab.panel.cross.x(), tab.panel.cross.y()) == pytest.approx(lab.session.state.z)
    assert not lab.session.history.can_undo, "following the mouse is no step of its own"


def test_a_click_pins_and_the_hint_goes_for_good(
    tab: ExploreTab, lab: Lab, open_tab: Callable[..., ExploreTab]
) -> None:
    click(tab, 0.4, 0.3)
    (pin,) = lab.session.state.pins
    assert pin.z == pytest.approx((0.4, 0.3), abs=max(tab.panel.plot.unit()))
    assert (pin.name, pin.model) == ("A", "mnist-vae-2")
    assert not tab.panel.hint.isVisible()
    assert not open_tab().panel.hint.isVisible()


def test_arrows_move_the_cursor_and_enter_pins(tab: ExploreTab, lab: Lab) -> None:
    before = np.array(lab.session.state.z)
    key(tab, Qt.Key.Key_Right)
    key(tab, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    step = np.array(lab.session.state.z) - before
    assert step[1] == pytest.approx(10 * step[0], rel=1e-3)
    assert step[0] > 0
    key(tab, Qt.Key.Key_Return)
    assert lab.session.state.pins[0].z == lab.session.state.z


def test_a_point_below_the_mouse_gets_a_ring_at_once_and_a_card_after_a_rest(
    tab: ExploreTab, lab: Lab, qtbot: QtBot, with_originals: Dataset
) -> None:
    show_originals(lab, with_originals)
    row = int(np.argmax(tab.panel.points[:, 1]))
    x, y = map(float, tab.panel.points[row])
    move(tab, x, y)
    assert tab.cursor.row == row
    assert tab.panel.ring.isVisible()
    card = tab.panel.card
    assert not card.isVisible(), f"only after {REST_MS} ms"
    qtbot.waitUntil(lambda: card.reconstruction is not None)
    assert card.isVisible()
    assert card.title == f"{row % 3} · test image {row}"
    assert np.array_equal(card.original, with_originals.images[row])
    assert tab.panel.rect().contains(card.geometry())
    move(tab, x, y + 30 * tab.panel.plot.unit()[1])
    assert not card.isVisible()
    assert tab.cursor.row is None


def test_the_point_below_the_mouse_shows_its_own_posterior(tab: ExploreTab) -> None:
    place = list(map(float, tab.panel.points[8]))
    move(tab, *place)
    assert tab.panel.own_posterior.empty
    tab.panel.bar.switches["posterior"].click()
    move(tab, place[0] + 1, place[1] + 1)
    move(tab, *place)
    width = tab.panel.own_posterior.boundingRect().width()
    assert width == pytest.approx(2 * np.exp(-1), rel=0.05)  # logvar is -2
    QTest.mouseMove(tab.panel.plot.viewport(), QPoint(2, 2))
    QApplication.processEvents()
    assert tab.panel.own_posterior.empty


def test_without_the_dataset_the_card_shows_the_reconstruction_alone(
    tab: ExploreTab, qtbot: QtBot
) -> None:
    row = int(np.argmin(tab.panel.points[:, 0]))
    move(tab, *map(float, tab.panel.points[row]))
    qtbot.waitUntil(lambda: tab.panel.card.reconstruction is not None)
    assert tab.panel.card.original is None
    assert tab.panel.card.title == f"{row % 3} · image {row}"


def test_leaving_the_map_hides_ring_and_card(tab: ExploreTab) -> None:
    move(tab, *map(float, tab.panel.points[0]))
    assert tab.panel.ring.isVisible()
    QTest.mouseMove(tab.panel.plot.viewport(), QPoint(2, 2))
    QApplication.processEvents()
    assert not tab.panel.ring.isVisible()


def test_the_legend_hides_and_singles_out(tab: ExploreTab, lab: Lab) -> None:
    chip = tab.panel.legend.chip(1)
    QTest.mouseClick(chip, LEFT)
    assert lab.session.state.map.hidden_labels == (1,)
    assert tab.panel.bar.count.text() == "40 of 60 images"
    row = next(i for i in range(60) if i % 3 == 1)
    assert tab.panel.row_at(*map(float, tab.panel.points[row])) != row, "no hits on hidden points"
    QTest.mouseClick(chip, LEFT)
    QTest.mouseDClick(chip, LEFT)
    assert lab.session.state.map.solo_label == 1
    assert tab.panel.bar.count.text() == "20 of 60 images"
    assert "alone" in chip.accessibleName()
    QTest.mouseDClick(chip, LEFT)
    assert tab.panel.bar.count.text() == "60 of 60 images"


def test_the_legend_works_by_keyboard(tab: ExploreTab, lab: Lab) -> None:
    chip = tab.panel.legend.chip(2)
    QTest.keyClick(chip, Qt.Key.Key_Space)
    assert lab.session.state.map.hidden_labels == (2,)
    QTest.keyClick(chip, Qt.Key.Key_Return)
    QTest.keyClick(chip, Qt.Key.Key_S)
    assert lab.session.state.map.solo_label == 2


def test_attributes_of_the_dataset_can_colour_the_points(
    tab: ExploreTab, lab: Lab, with_originals: Dataset
) -> None:
    assert not tab.panel.bar.colours.isVisible()
    show_originals(lab, with_originals)
    assert tab.panel.bar.colours.isVisible()
    tab.panel.bar.colours.setCurrentText("slant")
    assert lab.session.state.map.colour_by == "slant"
    assert tab.panel.colour_bar.isVisible()
    assert not tab.panel.legend.isVisible()
