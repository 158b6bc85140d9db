"""Lines and marks on a map: rings, ellipses, contours, outlines; cursor and hovered point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem

from latentlab.gui.theme import theme
from latentlab.gui.widgets.curve_item import cosmetic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

_DASH_LIMIT_PX = 20_000  # a longer dashed path takes longer than a frame


def path_of(lines: Sequence[NDArray[np.floating]], *, closed: bool = False) -> QPainterPath:
    """Polylines, each (m, 2), as one path in data units."""
    joined = [np.vstack([line, line[:1]]) if closed else line for line in lines if len(line)]
    if not joined:
        return QPainterPath()
    connect = np.ones(sum(map(len, joined)), np.int32)
    connect[np.cumsum([len(line) for line in joined]) - 1] = 0
    points = np.ascontiguousarray(np.vstack(joined), np.float64)
    return pg.arrayToQPath(points[:, 0].copy(), points[:, 1].copy(), connect=connect)


class LinesItem(pg.GraphicsObject):
    """A path in data units, its pen in pixels."""

    def __init__(
        self,
        token: str,
        *,
        width: float = 1.0,
        dashed: bool = False,
        alpha: float = 1.0,
        z: int = 0,
    ) -> None:
        super().__init__()
        self._token, self._width, self._dashed, self._alpha = token, width, dashed, alpha
        self._path = QPainterPath()
        self.setZValue(z)

    def show_path(self, path: QPainterPath | None) -> None:
        """Another path, None for nothing."""
        self.prepareGeometryChange()
        self._path = path if path is not None else QPainterPath()
        self.update()

    @property
    def empty(self) -> bool:
        """Whether nothing is shown."""
        return self._path.isEmpty()

    def boundingRect(self) -> QRectF:
        """The path; the pen is thinner than the view's own margin."""
        rect = self._path.boundingRect()
        margin = 0.01 * max(rect.width(), rect.height())
        return rect.adjusted(-margin, -margin, margin, margin)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Anti-aliased, one cosmetic pen."""
        if self._path.isEmpty():
            return
        ink = QPen(theme().color(self._token, self._alpha), self._width * theme().scale)
        pen = cosmetic(ink, painter)
        size = self._path.boundingRect().width() * abs(painter.worldTransform().m11())
        if self._dashed and size < _DASH_LIMIT_PX:
            pen.setDashPattern([4, 4])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.drawPath(self._path)


class MarkItem(pg.GraphicsObject):
    """A mark of fixed size on screen at one position: a cross or a ring."""

    def __init__(self, shape: str, z: int) -> None:
        super().__init__()
        self._shape = shape
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(z)
        self.setVisible(False)

    def show_at(self, position: tuple[float, float] | None) -> None:
        """In data units; None hides it."""
        self.setVisible(position is not None)
        if position is not None:
            self.setPos(*position)

    def boundingRect(self) -> QRectF:
        """Pixels around the position."""
        reach = 14 * theme().scale
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """A halo first, so that the mark is seen on every ground."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = theme().scale
        for token, width in (("cursor_halo", 4.5), ("cursor", 2.0)):
            pen = QPen(theme().color(token), width * scale)
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)
            painter.setPen(pen)
            if self._shape == "cross":
                reach = 9 * scale
                painter.drawLine(-reach, 0, reach, 0)
                painter.drawLine(0, -reach, 0, reach)
            else:
                painter.drawEllipse(QRectF(-6 * scale, -6 * scale, 12 * scale, 12 * scale))
