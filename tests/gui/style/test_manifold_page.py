"""The manifold page: a slider over labels, the sheet, two clouds, and how they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QSlider,
)

from latentlab.gui.picture_files import WHOLE
from latentlab.gui.style.manifold_page import ManifoldPage
from latentlab.gui.theme import theme
from tests.helpers import edit_manifest, manifest_of, write_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab

LEFT = Qt.MouseButton.LeftButton
ABLE = ("encode", "decode", "sample", "posterior", "label")
ATTRIBUTES = manifest_of().data.model_copy(update={"attribute_names": ("round", "tall")})


@pytest.fixture
def models(shipped: Path) -> Path:
    """Conditional models: told a class, of two and five numbers, and told attributes."""
    write_model(shipped, "told", n=120, capabilities=ABLE)
    write_model(shipped, "told-5", latent=5, capabilities=ABLE)
    config = {"latent": 2, "condition": "attributes"}
    write_model(shipped, "faces", capabilities=ABLE, data=ATTRIBUTES, config=config)
    return shipped


@pytest.fixture
def open_page(models: Path, lab: Lab, qtbot: QtBot) -> Iterator[Callable[..., ManifoldPage]]:
    """Opens the page on a model and waits until it is drawn."""
    opened: list[ManifoldPage] = []

    def open_it(model: str = "told", size: tuple[int, int] = (900, 560)) -> ManifoldPage:
        lab.registry.rescan()
        lab.choose_model(model)
        qtbot.waitUntil(lambda: lab.latents is not None and lab.plane is not None)
        page = ManifoldPage(lab)
        opened.append(page)
        page.resize(*size)
        page.show()
        settle(page, qtbot)
        return page

    yield open_it
    for page in opened:
        page.close()
        page.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def page(open_page: Callable[..., ManifoldPage]) -> ManifoldPage:
    return open_page()


def settle(page: ManifoldPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(page.is_settled, timeout=15_000)


def told(page: ManifoldPage) -> Any:
    """What the fake decoder was told: 100 and the class, or ten times the first share."""
    return None if page.sheet.pictures is None else int(page.sheet.pictures[0, 0, -1, -1])


# -- sheet and label ---------------------------------------------------------------------------


def test_the_page_shows_the_label_of_the_session(
    page: ManifoldPage, lab: Lab, qtbot: QtBot
) -> None:
    assert page.sheet.count == 15 * 15
    assert told(page) == 100
    assert page.note.full_text.startswith("label 0: ")
    lab.session.choose_label(2)
    qtbot.waitUntil(lambda: told(page) == 102)
    assert page.row.slider.label == 2


def test_the_slider_tells_the_model_and_is_one_step_of_undo(
    page: ManifoldPage, lab: Lab, qtbot: QtBot
) -> None:
    track = page.row.slider.track
    QTest.keyClick(track, Qt.Key.Key_PageUp)
    assert lab.session.state.label == 1
    qtbot.waitUntil(lambda: told(page) == 101)
    for _ in range(5):
        QTest.keyClick(track, Qt.Key.Key_Left)
    assert lab.session.state.label == (0.5, 0.5, 0.0)
    qtbot.waitUntil(lambda: told(page) == 105)
    assert page.note.full_text.startswith("label 0 50%, 1 50%")
    lab.session.undo()
    assert lab.session.state.label == 0


def test_playing_walks_through_the_labels_without_steps(
    page: ManifoldPage, lab: Lab, qtbot: QtBot
) -> None:
    steps = len(lab.session.trail().documents)
    page.row.play.click()
    assert page.player.is_playing
    page.player._timer.stop()
    page.player.advance(0.9 * 2)
    assert lab.session.state.label == 2
    qtbot.waitUntil(lambda: told(page) == 102)
    assert len(lab.session.trail().documents) == steps
    page.player._timer.start()
    QTest.keyClick(page.row.slider.track, Qt.Key.Key_Home)
    assert not page.player.is_playing, "a hand on the slider stops it"
    assert not page.row.play.isChecked()


def test_hiding_stops_the_play_and_the_work(page: ManifoldPage, lab: Lab) -> None:
    page.player.play(True)
    page.hide()
    assert not page.player.is_playing
    lab.session.choose_label(1)
    assert page.presenter.sheet is not None
    assert page.presenter.sheet.label == 0


def test_places_and_their_number_are_chosen(page: ManifoldPage, lab: Lab, qtbot: QtBot) -> None:
    page.bar.side.setValue(20)
    qtbot.waitUntil(lambda: page.sheet.count == 400)
    page.bar.spacing.setCurrentIndex(1)
    page.bar.spacing.activated.emit(1)
    assert (lab.session.state.style.side, lab.session.state.style.spacing) == (20, "linear")
    settle(page, qtbot)
    for _ in range(2):
        lab.session.undo()
    assert page.bar.side.value() == 15
    assert page.bar.spacing.currentData() == "equal"


def test_a_click_goes_there_and_a_key_pins(page: ManifoldPage, lab: Lab) -> None:
    index = 15 * 3 + 4
    QTest.mouseClick(page.sheet, LEFT, pos=page.sheet.cell(index).center())
    assert page.presenter.sheet is not None
    z = page.presenter.sheet.z[3, 4].tolist()
    assert lab.session.state.z == pytest.approx(z)
    QTest.keyClick(page.sheet, Qt.Key.Key_P)
    assert lab.session.state.pins[0].z == pytest.approx(z)
    assert lab.session.state.pins[0].label == 0


def test_hovering_enlarges_and_says_where(page: ManifoldPage) -> None:
    QTest.mouseMove(page.sheet, page.sheet.cell(112).center())
    page.sheet.hovered.emit(112)
    assert page.card.isVisible()
    assert page.card.title == "z₁ +0.00  z₂ +0.00"
    page.sheet.hovered.emit(-1)
    assert not page.card.isVisible()


def test_the_sheet_is_exported_with_its_command(page: ManifoldPage, lab: Lab) -> None:
    heard: list[Any] = []
    lab.exports.wanted.connect(heard.append)
    assert page.sheet.outlet is not None
    assert page.sheet.outlet.act("sheet", WHOLE)
    assert heard[0].recipe == page.proposal().recipe
    assert heard[0].recipe.command.startswith("latentlab grid told --quantiles")
    assert page.sheet.outlet.act("export", 3)
    assert heard[1].recipe.rows[0].label == 0


def test_new_weights_of_a_run_are_drawn(
    page: ManifoldPage, models: Path, lab: Lab, qtbot: QtBot
) -> None:
    """The lab looks at the library while a run trains; the page follows."""
    before = page.presenter.sheet
    files = {**lab.model.require().files, "weights.safetensors": "3" * 64}
    edit_manifest(models / "told", files=files)
    lab.rescan()
    qtbot.waitUntil(lambda: page.presenter.sheet is not before and page.is_settled())
    assert page.presenter.sheet is not None
    assert page.presenter.sheet.weights == "3" * 64


# -- clouds ------------------------------------------------------------------------------------


def test_both_clouds_have_one_scale_and_a_caption(page: ManifoldPage) -> None:
    own, plain = page.latents.own, page.latents.plain
    assert own.title.full_text == "Tiny VAE"
    assert "labels can be read from z in" in own.caption.full_text
    assert "chance" in plain.caption.full_text
    assert page.latents.pool.currentData() == "mnist-vae-2"
    views = own.view.box.viewRect(), plain.view.box.viewRect()
    for edge in ("left", "width", "top", "height"):
        assert getattr(views[0], edge)() == pytest.approx(getattr(views[1], edge)(), rel=1e-3)


def test_the_legend_hides_labels_in_both(page: ManifoldPage, lab: Lab) -> None:
    both = page.latents.own.view.scatter, page.latents.plain.view.scatter
    before = [len(each._x) for each in both]
    page.latents.legend.chip(1).click()
    assert lab.session.state.map.hidden_labels == (1,)
    assert [len(each._x) for each in both] == [n * 2 // 3 for n in before]
    page.latents.legend.soloed.emit(2)
    assert [len(each._x) for each in both] == [n // 3 for n in before]


def test_another_plain_model_stands_beside(page: ManifoldPage, lab: Lab, qtbot: QtBot) -> None:
    row = page.latents.pool.findData("mnist-vae-5")
    page.latents.pool.activated.emit(row)
    assert lab.session.state.style.pool == "mnist-vae-5"
    plain = page.latents.plain
    qtbot.waitUntil(lambda: plain.plane.full_text == "two main directions of 5")
    assert page.latents.own.plane.isVisible(), "so that both planes have one size"


def test_a_cloud_is_exported_as_a_plot(page: ManifoldPage, lab: Lab) -> None:
    outlet = page.latents.plain.view.outlet
    assert outlet is not None
    found = outlet.proposal()
    assert found is not None
    assert found.name == "mnist-vae-2-latents"
    assert found.arrays is not None
    assert found.arrays()["xy"].shape == (60, 2)


def test_clouds_lie_so_that_squares_are_largest(page: ManifoldPage) -> None:
    pane, row = page.latents, page.latents._row
    pane.resize(300, 600)
    pane.arrange()
    assert row.direction() == row.Direction.TopToBottom
    pane.resize(600, 300)
    pane.arrange()
    assert row.direction() == row.Direction.LeftToRight


# -- other models ------------------------------------------------------------------------------


def test_a_wide_latent_offers_its_plane(
    open_page: Callable[..., ManifoldPage], lab: Lab, qtbot: QtBot
) -> None:
    page = open_page("told-5", (1200, 560))
    assert not page.bar.planes.isHidden()
    assert "of the variance" in page.note.full_text
    assert page.latents.own.plane.full_text == "two main directions of 5"
    page.bar.planes.plane_chosen.emit("raw", 1, 3)
    assert lab.session.state.map.dims == (1, 3)
    settle(page, qtbot)
    assert page.note.full_text.endswith("as at 0"), "there is no cursor yet"
    lab.session.move_cursor([1.0, 2.0, 3.0, 4.0, 5.0])
    settle(page, qtbot)
    assert page.note.full_text.endswith("as at the cursor")
    page.bar.through.setCurrentIndex(1)
    page.bar.through.activated.emit(1)
    settle(page, qtbot)
    assert page.note.full_text.endswith("as at 0")


def test_attributes_are_set_instead_of_a_slider(
    open_page: Callable[..., ManifoldPage], lab: Lab, qtbot: QtBot
) -> None:
    page = open_page("faces")
    assert page.row.isHidden()
    assert page.control.isVisible()
    page.control.checks[0].click()
    assert lab.session.state.label == (1.0, 0.0)
    qtbot.waitUntil(lambda: told(page) == 110)


def test_a_plain_model_is_told_of_in_one_sentence_with_others_to_choose(
    open_page: Callable[..., ManifoldPage], lab: Lab, qtbot: QtBot
) -> None:
    page = open_page("mnist-vae-2")
    assert page.stack.currentWidget() is page.unserved
    buttons = page.unserved.findChildren(QAbstractButton)
    assert {button.text() for button in buttons} == {"told", "told-5", "faces"}
    next(button for button in buttons if button.text() == "told").click()
    qtbot.waitUntil(lambda: page.sheet.count == 225)
    assert page.stack.currentWidget() is not page.unserved


def test_sheet_and_latents_are_seen_one_at_a_time_where_room_is_short(
    open_page: Callable[..., ManifoldPage],
) -> None:
    page = open_page(size=(420, 360))
    assert page.sheet.isVisible()
    assert not page.latents.isVisible()
    page.pages.turn_to("clouds")
    assert page.latents.isVisible()
    assert not page.sheet.isVisible()


def test_everything_has_a_name_and_a_tooltip(page: ManifoldPage) -> None:
    for kind in (QAbstractButton, QComboBox, QAbstractSpinBox, QSlider, QLineEdit):
        for widget in page.findChildren(kind):
            inner = widget.parent().metaObject().className() in ("SpinBox", "QComboBox")
            if not inner and widget.window() is page and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName() or widget.text(), widget
                assert widget.toolTip(), widget


@pytest.mark.parametrize("name", ["dark", "light"])
def test_themes_and_a_projector_keep_it_whole(page: ManifoldPage, qtbot: QtBot, name: str) -> None:
    theme().configure(name, 2.0)
    page.resize(1200, 900)
    settle(page, qtbot)
    picture = page.grab().toImage()
    assert not picture.isNull()
    assert page.sheet.isVisible()
    shown = page.sheet.pictures
    assert shown is not None
    assert np.unique(shown).size > 10
    assert page.row.slider.names.mapTo(page, QPoint(0, 0)).y() < page.sheet.y() + page.height()
