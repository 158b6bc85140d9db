"""The plane of a map, and what the mouse and the keys ask of it, in data units.

The mouse is handled here and not by pyqtgraph's scene, which costs several milliseconds a move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeySequence

from latentlab.gui.widgets.map_drag import Drag, Tool, meaning_of
from latentlab.gui.widgets.map_keys import nudge_of, zoom_of
from latentlab.gui.widgets.map_marks import LinesItem, path_of
from latentlab.gui.widgets.plane_view import PlaneView

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent


class MapPlot(PlaneView):
    """Emits intents in data units; shows what others add to it."""

    moved = Signal(float, float)  # the mouse, no button down
    departed = Signal()  # the mouse left the plane
    clicked = Signal(float, float)
    region_drawn = Signal(object)  # float64 (m, 2): a closed polygon
    nudged = Signal(float, float)  # arrow keys: move the cursor by this much
    confirmed = Signal()  # Enter
    cancelled = Signal()  # Escape
    all_wanted = Signal()  # Ctrl+A
    key_pressed = Signal(str)  # any other letter
    menu_wanted = Signal(QPoint)  # a right click or the menu key, in pixels of the viewport

    def __init__(self) -> None:
        super().__init__()
        self.tool: Tool = "explore"
        self._drag: Drag | None = None
        self._outline = LinesItem("accent", width=1.5, z=20)
        self.add(self._outline)
        self.setMouseTracking(True)
        self.setAccessibleName("Map of latents")
        self.setAccessibleDescription(
            "Arrows move the cursor, Enter pins it, plus and minus zoom, Ctrl+arrows pan, "
            "0 shows all, Ctrl+A selects what is shown, Escape selects nothing"
        )

    def set_tool(self, tool: Tool) -> None:
        """What a drag with the left button does."""
        self.tool = tool
        shape = Qt.CursorShape.ArrowCursor if tool == "explore" else Qt.CursorShape.CrossCursor
        self.viewport().setCursor(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click, or the start of a drag whose meaning the tool and the keys decide."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._drag is None and self.box.sceneBoundingRect().contains(event.position()):
            self._drag = Drag(event.position(), meaning_of(event, self.tool))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The plain move explores; a drag pans or draws."""
        here = event.position()
        if self._drag is None:
            inside = self.box.sceneBoundingRect().contains(here)
            self._emit_moved(here) if inside else self.departed.emit()
            return
        step = self._drag.move_to(here)
        if self._drag.begun and self._drag.meaning == "pan":
            unit = self.unit()
            self.pan(-step.x() * unit[0], step.y() * unit[1])
        elif self._drag.begun:
            self._outline.show_path(path_of([self._region(self._drag, here)], closed=True))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a drag, or a click."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if drag.begun and drag.meaning != "pan":
            self._outline.show_path(None)
            self.region_drawn.emit(self._region(drag, event.position()))
        elif not drag.begun and event.button() == Qt.MouseButton.LeftButton:
            where = self.to_data(drag.start)
            self.clicked.emit(where.x(), where.y())
        elif not drag.begun and event.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.position().toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu key; the right button may yet become a drag."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.box.sceneBoundingRect().center().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second click of two is a click."""
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        self.zoom(1.0015**turn, self.to_data(event.position()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse is elsewhere."""
        super().leaveEvent(event)
        self.departed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor, with Ctrl the view; Enter, Escape, + - and 0."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        step = nudge_of(key, modifiers)
        rect = self.box.viewRect()
        if step is not None and modifiers & Qt.KeyboardModifier.ControlModifier:
            self.pan(step[0] * rect.width(), step[1] * rect.width())
        elif step is not None:
            self.nudged.emit(step[0] * rect.width(), step[1] * rect.width())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        elif key == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif key == Qt.Key.Key_0:
            self.reset()
        elif (factor := zoom_of(key)) is not None:
            self.zoom(factor)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.all_wanted.emit()
        elif modifiers == Qt.KeyboardModifier.NoModifier and event.text().isalpha():
            self.key_pressed.emit(event.text().upper())
            event.ignore()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Nothing: pyqtgraph's own keys are off."""
        event.ignore()

    def _emit_moved(self, here: QPointF) -> None:
        where = self.to_data(here)
        self.moved.emit(where.x(), where.y())

    def _region(self, drag: Drag, here: QPointF) -> NDArray[np.float64]:
        places = [self.to_data(corner) for corner in drag.outline(here)]
        return np.array([(place.x(), place.y()) for place in places], np.float64)
