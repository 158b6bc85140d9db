"""What keys mean on a map, and the region or the path that they draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt

from latentlab.gui.explore.regions import box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.gui.widgets.map_drag import Tool

Place = tuple[float, float]  # in data units

_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}
_STEP, _LEAP = 1 / 100, 1 / 10  # of the width of the view
_ZOOM = 1.25
BEGIN = {  # what a tool waits for
    "explore": "",
    "lasso": "Draw, or press Space at the first corner.",
    "box": "Drag, or press Space at the first corner.",
    "path": "Draw a path, or press Space where it begins.",
}
GO_ON = {  # while the keys draw; the first sentence is all that a narrow map shows
    "lasso": "Space sets a corner, Enter selects. Arrows move, Esc gives up.",
    "box": "Enter selects, Esc gives up. Arrows move the corner.",
    "path": "Space sets a corner, Enter ends it. Arrows move, Esc gives up.",
}


def nudge_of(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> tuple[float, float] | None:
    """Arrow keys as a step in shares of the view's width; longer with Shift or Ctrl."""
    if key not in _ARROWS:
        return None
    long = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
    length = _LEAP if modifiers & long else _STEP
    across, up = _ARROWS[key]
    return across * length, up * length


def zoom_of(key: Qt.Key) -> float | None:
    """The magnification that + and - ask for."""
    if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
        return _ZOOM
    return 1 / _ZOOM if key == Qt.Key.Key_Minus else None


class KeyRegion:
    """A lasso, a box or a path under way: its last corner is the cursor, wherever that goes."""

    def __init__(self, tool: Tool, start: Place) -> None:
        self.tool = tool
        self._corners = [start]

    def add_corner(self, here: Place) -> None:
        """One more corner of a lasso or a path."""
        self._corners.append(here)

    def outline(self, here: Place) -> NDArray[np.float64]:
        """The polygon or the path (m, 2) that ends at the cursor."""
        if self.tool == "box":
            return box(self._corners[0], here)
        return np.array([*self._corners, here], np.float64)


def is_enough(tool: Tool, outline: NDArray[np.float64], unit: tuple[float, float]) -> bool:
    """Whether a region has an inside, or a path a length; `unit` is one pixel."""
    if tool == "path":
        return len(np.unique(np.round(outline / unit), axis=0)) >= 2
    return holds_area(outline, unit)


def holds_area(outline: NDArray[np.float64], unit: tuple[float, float]) -> bool:
    """Whether a polygon has three corners that are apart on screen; `unit` is one pixel."""
    return len(np.unique(np.round(outline / unit), axis=0)) >= 3
