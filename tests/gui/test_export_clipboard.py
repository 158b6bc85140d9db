"""The clipboard and drags: pictures with their recipes, words that make them again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from latentlab.app.export import read_recipe
from latentlab.app.exports import Proposal
from latentlab.core.recipe import Latents
from tests.gui.taking import dialog_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.gui.export_dialog import ExportDialog
    from latentlab.gui.window import Window

Z = (3.0, 7.0)


@pytest.fixture
def ask(window: Window) -> Callable[..., ExportDialog]:
    """Opens the dialog for one latent of the current model."""

    def open_it(name: str) -> ExportDialog:
        recipe = window.lab.exports.recipe([Latents(z=(Z,))])
        window.lab.exports.propose(Proposal(name, recipe))
        return dialog_of(window)

    return open_it


def test_words_for_what_is_chosen_are_copied(
    ask: Callable[..., ExportDialog], qtbot: QtBot
) -> None:
    dialog = ask("seven")
    dialog.form.scale.setValue(7)
    dialog.command.click()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("latentlab ")
    assert "--scale 7" in text
    assert "seven.png" in text
    dialog.python.click()
    assert "latentlab" in QGuiApplication.clipboard().text()
    assert "seven.png" in QGuiApplication.clipboard().text()


def test_a_copied_picture_carries_its_recipe(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    window.lab.session.move_cursor(Z)
    qtbot.waitUntil(window.is_settled)
    window.views["edit.copy_picture"].trigger()
    clipboard = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: clipboard.mimeData().hasFormat("image/png"))
    copied = tmp_path / "copied.png"
    copied.write_bytes(clipboard.mimeData().data("image/png").data())
    assert read_recipe(copied).rows[0].z == (Z,)
    assert not clipboard.image().isNull()
    window.views["edit.copy_command"].trigger()
    assert clipboard.text().startswith("latentlab decode mnist-vae-2")
    window.views["edit.copy_python"].trigger()
    assert "import latentlab" in clipboard.text()


def test_a_dragged_picture_is_a_file_with_its_recipe(window: Window, qtbot: QtBot) -> None:
    window.lab.session.move_cursor(Z)
    qtbot.waitUntil(window.is_settled)
    outlet = window.inspector.panel.image.outlet
    assert outlet.mime(0) is None, "nothing is ready before the mouse goes down"
    outlet.prepare(0)
    qtbot.waitUntil(lambda: outlet.mime(0) is not None)
    data = outlet.mime(0)
    (url,) = data.urls()
    assert read_recipe(Path(url.toLocalFile())).rows[0].z == (Z,)
    window.lab.session.move_cursor((1.0, 1.0))
    assert outlet.mime(0) is None, "it is another picture now"


def test_pins_and_neighbours_know_their_recipes(window: Window, qtbot: QtBot) -> None:
    wanted: list[Any] = []
    window.lab.exports.wanted.disconnect(window._open_export)
    window.lab.exports.wanted.connect(wanted.append)
    window.lab.session.pin([1.0, 2.0], name="mine")
    view = window.tray.panel.view
    qtbot.waitUntil(lambda: view.picture_of("pin-1") is not None)
    view.setCurrentIndex(view.pins.index(0))
    assert view.ask("export")
    neighbours = window.inspector.panel.neighbours
    qtbot.waitUntil(lambda: neighbours.count == 3)
    assert neighbours.ask("export")
    assert neighbours.ask("sheet")
    pin, one, three = wanted
    assert pin.name == "mnist-vae-2-mine"
    assert pin.recipe.rows[0].z == ((1.0, 2.0),)
    assert len(three.recipe.rows[0].z) == 3
    assert one.recipe.rows[0].z[0] == three.recipe.rows[0].z[0]
    QApplication.processEvents()
