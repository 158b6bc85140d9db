"""The hand of the tests of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
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


def click_step(pane: RowsMode, kind: str, step: int) -> None:
    """On a picture of a strip."""
    strip = pane.strips[kind].strip
    QTest.mouseClick(strip, LEFT, pos=strip.cell(step).center())
