"""Shortcuts of the Train tab in little room: they act on pages that are not seen, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.train.steps import start

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from latentlab.gui.tabs.train import TrainTab

CTRL = Qt.KeyboardModifier.ControlModifier
KEYS = Qt.Key


@pytest.fixture
def narrow(tab: TrainTab, qtbot: QtBot) -> TrainTab:
    """One page at a time, the form first."""
    tab.resize(600, 700)
    tab.activateWindow()
    qtbot.waitUntil(tab.isActiveWindow)
    assert tab.pages.page == "new"
    return tab


def press(tab: TrainTab, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(tab, key, modifiers)
    QApplication.processEvents()


def test_a_run_is_paused_and_stopped_from_the_form(narrow: TrainTab, qtbot: QtBot) -> None:
    run = start(narrow)
    header = narrow.view.header
    qtbot.waitUntil(lambda: header.pause.isVisible() and header.pause.isEnabled())
    for key, modifiers, state in (
        (KEYS.Key_Space, CTRL, "paused"),
        (KEYS.Key_Period, CTRL, "stopped"),
    ):
        narrow.pages.turn_to("new")
        assert not header.stop.isVisible()
        press(narrow, key, modifiers)
        assert narrow.pages.page == "watch", "where one sees what becomes of it"
        qtbot.waitUntil(lambda state=state: run.state == state)


def test_a_run_is_started_while_another_is_watched(narrow: TrainTab, qtbot: QtBot) -> None:
    narrow.pages.turn_to("watch")
    assert not narrow.form.start.isVisible()
    press(narrow, KEYS.Key_Return)
    [run] = narrow._lab.runs.runs
    assert narrow.pages.page == "watch"
    qtbot.waitUntil(lambda: run.state == "running")


def test_what_cannot_be_pressed_is_shown_at_least(narrow: TrainTab) -> None:
    press(narrow, KEYS.Key_Period)
    assert narrow.pages.page == "watch"
    assert not narrow.view.header.stop.isVisible(), "there is nothing to stop"
    assert narrow._lab.runs.runs == ()


@pytest.mark.parametrize("width", [600, 1000])
def test_a_visible_button_hears_its_key_once(tab: TrainTab, qtbot: QtBot, width: int) -> None:
    tab.resize(width, 700)
    tab.activateWindow()
    qtbot.waitUntil(tab.isActiveWindow)
    assert tab.form.start.isVisible()
    with qtbot.waitSignal(tab.form.start_requested):  # Qt presses the button for a moment
        press(tab, KEYS.Key_Return)
    assert len(tab._lab.runs.runs) == 1


def test_the_menu_of_runs_opens_on_its_page(narrow: TrainTab) -> None:
    menu, seen = narrow.runs.opener.menu(), []

    def look_and_close() -> None:
        seen.append((narrow.pages.page, menu.isVisible()))
        menu.close()

    menu.aboutToShow.connect(lambda: QTimer.singleShot(0, menu, look_and_close))
    press(narrow, KEYS.Key_O)
    assert seen == [("runs", True)]
