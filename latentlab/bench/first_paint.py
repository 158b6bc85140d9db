"""Children of `latentlab bench start`: open a window, say on the monotonic clock when it showed."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.gui.window import Window

_watching: list[Any] = []  # Qt keeps no reference to an event filter

HEAVY = ("torch", "torchvision", "sklearn")


def on_first_paint(told: Callable[[], None]) -> None:
    """Call `told` once, when the first window of this process is on the screen and drawn."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    assert app is not None
    unwatch = app.removeEventFilter

    class Watch(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Expose:
                unwatch(self)
                QTimer.singleShot(0, told)  # after the paint that the exposure brings
            return False

    _watching.append(Watch())
    app.installEventFilter(_watching[-1])


def say(**facts: Any) -> None:
    """One JSON line with the time, for the parent."""
    sys.stdout.write(json.dumps({"at": time.monotonic(), **facts}) + "\n")
    sys.stdout.flush()


def empty() -> None:
    """The baseline: pyqtgraph with nothing in it."""
    import pyqtgraph as pg
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(pg.PlotWidget())
    window.resize(1280, 800)

    def shown() -> None:
        say(event="shown")
        app.quit()

    on_first_paint(shown)
    window.show()
    app.exec()


def latentlab(library: str, model: str) -> None:
    """The real window, until its first picture is drawn."""
    from latentlab.gui.app import run

    def watch(window: Window) -> None:
        def shown() -> None:
            say(event="shown", heavy=[name for name in HEAVY if name in sys.modules])

        def drawn() -> None:
            window.inspector.drawn.disconnect(drawn)
            say(event="drawn", heavy=[name for name in HEAVY if name in sys.modules])
            window.close()

        on_first_paint(shown)
        window.inspector.drawn.connect(drawn)

    run(Path(library), model=model, ready=watch)


if __name__ == "__main__":
    if sys.argv[1] == "empty":
        empty()
    else:
        latentlab(*sys.argv[2:])
