"""The hand of the tests of the Transfer page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.gui.style.transfer_page import TransferPage

LEFT = Qt.MouseButton.LeftButton


def settle(page: TransferPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(page.is_settled, timeout=15_000)
    QApplication.processEvents()


def click(page: TransferPage, row: int, column: int) -> None:
    """On a cell."""
    matrix = page.pane.matrix
    index = row * matrix.lines.columns + column
    QTest.mouseClick(matrix, LEFT, pos=matrix.cell(index).center())


def drop(target: QWidget, data: QMimeData, place: QPoint) -> None:
    copy, move = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    target.dropEvent(QDropEvent(QPointF(place), copy, data, LEFT, move))


def picture_file(folder: Path) -> QMimeData:
    pixels = np.zeros((8, 8), np.uint8)
    pixels[0, :2], pixels[4, 4] = 30, 200
    Image.fromarray(pixels).save(folder / "drawn.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder / "drawn.png"))])
    return data


def menu_titles(menu: QMenu) -> list[str]:
    return [entry.text() for entry in menu.actions() if entry.text()]
