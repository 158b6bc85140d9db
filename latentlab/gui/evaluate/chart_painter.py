"""Draws a `Chart` with a painter: bars lie, as names are wider than they are high."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from latentlab.gui.pictures import to_qimage
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QColor

    from latentlab.app.score_charts import Chart, Series

    At = Callable[[float, float], QPointF]

_TICKS = 5
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_CENTRE = Qt.AlignmentFlag.AlignHCenter


def paint_chart(painter: QPainter, chart: Chart, area: QRectF) -> None:
    """All of it, in the theme's present colours."""
    ChartPainter(painter, chart).paint(area)


def ticks(low: float, high: float, most: int = _TICKS) -> list[float]:
    """Round numbers from low to high, at most so many steps between them."""
    span = high - low
    if not np.isfinite(span) or span <= 0:
        return [low]
    rough = span / most
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * m for m in (1, 2, 2.5, 5, 10) if unit * m >= rough * (1 - 1e-9))
    first = ceil(low / step - 1e-9)
    return [round(k * step, 12) for k in range(first, floor(high / step + 1e-9) + 1)]


class ChartPainter:
    """One painting."""

    def __init__(self, painter: QPainter, chart: Chart) -> None:
        self._p, self._chart = painter, chart
        painter.setFont(theme().font("small"))
        self._metrics = QFontMetricsF(painter.font())
        self._line = self._metrics.height() + theme().px(3)

    def paint(self, area: QRectF) -> None:
        """Title, legend, then the plot in what is left."""
        px, chart = theme().px, self._chart
        area = area.adjusted(px(10), px(6), -px(12), -px(6))
        self._p.setFont(theme().font("body", bold=True))
        self._text(QRectF(area.left(), area.top(), area.width(), self._line), chart.title, "text")
        self._p.setFont(theme().font("small"))
        area.setTop(area.top() + self._line + px(4))
        if chart.pictures:
            self._paint_pictures(area)
            return
        if len(chart.series) > 1:
            self._legend(area)
            area.setTop(area.top() + self._line + px(4))
        if chart.categories:
            self._paint_bars(area)
        else:
            self._paint_plot(area)

    # -- lying bars ----------------------------------------------------------------------------

    def _paint_bars(self, area: QRectF) -> None:
        chart, px = self._chart, theme().px
        values = np.concatenate([series.y for series in chart.series])
        rule = [] if chart.rule is None else [chart.rule[0]]
        low, high = min(0.0, *values, *rule), max(0.0, *values, *rule)
        names = max(self._metrics.horizontalAdvance(name) for name in chart.categories) + px(4)
        left = area.left() + min(names, area.width() * 0.45) + px(6)
        room = self._metrics.horizontalAdvance("−0.00000") + px(8)
        top = area.top() + (self._line if chart.rule else 0)
        plot = QRectF(left, top, max(area.right() - room - left, 1.0), area.bottom() - top)
        scale = plot.width() / ((high - low) or 1.0)
        zero = plot.left() - low * scale
        slot = plot.height() / len(chart.categories)
        for place, name in enumerate(chart.categories):
            row = QRectF(area.left(), plot.top() + place * slot, left - area.left() - px(6), slot)
            self._text(row, name, "dim", _RIGHT)
        thick = min(slot * 0.8 / len(chart.series), px(22))
        for rank, series in enumerate(chart.series):
            for place, value in zip(series.x, series.y, strict=True):
                middle = plot.top() + (place + 0.5) * slot
                y = middle + (rank - len(chart.series) / 2) * thick
                bar = QRectF(zero, y, value * scale, thick * 0.9).normalized()
                self._p.fillRect(bar, self._color(rank))
                if thick >= self._metrics.ascent() * 0.75:
                    spot = QRectF(max(bar.right(), zero) + px(4), y, room, thick * 0.9)
                    self._text(spot, f"{value:.3g}".replace("-", "−"), "text")
        self._p.setPen(QPen(theme().color("line"), 1))
        self._p.drawLine(QPointF(zero, plot.top()), QPointF(zero, plot.bottom()))
        if chart.rule is not None:
            self._upright_rule(plot, zero + chart.rule[0] * scale, chart.rule)

    def _upright_rule(self, plot: QRectF, x: float, rule: tuple[float, str]) -> None:
        self._p.setPen(QPen(theme().color("text", 0.7), 1, Qt.PenStyle.DashLine))
        self._p.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        words = f"{rule[1]} {rule[0]:.3g}".replace("-", "−")
        width = self._metrics.horizontalAdvance(words) + theme().px(4)
        left = min(max(x - width / 2, plot.left()), plot.right() - width + theme().px(40))
        self._text(QRectF(left, plot.top() - self._line, width, self._line), words, "text")

    # -- curves, steps, dots -------------------------------------------------------------------

    def _paint_plot(self, area: QRectF) -> None:
        chart, px = self._chart, theme().px
        x_range, y_range = self._ranges()
        marks = ticks(*y_range)
        wide = max(self._metrics.horizontalAdvance(_number(mark)) for mark in marks) + px(8)
        below = self._line * (2 if chart.x_title else 1) + px(2)
        top = self._line if chart.y_title else 0
        plot = area.adjusted(wide, top, 0, -below)
        if chart.square:
            side = min(plot.width(), plot.height())
            plot.setSize(QRectF(0, 0, side, side).size())
        self._axes(plot, x_range, y_range, marks)

        def at(x: float, y: float) -> QPointF:
            across = (x - x_range[0]) / (x_range[1] - x_range[0])
            up = (y - y_range[0]) / (y_range[1] - y_range[0])
            return QPointF(plot.left() + across * plot.width(), plot.bottom() - up * plot.height())

        if chart.rule is not None:
            self._level(plot, at(x_range[0], chart.rule[0]).y(), chart.rule[1])
        for rank, series in enumerate(chart.series):
            self._draw(series, rank, at)

    def _draw(self, series: Series, rank: int, at: At) -> None:
        px = theme().px
        color = self._color(rank)
        if series.style == "dot":
            self._draw_dots(series, color, at)
            return
        points = list(zip(series.x, series.y, strict=False))
        if series.style == "step":
            edges = np.repeat(series.x, 2)[1:-1]
            points = list(zip(edges, np.repeat(series.y, 2), strict=True))
            points = [(series.x[0], 0.0), *points, (series.x[-1], 0.0)]
            fill = theme().color("text")
            fill.setRgb(color.red(), color.green(), color.blue(), 50)
            self._p.setPen(Qt.PenStyle.NoPen)
            self._p.setBrush(fill)
            self._p.drawPolygon(QPolygonF([at(x, y) for x, y in points]))
            self._p.setBrush(Qt.BrushStyle.NoBrush)
        self._p.setPen(QPen(color, px(2)))
        self._p.drawPolyline(QPolygonF([at(x, y) for x, y in points]))

    def _draw_dots(self, series: Series, color: QColor, at: At) -> None:
        px = theme().px
        for x, y, name in zip(series.x, series.y, series.names, strict=True):
            spot = at(x, y)
            self._p.setPen(Qt.PenStyle.NoPen)
            self._p.setBrush(color)
            self._p.drawEllipse(spot, px(5), px(5))
            self._p.setBrush(Qt.BrushStyle.NoBrush)
            room = QRectF(spot.x() + px(8), spot.y() - self._line / 2, px(300), self._line)
            self._text(room, name, "dim")

    def _axes(
        self,
        plot: QRectF,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        marks: list[float],
    ) -> None:
        chart, px = self._chart, theme().px
        for mark in marks:
            y = plot.bottom() - (mark - y_range[0]) / (y_range[1] - y_range[0]) * plot.height()
            self._p.setPen(QPen(theme().color("line"), 1))
            self._p.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            spot = QRectF(plot.left() - 200, y - self._line / 2, 200 - px(5), self._line)
            self._text(spot, _number(mark), "dim", _RIGHT)
        for mark in ticks(*x_range):
            x = plot.left() + (mark - x_range[0]) / (x_range[1] - x_range[0]) * plot.width()
            spot = QRectF(x - px(40), plot.bottom() + px(2), px(80), self._line)
            self._text(spot, _number(mark), "dim", _CENTRE)
        line = QRectF(plot.left(), plot.bottom() + self._line, plot.width(), self._line)
        self._text(line, chart.x_title, "dim", _CENTRE)
        title = QRectF(plot.left(), plot.top() - self._line, plot.width(), self._line)
        self._text(title, chart.y_title, "dim")

    def _level(self, plot: QRectF, y: float, words: str) -> None:
        self._p.setPen(QPen(theme().color("text", 0.7), 1, Qt.PenStyle.DashLine))
        self._p.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        spot = QRectF(plot.left(), y - self._line, plot.width() - theme().px(4), self._line)
        self._text(spot, words, "text", _RIGHT)

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        chart = self._chart
        if chart.square:
            return (0.0, 1.0), (0.0, 1.0)
        x = np.concatenate([series.x for series in chart.series])
        y = np.concatenate([series.y for series in chart.series])
        levels = [0.0] if chart.rule is None else [0.0, chart.rule[0]]
        low, high = min(float(y.min()), *levels), max(float(y.max()), *levels)
        left, right = float(x.min()), float(x.max())
        return (left, right if right > left else left + 1), (low, (high or 1.0) * 1.08)

    # -- pictures ------------------------------------------------------------------------------

    def _paint_pictures(self, area: QRectF) -> None:
        rows, px = self._chart.pictures, theme().px
        names = max(self._metrics.horizontalAdvance(name) for name, _ in rows) + px(8)
        most = max(len(images) for _, images in rows)
        side = min((area.width() - names) / most, area.height() / len(rows)) - px(4)
        for row, (name, images) in enumerate(rows):
            top = area.top() + row * (side + px(4))
            self._text(QRectF(area.left(), top, names - px(8), side), name, "dim", _RIGHT)
            for column, image in enumerate(images):
                spot = QRectF(area.left() + names + column * (side + px(4)), top, side, side)
                self._p.drawImage(spot, to_qimage(image))

    # -- small things --------------------------------------------------------------------------

    def _legend(self, area: QRectF) -> None:
        px, x = theme().px, area.left()
        for rank, series in enumerate(self._chart.series):
            middle = area.top() + self._line / 2
            self._p.fillRect(QRectF(x, middle - px(4), px(12), px(8)), self._color(rank))
            width = self._metrics.horizontalAdvance(series.name) + px(4)
            self._text(QRectF(x + px(17), area.top(), width, self._line), series.name, "text")
            x += width + px(31)

    def _color(self, rank: int) -> QColor:
        return theme().color(("accent", "warn", "dim")[min(rank, 2)])

    def _text(self, spot: QRectF, words: str, token: str, side: Qt.AlignmentFlag = _LEFT) -> None:
        if not words:
            return
        self._p.setPen(theme().color(token))
        metrics = QFontMetricsF(self._p.font())
        short = metrics.elidedText(words, Qt.TextElideMode.ElideRight, spot.width() + 1)
        self._p.drawText(spot, side | _MIDDLE | Qt.TextFlag.TextDontClip, short)


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
