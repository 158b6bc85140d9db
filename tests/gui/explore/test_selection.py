"""Selecting points, and what is done with them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentlab.gui.theme import theme
from tests.gui.explore.hand import at, drag, key, show_originals

if TYPE_CHECKING:
    from pathlib import Path

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
    drag(tab, [around[0], around[2]], Qt.KeyboardModifier.ControlModifier)
    assert lab.session.state.selection == by_lasso
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
    assert pin.source == "data:5"


def test_the_mean_can_be_pinned(tab: ExploreTab, lab: Lab) -> None:
    lab.session.select([1, 2, 3])
    tab.panel.selection.mean.pin_requested.emit()
    assert lab.session.state.pins[0].z == pytest.approx(lab.latents.mu[1:4].mean(axis=0))


def test_exports_read_back(
    tab: ExploreTab, lab: Lab, tmp_path: Path, monkeypatch: Any, with_originals: Dataset
) -> None:
    show_originals(lab, with_originals)
    rows = [2, 3, 40]
    lab.session.select(rows)
    told: list[str] = []
    lab.message.connect(lambda text, _: told.append(text))
    for kind in ("csv", "npz", "png"):
        path = tmp_path / f"out.{kind}"
        monkeypatch.setattr(
            "latentlab.gui.explore.selection_presenter.ask_path", lambda *_, to=path: to
        )
        tab.panel.selection.buttons[kind].click()
    with (tmp_path / "out.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [int(line["index"]) for line in table] == rows
    assert float(table[1]["z1"]) == pytest.approx(float(lab.latents.mu[3, 1]))
    with np.load(tmp_path / "out.npz") as arrays:
        assert np.array_equal(arrays["mu"], lab.latents.mu[rows])
        assert np.array_equal(arrays["images"], with_originals.images[rows])
    with Image.open(tmp_path / "out.png") as sheet:
        assert sheet.width >= 2 * 8 * 2
    assert len(told) == 3


def test_an_export_that_fails_says_why(tab: ExploreTab, lab: Lab, tmp_path: Path) -> None:
    lab.session.select([1])
    told: list[tuple[str, str]] = []
    lab.message.connect(lambda *said: told.append(said))
    (tmp_path / "no-folder").write_text("a file")
    tab.selection.export_to("csv", tmp_path / "no-folder" / "out.csv")
    ((text, severity),) = told
    assert severity == "error"
    assert "out.csv" in text


def test_the_menu_saves_and_copies_the_map(
    tab: ExploreTab, lab: Lab, tmp_path: Path, monkeypatch: Any
) -> None:
    path = tmp_path / "map.png"
    monkeypatch.setattr("latentlab.gui.explore.map_menu.ask_path", lambda *_: path)
    menu = tab.menu.build()
    acts = {action.text().split("\t")[0]: action for action in menu.actions()}
    acts["Save the map as PNG…"].trigger()
    with Image.open(path) as saved:
        assert saved.size == (tab.panel.plot.width(), tab.panel.plot.height())
    acts["Copy the map"].trigger()
    assert QApplication.clipboard().image().width() == tab.panel.plot.width()
    acts["Select all shown"].trigger()
    assert len(lab.session.state.selection) == 60
    acts["Select nothing"].trigger()
    assert lab.session.state.selection == ()
    menu.deleteLater()


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
