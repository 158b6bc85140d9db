"""The plane of a map, and what the mouse and the keys ask of it, in data units.

The mouse is handled here and not by pyqtgraph's scene, which costs several milliseconds a move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeySequence

from latentlab.gui.widgets.map_drag import Drag, Meaning, Tool, meaning_of
from latentlab.gui.widgets.map_keys import (
    BEGIN,
    GO_ON,
    KeyRegion,
    Place,
    is_enough,
    nudge_of,
    zoom_of,
)
from latentlab.gui.widgets.map_marks import LinesItem, MarkItem, path_of
from latentlab.gui.widgets.plane_view import PlaneView

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent


class MapPlot(PlaneView):
    """Emits intents in data units; shows what others add to it."""

    moved = Signal(float, float)  # the mouse, no button down
    departed = Signal()  # the mouse left the plane
    clicked = Signal(float, float)
    region_drawn = Signal(object)  # float64 (m, 2): a closed polygon
    path_drawn = Signal(object)  # float64 (m, 2): from its start to its end
    nudged = Signal(float, float)  # arrow keys: move the cursor by this much
    confirmed = Signal()  # Enter, no region under way
    cancelled = Signal()  # Escape, no region under way
    all_wanted = Signal()  # Ctrl+A
    key_pressed = Signal(str)  # any other letter
    advised = Signal(str)  # what mouse and keys do now; empty when there is nothing to say
    menu_wanted = Signal(QPoint)  # a right click or the menu key, in pixels of the viewport

    def __init__(self) -> None:
        super().__init__()
        self.tool: Tool = "explore"
        self.cross = MarkItem("cross", 40)
        self._cursor: Place | None = None
        self._drag: Drag | None = None
        self._region: KeyRegion | None = None
        self._outline = LinesItem("accent", width=1.5, z=20)
        for item in (self._outline, self.cross):
            self.add(item)
        self.setMouseTracking(True)
        self.setAccessibleName("Map of latents")
        self.setAccessibleDescription(
            "Arrows move the cursor, Enter pins it, plus and minus zoom, Ctrl+arrows pan, "
            "0 shows all, Ctrl+A selects what is shown, Escape selects nothing. "
            "L takes the lasso, B the box: Space sets a corner at the cursor, arrows go on, "
            "Enter selects what is inside, Escape gives up. G draws a path for the Homotopy tab "
            "in the same way. E explores again"
        )

    def set_tool(self, tool: Tool) -> None:
        """What a drag with the left button and Space do."""
        self.tool = tool
        self.drop_region()
        shape = Qt.CursorShape.ArrowCursor if tool == "explore" else Qt.CursorShape.CrossCursor
        self.viewport().setCursor(shape)

    def show_cursor(self, place: Place | None) -> None:
        """The cross, and the last corner of a region under way; None for no cursor."""
        self._cursor = place
        self.cross.show_at(place)
        if self._region is not None and place is not None:
            self._show_outline(self._region.outline(place), self._region.tool)

    @property
    def region_under_way(self) -> bool:
        """Whether the keys draw a region."""
        return self._region is not None

    def drop_region(self) -> None:
        """Forget the region that the keys draw; the tool waits for another."""
        self._region = None
        self._show_outline(None)
        self.advised.emit(BEGIN[self.tool])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click, or the start of a drag whose meaning the tool and the keys decide."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._drag is None and self.box.sceneBoundingRect().contains(event.position()):
            if self.region_under_way:
                self.drop_region()
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
            self._show_outline(self._drawn(self._drag, here), self._drag.meaning)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a drag, or a click."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if drag.begun and drag.meaning != "pan":
            self._finish(self._drawn(drag, event.position()), drag.meaning)
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
        """Arrows move the cursor, with Ctrl the view; + and - zoom; the rest acts once a press."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        step = nudge_of(key, modifiers)
        if step is not None:
            width = self.box.viewRect().width()
            ctrl = modifiers & Qt.KeyboardModifier.ControlModifier
            go = self.pan if ctrl else self.nudged.emit
            go(step[0] * width, step[1] * width)
        elif (factor := zoom_of(key)) is not None:
            self.zoom(factor)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.all_wanted.emit()
        elif (act := self._act_of(key)) is not None:
            if not event.isAutoRepeat():
                act()
        else:
            if modifiers == Qt.KeyboardModifier.NoModifier and event.text().isalpha():
                self.key_pressed.emit(event.text().upper())
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Nothing: pyqtgraph's own keys are off."""
        event.ignore()

    def _emit_moved(self, here: QPointF) -> None:
        where = self.to_data(here)
        self.moved.emit(where.x(), where.y())

    def _act_of(self, key: Qt.Key) -> Callable[[], None] | None:
        match key:
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                return self._close_region if self.region_under_way else self.confirmed.emit
            case Qt.Key.Key_Escape:
                return self.drop_region if self.region_under_way else self.cancelled.emit
            case Qt.Key.Key_Space if self.tool != "explore":
                return self._set_corner
            case Qt.Key.Key_0:
                return self.reset
        return None

    # -- regions -------------------------------------------------------------------------------

    def _set_corner(self) -> None:
        """The first or the next corner; the second of a box is its last."""
        if self._region is None:
            self._region = KeyRegion(self.tool, self._cursor_in_view())
            self.advised.emit(GO_ON[self.tool])
        elif self.tool == "box":
            self._close_region()
        elif self._cursor is not None:
            self._region.add_corner(self._cursor)

    def _cursor_in_view(self) -> Place:
        """The cursor; where none is to be seen, it is asked into the middle of the view."""
        rect = self.box.viewRect()
        if self._cursor is None or not rect.contains(QPointF(*self._cursor)):
            self.moved.emit(rect.center().x(), rect.center().y())
        return self._cursor or (rect.center().x(), rect.center().y())

    def _close_region(self) -> None:
        """Select what is inside, or end the path; one that is too small stays under way."""
        if self._region is None or self._cursor is None:
            return
        tool, outline = self._region.tool, self._region.outline(self._cursor)
        if is_enough(tool, outline, self.unit()):
            self._region = None
            self._finish(outline, tool)

    def _finish(self, outline: NDArray[np.float64], meaning: Meaning | Tool) -> None:
        self._show_outline(None)
        self.advised.emit("")
        drawn = self.path_drawn if meaning == "path" else self.region_drawn
        drawn.emit(outline)

    def _show_outline(
        self, outline: NDArray[np.float64] | None, meaning: Meaning | Tool = "lasso"
    ) -> None:
        path = None if outline is None else path_of([outline], closed=meaning != "path")
        self._outline.show_path(path)

    def _drawn(self, drag: Drag, here: QPointF) -> NDArray[np.float64]:
        places = [self.to_data(corner) for corner in drag.outline(here)]
        return np.array([(place.x(), place.y()) for place in places], np.float64)
