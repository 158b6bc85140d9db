"""Points of a map as one picture: 10,000 or a million, no item per point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from latentlab.gui.explore.raster import Canvas
from latentlab.gui.plot_files import MOST_VECTOR_POINTS, RASTER_SCALE, is_for_file, is_vector
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

POINT_PX = 4.0
OPACITY = 0.75
SLICE = 60_000  # points drawn at once: about 8 ms; the rest follows while the mouse rests


class _Layer:
    """Pixels that numpy writes and Qt reads."""

    def __init__(self, canvas: Canvas, end: int, ratio: float) -> None:
        self.canvas = canvas
        self.end = end  # its points are those before this one, and after the layer below
        pixels, pitch = canvas.scanlines
        kind = QImage.Format.Format_ARGB32_Premultiplied
        self.image = QImage(pixels, canvas.width, canvas.height, pitch, kind)
        self.image.setDevicePixelRatio(ratio)


class ScatterItem(pg.GraphicsObject):
    """Draws points in data units at a fixed size on screen, in slices when there are many."""

    drawn = Signal()  # all points of the present view are in the picture

    def __init__(self) -> None:
        super().__init__()
        self._x = self._y = np.empty(0)
        self._index = np.empty(0, np.intp)
        self._palette = np.zeros((1, 3), np.uint8)
        self._below = 0
        self._bounds = QRectF()
        self._layers: list[_Layer] = []  # lower first
        self._seen: tuple[object, ...] = ()
        self._frame = (QTransform(), QRectF(), 1.0)
        self._count = 0  # points in the picture so far
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_rest)

    def show_points(
        self,
        xy: NDArray[np.floating],
        index: NDArray[np.integer],
        palette: NDArray[np.uint8],
        below: int = 0,
    ) -> None:
        """Finite points (n, 2) in drawing order with their rows (n,) of the palette (k, 3).

        The first `below` of them lie wholly below the others.
        """
        points = np.asarray(xy, np.float64)
        self._x, self._y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
        self._index, self._palette, self._below = index, palette, below
        self.prepareGeometryChange()
        self._bounds = _bounds(points)
        self._seen = ()
        self._count = 0
        self.update()

    @property
    def complete(self) -> bool:
        """Whether every point is in the picture."""
        return self._count >= len(self._x)

    def boundingRect(self) -> QRectF:
        """All points, in data units."""
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """One image for each layer; made anew when the view has changed."""
        if is_for_file(painter):
            self._paint_for_file(painter)
            return
        world = painter.worldTransform()
        area = world.mapRect(self.getViewBox().viewRect())
        ratio = painter.device().devicePixelRatioF()
        seen = (world, area, ratio, theme().scale)
        if seen != self._seen:
            self._seen, self._frame = seen, (world, area, ratio)
            self._begin()
        painter.resetTransform()
        painter.setOpacity(OPACITY)
        for layer in self._layers:
            painter.drawImage(area.topLeft(), layer.image)

    def _paint_for_file(self, painter: QPainter) -> None:
        """All points at once: discs, or, when they are very many, one fine picture of them."""
        world = painter.worldTransform()
        area = world.mapRect(self.getViewBox().viewRect())
        vector = is_vector(painter)
        ratio = RASTER_SCALE if vector else painter.device().devicePixelRatioF()
        painter.save()
        painter.resetTransform()
        painter.setOpacity(OPACITY)
        if not (vector and self._paint_discs(painter, world, area)):
            size = (max(1, round(area.width() * ratio)), max(1, round(area.height() * ratio)))
            diameter = max(1, round(POINT_PX * theme().scale * ratio))
            layer = _Layer(Canvas(size, diameter, self._palette), len(self._x), 1.0)
            self._draw_on(layer.canvas, slice(None), (world, area, ratio))
            painter.drawImage(area, layer.image)
        painter.restore()

    def _paint_discs(self, painter: QPainter, world: QTransform, area: QRectF) -> bool:
        """Every visible point on its own; false, and nothing done, when they are too many."""
        x, y = self._x * world.m11() + world.dx(), self._y * world.m22() + world.dy()
        inside = (x > area.left()) & (x < area.right()) & (y > area.top()) & (y < area.bottom())
        rows = np.flatnonzero(inside)
        if len(rows) > MOST_VECTOR_POINTS:
            return False
        radius = POINT_PX * theme().scale / 2
        painter.setPen(Qt.PenStyle.NoPen)
        for at in rows:
            painter.setBrush(QColor(*self._palette[self._index[at]].tolist()))
            painter.drawEllipse(QPointF(x[at], y[at]), radius, radius)
        return True

    def _begin(self) -> None:
        _, area, ratio = self._frame
        size = (max(1, round(area.width() * ratio)), max(1, round(area.height() * ratio)))
        diameter = max(1, round(POINT_PX * theme().scale * ratio))
        ends = [self._below, len(self._x)] if self._below else [len(self._x)]
        self._layers = [_Layer(Canvas(size, diameter, self._palette), end, ratio) for end in ends]
        self._count = 0
        self._draw_slice()

    def _draw_slice(self) -> None:
        end = min(self._count + SLICE, len(self._x))
        for layer in self._layers:
            stop = min(end, layer.end)
            if stop > self._count:
                self._draw_part(layer.canvas, slice(self._count, stop))
                self._count = stop
        # A view that still moves starts over before the next slice is due.
        self._timer.start(0 if self.complete else 30)

    def _draw_part(self, canvas: Canvas, part: slice) -> None:
        self._draw_on(canvas, part, self._frame)

    def _draw_on(
        self, canvas: Canvas, part: slice, frame: tuple[QTransform, QRectF, float]
    ) -> None:
        world, area, ratio = frame
        x = (self._x[part] * world.m11() + world.dx() - area.left()) * ratio
        y = (self._y[part] * world.m22() + world.dy() - area.top()) * ratio
        canvas.draw(x, y, self._index[part])

    def _on_rest(self) -> None:
        if self.complete:
            self.drawn.emit()
            return
        self._draw_slice()
        self.update()


def _bounds(points: NDArray[np.float64]) -> QRectF:
    if not len(points):
        return QRectF()
    low, high = points.min(axis=0), points.max(axis=0)
    # An empty rectangle is never painted: equal points get one with an area.
    margin = 0.01 * float((high - low).max()) or 1e-3 * max(1.0, float(np.abs(high).max()))
    return QRectF(QPointF(*(low - margin)), QPointF(*(high + margin)))
