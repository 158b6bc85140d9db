"""Where the docks stand around the tabs, in much room and in little."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer

from latentlab.gui.room import Room
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDockWidget, QMainWindow

    from latentlab.gui.docks.panel import PanelDock

VERSION = 1  # of what `saved` gives
NARROW, LOW = 900, 700  # pixels at 100 %: below, panels share one side, the Tray is a line
MODELS_PX, INSPECTOR_PX, TRAY_PX = 206, 252, 96
_ACROSS, _DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class DockLayout(QObject):
    """Places the docks of a window, and places them anew where its room becomes another."""

    def __init__(self, window: QMainWindow, docks: dict[str, PanelDock]) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self.room = Room(window, narrow=NARROW, low=LOW)
        self._scale = theme().scale
        self._is_shared = False  # Models and Inspector have one side, because it is narrow
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            window.setCorner(corner, bottom)
        tray = docks["tray"]
        for signal in (tray.topLevelChanged, tray.dockLocationChanged):
            signal.connect(self._fold_tray)
        self._later = QTimer(self)  # in the midst of a resize the layout does not see docks go
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._follow_room)
        self.room.changed.connect(self._on_room_changed)

    def reset(self) -> None:
        """The docks of the first start, at their first sizes."""
        for name, dock in self._docks.items():
            dock.setFloating(False)
            dock.setVisible(name != "history")
        self.place()

    def place(self) -> None:
        """Each dock to its side; what is hidden or floats goes on to do so."""
        px, area = theme().px, Qt.DockWidgetArea
        left, right, below = (self._docks[name] for name in ("models", "inspector", "tray"))
        self._clear()
        self._is_shared = self.room.is_narrow
        self._window.addDockWidget(area.LeftDockWidgetArea, left)
        self._window.addDockWidget(area.BottomDockWidgetArea, below)
        if self._is_shared:
            self._window.tabifyDockWidget(left, right)
        else:
            self._window.addDockWidget(area.RightDockWidgetArea, right)
        self._window.tabifyDockWidget(right, self._docks["history"])
        right.raise_()
        self._window.resizeDocks([left, right], [px(MODELS_PX), px(INSPECTOR_PX)], _ACROSS)
        self._window.resizeDocks([below], [px(TRAY_PX)], _DOWN)
        self._fold_tray()

    def rescale(self) -> None:
        """The letters have another size, and the docks with them."""
        factor, self._scale = theme().scale / self._scale, theme().scale
        if self.room.is_narrow != self._is_shared:
            self.place()
        elif factor != 1:
            self._grow(factor)

    def saved(self) -> str:
        """Where all docks are, for `restore`."""
        return base64.b64encode(self._window.saveState(VERSION).data()).decode()

    def restore(self, saved: str) -> None:
        """The docks of the last time."""
        self._window.restoreState(QByteArray.fromBase64(saved.encode()), VERSION)
        self._is_shared = self.room.is_narrow

    def floor(self) -> int:
        """Where the Tray below begins, or the window ends; in the window's pixels."""
        tray = self._docks["tray"]
        return tray.y() if tray.isVisible() and self._tray_is_below() else self._window.height()

    # -- inside --------------------------------------------------------------------------------

    def _clear(self) -> None:
        """All docks out, and the layout told of it.

        Docks that change their places at once leave a common tab bar behind, with its tabs, until
        Qt deletes it; one that the layout has seen emptied is out of sight.
        """
        nowhere = Qt.DockWidgetArea.NoDockWidgetArea
        placed = [
            dock for dock in self._docks.values() if self._window.dockWidgetArea(dock) != nowhere
        ]
        hidden = [dock for dock in placed if _was_hidden(dock)]
        for dock in placed:
            self._window.removeDockWidget(dock)
        self._window.layout().activate()
        for dock in placed:
            dock.setVisible(dock not in hidden)

    def _on_room_changed(self) -> None:
        if theme().scale == self._scale:  # what a new scale asks for waits for `rescale`
            self._later.start()
        self._fold_tray()

    def _follow_room(self) -> None:
        if self.room.is_narrow != self._is_shared:
            self.place()

    def _fold_tray(self, *_: object) -> None:
        """A thin line below the rest where height is short; unfolded as soon as it is not."""
        tray = self._docks["tray"]
        fold = self.room.is_low and self._tray_is_below()
        if fold != tray.is_folded:
            tray.fold(fold)
            if not fold:
                self._window.resizeDocks([tray], [theme().px(TRAY_PX)], _DOWN)

    def _tray_is_below(self) -> bool:
        tray = self._docks["tray"]
        below = self._window.dockWidgetArea(tray) == Qt.DockWidgetArea.BottomDockWidgetArea
        return below and not tray.isFloating()

    def _grow(self, factor: float) -> None:
        sides = [self._docks["models"], self._docks["inspector"]]
        widths = [round(dock.width() * factor) for dock in sides]
        self._window.resizeDocks(sides, widths, _ACROSS)
        below = self._docks["tray"]
        if not below.is_folded:
            self._window.resizeDocks([below], [round(below.height() * factor)], _DOWN)


def _was_hidden(dock: QDockWidget) -> bool:
    """By somebody: before its window is shown, every dock is hidden."""
    return dock.isHidden() and dock.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
