"""The hand of the tests of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from latentlab.app.homotopy import RowsInStep
    from latentlab.app.lab import Lab
    from latentlab.gui.homotopy.rows_mode import RowsMode

A, B = "z:0.0,0.0", "z:9.0,18.0"
LEFT = Qt.MouseButton.LeftButton


def settle(lab: Lab, qtbot: QtBot) -> RowsInStep:
    """Waits until the rows are drawn."""
    qtbot.waitUntil(lambda: lab.homotopy.is_settled and lab.homotopy.plan is not None)
    QApplication.processEvents()
    return lab.homotopy


def at_t(lab: Lab, qtbot: QtBot, t: float) -> None:
    """Waits until the moving pictures are those of t."""
    qtbot.waitUntil(lambda: lab.homotopy.moving_t == pytest.approx(t, abs=1e-9))
    QApplication.processEvents()


def at_rest(widget: QWidget, qtbot: QtBot) -> None:
    """Waits until a widget stays where it is: a hand on one that moves meets its neighbour."""
    places: list[QRect] = []

    def stays() -> bool:
        corner = widget.mapTo(widget.window(), QPoint())
        places.append(QRect(corner, widget.size()))
        return len(places) >= 5 and len({place.getRect() for place in places[-5:]}) == 1

    qtbot.waitUntil(stays)


def drag(widget: QWidget, places: Sequence[QPoint]) -> None:
    """The left button down at the first place, along all, up at the last.

    Events go straight to the widget: QTest moves the cursor of the whole screen, and what lies
    there need not be this widget.
    """
    QTest.mousePress(widget, LEFT, pos=places[0])
    for place in map(QPointF, places[1:]):
        event = QMouseEvent(
            QEvent.Type.MouseMove, place, widget.mapToGlobal(place),
            Qt.MouseButton.NoButton, LEFT, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)
        QApplication.processEvents()
    QTest.mouseRelease(widget, LEFT, pos=places[-1])


def click_step(pane: RowsMode, kind: str, step: int) -> None:
    """On a picture of a strip."""
    strip = pane.strips[kind].strip
    QTest.mouseClick(strip, LEFT, pos=strip.cell(step).center())
