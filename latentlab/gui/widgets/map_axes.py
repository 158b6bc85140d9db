"""The axes of a map: ticks, numbers and titles in the margins, drawn in half a millisecond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from latentlab.app.round_numbers import linear_ticks
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from latentlab.gui.explore.lattice import View


def margins() -> tuple[int, int, int, int]:
    """Left, top, right, bottom: the room the axes need, in logical pixels."""
    px = theme().px
    return px(52), px(6), px(8), px(36)


def draw_axes(painter: QPainter, plane: QRectF, view: View, titles: tuple[str, str]) -> None:
    """Left and bottom axis of `plane`, a rectangle in logical pixels that shows `view`."""
    painter.setFont(theme().font("small"))
    painter.setPen(QPen(theme().color("line"), 1))
    painter.drawLine(plane.bottomLeft(), plane.bottomRight())
    painter.drawLine(plane.topLeft(), plane.bottomLeft())
    painter.setPen(theme().color("dim"))
    _draw_bottom(painter, plane, view, titles[0])
    _draw_left(painter, plane, view, titles[1])


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def _draw_bottom(painter: QPainter, plane: QRectF, view: View, title: str) -> None:
    px = theme().px
    span = view.right - view.left
    line = QFontMetricsF(painter.font()).height()
    for value in linear_ticks(view.left, view.right, max(2, int(plane.width() / px(64)))):
        x = plane.left() + (value - view.left) / span * plane.width()
        painter.drawLine(QPointF(x, plane.bottom()), QPointF(x, plane.bottom() + px(3)))
        spot = QRectF(x - px(40), plane.bottom() + px(4), px(80), line)
        painter.drawText(spot, Qt.AlignmentFlag.AlignHCenter, _number(value))
    below = QRectF(plane.left(), plane.bottom() + px(4) + line, plane.width(), line)
    painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, title)


def _draw_left(painter: QPainter, plane: QRectF, view: View, title: str) -> None:
    px = theme().px
    span = view.top - view.bottom
    line = QFontMetricsF(painter.font()).height()
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for value in linear_ticks(view.bottom, view.top, max(2, int(plane.height() / px(52)))):
        y = plane.bottom() - (value - view.bottom) / span * plane.height()
        painter.drawLine(QPointF(plane.left() - px(3), y), QPointF(plane.left(), y))
        painter.drawText(QRectF(0, y - line / 2, plane.left() - px(5), line), right, _number(value))
    painter.save()
    painter.translate(0, plane.center().y())
    painter.rotate(-90)
    half = plane.height() / 2
    spot = QRectF(-half, 0, plane.height(), line)
    painter.drawText(spot, Qt.AlignmentFlag.AlignHCenter, title)
    painter.restore()
