"""Journeys over the map: look, point, click, select, export, zoom, switch, by mouse and by key."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QSlider
from safetensors.numpy import save_file

from latentlab.data.dataset import Dataset
from latentlab.engine.files import read_arrays
from latentlab.gui.explore.cursor_presenter import HINT, REST_MS
from latentlab.gui.tabs.explore import TAB, ExploreTab
from latentlab.gui.theme import theme
from tests.helpers import digits_like, edit_manifest, sha256, write_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def open_tab(lab: Lab, qtbot: QtBot) -> Iterator[Callable[..., ExploreTab]]:
    opened: list[ExploreTab] = []

    def open_it(model: str = "mnist-vae-2", *, settle: bool = True) -> ExploreTab:
        lab.choose_model(model)
        tab = TAB.build(lab)
        opened.append(tab)
        tab.resize(760, 620)
        tab.show()
        if settle:
            qtbot.waitUntil(lambda: tab.points.ready and tab.is_settled(), timeout=15_000)
        return tab

    yield open_it
    for tab in opened:
        tab.close()
        tab.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def tab(open_tab: Callable[..., ExploreTab]) -> ExploreTab:
    return open_tab()


@pytest.fixture
def with_originals(lab: Lab) -> Dataset:
    """The dataset of the model, with two attributes, as if it were on this machine."""
    images, labels = digits_like(60)
    attributes = np.stack([np.arange(60), np.ones(60)], axis=1).astype(np.float32)
    splits = {"train": np.arange(0), "validation": np.arange(0), "test": np.arange(60)}
    names = ("0", "1", "2")
    return Dataset(
        "digits", "Digits", images, labels, names, attributes, ("slant", "width"), splits, "0" * 64,
        "none",
    )  # fmt: skip


def show_originals(lab: Lab, dataset: Dataset) -> None:
    lab.dataset = dataset
    lab.dataset_changed.emit()


def at(tab: ExploreTab, x: float, y: float) -> QPoint:
    return tab.panel.plot.to_widget(x, y).toPoint()


def move(tab: ExploreTab, x: float, y: float) -> None:
    QTest.mouseMove(tab.panel.plot.viewport(), at(tab, x, y))
    QApplication.processEvents()


def click(tab: ExploreTab, x: float, y: float) -> None:
    QTest.mouseClick(tab.panel.plot.viewport(), LEFT, pos=at(tab, x, y))


def drag(
    tab: ExploreTab,
    places: list[tuple[float, float]],
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    button: Qt.MouseButton = LEFT,
) -> None:
    port = tab.panel.plot.viewport()
    spots = [at(tab, *place) for place in places]
    QTest.mousePress(port, button, keys, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(port, spot)
    QTest.mouseRelease(port, button, keys, spots[-1])
    QApplication.processEvents()


def key(tab: ExploreTab, code: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(tab.panel.plot, code, modifier)


# -- looking ------------------------------------------------------------------------------------


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


# -- legend -------------------------------------------------------------------------------------


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


# -- selection ----------------------------------------------------------------------------------


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


# -- view ---------------------------------------------------------------------------------------


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


# -- more than two dimensions -------------------------------------------------------------------


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


# -- other models, and none ---------------------------------------------------------------------


def test_tiles_come_back_at_once_when_switched_on_again(tab: ExploreTab, lab: Lab) -> None:
    switch = tab.panel.bar.switches["manifold"]
    switch.click()
    assert tab.panel.manifold.empty
    switch.click()
    assert not tab.panel.manifold.empty
    assert tab.manifold.is_settled()


def test_another_model_brings_another_map(tab: ExploreTab, lab: Lab, qtbot: QtBot) -> None:
    tab.panel.plot.zoom(5)
    lab.choose_model("mnist-vae-5")
    qtbot.waitUntil(lambda: lab.plane is not None and lab.plane.latent_size == 5)
    qtbot.waitUntil(lambda: tab.points.ready and tab.is_settled())
    assert tab.panel.plot.at_home
    assert lab.session.state.z == pytest.approx(lab.latents.mu[0])


def test_a_model_that_goes_on_training_moves_its_points_and_keeps_the_view(
    tab: ExploreTab, lab: Lab, shipped: Path, qtbot: QtBot
) -> None:
    tab.panel.plot.zoom(3)
    view, before = tab.panel.plot.view(), tab.panel.points.copy()
    folder = shipped / "mnist-vae-2"
    arrays = read_arrays(folder, "latents.safetensors")
    save_file({**arrays, "mu": arrays["mu"] + 0.25}, folder / "latents.safetensors")
    files = {path.name: sha256(path) for path in folder.glob("*.safetensors")}
    edit_manifest(folder, files=files)
    lab.registry.rescan()
    qtbot.waitUntil(lambda: not np.array_equal(tab.panel.points, before))
    assert tab.panel.points == pytest.approx(before + 0.25)
    assert tab.panel.plot.view() == view
    qtbot.waitUntil(tab.is_settled)
    assert not tab.panel.is_empty


def test_a_model_without_posterior_says_why_switches_are_off(
    open_tab: Callable[..., ExploreTab], lab: Lab, shipped: Path
) -> None:
    edit_manifest(shipped / "mnist-vae-2", capabilities=["encode", "decode"])
    lab.registry.rescan()
    tab = open_tab()
    assert not tab.panel.bar.switches["prior"].isEnabled()
    assert "prior" in tab.panel.bar.switches["prior"].toolTip()
    assert tab.panel.prior.empty


@pytest.mark.parametrize("fault", ["bytes", "nan"])
def test_latents_that_cannot_be_read_leave_a_sentence(
    open_tab: Callable[..., ExploreTab], lab: Lab, shipped: Path, qtbot: QtBot, fault: str
) -> None:
    folder = shipped / "mnist-vae-5"
    if fault == "bytes":
        (folder / "latents.safetensors").write_bytes(b"broken")
    else:
        save_file({"mu": np.full((9, 5), np.nan, np.float32)}, folder / "latents.safetensors")
        hashes = {"latents.safetensors": sha256(folder / "latents.safetensors")}
        edit_manifest(folder, files=hashes)
    tab = open_tab("mnist-vae-5", settle=False)
    qtbot.waitUntil(lambda: bool(lab.latents_problem))
    assert tab.panel.is_empty
    assert not tab.panel.bar.isVisible()
    assert tab.panel.empty.text() == lab.latents_problem
    assert tab.is_settled()


def test_a_model_without_encoded_images_says_so(
    open_tab: Callable[..., ExploreTab], lab: Lab, shipped: Path, qtbot: QtBot
) -> None:
    files = {"weights.safetensors": "0" * 64}
    edit_manifest(shipped / "mnist-vae-5", files=files)
    lab.registry.rescan()
    tab = open_tab("mnist-vae-5", settle=False)
    qtbot.waitUntil(lambda: "no encoded images" in tab.panel.empty.text())
    assert tab.panel.is_empty
    assert tab.is_settled()
    move(tab, 0, 0)
    click(tab, 0, 0)
    assert lab.session.state.pins == ()


@pytest.mark.parametrize(("n", "latent"), [(1, 2), (3, 1), (60, 49)])
def test_unusual_latents_open(
    open_tab: Callable[..., ExploreTab], lab: Lab, shipped: Path, n: int, latent: int
) -> None:
    write_model(shipped, "odd", latent=latent, n=n)
    lab.registry.rescan()
    tab = open_tab("odd")
    for switch in tab.panel.bar.switches.values():
        switch.click()
    QApplication.processEvents()
    move(tab, *map(float, tab.panel.points[0]))
    assert tab.cursor.row is not None
    assert len(lab.session.state.z) == latent


# -- look and access ----------------------------------------------------------------------------


@pytest.mark.parametrize(("choice", "scale"), [("dark", 1.0), ("light", 2.0)])
def test_the_theme_changes_live(tab: ExploreTab, qtbot: QtBot, choice: Any, scale: float) -> None:
    theme().configure(choice, scale)
    qtbot.waitUntil(tab.is_settled)
    image = tab.panel.plot.grab().toImage()
    plane = tab.panel.plot.box.sceneBoundingRect().toRect()
    tab.panel.bar.switches["manifold"].click()
    image = tab.panel.plot.grab().toImage()
    corner = plane.bottomRight() - QPoint(3, 3)
    ground = image.pixelColor(corner * image.devicePixelRatio())
    assert ground == theme().color("plot")
    tools = tab.panel.tools.geometry()
    assert plane.contains(tools)


def test_every_control_has_a_name_and_a_tooltip(tab: ExploreTab, lab: Lab) -> None:
    lab.session.select([1, 2])
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QSlider)
    controls = [widget for kind in kinds for widget in tab.findChildren(kind)]
    inner = {"qt_spinbox_lineedit", "ScrollLeftButton", "ScrollRightButton"}
    assert len(controls) > 20
    for control in controls:
        if control.objectName() not in inner:
            assert control.accessibleName(), control
            assert control.toolTip(), control.accessibleName()


def test_settled_is_told_when_all_is_drawn(tab: ExploreTab, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tab.settled, timeout=5000):
        tab.panel.plot.zoom(3)
    assert tab.is_settled()
