"""The hand of the tests: where things are on the map, and how to move there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from latentlab.app.lab import Lab
    from latentlab.data.dataset import Dataset
    from latentlab.gui.tabs.explore import ExploreTab

LEFT = Qt.MouseButton.LeftButton


def show_originals(lab: Lab, dataset: Dataset) -> None:
    lab.dataset = dataset
    lab.dataset_changed.emit()


def at(tab: ExploreTab, x: float, y: float) -> QPoint:
    return tab.panel.plot.to_widget(x, y).toPoint()


def move(tab: ExploreTab, x: float, y: float) -> None:
    QTest.mouseMove(tab.panel.plot.viewport(), at(tab, x, y))
    QApplication.processEvents()


def click(tab: ExploreTab, x: float, y: float) -> None:
    QTest.mouseClick(tab.panel.plot.viewport(), LEFT, pos=at(tab, x, y))


def drag(
    tab: ExploreTab,
    places: list[tuple[float, float]],
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    button: Qt.MouseButton = LEFT,
) -> None:
    port = tab.panel.plot.viewport()
    spots = [at(tab, *place) for place in places]
    QTest.mousePress(port, button, keys, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(port, spot)
    QTest.mouseRelease(port, button, keys, spots[-1])
    QApplication.processEvents()


def key(tab: ExploreTab, code: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(tab.panel.plot, code, modifier)
