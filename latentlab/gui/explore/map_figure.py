"""The map as it goes into a file: plane, points, lines and axes, and what colours mean below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from latentlab.gui.explore.scene import LegendEntry
    from latentlab.gui.widgets.map_panel import MapPanel


class MapFigure:
    """A `Figure` of the map panel, as it is shown."""

    def __init__(self, panel: MapPanel) -> None:
        self._panel = panel

    def figure_size(self) -> QSize:
        """The plot's, and the lines of the legend."""
        size = self._panel.plot.figure_size()
        lines = len(self._lines()) + self._has_bar()
        return QSize(size.width(), size.height() + lines * self._line_height())

    def paint_figure(self, painter: QPainter) -> None:
        """The plot, the legend below it."""
        self._panel.plot.paint_figure(painter)
        top = float(self._panel.plot.figure_size().height())
        painter.setFont(theme().font())
        for line in self._lines():
            x = (self.figure_size().width() - sum(map(self._width, line))) / 2
            for entry in line:
                self._paint_entry(painter, QPointF(x, top), entry)
                x += self._width(entry)
            top += self._line_height()
        if self._has_bar():
            place = QRectF(0, top, self.figure_size().width(), self._line_height())
            self._panel.colour_bar.paint_bar(painter, place)

    def restyle_figure(self) -> None:
        """Take the theme's colours anew."""
        self._panel.plot.restyle_figure()
        self._panel.manifold.restyle()

    def _has_bar(self) -> bool:
        return self._panel.colour_bar.has_bar

    def _lines(self) -> list[list[LegendEntry]]:
        """Entries of the classes that are shown, as many to a line as there is room."""
        lines: list[list[LegendEntry]] = []
        room = 0.0
        for entry in self._panel.legend.entries:
            if not entry.shown:
                continue
            if not lines or self._width(entry) > room:
                lines.append([])
                room = self._panel.plot.figure_size().width()
            lines[-1].append(entry)
            room -= self._width(entry)
        return lines

    def _width(self, entry: LegendEntry) -> float:
        return QFontMetrics(theme().font()).horizontalAdvance(entry.name) + theme().px(28)

    def _line_height(self) -> int:
        return QFontMetrics(theme().font()).height() + theme().px(6)

    def _paint_entry(self, painter: QPainter, at: QPointF, entry: LegendEntry) -> None:
        px, height = theme().px, self._line_height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*entry.colour))
        painter.drawEllipse(at + QPointF(px(10), height / 2), px(4), px(4))
        painter.setPen(theme().color("text"))
        spot = QRectF(at.x() + px(18), at.y(), self._width(entry), height)
        painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, entry.name)
