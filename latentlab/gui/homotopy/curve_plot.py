"""Curves over t, one per row, and the line that moves with t."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsView, QVBoxLayout, QWidget

from latentlab.app.homotopy_curves import at, label_at, name_of
from latentlab.app.state import PATH_KINDS
from latentlab.gui.homotopy.colours import row_color
from latentlab.gui.theme import theme
from latentlab.gui.widgets.curve_item import CurveItem
from latentlab.gui.widgets.path_marks import DotItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray
    from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPaintEvent

    from latentlab.app.homotopy_curves import Line
    from latentlab.app.state import PathKind

_MARGIN = 0.08  # of the height, above and below the curves
_APART = 0.07  # between rows on one label, of the distance to the next label
_STEP = 0.01  # of t, by a key
_DOT = 4.0  # pixels at 100 % around the place of a curve at t


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
        self._levels: list[int] = []  # the labels that there are
        self._t = 0.0
        self.plot = _View(self, enableMenu=False)
        self._curves = {kind: CurveItem() for kind in PATH_KINDS}
        self._dots = {kind: DotItem(z=20, reach=_DOT) for kind in PATH_KINDS}
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._reading = pg.InfiniteLine(angle=90, movable=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 1, 0, 1)  # room for the frame
        layout.addWidget(self.plot)
        self._prepare()
        self.restyle()
        theme().changed.connect(self.restyle)

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
        self._levels = sorted({int(label) for line in lines.values() for label in line.value})
        for kind, curve in self._curves.items():
            line = lines.get(kind)
            if line is None:
                curve.setData(np.empty(0), np.empty(0))
            elif names is not None:
                curve.setData(*_stairs(line.t, self._heights(kind, line.value)))
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
        for kind, dot in self._dots.items():
            place = (t, self.value(kind, t)) if kind in self.lines else None
            dot.show_at(place, row_color(kind))

    def value(self, kind: PathKind, t: float) -> float:
        """How high a curve is at t."""
        line = self.lines[kind]
        if self._names is None:
            return at(line, t)
        return float(self._heights(kind, np.array([label_at(line, t)]))[0])

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

    @contextmanager
    def without_t(self) -> Iterator[None]:
        """The curves alone, for files."""
        parts = (self._line, self._reading, *self._dots.values())
        seen = [part for part in parts if part.isVisible()]
        for part in seen:
            part.hide()
        try:
            yield
        finally:
            for part in seen:
                part.show()

    def set_margins(self, left: float, right: float) -> None:
        """From the edges of this widget to t = 0 and t = 1, in pixels; the axis needs its own."""
        axis = self.plot.getPlotItem().getAxis("left")
        least = theme().px(30)
        axis.setWidth(max(least, round(left)))
        self.plot.getPlotItem().layout.setContentsMargins(0, theme().px(4), round(right), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go along t."""
        by = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP}.get(Qt.Key(event.key()))
        if by is None or not self.lines:
            super().keyPressEvent(event)
        else:
            self.chosen.emit(min(max(self._t + by, 0.0), 1.0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hides the frame."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A frame while it has the keyboard."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(theme().color("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

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
        for curve in self._curves.values():
            item.addItem(curve)
        for part in (self._line, self._reading, *self._dots.values()):
            item.addItem(part, ignoreBounds=True)
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
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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
        if self._names is not None:
            self.view.setYRange(-0.5, len(self._levels) - 0.5, padding=0)
            return
        whole = np.concatenate(values)
        low, high = float(whole.min()), float(whole.max())
        low = min(low, 0.0) if low < 0.4 * high else low
        margin = max(_MARGIN * (high - low), 1e-3)
        self.view.setYRange(low - margin, high + margin, padding=0)

    def _heights(self, kind: PathKind, labels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Labels as levels, one above the other; rows a little apart: none hides another."""
        kinds = list(self.lines)
        apart = _APART * (kinds.index(kind) - (len(kinds) - 1) / 2)
        return np.searchsorted(self._levels, labels) - apart

    def _label_axis(self) -> None:
        axis = self.plot.getPlotItem().getAxis("left")
        if self._names is None:
            axis.setTicks(None)
            return
        names = [_short(name_of(self._names, label)) for label in self._levels]
        axis.setTicks([list(enumerate(names))])

    def restyle(self) -> None:
        """Colours and sizes of the theme in use."""
        item = self.plot.getPlotItem()
        theme().style_plot(item)
        item.getAxis("bottom").setHeight(theme().px(20))
        self.plot.setMinimumHeight(theme().px(110))
        for kind, curve in self._curves.items():
            curve.setPen(_pen(row_color(kind), theme().px(2)))
        self._line.setPen(_pen(theme().color("text", 0.75), theme().px(1)))
        self._reading.setPen(_pen(theme().color("dim"), 1, Qt.PenStyle.DashLine))
        self.show_t(self._t)


def _pen(color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(color, width, style)
    pen.setCosmetic(True)
    return pen


def _stairs(
    t: NDArray[np.float64], value: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Labels change between two places, not along a slope."""
    middle = (t[1:] + t[:-1]) / 2
    corners = np.concatenate([t[:1], np.repeat(middle, 2), t[-1:]])
    return corners, np.repeat(value, 2)


def _short(name: str) -> str:
    return name if len(name) <= 6 else f"{name[:5]}…"
