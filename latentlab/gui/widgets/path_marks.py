"""Paths over a map: a line with a halo, and a point that moves along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem

from latentlab.app.state import PATH_KINDS
from latentlab.gui.theme import theme
from latentlab.gui.widgets.curve_item import cosmetic
from latentlab.gui.widgets.map_marks import path_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

_HALO = 2.0  # pixels at 100 % on each side of the line


class PathItem(pg.GraphicsObject):
    """A polyline in data units, its pen in pixels, seen over any points."""

    def __init__(self, z: int = 20, width: float = 2.0) -> None:
        super().__init__()
        self._path, self._width = QPainterPath(), width
        self._color = QColor(Qt.GlobalColor.white)
        self.setZValue(z)

    @property
    def empty(self) -> bool:
        """Whether nothing is shown."""
        return self._path.isEmpty()

    def show_line(self, points: NDArray[np.floating] | None, color: QColor) -> None:
        """Points (n, 2) in data units; None for nothing."""
        self.prepareGeometryChange()
        self._path = QPainterPath() if points is None else path_of([points])
        self._color = color
        self.update()

    def boundingRect(self) -> QRectF:
        """The path; the pen is thinner than the view's own margin."""
        rect = self._path.boundingRect()
        margin = 0.02 * max(rect.width(), rect.height()) + 1e-6
        return rect.adjusted(-margin, -margin, margin, margin)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """The halo first."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = theme().scale
        ground = theme().color("plot", 0.85)
        for color, width in ((ground, self._width + 2 * _HALO), (self._color, self._width)):
            pen = cosmetic(QPen(color, width * scale), painter)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPath(self._path)


class DotItem(pg.GraphicsObject):
    """A point of fixed size on screen, with the ring that sets it off; with words inside or not."""

    def __init__(self, z: int = 25, reach: float = 5.0) -> None:
        super().__init__()
        self._color, self._reach, self._text = QColor(Qt.GlobalColor.white), reach, ""
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(z)
        self.setVisible(False)

    def show_at(self, place: tuple[float, float] | None, color: QColor, text: str = "") -> None:
        """In data units, None hides it; one or two letters inside."""
        self.setVisible(place is not None)
        self._color, self._text = color, text
        if place is not None:
            self.setPos(QPointF(*place))
        self.update()

    def boundingRect(self) -> QRectF:
        """Pixels around the place."""
        reach = (self._reach + 3) * theme().scale
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """A disc with a ring."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reach = self._reach * theme().scale
        area = QRectF(-reach, -reach, 2 * reach, 2 * reach)
        painter.setPen(QPen(theme().color("cursor_halo" if theme().dark else "surface"), 2))
        painter.setBrush(self._color)
        painter.drawEllipse(area)
        if self._text:
            painter.setFont(theme().font("small", bold=True))
            painter.setPen(theme().color("plot"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._text)


class PathLayer:
    """The paths of all rows on one plane: a line per row, moving points, the stops by letter."""

    def __init__(self, add: Callable[[pg.GraphicsObject], None]) -> None:
        """`add(item)` puts a layer into the view."""
        self._add = add
        self._lines: dict[str, PathItem] = {}
        self._dots: dict[str, DotItem] = {}
        self._stops: list[DotItem] = []

    @property
    def is_empty(self) -> bool:
        """Whether no path is drawn."""
        return all(line.empty for line in self._lines.values())

    def dot_at(self, name: str) -> tuple[float, float] | None:
        """Where the moving point of a path is; None: nowhere."""
        dot = self._dots.get(name)
        return (dot.pos().x(), dot.pos().y()) if dot is not None and dot.isVisible() else None

    def show_paths(self, paths: dict[str, tuple[NDArray[np.floating], QColor]]) -> None:
        """Points (n, 2) in data units and a colour, by name; others go."""
        for name in [name for name in paths if name not in self._lines]:
            self._lines[name], self._dots[name] = PathItem(), DotItem()
            for item in (self._lines[name], self._dots[name]):
                item.setZValue(item.zValue() + _height(name))
                self._add(item)
        for name, line in self._lines.items():
            points, color = paths.get(name, (None, QColor()))
            line.show_line(points, color)
            if points is None:
                self._dots[name].show_at(None, color)

    def show_dots(self, places: dict[str, tuple[tuple[float, float], QColor]]) -> None:
        """The moving points, by the names of their paths."""
        for name, (place, color) in places.items():
            if name in self._dots:
                self._dots[name].show_at(place, color)

    def show_stops(self, places: NDArray[np.floating], letters: list[str]) -> None:
        """Stops (m, 2) in data units."""
        while len(self._stops) < len(places):
            self._stops.append(DotItem(z=23, reach=8.0))
            self._add(self._stops[-1])
        for number, stop in enumerate(self._stops):
            if number < len(places):
                x, y = (float(value) for value in places[number])
                stop.show_at((x, y), theme().color("cursor"), letters[number])
            else:
                stop.show_at(None, theme().color("cursor"))


def _height(name: str) -> float:
    """Which of two paths lies above does not depend on which was there first."""
    rank = PATH_KINDS.index(name) if name in PATH_KINDS else len(PATH_KINDS)
    return 0.1 * rank
