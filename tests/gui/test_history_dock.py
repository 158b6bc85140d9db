"""Steps in words, jumps, and sessions as files, by mouse and keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox

from latentlab.app import session_file
from latentlab.gui.docks.history import EMPTY, START, History
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.gui.window import Window

F9 = Qt.Key.Key_F9


def words(history: History) -> list[str]:
    steps = history.panel.steps
    return [steps.item(row).text() for row in range(steps.count())]


@pytest.fixture
def history(window: Window, qtbot: QtBot) -> History:
    """The dock, opened by its key, with three steps."""
    window.lab.session.history.seal()
    qtbot.keyClick(window, F9)
    assert window.docks["history"].isVisible()
    session = window.lab.session
    for change in (
        lambda: session.pin([1.0, 2.0]),
        lambda: session.set_map(prior=False),
        lambda: session.set_homotopy(steps=20),
    ):
        change()
        session.history.seal()
    qtbot.waitUntil(lambda: len(words(window.history)) >= 4)
    return window.history


def test_it_is_hidden_at_first_and_f9_shows_and_hides_it(window: Window, qtbot: QtBot) -> None:
    dock = window.docks["history"]
    assert dock.isHidden()
    assert window.docks["inspector"].isVisible()
    qtbot.keyClick(window, F9)
    assert dock.isVisible()
    assert window.tabifiedDockWidgets(dock) == [window.docks["inspector"]]
    window.history.panel.show_trail(type(window.lab.session.trail())((window.lab.session.state,)))
    assert window.history.panel.empty.text() == EMPTY
    assert window.history.panel.empty.isVisible()
    qtbot.keyClick(window, F9)
    assert dock.isHidden()


def test_steps_are_listed_in_words(history: History) -> None:
    assert words(history)[0] == START
    assert words(history)[-3:] == ["pinned A", "prior rings off", "steps 10 → 20"]
    steps = history.panel.steps
    assert steps.currentRow() == steps.count() - 1
    assert steps.item(steps.currentRow()).font().bold()


def test_a_click_jumps_and_what_was_undone_is_dim(
    window: Window, history: History, qtbot: QtBot
) -> None:
    steps, session = history.panel.steps, window.lab.session
    row = steps.count() - 3
    place = steps.visualItemRect(steps.item(row)).center()
    qtbot.mouseClick(steps.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [pin.name for pin in session.state.pins] == ["A"]
    assert session.state.map.prior
    assert session.state.homotopy.steps == 10
    faint = theme().color("faint")
    qtbot.waitUntil(lambda: steps.item(row + 1).foreground().color() == faint)
    assert steps.currentRow() == row
    assert steps.item(row - 1).foreground().color() == theme().color("text")
    assert "undone" in steps.item(row + 1).data(Qt.ItemDataRole.AccessibleTextRole)
    steps.setCurrentRow(steps.count() - 1)
    qtbot.keyClick(steps, Qt.Key.Key_Return)
    assert session.state.homotopy.steps == 20
    window.views["edit.undo"].trigger()
    qtbot.waitUntil(lambda: steps.currentRow() == steps.count() - 2)


def test_a_new_step_after_undo_forgets_what_was_undone(
    window: Window, history: History, qtbot: QtBot
) -> None:
    window.lab.session.undo()
    window.lab.session.update(smooth=True)
    qtbot.waitUntil(lambda: words(history)[-1] == "smooth pictures on")
    assert "steps 10 → 20" not in words(history)


def test_a_drag_is_one_row(window: Window, history: History, qtbot: QtBot) -> None:
    before = len(words(history))
    for i in range(30):
        window.lab.session.move_cursor([i / 10, 0.0])
    qtbot.waitUntil(lambda: len(words(history)) == before + 1)
    assert words(history)[-1] == "moved the cursor to +2.90, +0.00"


def test_colours_follow_the_theme(history: History, qtbot: QtBot) -> None:
    steps = history.panel.steps
    theme().configure("dark", 1.0)
    dark = theme().color("text")
    qtbot.waitUntil(lambda: steps.item(0).foreground().color() == dark)


# -- sessions -----------------------------------------------------------------------------------


def test_a_session_is_saved_and_opened(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, path = window.lab.session, tmp_path / "lecture.json"
    session.pin([1.0, 2.0], name="mine")
    session.set_homotopy(steps=33)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window.views["file.save_session"].trigger()
    assert session_file.read(path).state == session.state
    session.remove_pin("pin-1")
    session.set_homotopy(steps=4)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    window.views["file.open_session"].trigger()
    assert session.state.homotopy.steps == 33
    assert [pin.name for pin in session.state.pins] == ["mine"]
    place = session.trail().place
    session.go_to(place - len(session_file.read(path).trail().kinds) - 1)
    assert session.state.homotopy.steps == 4, "undo leads back before the opening"
    assert any("lecture.json" in text for text in window.messages.texts)


@pytest.mark.parametrize("content", ["", "[]", '{"version": 9}', '{"state": {"z": 3}}'])
def test_a_bad_session_is_told_and_changes_nothing(
    window: Window, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    before = window.lab.session.document()
    window.sessions.open(path)
    assert window.lab.session.document() == before
    assert "bad.json" in window.messages.texts[-1]
    assert "nothing was changed" in window.messages.texts[-1]


def test_a_session_that_cannot_be_written_is_told(window: Window, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    window.sessions.save(tmp_path / "file" / "x.json")
    assert "cannot be saved" in window.messages.texts[-1]


def test_a_typed_name_gets_its_ending_and_replaces_nothing_unasked(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "lecture"), ""))
    answers = QMessageBox.StandardButton
    window.views["file.save_session"].trigger()
    assert (tmp_path / "lecture.json").is_file()
    (tmp_path / "lecture.json").write_text("mine")
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.No)
    window.views["file.save_session"].trigger()
    assert (tmp_path / "lecture.json").read_text() == "mine"
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.Yes)
    window.views["file.save_session"].trigger()
    assert session_file.read(tmp_path / "lecture.json").state == window.lab.session.state
    assert window.lab.preferences.settings.export_folder == str(tmp_path)


def test_a_dropped_session_opens(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    document = json.loads(window.lab.session.document().model_dump_json())
    document["state"]["smooth"] = True
    document["history"] = None
    path = tmp_path / "dropped.json"
    path.write_text(json.dumps(document))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    place = QPointF(QPoint(10, 10))
    window.dropEvent(QDropEvent(place, action, data, Qt.MouseButton.LeftButton, none))
    qtbot.waitUntil(lambda: window.lab.session.state.smooth)


def test_history_survives_a_restart(window: Window) -> None:
    session = window.lab.session
    session.set_homotopy(steps=33)
    session.history.seal()
    session.set_homotopy(steps=34)
    window.lab.save()
    again, problem = type(session).restore(window.lab.folder / "session.json")
    assert problem == ""
    assert again.trail() == session.trail()
    again.undo()
    assert again.state.homotopy.steps == 33
