"""Actions as data: palette, menu, shortcuts, preferences, help; the window as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel

from latentlab.app.session_file import SessionFile
from latentlab.app.state import State
from latentlab.core.errors import ConfigError, LatentlabError
from latentlab.gui import shot as shots
from latentlab.gui.commands import CommandPalette
from latentlab.gui.preferences_dialog import PreferencesDialog
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.gui.window import Window

# These open Qt's own file dialog.
ASKS = {"file.import", "file.export", "file.open_session", "file.save_session"}
LEAVES = {"file.quit", "help.menu", "model.folder", "model.remove"}  # tested by themselves


def dialogs(window: Window) -> list[QDialog]:
    return [child for child in window.findChildren(QDialog) if child.isVisible()]


def test_every_action_can_be_triggered(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: ("", ""))
    for action in window.actions_list:
        if action.id in LEAVES or not action.is_enabled:
            continue
        window.views[action.id].trigger()
        for dialog in dialogs(window):
            dialog.reject()
    assert not window.recorder.is_on or window.recorder.toggle() is None
    qtbot.waitUntil(window.is_settled)
    assert {action.id for action in window.actions_list} >= ASKS


def test_actions_have_titles_help_and_unique_shortcuts(window: Window) -> None:
    keys = [action.shortcut for action in window.actions_list if action.shortcut]
    assert len(keys) == len(set(keys))
    for action in window.actions_list:
        assert action.help.endswith("."), action.id
        assert action.shortcut in window.views[action.id].toolTip()
        if action.shortcut:
            assert not QKeySequence(action.shortcut).isEmpty()


def test_the_menu_holds_every_action(window: Window) -> None:
    found = {
        action.objectName()
        for submenu in window.toolbar.menu_button.menu().actions()
        for action in submenu.menu().actions()
    }
    assert found == {action.id for action in window.actions_list}


def palette(window: Window) -> CommandPalette:
    window.open_palette()
    return window.findChild(CommandPalette)


def test_the_palette_finds_runs_and_closes(window: Window, qtbot: QtBot) -> None:
    box = palette(window)
    qtbot.keyClicks(box.field, "train tab")
    assert box.titles[0] == "Train tab"
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert window.lab.session.state.tab == "train"
    assert not dialogs(window)


def test_the_palette_chooses_models(window: Window, qtbot: QtBot) -> None:
    box = palette(window)
    qtbot.keyClicks(box.field, "mnist-vae-5")
    assert box.titles == ["Choose mnist-vae-5"]
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.model_id == "mnist-vae-5" and window.is_settled())


def test_the_palette_by_arrows_and_nothing_found(window: Window, qtbot: QtBot) -> None:
    box = palette(window)
    qtbot.keyClick(box.field, Qt.Key.Key_Up)
    assert box.list.currentRow() == 0
    qtbot.keyClick(box.field, Qt.Key.Key_Down)
    assert box.list.currentRow() == 1
    qtbot.keyClicks(box.field, "no such thing")
    assert box.titles == []
    assert not box._nothing.isHidden()
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not dialogs(window)


def test_what_cannot_be_done_now_is_not_offered(window: Window) -> None:
    titles = palette(window).titles
    assert "Redo" not in titles
    assert "Command palette" in titles
    dialogs(window)[0].reject()


# -- preferences and help -----------------------------------------------------------------------


@pytest.fixture
def preferences(window: Window) -> PreferencesDialog:
    window.open_preferences()
    return window.findChild(PreferencesDialog)


def test_colours_and_size_show_at_once_and_cancel_takes_them_back(
    window: Window, preferences: PreferencesDialog
) -> None:
    before = window.lab.preferences.settings
    preferences.theme.setCurrentIndex(preferences.theme.findData("dark"))
    preferences.theme.activated.emit(0)
    preferences.scale.setValue(15)
    assert theme().dark
    assert theme().scale == 1.5
    preferences.reject()
    assert window.lab.preferences.settings == before
    assert theme().scale == before.ui_scale


def test_folders_are_kept_and_a_file_is_refused(
    window: Window, preferences: PreferencesDialog, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    preferences.library.edit.setText(str(tmp_path / "file"))
    preferences.accept()
    assert "is a file; choose a folder" in preferences.problem.text()
    assert preferences.isVisible()
    preferences.library.edit.setText(str(tmp_path / "models"))
    preferences.device.setCurrentText("cpu")
    preferences.accept()
    settings = window.lab.preferences.settings
    assert (settings.library, settings.device) == (str(tmp_path / "models"), "cpu")


def test_help_lists_every_shortcut(window: Window) -> None:
    window.open_shortcuts()
    shown = {label.text() for label in dialogs(window)[0].findChildren(QLabel)}
    for action in window.actions_list:
        if action.shortcut:
            assert QKeySequence(action.shortcut).toString() in shown
    dialogs(window)[0].reject()


def test_about_says_version_and_library(window: Window) -> None:
    window.open_about()
    text = " ".join(label.text() for label in dialogs(window)[0].findChildren(QLabel))
    assert "latentlab 0" in text
    assert str(window.lab.registry.library) in text
    dialogs(window)[0].reject()


# -- shot ---------------------------------------------------------------------------------------


@pytest.fixture
def fake_children(monkeypatch: pytest.MonkeyPatch) -> None:
    from latentlab.app import codec_lanes
    from tests.gui.conftest import CODEC

    monkeypatch.setattr(codec_lanes, "command", lambda _: CODEC)


@pytest.mark.usefixtures("fake_children", "plain_tabs", "qapp")
def test_shot_saves_the_settled_window(tmp_path: Path, home: Path) -> None:
    out = shots.shot(out=tmp_path / "w.png", theme="light", size=(900, 640), model="mnist-vae-5")
    with Image.open(out) as image:
        assert image.size == (900, 640)
        assert min(image.convert("L").getpixel((3, 3)), 255) > 200
    assert not (home / "settings").exists(), "the user's session is left alone"
    QApplication.processEvents()


@pytest.mark.usefixtures("fake_children", "plain_tabs", "qapp")
def test_shot_shows_a_saved_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session, shown = tmp_path / "talk.json", []
    monkeypatch.setattr(shots, "_save", lambda window, _: shown.append(window.lab.session.state))
    document = SessionFile(state=State(model="mnist-vae-5", tab="train", smooth=True))
    session.write_text(document.model_dump_json(), "utf-8")
    shots.shot(out=tmp_path / "w.png", size=(900, 640), session=session)
    shots.shot(out=tmp_path / "w.png", size=(900, 640), session=session, tab="explore")
    assert [(state.model, state.tab, state.smooth) for state in shown] == [
        ("mnist-vae-5", "train", True),
        ("mnist-vae-5", "explore", True),
    ]
    session.write_text("{", "utf-8")
    with pytest.raises(ConfigError, match=r"talk\.json"):
        shots.shot(out=tmp_path / "y.png", session=session)
    QApplication.processEvents()


@pytest.mark.usefixtures("fake_children", "plain_tabs", "qapp")
def test_shot_refuses_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"no tab 'maps'; choose one of train, explore"):
        shots.shot(out=tmp_path / "x.png", tab="maps")
    with pytest.raises(LatentlabError, match="There is no model 'nothing'"):
        shots.shot(out=tmp_path / "x.png", model="nothing")
    monkeypatch.setattr("latentlab.gui.window.Window.is_settled", lambda _: False)
    with pytest.raises(LatentlabError, match="not drawn within 0 s"):
        shots.shot(out=tmp_path / "x.png", limit_s=0.0)
    assert not list(tmp_path.glob("*.png"))
    QApplication.processEvents()


@pytest.mark.parametrize(("text", "size"), [("1280x800", (1280, 800)), ("640×480", (640, 480))])
def test_sizes(text: str, size: tuple[int, int]) -> None:
    assert shots.parse_size(text) == size


@pytest.mark.parametrize("text", ["1280", "0x0", "99999x9", "10x10", "axb"])
def test_no_sizes(text: str) -> None:
    with pytest.raises(ConfigError):
        shots.parse_size(text)
