"""The one door for everything that goes wrong: a log line, and one sentence for the user."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    from types import TracebackType

log = logging.getLogger(__name__)
_OFFSCREEN = "This plugin does not support"  # said of every window without a screen
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class ErrorDoor(QObject):
    """Exceptions of all threads and Qt's own messages come in, `reported` goes out."""

    reported = Signal(str, str)  # one sentence; details, empty when the sentence says it all

    def report(self, error: BaseException) -> None:
        """Callable from any thread: listeners in the GUI thread get it by Qt's queue."""
        if isinstance(error, LatentlabError):
            log.info("%s", error)
            self.reported.emit(str(error), "")
            return
        details = "".join(traceback.format_exception(error))
        log.error("%s", details)
        sentence = f"Something went wrong inside latentlab ({_short(error)}); your work is kept."
        self.reported.emit(sentence, details)

    def install(self) -> None:
        """Takes over sys.excepthook, threading.excepthook and Qt's message handler."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(self._on_qt_message)

    def uninstall(self) -> None:
        """Gives them back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.report(error)

    def _on_thread_exception(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self.report(caught.exc_value)

    def _on_qt_message(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        unseen = text.startswith(_OFFSCREEN)
        level = logging.DEBUG if unseen else _LEVELS.get(kind, logging.WARNING)
        log.log(level, "Qt, %s: %s", context.category, text)
        if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            self.reported.emit(f"Qt reports: {text}", "")


def _short(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:120]}" if text else type(error).__name__
