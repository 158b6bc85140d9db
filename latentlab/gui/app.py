"""Open the window; this is what `latentlab` without a command does."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from typing import TYPE_CHECKING

from latentlab.gui import environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QWidget

    from latentlab.gui.window import Window


def run(
    library: Path | None = None,
    *,
    device: str | None = None,
    model: str | None = None,
    ready: Callable[[Window], None] | None = None,
) -> int:
    """Shows the window until it is closed; returns the exit code, 1 when none can open.

    `ready` is given the window before it shows.
    """
    if problem := environment.problem():
        sys.stderr.write(f"latentlab: {problem}\n")
        return 1
    logging.basicConfig(level=logging.WARNING)
    from latentlab.app.lab import Lab
    from latentlab.gui.bridge import Bridge

    make_application()
    bridge = Bridge()
    lab = Lab(bridge.post, library=library, device=device, model=model)
    # The codec process is on its way and needs seconds; what follows takes place meanwhile.
    from latentlab.gui.errors import ErrorDoor
    from latentlab.gui.theme import theme
    from latentlab.gui.window import Window

    theme().defer_icons()
    door = ErrorDoor()
    window = Window(lab)
    door.reported.connect(window.messages.error)
    door.install()
    if ready is not None:
        ready(window)
    try:
        return _show(window)
    finally:
        bridge.close()
        door.uninstall()


def _show(window: Window) -> int:
    """Until it is closed; then nothing is left of it."""
    from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
    from PySide6.QtWidgets import QApplication

    QApplication.setQuitOnLastWindowClosed(False)
    loop = QEventLoop()  # not the application's: what follows its end could not wait any more
    window.closed.connect(loop.quit)
    listen = _Signals(window)
    call_after_first_paint(window, window.show_first_tab)
    window.show()
    code = loop.exec()
    listen.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
    return code


def make_application() -> QApplication:
    """The QApplication with its name; the one that exists, if one does."""
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("latentlab")
    app.setApplicationDisplayName("latentlab")
    app.setDesktopFileName("latentlab")
    return app


def call_after_first_paint(window: QWidget, act: Callable[[], None]) -> None:
    """Calls `act` once when the window has been drawn: a zero timer would come before that."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                QTimer.singleShot(0, watched, act)
            return False

    window.installEventFilter(Watch(window))


class _Signals:
    """Ctrl+C in the shell closes the window as its cross does.

    Python handles signals between bytecodes only, and Qt's loop has none; the wake-up socket
    gives it one.
    """

    def __init__(self, window: Window) -> None:
        from PySide6.QtCore import QSocketNotifier

        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._old_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(lambda *_: self._reader.recv(64))
        self._old = {
            number: signal.signal(number, lambda *_: window.close())
            for number in (signal.SIGINT, signal.SIGTERM)
        }

    def close(self) -> None:
        """Everything as it was."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_fd)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()
