"""The hand of the tests of the Arithmetic tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentlab.gui.widgets.endpoint_mime import REFERENCE_MIME

if TYPE_CHECKING:
    import numpy as np
    from PySide6.QtWidgets import QMenu, QWidget
    from pytestqt.qtbot import QtBot

    from latentlab.gui.arithmetic.query_field import QueryField
    from latentlab.gui.tabs.arithmetic import ArithmeticTab

LEFT = Qt.MouseButton.LeftButton


def settle(tab: ArithmeticTab, qtbot: QtBot) -> None:
    """Everything that was asked for is on the screen."""

    def is_there() -> bool:
        fillings = tab._lab.arithmetic.fillings
        return tab.is_settled() and not any(each.is_under_way for each in fillings)

    qtbot.waitUntil(is_there, timeout=15_000)
    QApplication.processEvents()


def drop(target: QWidget, text: str) -> None:
    """A reference, as the wall and the Tray give it."""
    data = QMimeData()
    data.setData(REFERENCE_MIME, QByteArray(text.encode()))
    copy, plain = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    target.dropEvent(QDropEvent(QPointF(4, 4), copy, data, LEFT, plain))


def ask(field: QueryField, text: str) -> None:
    """Type and take."""
    field.edit.selectAll()
    QTest.keyClicks(field.edit, text)
    field.edit.completer_.popup().hide()
    QTest.keyClick(field.edit, Qt.Key.Key_Return)


def shown_z(picture: np.ndarray | None) -> list[int]:
    """The latent that the fake codec painted."""
    assert picture is not None
    return picture[0, 0, :2].tolist()


def trigger(menu: QMenu, title: str) -> None:
    """An entry of a menu by its words."""
    entry = next(each for each in menu.actions() if each.text().startswith(title))
    assert entry.isEnabled()
    entry.trigger()
