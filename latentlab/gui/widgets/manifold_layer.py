"""What the model would draw, under the map: decoded tiles aligned with the axes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from latentlab.gui.explore.raster import shades
from latentlab.gui.plot_files import is_for_file
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


class ManifoldItem(pg.GraphicsObject):
    """One mosaic stretched over its rectangle of the plane."""

    def __init__(self) -> None:
        super().__init__()
        self._mosaic: NDArray[np.uint8] | None = None
        self._bounds = QRectF()
        self._image = QImage()
        self._opacity = 0.4
        self.setZValue(-20)
        theme().changed.connect(self.restyle)

    def show_mosaic(
        self, mosaic: NDArray[np.uint8] | None, bounds: tuple[float, float, float, float]
    ) -> None:
        """A picture (C, H, W), and left, bottom, width, height of its place in data units."""
        self.prepareGeometryChange()
        self._mosaic, self._bounds = mosaic, QRectF(*bounds)
        self._image = QImage() if mosaic is None else _to_image(mosaic)
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """How strong, 0 to 1."""
        if opacity != self._opacity:
            self._opacity = opacity
            self.update()

    @property
    def empty(self) -> bool:
        """Whether there is no picture."""
        return self._mosaic is None

    def boundingRect(self) -> QRectF:
        """The rectangle of the mosaic in data units."""
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """The picture, stretched over its place."""
        if self._image.isNull():
            return
        target = painter.worldTransform().mapRect(self._bounds)
        plane = painter.worldTransform().mapRect(self.getViewBox().viewRect())
        painter.resetTransform()
        painter.setOpacity(self._opacity)
        # Smooth scaling is also the fast one: Qt spreads it over its threads.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if is_for_file(painter):  # not every program that reads SVG knows clipping
            self._draw_inside(painter, target, plane)
        else:
            painter.drawImage(target, self._image)

    def _draw_inside(self, painter: QPainter, target: QRectF, plane: QRectF) -> None:
        seen = target & plane
        across, up = self._image.width() / target.width(), self._image.height() / target.height()
        source = QRectF(
            (seen.x() - target.x()) * across,
            (seen.y() - target.y()) * up,
            seen.width() * across,
            seen.height() * up,
        )
        painter.drawImage(seen, self._image, source)

    def restyle(self) -> None:
        """The ink is the theme's."""
        self.show_mosaic(self._mosaic, self._bounds.getRect())


def _to_image(mosaic: NDArray[np.uint8]) -> QImage:
    """Grey pictures become ink on the map's ground, in either theme; coloured ones stay."""
    if mosaic.shape[0] == 1:
        pixels = _inks(theme().tokens.text)[mosaic[0]]
        kind = QImage.Format.Format_ARGB32_Premultiplied
    else:
        red, green, blue = mosaic[:3].astype(np.uint32)
        pixels = np.uint32(0xFF000000) | red << 16 | green << 8 | blue
        kind = QImage.Format.Format_RGB32
    height, width = pixels.shape
    return QImage(pixels.data, width, height, pixels.strides[0], kind).copy()


@lru_cache(maxsize=4)
def _inks(color: str) -> NDArray[np.uint32]:
    """One colour at 256 strengths, premultiplied 0xAARRGGBB."""
    ink = np.array([QColor(color).getRgb()[:3]], np.uint8)
    return np.concatenate([shades(ink, level / 255) for level in range(256)])
