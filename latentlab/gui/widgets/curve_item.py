"""A curve whose pen is as wide as it says on every device: Qt counts its pixels, not the screen's.

A cosmetic pen of 2 is two device pixels: half as thick on a screen with a ratio of 2, and a
quarter in a picture of four times the size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtGui import QPainter, QPen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


def cosmetic(pen: QPen, painter: QPainter) -> QPen:
    """The pen in logical pixels, whatever the transformation and the device."""
    wide = QPen(pen)
    wide.setCosmetic(True)
    wide.setWidthF(pen.widthF() * painter.device().devicePixelRatioF())
    return wide


class CurveItem(pg.PlotCurveItem):
    """Anti-aliased; its numbers are finite."""

    def __init__(self) -> None:
        super().__init__(antialias=True, skipFiniteCheck=True)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """With the pen in logical pixels."""
        pen = self.opts["pen"]
        if not isinstance(pen, QPen) or painter.device().devicePixelRatioF() == 1:
            super().paint(painter, option, widget)
            return
        self.opts["pen"] = cosmetic(pen, painter)
        try:
            super().paint(painter, option, widget)
        finally:
            self.opts["pen"] = pen
