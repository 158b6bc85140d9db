"""Selecting points, and what is done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentlab.app.blocking_decode import no_decode
from latentlab.app.endpoints import reference_of_row
from latentlab.app.export import render
from latentlab.gui.explore.regions import in_polygon
from latentlab.gui.theme import theme
from tests.gui.explore.hand import at, drag, key, show_originals

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.data.dataset import Dataset
    from latentlab.gui.tabs.explore import ExploreTab


def _around(tab: ExploreTab, row: int, pixels: float = 20) -> list[tuple[float, float]]:
    x, y = map(float, tab.panel.points[row])
    dx, dy = (pixels * unit for unit in tab.panel.plot.unit())
    return [(x - dx, y - dy), (x + dx, y - dy), (x + dx, y + dy), (x - dx, y + dy)]


def test_a_lasso_selects_the_points_inside(tab: ExploreTab, lab: Lab, qtbot: QtBot) -> None:
    tab.panel.tools.buttons["lasso"].click()
    corners = _around(tab, 4, 60)
    drag(tab, corners)
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    margin = 3 * np.array(tab.panel.plot.unit())
    points = tab.panel.points
    surely = ((points > low + margin) & (high - margin > points)).all(axis=1)
    maybe = ((points > low - margin) & (high + margin > points)).all(axis=1)
    chosen = np.isin(np.arange(60), lab.session.state.selection)
    assert chosen[surely].all()
    assert not chosen[~maybe].any()
    side = tab.panel.selection
    assert side.isVisible()
    assert side.title == f"{chosen.sum()} selected"
    qtbot.waitUntil(lambda: side.mean.picture is not None and side.sheet.count > 0)
    assert side.sheet_title == f"all {chosen.sum()} reconstructions"
    mean = lab.latents.mu[chosen].mean(axis=0)
    assert np.array_equal(side.mean.picture[0, 0, :2], mean.astype(np.uint8))


def test_shift_and_ctrl_draw_lasso_and_box_with_any_tool(tab: ExploreTab, lab: Lab) -> None:
    around = _around(tab, 7)
    drag(tab, around, Qt.KeyboardModifier.ShiftModifier)
    assert 7 in lab.session.state.selection
    by_lasso = lab.session.state.selection
    key(tab, Qt.Key.Key_Escape)
    assert lab.session.state.selection == ()
    assert not tab.panel.selection.isVisible()
    drawn: list[NDArray[np.float64]] = []
    tab.panel.plot.region_drawn.connect(drawn.append)
    drag(tab, [around[0], around[2]], Qt.KeyboardModifier.ControlModifier)
    assert lab.session.state.selection == by_lasso
    assert in_polygon(drawn[0], drawn[0]).all(), "a box holds its corners"
    assert tab.panel.plot.at_home, "nothing was panned"


def test_selected_points_are_not_covered_by_grey_ones(tab: ExploreTab, lab: Lab) -> None:
    panel = tab.panel
    points = np.tile(panel.points[:1], (60, 1))
    panel.show_points(points)
    lab.session.select([59])
    tab.panel.bar.switches["manifold"].click()
    for mark in (panel.cross, panel.prior):
        mark.hide()
    QApplication.processEvents()
    image = panel.plot.grab().toImage()
    seen = image.pixelColor(at(tab, *map(float, points[0])) * image.devicePixelRatio())
    wanted, grey = theme().class_colors(3)[59 % 3], theme().color("muted")
    assert abs(seen.red() - wanted.red() * 0.75) < abs(seen.red() - grey.red() * 0.75)


def test_hidden_points_are_not_selected(tab: ExploreTab, lab: Lab) -> None:
    lab.session.set_map(hidden_labels=(0, 1))
    key(tab, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert {row % 3 for row in lab.session.state.selection} == {2}


def test_a_picture_of_the_sheet_takes_the_cursor_there(
    tab: ExploreTab, lab: Lab, with_originals: Dataset
) -> None:
    show_originals(lab, with_originals)
    lab.session.select([5, 9])
    assert tab.panel.selection.sheet_title == "all 2 originals"
    tab.panel.selection.sheet.clicked.emit(1)
    assert lab.session.state.z == pytest.approx(lab.latents.mu[9])


def test_a_picture_of_the_sheet_can_be_pinned(tab: ExploreTab, lab: Lab) -> None:
    lab.session.select([5, 9])
    tab.panel.selection.sheet.pin_requested.emit(0)
    (pin,) = lab.session.state.pins
    assert pin.z == pytest.approx(lab.latents.mu[5])
    assert pin.source == "data:digits/all/5"


def test_the_mean_can_be_pinned(tab: ExploreTab, lab: Lab) -> None:
    lab.session.select([1, 2, 3])
    tab.panel.selection.mean.pin_requested.emit()
    assert lab.session.state.pins[0].z == pytest.approx(lab.latents.mu[1:4].mean(axis=0))


def test_the_selection_leaves_with_all_its_numbers(
    tab: ExploreTab, lab: Lab, with_originals: Dataset
) -> None:
    show_originals(lab, with_originals)
    rows = [2, 3, 40]
    lab.session.select(rows)
    wanted: list[Any] = []
    lab.exports.wanted.connect(wanted.append)
    for kind in ("csv", "npz", "png"):
        tab.panel.selection.buttons[kind].click()
    assert [each.suffix for each in wanted] == [".csv", ".npz", ".png"]
    arrays = wanted[0].arrays()
    assert arrays["index"].tolist() == rows
    assert np.array_equal(arrays["z"], lab.latents.mu[rows])
    assert np.array_equal(arrays["images"], with_originals.images[rows])
    assert arrays["name"].tolist() == ["2", "0", "1"]
    (row,) = wanted[0].recipe.rows
    made = render.pictures_of(row, no_decode)
    assert np.array_equal(made, with_originals.images[rows]), "the sheet: the originals"


def test_every_picture_of_the_selection_knows_its_recipe(tab: ExploreTab, lab: Lab) -> None:
    lab.session.select([5, 9])
    wanted: list[Any] = []
    lab.exports.wanted.connect(wanted.append)
    side = tab.panel.selection
    for ask in (
        lambda: side.mean.outlet.act("export", 0),
        lambda: side.sheet.outlet.act("export", 1),
        lambda: side.sheet.outlet.act("sheet", 1),
    ):
        assert ask()
    mean, one, sheet = (each.recipe for each in wanted)
    assert {each.model for each in (mean, one, sheet)} == {lab.model.id}
    assert np.allclose(mean.rows[0].z, lab.latents.mu[[5, 9]].mean(axis=0))
    assert np.allclose(one.rows[0].z, lab.latents.mu[9])
    assert np.allclose(sheet.rows[0].z, lab.latents.mu[[5, 9]])
    lab.session.select([])
    assert not side.sheet.outlet.act("sheet", 0)


def test_the_menu_sends_map_manifold_and_point_out(
    tab: ExploreTab, lab: Lab, with_originals: Dataset
) -> None:
    show_originals(lab, with_originals)
    wanted: list[Any] = []
    lab.exports.wanted.connect(wanted.append)
    copied: list[bytes] = []
    lab.exports.picture_copied.connect(copied.append)
    menu = tab.menu.build(7)
    acts = {action.text().split("\t")[0]: action for action in menu.actions()}
    for title in ("Export…", "Export the numbers…", "Export the manifold…"):
        acts[title].trigger()
    for title in ("Export this image…", "Export its reconstruction…"):
        acts[title].trigger()
    plot, numbers, manifold, image, made = wanted
    assert plot.name == "mnist-vae-2-map"
    assert numbers.suffix == ".csv"
    assert len(numbers.arrays()["xy"]) == 60
    lattice = tab.manifold.lattice
    assert manifold.recipe.look.columns == lattice.columns
    z = np.array(manifold.recipe.rows[0].z)
    assert len(z) == lattice.size
    assert z[0, 1] == z[:, 1].max(), "the top row comes first"
    assert z[0, 0] == z[:, 0].min()
    assert np.array_equal(
        render.pictures_of(image.recipe.rows[0], no_decode)[0], with_originals.images[7]
    )
    assert np.allclose(made.recipe.rows[0].z, lab.latents.mu[7])
    acts["Copy"].trigger()
    assert QImage.fromData(copied[0]).width() == 2 * tab.panel.plot.viewport().width()
    acts["Select all shown"].trigger()
    assert len(lab.session.state.selection) == 60
    acts["Select nothing"].trigger()
    assert lab.session.state.selection == ()
    menu.deleteLater()


def test_the_menu_makes_a_point_or_the_cursor_an_end_of_the_homotopy(
    tab: ExploreTab, lab: Lab
) -> None:
    def choose(title: str, row: int | None) -> None:
        menu = tab.menu.build(row)
        next(act for act in menu.actions() if act.text() == title).trigger()
        menu.deleteLater()

    nothing_begun = [act.text() for act in tab.menu.build(7).actions()]
    assert "Homotopy: end here" not in nothing_begun
    lab.session.move_cursor([0.5, -0.25])
    choose("Homotopy: begin here", None)
    choose("Homotopy: end here", 7)
    begin, end = lab.session.state.homotopy.stops
    assert begin == "z:0.5,-0.25"
    assert end == str(reference_of_row(lab, 7))
    choose("Homotopy: begin here", 9)
    assert lab.session.state.homotopy.stops == (str(reference_of_row(lab, 9)), end)


def test_a_right_click_opens_the_menu_and_a_right_drag_does_not(
    tab: ExploreTab, qtbot: QtBot, monkeypatch: Any
) -> None:
    opened: list[QPoint] = []
    monkeypatch.setattr("PySide6.QtWidgets.QMenu.popup", lambda _, place: opened.append(place))
    right = Qt.MouseButton.RightButton
    drag(tab, [(0, 0), (0.5, 0.5)], button=right)
    assert opened == []
    QTest.mouseClick(tab.panel.plot.viewport(), right, pos=at(tab, 0.2, 0.2))
    assert len(opened) == 1
