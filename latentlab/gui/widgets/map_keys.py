"""What keys mean on a map."""

from __future__ import annotations

from PySide6.QtCore import Qt

_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}
_STEP, _LEAP = 1 / 100, 1 / 10  # of the width of the view
_ZOOM = 1.25


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
