"""A plane in data units with axes of its own: what is on screen, zoom, pan, home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsView

from latentlab.gui.explore.lattice import View
from latentlab.gui.theme import theme
from latentlab.gui.widgets.map_axes import draw_axes, margins

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QResizeEvent

_ROOM_PX = 48  # around a revealed place: hints float at the edge
_MIN_SHARE, _MAX_SHARE = 1 / 500, 8.0  # how far one may zoom, in shares of the home view


class PlaneView(pg.GraphicsView):
    """Equal units on both axes. Its axes are drawn in a tenth of the time of pyqtgraph's."""

    view_changed = Signal()

    def __init__(self) -> None:
        super().__init__(background=None)
        self._is_figure = False  # drawn for a file
        self.titles = ("", "")  # of the two axes
        self.box = pg.ViewBox(lockAspect=True, enableMouse=False, enableMenu=False)
        self._frame = pg.GraphicsLayout()
        self._frame.addItem(self.box)
        self.setCentralItem(self._frame)
        self._home = QRectF(-1, -1, 2, 2)
        self.at_home = True  # nobody has moved the view
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.sigRangeChanged.connect(self.view_changed)
        theme().changed.connect(self.restyle)
        self.restyle()

    def add(self, item: pg.GraphicsObject) -> None:
        """A layer in data units that does not change the view."""
        self.box.addItem(item, ignoreBounds=True)

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

    def look_at(self, view: QRectF) -> None:
        """This much of the map, in data units."""
        self.box.setRange(view, padding=0)
        self.at_home = False

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify by `factor` around a position in data units, the middle when None."""
        centre = at if at is not None else self.box.viewRect().center()
        self.box.scaleBy((1 / factor, 1 / factor), center=centre)
        self.at_home = False

    def pan(self, dx: float, dy: float) -> None:
        """Move the view by data units."""
        self.box.translateBy((dx, dy))
        self.at_home = False

    def reveal(self, x: float, y: float) -> None:
        """Pan just so far that a place in data units is in view, with some room around it."""
        rect = self.box.viewRect()
        room, (across, up) = theme().px(_ROOM_PX), self.unit()
        across, up = min(room * across, rect.width() / 4), min(room * up, rect.height() / 4)
        inner = rect.adjusted(across, up, -across, -up)
        dx = x - min(max(x, inner.left()), inner.right())
        dy = y - min(max(y, inner.top()), inner.bottom())
        if dx or dy:
            self.pan(dx, dy)

    def to_data(self, point: QPointF) -> QPointF:
        """From a position in this widget to data units."""
        return self.box.mapSceneToView(self.mapToScene(point.toPoint()))

    def to_widget(self, x: float, y: float) -> QPointF:
        """From data units to a position in this widget."""
        return QPointF(self.mapFromScene(self.box.mapViewToScene(QPointF(x, y))))

    # -- as a figure ---------------------------------------------------------------------------

    def figure_size(self) -> QSize:
        """As it is on screen."""
        return self.viewport().size()

    def paint_figure(self, painter: QPainter) -> None:
        """Plane, layers and axes; no frame for the keyboard."""
        area = QRectF(self.viewport().rect())
        self._is_figure = True
        try:
            self.render(painter, area, self.viewport().rect())
        finally:
            self._is_figure = False

    def restyle_figure(self) -> None:
        """Take the theme's colours anew."""
        self.restyle()

    def close(self) -> bool:
        """Qt's own: pyqtgraph's deletes the items that Python still holds, and crashes later."""
        return QGraphicsView.close(self)

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
        if self.hasFocus() and not self._is_figure:
            painter.setPen(QPen(theme().color("accent"), 1))
            painter.drawRect(plane.adjusted(0, 0, -1, -1))
