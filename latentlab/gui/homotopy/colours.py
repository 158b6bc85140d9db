"""One colour per row, the same in strips, curves and paths: Paul Tol's bright set.

Lifted on the dark theme and lowered on the light one where a thin line would be lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from latentlab.app.state import PathKind

_DARK: dict[PathKind, str] = {
    "pixel": "#6f9fd8",
    "latent": "#ee6677",
    "slerp": "#4bb05c",
    "graph": "#d8c654",
    "geodesic": "#66ccee",
    "drawn": "#d06bb0",
}
_LIGHT: dict[PathKind, str] = {
    "pixel": "#4477aa",
    "latent": "#dd4458",
    "slerp": "#228833",
    "graph": "#a8901a",
    "geodesic": "#2a9fc4",
    "drawn": "#aa3377",
}


def row_color(kind: PathKind) -> QColor:
    """The colour of a row on the theme in use."""
    return QColor((_DARK if theme().dark else _LIGHT)[kind])


def swatch(kind: PathKind, widget: QWidget) -> QIcon:
    """A short thick line, as in the plot."""
    ratio = widget.devicePixelRatioF()
    width, height = theme().px(14), theme().px(10)
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    pen = QPen(row_color(kind), theme().px(3))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    inset = theme().px(2)
    painter.drawLine(inset, height // 2, width - inset, height // 2)
    painter.end()
    return QIcon(pixmap)
