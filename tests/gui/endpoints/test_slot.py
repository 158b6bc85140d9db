"""An endpoint is chosen from anywhere: by menu, by keys and by paste."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMenu

from latentlab.app import proposals
from latentlab.app.sources import Sources, picture_reference
from latentlab.core import images, reference
from latentlab.core.recipe import KEY, Latents, Recipe
from latentlab.gui import pictures
from latentlab.gui.picture_files import connect_clipboard
from latentlab.gui.widgets import endpoint_menu, endpoint_mime
from latentlab.gui.widgets.draw_pad import DrawDialog
from latentlab.gui.widgets.endpoint_slot import EndpointSlot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
from tests.gui.endpoints.hand import LEFT, PICTURE, Told, drop, endpoint


def entries(menu: QMenu) -> dict[str, Any]:
    """Actions by title, those of submenus as "Menu/entry"."""
    found: dict[str, Any] = {}
    for action in menu.actions():
        title = action.text().split("\t")[0]
        found[title] = action
        if inner := action.menu():
            found |= {f"{title}/{name}": each for name, each in entries(inner).items()}
    return found


@pytest.fixture
def menu(slot: EndpointSlot) -> Callable[[], dict[str, Any]]:
    return lambda: entries(endpoint_menu.build(slot, slot.sources))


def press(slot: EndpointSlot, key: Any, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(slot.picture, key, held)


# -- what it shows -----------------------------------------------------------------------------


def test_an_empty_slot_says_so(slot: EndpointSlot) -> None:
    assert slot.is_empty
    assert slot.words.full_text == "empty"
    assert "nothing chosen yet" in slot.picture.toolTip()
    assert slot.focusProxy() is slot.picture


def test_a_search_shows_how_far_it_is_and_how_near_it_came(slot: EndpointSlot) -> None:
    slot.show_problem("It was lost.")
    slot.show_search(0.4)
    assert slot.problem == ""
    assert slot.words.full_text.startswith("searching")
    assert slot.endpoint is None
    slot.show_endpoint(endpoint(title="face.png", missed=2.345))
    assert slot.words.full_text == "face.png, found to a squared error of 2.35"
    assert "2.35" in slot.picture.toolTip()


def test_an_endpoint_is_shown_with_its_title(slot: EndpointSlot) -> None:
    slot.show_endpoint(endpoint(title="Digits test 17, a rather long title"))
    assert np.array_equal(slot.picture.picture, PICTURE)
    assert "…" in slot.words.text()
    assert "a rather long title" in slot.words.toolTip()
    slot.show_endpoint(None)
    assert slot.is_empty
    assert slot.picture.picture is None


def test_a_latent_of_a_pin_has_the_name_of_the_pin(slot: EndpointSlot, ready: Lab) -> None:
    pin = ready.session.pin([0.5, -1.0], name="slanted")
    text = str(reference.of_latent(pin.z))
    slot.show_endpoint(endpoint(text, "z"))
    assert slot.words.full_text == "pin slanted"


def test_a_problem_is_one_sentence_in_the_slot(slot: EndpointSlot) -> None:
    slot.show_endpoint(endpoint())
    fine = slot.grab().toImage()
    slot.show_problem("There is no pin B; choose another.")
    assert slot.problem in slot.picture.toolTip()
    assert slot.picture.accessibleDescription() == slot.problem
    assert slot.grab().toImage() != fine
    assert slot.endpoint is not None  # nothing is lost
    slot.show_endpoint(endpoint())
    assert slot.problem == ""


def test_a_long_sentence_in_a_small_slot(qtbot: QtBot) -> None:
    slot = EndpointSlot("B", side=56)
    qtbot.addWidget(slot)
    sentence = "This sentence is far too long for a slot of so few pixels, all agree on that."
    slot.show_problem(sentence)
    slot.grab()
    assert slot.words.full_text == sentence
    assert sentence in slot.picture.toolTip()
    slot.show_problem("")
    assert slot.words.full_text == "empty"
    slot.set_side(84)
    assert slot.picture.width() == 84


def test_the_lock_is_asked_for_and_shown(slot: EndpointSlot, qtbot: QtBot) -> None:
    with qtbot.waitSignal(slot.lock_toggled) as asked:
        QTest.mouseClick(slot.lock, LEFT)
    assert asked.args == [True]
    assert not slot.is_locked  # until the session says so
    slot.show_locked(True)
    assert "leave it alone" in slot.lock.toolTip()
    with qtbot.waitSignal(slot.lock_toggled) as asked:
        press(slot, Qt.Key.Key_L)
    assert asked.args == [False]


# -- the menu ----------------------------------------------------------------------------------


def test_enter_and_the_button_open_the_menu(slot: EndpointSlot, qtbot: QtBot) -> None:
    def opened() -> QMenu | None:
        popup = QApplication.activePopupWidget()
        return popup if isinstance(popup, QMenu) else None

    for open_it in (
        lambda: press(slot, Qt.Key.Key_Return),
        lambda: QTest.mouseClick(slot.more, LEFT),
        lambda: QTest.mouseClick(slot.picture, LEFT),
    ):
        open_it()
        qtbot.waitUntil(lambda: opened() is not None)
        assert "Random sample" in entries(opened())
        opened().close()
        qtbot.waitUntil(lambda: opened() is None)


def test_pins_are_chosen_by_name(
    slot: EndpointSlot, ready: Lab, told: Told, menu: Callable[[], dict[str, Any]]
) -> None:
    assert not menu()["Pin"].isEnabled()
    assert "Tray is empty" in menu()["Pin"].toolTip()
    ready.session.pin([1.0, 2.0], name="A & B")
    ready.session.pin([3.0, 4.0], source="data:digits/test/3")
    menu()["Pin/A && B"].trigger()
    assert told.last == "z:1.0,2.0"
    menu()["Pin/A"].trigger()
    assert told.last == "data:digits/test/3"


def test_pins_of_other_models_are_offered_where_they_are_pictures(
    slot: EndpointSlot, ready: Lab, qtbot: QtBot
) -> None:
    ready.session.pin([1.0, 2.0], name="latent")
    ready.session.pin([3.0, 4.0], name="image", source="data:digits/test/3")
    ready.choose_model("mnist-vae-5")
    qtbot.waitUntil(lambda: ready.latents is not None and ready.latents.size == 5)
    assert [pin.name for pin in slot.sources.pins()] == ["image"]


def test_the_cursor_a_sample_and_a_test_image_by_keys(
    slot: EndpointSlot, ready: Lab, told: Told
) -> None:
    ready.session.move_cursor([0.25, -0.5])
    press(slot, Qt.Key.Key_C)
    assert told.last == "z:0.25,-0.5"
    press(slot, Qt.Key.Key_R)
    press(slot, Qt.Key.Key_R)
    assert told.texts[1].startswith("seed:")
    assert told.texts[1] != told.texts[2]
    press(slot, Qt.Key.Key_T)
    assert reference.parse(told.last).kind == "data"


def test_means_and_images_of_a_label(
    slot: EndpointSlot, ready: Lab, told: Told, menu: Callable[[], dict[str, Any]]
) -> None:
    menu()["Mean of/2"].trigger()
    assert told.last == "label:2"
    for _ in range(8):
        menu()["Random test image of/1"].trigger()
        _, part, index = reference.parse(told.last).data
        row = int(np.flatnonzero(ready.latents.indices == index)[0]) if part == "all" else index
        assert ready.latents.labels[row] == 1


def test_a_test_image_by_its_number(
    slot: EndpointSlot, ready: Lab, told: Told, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sources, "image_count", 50)
    press(slot, Qt.Key.Key_N)
    dialog = slot.findChild(QInputDialog)
    assert dialog.intMaximum() == 49
    dialog.setIntValue(17)
    dialog.accept()
    assert told.last == "data:digits/test/17"
    slot._choose_number(50)
    assert slot.problem == "There is no test image 50; choose one of 0 to 49."
    qtbot.waitUntil(lambda: slot.findChild(QInputDialog) is None)


def test_what_a_model_cannot_do_is_off_and_says_why(
    slot: EndpointSlot, menu: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert menu()["Draw…"].isEnabled()
    monkeypatch.setattr(Sources, "has", lambda *_: False)
    for title in ("Draw…", "Picture file…", "Paste a picture", "Random sample"):
        assert not menu()[title].isEnabled()
        assert menu()[title].toolTip().startswith("This model")


def test_its_picture_leaves_as_every_other(
    slot: EndpointSlot, ready: Lab, menu: Callable[[], dict[str, Any]]
) -> None:
    proposed: list[Proposal] = []
    ready.exports.wanted.connect(proposed.append)
    assert "Export…" not in menu()
    slot.show_endpoint(endpoint("z:1.0,2.0", "z", z=np.array([1, 2], np.float32)))
    menu()["Export…"].trigger()
    slot.show_endpoint(endpoint("data:digits/all/1", "digit", is_given=True))
    press(slot, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    decoded, given = (proposal.recipe for proposal in proposed)
    assert decoded.rows[0].z == ((1.0, 2.0),)
    assert images.read_png_text(given.rows[0].pictures[0]).tolist() == PICTURE.tolist()


def test_delete_clears(slot: EndpointSlot, qtbot: QtBot) -> None:
    with qtbot.waitSignal(slot.cleared):
        press(slot, Qt.Key.Key_Delete)


def test_without_sources_nothing_is_asked(qtbot: QtBot) -> None:
    slot = EndpointSlot("B")
    qtbot.addWidget(slot)
    told = Told(slot)
    for key in "CRTNDO":
        QTest.keyClick(slot.picture, key)
    slot.take(pictures.mime(PICTURE))
    assert told.texts == []
    assert set(entries(endpoint_menu.build(slot, None))) == {"Lock", "Clear"}


# -- pictures ----------------------------------------------------------------------------------


def test_a_drawing_becomes_a_picture_of_the_models_shape(
    slot: EndpointSlot, told: Told, qtbot: QtBot
) -> None:
    press(slot, Qt.Key.Key_D)
    dialog = slot.findChild(DrawDialog)
    canvas = dialog.pad.canvas
    QTest.mousePress(canvas, LEFT, pos=canvas.rect().center())
    QTest.mouseMove(canvas, canvas.rect().center() + QPoint(30, 60))
    QTest.mouseRelease(canvas, LEFT)
    drawn = dialog.pad.picture()
    QTest.mouseClick(dialog.use, LEFT)
    assert told.last == picture_reference(drawn)
    assert images.read_png_text(told.last.removeprefix("picture:")).shape == (1, 8, 8)
    qtbot.waitUntil(lambda: slot.findChild(DrawDialog) is None)


def test_the_pad_goes_on_with_the_drawing(slot: EndpointSlot) -> None:
    slot.show_endpoint(endpoint(picture_reference(PICTURE), "picture", is_given=True))
    slot.draw()
    assert not slot.findChild(DrawDialog).pad.is_blank
    slot.findChild(DrawDialog).reject()


def test_a_file_is_fitted_to_the_model(
    slot: EndpointSlot, told: Told, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cat.jpg"
    Image.new("RGB", (40, 20), (255, 0, 0)).save(file)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    press(slot, Qt.Key.Key_O)
    qtbot.waitUntil(lambda: told.last != "")
    picture = images.read_png_text(told.last.removeprefix("picture:"))
    assert picture.shape == (1, 8, 8)
    assert abs(int(picture.mean()) - 76) <= 2  # the luminance of red


def test_a_broken_file_is_told_in_the_slot(
    slot: EndpointSlot, told: Told, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "cat.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\nand no more")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    drop(slot, data)
    qtbot.waitUntil(lambda: slot.problem != "")
    assert "cat.png" in slot.problem
    assert told.texts == []


def test_a_file_of_one_of_our_latents_is_that_latent(
    slot: EndpointSlot, told: Told, tmp_path: Path, qtbot: QtBot
) -> None:
    for model in ("mnist-vae-2", "another"):
        row = Latents(z=((0.1, 0.3),))
        recipe = Recipe(latentlab="1", model=model, rows=(row,))
        file = tmp_path / f"{model}.png"
        file.write_bytes(images.png_bytes(PICTURE, 3, {KEY: recipe.model_dump_json()}))
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file))])
        drop(slot, data)
        qtbot.waitUntil(lambda: len(told.texts) > 0)
        if model == "mnist-vae-2":
            assert np.allclose(reference.parse(told.texts.pop()).z, (0.1, 0.3))
    assert told.last.startswith("picture:")


def test_a_picture_is_pasted(slot: EndpointSlot, told: Told) -> None:
    pictures.copy(PICTURE)
    press(slot, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    pasted = images.read_png_text(told.last.removeprefix("picture:"))
    assert np.array_equal(pasted, PICTURE)
    QGuiApplication.clipboard().setText("no picture")
    press(slot, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert slot.problem == endpoint_mime.NOTHING


def test_a_copied_latent_is_pasted_as_that_latent(
    slot: EndpointSlot, told: Told, ready: Lab, qtbot: QtBot
) -> None:
    connect_clipboard(ready.exports)
    copied: list[bytes] = []
    ready.exports.picture_copied.connect(copied.append)
    ready.exports.copy_picture(proposals.of_latents(ready, "here", [0.5, 0.25]))
    qtbot.waitUntil(lambda: bool(copied))
    press(slot, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert told.last == "z:0.5,0.25"
