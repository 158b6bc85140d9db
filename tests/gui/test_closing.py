"""Closing mid-training: asked, saved, never hung; nothing is left alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from latentlab.core.spec import TrainSpec
from latentlab.gui.closing import Closing
from tests.helpers import children

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.run_manager import RunHandle
    from latentlab.gui.window import Window


@pytest.fixture
def start(qtbot: QtBot) -> Callable[..., RunHandle]:
    """Starts a fake training in a window and waits for its first step."""

    def start_one(window: Window, **config: object) -> RunHandle:
        run = window.lab.runs.start(TrainSpec(family="vae", config=config, name="going"))
        qtbot.waitUntil(lambda: run.history.started is not None, timeout=10_000)
        return run

    return start_one


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def choose(what: str) -> None:
        monkeypatch.setattr(Closing, "ask", lambda _: what)

    return choose


def test_the_run_line_follows_the_run(
    window: Window, start: Callable[..., RunHandle], qtbot: QtBot
) -> None:
    start(window)
    status = window.tray.panel.status
    qtbot.waitUntil(lambda: "going" in status.text)
    assert not status.isHidden()


def test_staying_changes_nothing(
    window: Window, start: Callable[..., RunHandle], answer: Callable[[str], None]
) -> None:
    run = start(window)
    answer("stay")
    window.close()
    assert window.isVisible()
    assert run.is_active


def test_stop_and_save_ends_the_runs_then_closes(
    window: Window, start: Callable[..., RunHandle], answer: Callable[[str], None], qtbot: QtBot
) -> None:
    run = start(window)
    answer("save")
    with qtbot.waitSignal(window.closed, timeout=10_000):
        window.close()
        assert window.isVisible(), "closing waits for the run, the window goes on living"
    assert run.state == "stopped"
    assert not window.isVisible()
    assert not [line for line in children().values() if "fake" in line]


def test_a_run_that_does_not_answer_can_be_left(
    window: Window, start: Callable[..., RunHandle], answer: Callable[[str], None], qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    start(window, mute=True)
    answer("save")
    close = window.lab.runs.close
    monkeypatch.setattr(window.lab.runs, "close", lambda **_: close(save=False, timeout_s=0.5))
    window.close()
    dialog = window._closing._dialog
    assert dialog is not None
    assert "1 training saving" in dialog.words.text()
    with qtbot.waitSignal(window.closed, timeout=10_000):
        qtbot.mouseClick(dialog.leave, Qt.MouseButton.LeftButton)
    assert not window.isVisible()


def test_the_question_names_the_runs_and_stays_by_default(
    window: Window, start: Callable[..., RunHandle], monkeypatch: pytest.MonkeyPatch
) -> None:
    start(window)
    seen: list[QMessageBox] = []

    def look(box: QMessageBox) -> None:
        seen.append(box)
        assert "going" in box.text()
        assert box.defaultButton().text() == "Keep the window open"
        box.defaultButton().click()

    monkeypatch.setattr(QMessageBox, "exec", look)
    assert window._closing.ask() == "stay"
    assert len(seen) == 1
    QApplication.processEvents()


def test_closing_without_runs_asks_nothing(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.isVisible()
