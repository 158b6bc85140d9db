"""Plots that are painted by hand, on the screen as in files: their menu, keys and axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from latentlab.app.round_numbers import linear_ticks
from latentlab.gui.plot_files import VERBS
from latentlab.gui.theme import theme
from latentlab.gui.widgets.picture_menu import add_entries, picture_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QPolygonF

    from latentlab.gui.plot_files import PlotOutlet

    Floats = NDArray[np.float64]

_TICK_PX = 52  # pixels at 100 % from one tick to the next, at least
_SMALLEST = (90, 70)


class PaintedPlot(QWidget):
    """A `Figure` that paints itself; a subclass says how and whether there is anything."""

    def __init__(self, name: str, hint: tuple[int, int], parent: QWidget | None = None) -> None:
        """`hint`: its wish for room, in pixels at 100 %."""
        super().__init__(parent)
        self._hint = hint
        self.outlet: PlotOutlet | None = None  # where the plot goes; None: it stays
        policy = QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        theme().changed.connect(self.update)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to export."""
        raise NotImplementedError

    def paint_figure(self, painter: QPainter) -> None:
        """All of it, from (0, 0)."""
        raise NotImplementedError

    def ask(self, what: str, *_: object) -> bool:
        """Do one of `VERBS` with the plot; whether there is one."""
        return not self.is_empty and self.outlet is not None and self.outlet.act(what)

    def figure_size(self) -> QSize:
        """As it is on screen."""
        return self.size()

    def restyle_figure(self) -> None:
        """Colours are asked for while it paints."""

    def sizeHint(self) -> QSize:
        """What it would like."""
        return QSize(*map(theme().px, self._hint))

    def minimumSizeHint(self) -> QSize:
        """Still to be read."""
        return QSize(*map(theme().px, _SMALLEST))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """As into a file."""
        painter = QPainter(self)
        self.paint_figure(painter)
        if self.hasFocus():
            painter.setPen(theme().color("accent", 0.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Out of the window."""
        if self.outlet is not None and not self.is_empty:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            add_entries(menu, self.ask, list(VERBS))
            menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Saving and copying."""
        asked = picture_key(event)
        if asked is None or not self.ask(asked):
            super().keyPressEvent(event)


@dataclass(frozen=True)
class Chart:
    """A rectangle of the paper and the numbers that it spans."""

    area: QRectF
    across: tuple[float, float]
    up: tuple[float, float]

    def at(self, x: float, y: float) -> QPointF:
        """Where a point lies."""
        polygon = self.line(np.array([x]), np.array([y]))
        return polygon.at(0)

    def line(self, x: Floats, y: Floats) -> QPolygonF:
        """Points (n,) and (n,) on the paper."""
        (left, right), (low, high) = self.across, self.up
        along = (x - left) / (right - left) * self.area.width()
        above = (y - low) / (high - low) * self.area.height()
        return arrayToQPolygonF(self.area.left() + along, self.area.bottom() - above)

    def paint_axes(self, painter: QPainter, *, numbers_up: bool = True) -> None:
        """Grid lines at round numbers, and these below and at the left."""
        font = theme().font("small")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        grid, ink = theme().color("line"), theme().color("dim")
        for x in self._ticks(self.across, self.area.width()):
            top, foot = self.at(x, self.up[1]), self.at(x, self.up[0])
            painter.setPen(grid)
            painter.drawLine(top, foot)
            painter.setPen(ink)
            half = metrics.horizontalAdvance(_number(x)) / 2
            painter.drawText(foot + QPointF(-half, metrics.ascent() + 2), _number(x))
        for y in self._ticks(self.up, self.area.height() * 1.6) if numbers_up else ():
            start, end = self.at(self.across[0], y), self.at(self.across[1], y)
            painter.setPen(grid)
            painter.drawLine(start, end)
            painter.setPen(ink)
            wide = metrics.horizontalAdvance(_number(y))
            painter.drawText(start + QPointF(-wide - 4, metrics.ascent() / 2 - 1), _number(y))

    def _ticks(self, span: tuple[float, float], pixels: float) -> list[float]:
        ticks = linear_ticks(*span, max(2, int(pixels / theme().px(_TICK_PX))))
        return [tick for tick in ticks if span[0] - 1e-9 <= tick <= span[1] + 1e-9]


def paint_words(
    painter: QPainter, area: QRectF, words: Sequence[tuple[str, QColor | None]]
) -> None:
    """Words side by side in their colours, dim without one; those without room are left out."""
    font = theme().font("small")
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    x, base = area.left(), area.top() + metrics.ascent()
    for text, color in words:
        wide = metrics.horizontalAdvance(text)
        if x + wide > area.right() + 1:
            break
        painter.setPen(theme().color("dim") if color is None else color)
        painter.drawText(QPointF(x, base), text)
        x += wide + metrics.horizontalAdvance("  ")


def words_width(texts: Sequence[str]) -> float:
    """What `paint_words` needs for all of them."""
    metrics = QFontMetricsF(theme().font("small"))
    return metrics.horizontalAdvance("  ".join(texts))


def line_height() -> float:
    """Of the letters of `paint_words` and of the numbers at axes."""
    return QFontMetricsF(theme().font("small")).height()


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
