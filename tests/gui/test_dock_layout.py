"""Docks side by side, one before the other, and apart again: by scale, by size, restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTabBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.gui.window import Window


def shared_tabs(window: Window) -> list[list[str]]:
    """The tabs of all bars that can be seen on the docks of a window."""
    QApplication.processEvents()
    only_own = Qt.FindChildOption.FindDirectChildrenOnly
    return [
        [bar.tabText(index) for index in range(bar.count())]
        for bar in window.findChildren(QTabBar, options=only_own)
        if bar.isVisible() and bar.geometry().intersects(window.rect())
    ]


def scale_to(window: Window, scale: float) -> None:
    """By the steps of Ctrl++ and Ctrl+-."""
    while (now := window.lab.preferences.settings.ui_scale) != scale:
        window.scale_by(0.1 if now < scale else -0.1)
        QApplication.processEvents()


def are_apart(window: Window) -> bool:
    models, inspector = window.docks["models"], window.docks["inspector"]
    seen = not models.visibleRegion().isEmpty() and not inspector.visibleRegion().isEmpty()
    return seen and models.geometry().right() < inspector.x()


def test_steps_of_the_scale_leave_no_tabs_behind(window: Window) -> None:
    for _ in range(2):
        scale_to(window, 2.0)
        assert shared_tabs(window) == [["Models", "Inspector"]]
        scale_to(window, 1.0)
        assert shared_tabs(window) == []
        assert are_apart(window)


def test_history_stays_with_the_inspector(window: Window) -> None:
    window.docks["history"].show()
    assert shared_tabs(window) == [["Inspector", "History"]]
    scale_to(window, 2.0)
    assert shared_tabs(window) == [["Models", "Inspector", "History"]]
    scale_to(window, 1.0)
    assert shared_tabs(window) == [["Inspector", "History"]]
    assert are_apart(window)


def test_a_larger_window_sets_the_docks_apart_a_smaller_one_together(
    window: Window, qtbot: QtBot
) -> None:
    scale_to(window, 2.0)
    window.resize(2000, 1500)
    qtbot.waitUntil(lambda: are_apart(window))
    assert shared_tabs(window) == []
    scale_to(window, 1.0)
    assert shared_tabs(window) == []
    window.resize(860, 800)
    qtbot.waitUntil(lambda: not are_apart(window))
    assert shared_tabs(window) == [["Models", "Inspector"]]


@pytest.mark.parametrize("name", ["models", "inspector", "tray"])
def test_hidden_docks_stay_hidden(window: Window, name: str) -> None:
    window.docks[name].hide()
    scale_to(window, 2.0)
    scale_to(window, 1.0)
    seen = {other for other, dock in window.docks.items() if dock.isVisible()}
    assert seen == {"models", "inspector", "tray"} - {name}
    assert shared_tabs(window) == []


def test_a_floating_dock_stays_where_it_is(window: Window) -> None:
    dock = window.docks["inspector"]
    dock.setFloating(True)
    dock.move(300, 200)
    QApplication.processEvents()
    before = dock.pos()
    scale_to(window, 2.0)
    scale_to(window, 1.0)
    assert dock.isFloating()
    assert dock.isVisible()
    assert dock.pos() == before
    dock.setFloating(False)
    assert shared_tabs(window) == []
    assert are_apart(window)


def test_the_users_order_is_kept_while_the_room_is_the_same(window: Window) -> None:
    left = Qt.DockWidgetArea.LeftDockWidgetArea
    window.addDockWidget(left, window.docks["inspector"])
    scale_to(window, 1.3)
    window.resize(1400, 900)
    assert window.dockWidgetArea(window.docks["inspector"]) == left


def test_a_window_opens_with_its_docks_and_grows_with_them(
    open_window: Callable[[], Window], lab: object
) -> None:
    lab.preferences.update(ui_scale=2.0)
    window = open_window()
    assert shared_tabs(window) == [["Models", "Inspector"]]
    width = window.docks["inspector"].width()
    scale_to(window, 1.6)
    assert window.docks["inspector"].width() < width
    saved = window.dock_layout.saved()
    window.dock_layout.reset()
    window.docks["inspector"].hide()
    window.dock_layout.restore(saved)
    assert shared_tabs(window) == [["Models", "Inspector"]]


def test_a_first_window_shows_its_docks(lab: object, plain_tabs: object, qtbot: object) -> None:

    from latentlab.gui.window import Window

    window = Window(lab)
    window.resize(800, 700)  # narrower than it was laid out for
    window.show()
    seen = {name for name, dock in window.docks.items() if not dock.isHidden()}
    window._closing._forced = True
    window.close()
    window.deleteLater()
    assert seen == {"models", "inspector", "tray"}
