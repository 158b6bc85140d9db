"""The plane of a map: pan, zoom, and what the mouse and the keys ask for, in data units.

The mouse is handled here and not by pyqtgraph's scene, which costs several milliseconds a move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPen

from latentlab.gui.explore.lattice import View
from latentlab.gui.theme import theme
from latentlab.gui.widgets.map_axes import draw_axes, margins
from latentlab.gui.widgets.map_drag import Drag, Tool, meaning_of
from latentlab.gui.widgets.map_keys import nudge_of, zoom_of
from latentlab.gui.widgets.map_marks import LinesItem, path_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent

_MIN_SHARE, _MAX_SHARE = 1 / 500, 8.0  # how far one may zoom, in shares of the home view


class MapPlot(pg.GraphicsView):
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
    view_changed = Signal()

    def __init__(self) -> None:
        super().__init__(background=None)
        self.tool: Tool = "explore"
        self.titles = ("", "")  # of the two axes
        self.box = pg.ViewBox(lockAspect=True, enableMouse=False, enableMenu=False)
        self._frame = pg.GraphicsLayout()
        self._frame.addItem(self.box)
        self.setCentralItem(self._frame)
        self.setMouseTracking(True)
        self._home = QRectF(-1, -1, 2, 2)
        self.at_home = True  # nobody has moved the view
        self._drag: Drag | None = None
        self._outline = LinesItem("accent", width=1.5, dashed=False, z=20)
        self.add(self._outline)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map of latents")
        self.setToolTipDuration(4000)
        self.box.sigRangeChanged.connect(self.view_changed)
        theme().changed.connect(self.restyle)
        self.restyle()

    def add(self, item: pg.GraphicsObject) -> None:
        """A layer in data units that does not change the view."""
        self.box.addItem(item, ignoreBounds=True)

    def set_tool(self, tool: Tool) -> None:
        """What a drag with the left button does."""
        self.tool = tool
        shape = Qt.CursorShape.ArrowCursor if tool == "explore" else Qt.CursorShape.CrossCursor
        self.viewport().setCursor(shape)

    def restyle(self) -> None:
        """Colours and sizes of the theme in use."""
        self._frame.setContentsMargins(*margins())
        self.setBackground(theme().color("surface"))
        self.box.setBackgroundColor(theme().color("plot"))
        self.viewport().update()

    def set_titles(self, across: str, up: str) -> None:
        """What the two axes are."""
        self.titles = (across, up)
        self.viewport().update()

    def view(self) -> View:
        """What is on screen."""
        rect = self.box.viewRect()
        ratio = self.devicePixelRatioF()
        return View(
            rect.left(),
            rect.right(),
            rect.top(),
            rect.bottom(),
            self.box.width() * ratio,
            self.box.height() * ratio,
        )

    def unit(self) -> tuple[float, float]:
        """Data units per logical pixel, along x and y."""
        rect = self.box.viewRect()
        return rect.width() / max(1.0, self.box.width()), rect.height() / max(
            1.0, self.box.height()
        )

    def set_home(self, home: QRectF, *, go: bool) -> None:
        """The view that `reset` shows; limits of the zoom follow from it."""
        self._home = home
        span = max(home.width(), home.height())
        self.box.setLimits(minXRange=span * _MIN_SHARE, maxXRange=span * _MAX_SHARE)
        if go:
            self.reset()

    def reset(self) -> None:
        """The whole map."""
        self.box.setRange(self._home, padding=0)
        self.at_home = True

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify by `factor` around a position in data units, the middle when None."""
        centre = at if at is not None else self.box.viewRect().center()
        self.box.scaleBy((1 / factor, 1 / factor), center=centre)
        self.at_home = False

    def pan(self, dx: float, dy: float) -> None:
        """Move the view by data units."""
        self.box.translateBy((dx, dy))
        self.at_home = False

    def to_data(self, point: QPointF) -> QPointF:
        """From a position in this widget to data units."""
        return self.box.mapSceneToView(self.mapToScene(point.toPoint()))

    def to_widget(self, x: float, y: float) -> QPointF:
        """From data units to a position in this widget."""
        return QPointF(self.mapFromScene(self.box.mapViewToScene(QPointF(x, y))))

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """An untouched view keeps showing the whole map."""
        super().resizeEvent(event)
        if event is not None and self.at_home:
            self.reset()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the frame."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hides the frame."""
        super().focusOutEvent(event)
        self.viewport().update()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """The axes, and a frame around the plane while it has the keyboard."""
        plane = self.box.sceneBoundingRect()
        if not plane.contains(rect):
            draw_axes(painter, plane, self.view(), self.titles)
        if self.hasFocus():
            painter.setPen(QPen(theme().color("accent"), 1))
            painter.drawRect(plane.adjusted(0, 0, -1, -1))

    def _emit_moved(self, here: QPointF) -> None:
        where = self.to_data(here)
        self.moved.emit(where.x(), where.y())

    def _region(self, drag: Drag, here: QPointF) -> NDArray[np.float64]:
        places = [self.to_data(corner) for corner in drag.outline(here)]
        return np.array([(place.x(), place.y()) for place in places], np.float64)
