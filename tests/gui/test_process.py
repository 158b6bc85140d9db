"""What the window's process must not do: import torch, lose references, hide errors."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QThread, qWarning

from latentlab.core.errors import ModelError
from latentlab.gui.bridge import Bridge
from latentlab.gui.errors import ErrorDoor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from latentlab.gui.window import Window

HEAVY = ("torch", "torchvision", "sklearn", "scipy", "umap", "pandas")
LOOK = f"""
import sys, pkgutil, importlib, latentlab.gui, latentlab.app
from latentlab.gui.app import make_application
app = make_application()
for room in (latentlab.gui, latentlab.app):
    for found in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        importlib.import_module(found.name)
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_no_module_of_the_window_imports_torch() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_two_thousand_repaints_lose_no_reference_to_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 on Python 3.11 drops one per void call until Python aborts."""
    import pyqtgraph as pg

    plot = pg.PlotWidget()
    qtbot.addWidget(plot)
    curve = plot.plot([0.0, 1.0])
    plot.resize(120, 90)
    plot.show()
    before = sys.getrefcount(None)
    for i in range(2000):
        curve.setData([0.0, 1.0, 2.0], [0.0, float(i), 1.0])
        plot.repaint()
    assert sys.getrefcount(None) > before - 100
    plot.close()


# -- the bridge ---------------------------------------------------------------------------------


def test_work_runs_in_order_on_the_gui_thread(qtbot: QtBot) -> None:
    bridge, ran = Bridge(), []
    main = QThread.currentThread()

    def post_many() -> None:
        for number in range(100):
            bridge.post(lambda n=number: ran.append((n, QThread.currentThread() is main)))

    worker = threading.Thread(target=post_many)
    worker.start()
    worker.join()
    assert ran == [], "nothing runs on the worker"
    qtbot.waitUntil(lambda: len(ran) == 100)
    assert ran == [(n, True) for n in range(100)]


def test_a_closed_bridge_runs_nothing_more(qtbot: QtBot) -> None:
    bridge, ran = Bridge(), []
    bridge.post(lambda: ran.append("queued before"))
    bridge.close()
    bridge.post(lambda: ran.append("after"))
    other = Bridge()
    other.post(lambda: ran.append("other"))
    qtbot.waitUntil(lambda: "other" in ran)
    assert ran == ["other"]


# -- the door -----------------------------------------------------------------------------------


@pytest.fixture
def door(qapp: object) -> Iterator[ErrorDoor]:
    hooks = sys.excepthook, threading.excepthook
    made = ErrorDoor()
    yield made
    sys.excepthook, threading.excepthook = hooks


def test_a_users_mistake_is_its_sentence(door: ErrorDoor, qtbot: QtBot) -> None:
    with qtbot.waitSignal(door.reported) as told:
        door.report(ModelError("The weights are missing; get the model again."))
    assert told.args == ["The weights are missing; get the model again.", ""]


def test_a_bug_keeps_its_traceback(
    door: ErrorDoor, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        {}["key"]
    except KeyError as error:
        with qtbot.waitSignal(door.reported) as told:
            door.report(error)
    assert "KeyError" in told.args[0]
    assert "Traceback" in told.args[1]
    assert "Traceback" not in told.args[0]
    assert "KeyError" in caplog.text


def test_exceptions_of_threads_come_through_the_same_door(door: ErrorDoor, qtbot: QtBot) -> None:
    threading.excepthook = door._on_thread_exception

    def fail() -> None:
        raise ModelError("from a thread")

    with qtbot.waitSignal(door.reported) as told:
        worker = threading.Thread(target=fail)
        worker.start()
        worker.join()
    assert told.args[0] == "from a thread"


def test_qts_own_messages_are_logged(
    door: ErrorDoor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtCore import qInstallMessageHandler

    before = qInstallMessageHandler(door._on_qt_message)
    with caplog.at_level(logging.WARNING):
        qWarning("a plugin is missing")
    qInstallMessageHandler(before)
    assert "a plugin is missing" in caplog.text


def test_errors_are_shown_once_with_details(window: Window, qtbot: QtBot) -> None:
    for _ in range(5):
        window.messages.error("Something went wrong.", "Traceback ...")
    assert window.messages.texts == ["Something went wrong."]
    toast = window.messages._toasts[0]
    assert toast.isVisible()
    assert window.rect().contains(toast.geometry())
    qtbot.keyClick(toast, "\x1b")
    assert window.messages.texts == []


def test_only_the_newest_messages_stay(window: Window) -> None:
    for number in range(9):
        window.messages.note(f"note {number}")
    assert window.messages.texts == [f"note {number}" for number in range(5, 9)]
