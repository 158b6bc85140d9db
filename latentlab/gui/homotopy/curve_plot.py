"""Curves over t, one per row, and the line that moves with t."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsView, QVBoxLayout, QWidget

from latentlab.app.homotopy_curves import at, label_at, name_of
from latentlab.app.state import PATH_KINDS
from latentlab.gui.homotopy.colours import row_color
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QColor

    from latentlab.app.homotopy_curves import Line
    from latentlab.app.state import PathKind

_MARGIN = 0.08  # of the height, above and below the curves
_DOT = 8  # pixels at 100 %, where a curve is at t


class _View(pg.PlotWidget):
    """Its deletion is Qt's: pyqtgraph's own `close` deletes items that Python still holds."""

    def close(self) -> bool:
        return QGraphicsView.close(self)


class CurvePlot(QWidget):
    """Obeys `show_lines` and `show_t`; tells where the mouse is."""

    hovered = Signal(object)  # t, None when the mouse has left
    chosen = Signal(float)  # a click: go to this t

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: Mapping[PathKind, Line] = {}
        self._names: tuple[str, ...] | None = None  # of labels; None: numbers
        self._t = 0.0
        self.plot = _View(self, enableMenu=False)
        self._curves = {kind: _curve() for kind in PATH_KINDS}
        self._dots = pg.ScatterPlotItem(pxMode=True, antialias=True)
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._reading = pg.InfiniteLine(angle=90, movable=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self._prepare()
        self._restyle()
        theme().changed.connect(self._restyle)

    @property
    def view(self) -> pg.ViewBox:
        """Where the curves are."""
        return self.plot.getPlotItem().getViewBox()

    @property
    def shown_t(self) -> float:
        """Where the moving line is."""
        return float(self._line.value())

    def show_lines(
        self, lines: Mapping[PathKind, Line], names: tuple[str, ...] | None = None
    ) -> None:
        """Curves by row; with `names` the values are labels, drawn as stairs."""
        self.lines, self._names = lines, names
        for kind, curve in self._curves.items():
            line = lines.get(kind)
            if line is None:
                curve.setData(np.empty(0), np.empty(0))
            elif names is not None:
                curve.setData(*_stairs(line))
            else:
                curve.setData(line.t, line.value)
        self._label_axis()
        self._fit()
        self.show_t(self._t)

    def show_t(self, t: float) -> None:
        """The moving line, and a dot where it meets each curve."""
        self._t = t
        self._line.setValue(t)
        self._line.setVisible(bool(self.lines))
        kinds = list(self.lines)
        self._dots.setData(
            x=np.full(len(kinds), t),
            y=np.array([self.value(kind, t) for kind in kinds], float),
            brush=[pg.mkBrush(row_color(kind)) for kind in kinds],
            pen=pg.mkPen(theme().color("surface"), width=1.5),
            size=theme().px(_DOT),
        )

    def value(self, kind: PathKind, t: float) -> float:
        """Of a curve at t."""
        line = self.lines[kind]
        return float(label_at(line, t)) if self._names is not None else at(line, t)

    def words(self, kind: PathKind, t: float) -> str:
        """The same for people."""
        if self._names is not None:
            return name_of(self._names, label_at(self.lines[kind], t))
        return f"{at(self.lines[kind], t):.2f}"

    def show_reading(self, t: float | None) -> None:
        """A thin line where the mouse reads values."""
        self._reading.setVisible(t is not None)
        if t is not None:
            self._reading.setValue(t)

    def set_margins(self, left: float, right: float) -> None:
        """From the edges of this widget to t = 0 and t = 1, in pixels; the axis needs its own."""
        axis = self.plot.getPlotItem().getAxis("left")
        least = theme().px(30)
        axis.setWidth(max(least, round(left)))
        self.plot.getPlotItem().layout.setContentsMargins(0, theme().px(4), round(right), 0)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is read any more."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    # -- inside --------------------------------------------------------------------------------

    def _prepare(self) -> None:
        item = self.plot.getPlotItem()
        item.hideButtons()
        item.ctrlMenu.setParent(self.plot, item.ctrlMenu.windowFlags())  # or it outlives the plot
        item.setMouseEnabled(False, False)
        item.showGrid(y=True, alpha=0.12)
        self._reading.hide()
        for part in (*self._curves.values(), self._dots):
            item.addItem(part)
        for line in (self._line, self._reading):
            item.addItem(line, ignoreBounds=True)
        self._dots.setZValue(20)
        self.view.setDefaultPadding(0.0)
        self.view.disableAutoRange()
        self.view.setXRange(0, 1, padding=0)
        ticks = [(at / 10, f"{at / 10:g}") for at in range(0, 11, 2)]
        item.getAxis("bottom").setTicks([ticks])
        item.getAxis("bottom").setStyle(hideOverlappingLabels=False)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.plot.scene().sigMouseMoved.connect(self._on_moved)
        self.plot.scene().sigMouseClicked.connect(self._on_clicked)
        self.setAccessibleName("curves over t")

    def _t_at(self, position: QPointF) -> float | None:
        if not self.view.sceneBoundingRect().contains(position):
            return None
        return min(max(float(self.view.mapSceneToView(position).x()), 0.0), 1.0)

    def _on_moved(self, position: QPointF) -> None:
        self.hovered.emit(self._t_at(position))

    def _on_clicked(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        t = self._t_at(event.scenePos())
        if t is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(t)

    def _fit(self) -> None:
        values = [line.value for line in self.lines.values() if len(line.value)]
        if not values:
            return
        whole = np.concatenate(values)
        low, high = float(whole.min()), float(whole.max())
        if self._names is None:
            low = min(low, 0.0) if low < 0.4 * high else low
        margin = max(_MARGIN * (high - low), 0.5 if self._names is not None else 1e-3)
        self.view.setYRange(low - margin, high + margin, padding=0)

    def _label_axis(self) -> None:
        axis = self.plot.getPlotItem().getAxis("left")
        if self._names is None:
            axis.setTicks(None)
            return
        values = sorted({int(v) for line in self.lines.values() for v in line.value})
        axis.setTicks([[(value, _short(name_of(self._names, value))) for value in values]])

    def _restyle(self) -> None:
        item = self.plot.getPlotItem()
        theme().style_plot(item)
        item.getAxis("bottom").setHeight(theme().px(20))
        self.plot.setMinimumHeight(theme().px(110))
        for kind, curve in self._curves.items():
            curve.setPen(_pen(row_color(kind), theme().px(2)))
        self._line.setPen(_pen(theme().color("text", 0.75), theme().px(1)))
        self._reading.setPen(_pen(theme().color("dim"), 1, Qt.PenStyle.DashLine))
        self.show_t(self._t)


def _curve() -> pg.PlotCurveItem:
    return pg.PlotCurveItem(antialias=True, skipFiniteCheck=True)


def _pen(color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(color, width, style)
    pen.setCosmetic(True)
    return pen


def _stairs(line: Line) -> tuple[np.ndarray, np.ndarray]:
    """Labels change between two places, not along a slope."""
    middle = (line.t[1:] + line.t[:-1]) / 2
    t = np.concatenate([line.t[:1], np.repeat(middle, 2), line.t[-1:]])
    return t, np.repeat(line.value, 2)


def _short(name: str) -> str:
    return name if len(name) <= 6 else f"{name[:5]}…"
