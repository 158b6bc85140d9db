"""The way in: a window that opens and closes, and one sentence where none can."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

from latentlab.gui import app, environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.gui.window import Window


@pytest.fixture
def fake_children(monkeypatch: pytest.MonkeyPatch) -> None:
    from latentlab.app import codec_lanes
    from tests.gui.conftest import CODEC

    monkeypatch.setattr(codec_lanes, "command", lambda _: CODEC)


def when_settled(act: Callable[[Window], object]) -> Callable[[Window], None]:
    def ready(window: Window) -> None:
        def once() -> None:
            window.settled.disconnect(once)
            QTimer.singleShot(0, window, lambda: act(window))

        window.settled.connect(once)

    return ready


@pytest.mark.usefixtures("fake_children", "plain_tabs", "qapp")
def test_run_opens_and_closing_ends_it() -> None:
    seen: list[str] = []

    def look(window: Window) -> None:
        seen.extend([window.model_id, window.tabs.currentWidget().spec.name])
        seen.append("icons" if not window.views["edit.undo"].icon().isNull() else "no icons")
        window.close()

    assert app.run(model="mnist-vae-5", ready=when_settled(look)) == 0
    assert seen == ["mnist-vae-5", "explore", "icons"]


@pytest.mark.usefixtures("fake_children", "plain_tabs", "qapp")
def test_ctrl_c_in_the_shell_closes_the_window() -> None:
    before = signal.getsignal(signal.SIGINT)
    done = app.run(ready=when_settled(lambda _: os.kill(os.getpid(), signal.SIGINT)))
    assert done == 0
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("fake_children", "plain_tabs", "qapp")
def test_a_bug_in_a_slot_becomes_a_message(qtbot: QtBot) -> None:
    texts: list[str] = []

    def fail(window: Window) -> None:
        QTimer.singleShot(0, window, lambda: {}["missing"])
        QTimer.singleShot(50, window, lambda: look(window))

    def look(window: Window) -> None:
        texts.extend(window.messages.texts)
        window.close()

    with qtbot.captureExceptions():
        assert app.run(ready=when_settled(fail)) == 0
    assert "KeyError" in texts[0]
    assert "your work is kept" in texts[0]


def test_where_no_window_can_open_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = "The window cannot open: Qt misses system libraries; mend it with: apt-get ..."
    monkeypatch.setattr(environment, "problem", lambda: sentence)
    assert app.run() == 1
    assert capsys.readouterr().err == f"latentlab: {sentence}\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the X server")
def test_a_missing_display_is_noticed_before_qt_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setattr("latentlab.gui.environment.qt_problem", lambda: "no display")
    assert environment.problem() == "no display"
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert environment.problem() is None


def test_a_missing_library_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file")

    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr(environment.sys, "platform", "linux")
    monkeypatch.setattr(environment.ctypes, "CDLL", refuse)
    monkeypatch.setattr("latentlab.gui.environment.qt_problem", lambda: "install libxcb-cursor0")
    assert environment.problem() == "install libxcb-cursor0"


def test_work_after_the_first_paint_comes_once_and_after_it(qtbot: QtBot) -> None:
    order: list[str] = []

    class Painted(QLabel):
        def paintEvent(self, event: object) -> None:
            order.append("painted")

    label = Painted("x")
    qtbot.addWidget(label)
    app.call_after_first_paint(label, lambda: order.append("called"))
    label.show()
    qtbot.waitUntil(lambda: "called" in order)
    label.repaint()
    assert order[0] == "painted"
    assert order.count("called") == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs an X server that is absent")
def test_the_program_itself_exits_with_one(home: object) -> None:
    env = {**os.environ, "QT_QPA_PLATFORM": "xcb", "DISPLAY": ":4711"}
    env.pop("WAYLAND_DISPLAY", None)
    done = subprocess.run(
        [sys.executable, "-m", "latentlab"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("latentlab: The window cannot open")
    assert "Traceback" not in done.stderr
