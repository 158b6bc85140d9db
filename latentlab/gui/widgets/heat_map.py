"""A long z at one glance: its values as coloured cells, channels side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from PySide6.QtGui import QPaintEvent

COLD, HOT = "#4477aa", "#ee6677"  # Tol's blue and red, told apart by all eyes
_GAP = 1  # cells between channels


class HeatMap(QWidget):
    """z of shape (C, H, W), each channel a block; blue below zero, red above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._cells: np.ndarray | None = None
        self._reach = 1.0
        self.setAccessibleName("Values of z")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._draw)

    def set_reach(self, reach: float) -> None:
        """The absolute value at which the colour is full."""
        self._reach = max(reach, 1e-6)

    def show_values(self, z: ArrayLike, shape: tuple[int, ...]) -> None:
        """A flat z and its shape; any shape is folded to channels of rows and columns."""
        values = np.asarray(z, float).reshape(shape if len(shape) == 3 else (1, 1, -1))
        channels, height, width = values.shape
        cells = np.full((height, channels * (width + _GAP) - _GAP), np.nan)
        for channel in range(channels):
            start = channel * (width + _GAP)
            cells[:, start : start + width] = values[channel]
        self._cells = cells
        self.setToolTip(
            f"The {values.size} numbers of z as {channels} maps of {height}×{width}, "
            f"from −{self._reach:.1f} (blue) to +{self._reach:.1f} (red)"
        )
        self._draw()

    def sizeHint(self) -> QSize:
        """One strip."""
        return QSize(theme().px(200), theme().px(52))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Square cells, as large as fit."""
        if self._image is None:
            return
        w, h = self._image.width(), self._image.height()
        cell = min(self.width() / w, self.height() / h)
        QPainter(self).drawImage(QRectF(0, 0, cell * w, cell * h), self._image)

    def _draw(self) -> None:
        if self._cells is None:
            return
        ground = _rgb(theme().color("raised"))
        share = np.nan_to_num(np.clip(self._cells / self._reach, -1, 1))[..., None]
        ends = np.where(share < 0, _rgb(QColor(COLD)), _rgb(QColor(HOT)))
        pixels = ground + np.abs(share) * (ends - ground)
        pixels[np.isnan(self._cells)] = _rgb(theme().color("surface"))
        rgb = np.ascontiguousarray(pixels.round().astype(np.uint8))
        height, width, _ = rgb.shape
        kind = QImage.Format.Format_RGB888
        self._image = QImage(rgb.data, width, height, 3 * width, kind).copy()
        self.update()


def _rgb(color: QColor) -> np.ndarray:
    return np.array([color.red(), color.green(), color.blue()], float)
