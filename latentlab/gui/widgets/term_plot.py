"""One loss term over the epochs: train and validation, the cursor's values in the title."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QTextDocument
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from latentlab.app.curves import (
    Floats,
    log_range,
    reading_range,
    roomy,
    smooth,
    still_fits,
    value_at,
)
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.curve_item import CurveItem
from latentlab.gui.widgets.loss_axis import LossAxis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.run_history import Split

SPLITS: tuple[Split, ...] = ("train", "validation")
Points = tuple[Floats, Floats]
MAX_ALARMS = 5
_LINES_PER_PIXEL = 0.5  # more segments than this are not told apart, but cost their time


class Look(NamedTuple):
    """How all plots of one run are shown."""

    logarithmic: bool = False
    smoothing: float = 0.01  # its width as a share of the run so far
    hidden: frozenset[Split] = frozenset()


class TermPlot(QWidget):
    """Emits where the mouse is in epochs; shows the cursor where it is told."""

    hovered = Signal(object)  # epoch, None when the mouse has left
    zoomed = Signal()  # by hand
    reset = Signal()  # a double click: everything again

    def __init__(self, parent: QWidget | None = None, *, brief: bool = False) -> None:
        """`brief` is for a small plot: no unit, no axis label, no names beside the values."""
        super().__init__(parent)
        self._brief = brief
        self._name = self._unit = ""
        self._shown: dict[Split, Points] = {}
        self._title = QLabel(self)
        self._axis = LossAxis()
        self.plot = pg.PlotWidget(self, enableMenu=False, axisItems={"left": self._axis})
        self._faint = CurveItem()
        self._lines = {split: CurveItem() for split in SPLITS}
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._alarms = [pg.InfiniteLine(angle=90, movable=False) for _ in range(MAX_ALARMS)]
        self._last_alarm = 0.0  # epoch; kept in sight as the curves are
        self._following = True
        self._prepare()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._title.setSizePolicy(policy)  # its words come and go, the plot must not move
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._title)
        layout.addWidget(self.plot, 1)
        self._restyle()
        theme().changed.connect(self._restyle)

    @property
    def view(self) -> pg.ViewBox:
        """Where the curves are, for linking and for tests."""
        return self.plot.getPlotItem().getViewBox()

    @property
    def shown(self) -> dict[Split, Points]:
        """Epochs and smoothed values of the visible curves."""
        return self._shown

    def show_term(self, name: str, unit: str, curves: dict[Split, Points], look: Look) -> None:
        """Draw the curves of one term, epochs and values, as they are now."""
        if (name, unit) != (self._name, self._unit):
            self._name, self._unit = name, unit
            self.setAccessibleName(f"curves of {name}, {unit}")
        visible = {split: curves[split] for split in curves if split not in look.hidden}
        limits = log_range(list(visible.values())) if look.logarithmic else None
        logarithmic = limits is not None
        self._axis.set_logarithmic(logarithmic)
        width = look.smoothing * max((x[-1] for x, _ in visible.values()), default=0.0)
        self._shown = {split: (x, smooth(x, y, width)) for split, (x, y) in visible.items()}
        for split, line in self._lines.items():
            line.setData(*self._drawable(self._shown.get(split), logarithmic=logarithmic))
        raw = visible.get("train") if width > 0 else None
        self._faint.setData(*self._drawable(raw, logarithmic=logarithmic))
        if self._following:
            self._follow(limits or reading_range(list(self._shown.values())))

    def show_alarms(self, epochs: Sequence[float]) -> None:
        """Mark the epochs of the last alarms."""
        last = list(epochs)[-MAX_ALARMS:]
        self._last_alarm = max(last, default=0.0)
        if self._following and self._last_alarm > self.view.viewRange()[0][1]:
            self.view.setXRange(0, roomy(self._last_alarm), padding=0)
        for line, epoch in zip(self._alarms, [*last, *[None] * MAX_ALARMS], strict=False):
            line.setVisible(epoch is not None)
            if epoch is not None:
                line.setValue(epoch)

    def show_cursor(self, epoch: float | None) -> None:
        """Put the cursor, and the values there into the title; None: the last values."""
        self._cursor.setVisible(epoch is not None)
        if epoch is not None:
            self._cursor.setValue(epoch)
        self._title.setText(self._words(epoch))
        if self._title.sizeHint().width() > self.width():  # values go before the unit
            self._title.setText(self._words(epoch, with_unit=False))

    def paint_figure(self, painter: QPainter) -> None:
        """Title and curves at this widget's size, from (0, 0); the cursor stays out."""
        title = QTextDocument()
        title.setDocumentMargin(0)
        title.setDefaultFont(theme().font("small"))
        title.setHtml(f"<span style='color:{theme().color('dim').name()}'>{self._words(None)}")
        title.drawContents(painter)
        cursor = self._cursor.isVisible()
        self._cursor.hide()
        place = QRectF(self.plot.geometry())
        self.plot.render(painter, place, self.plot.viewport().rect())
        self._cursor.setVisible(cursor)

    def restyle_figure(self) -> None:
        """Take the theme's colours anew."""
        self._restyle()

    def set_following(self, following: bool) -> None:
        """Whether the view grows with the curves, or stays where a hand has put it."""
        self._following = following

    def changeEvent(self, event: QEvent) -> None:
        """Colours come from the theme; a font change moves the axis."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._restyle()

    def leaveEvent(self, event: QEvent) -> None:
        """The cursor goes with the mouse."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def _prepare(self) -> None:
        item = self.plot.getPlotItem()
        item.hideButtons()
        item.ctrlMenu.setParent(self.plot, item.ctrlMenu.windowFlags())  # or it outlives the plot
        if not self._brief:
            item.setLabel("bottom", "epoch")
        for side in ("left", "bottom"):
            item.getAxis(side).enableAutoSIPrefix(False)  # no "epoch (x0.001)"
        for curve in (self._faint, *self._lines.values()):
            item.addItem(curve)
        for line in (self._cursor, *self._alarms):
            line.hide()
            item.addItem(line, ignoreBounds=True)
        self.view.setDefaultPadding(0.0)
        self.view.disableAutoRange()
        self.view.sigRangeChangedManually.connect(lambda *_: self.zoomed.emit())
        self.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.scene().sigMouseMoved.connect(self._on_moved)
        self.plot.scene().sigMouseClicked.connect(self._on_clicked)

    def _on_clicked(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.double():
            self.reset.emit()

    def _on_moved(self, position: QPointF) -> None:
        inside = self.view.sceneBoundingRect().contains(position)
        self.hovered.emit(self.view.mapSceneToView(position).x() if inside else None)

    def _follow(self, limits: tuple[float, float] | None) -> None:
        if limits is None:
            return
        ends = [x[-1] for x, _ in self._shown.values() if len(x)]
        end = max(*ends, self._last_alarm)
        (left, right), known = self.view.viewRange()
        if left != 0 or not end <= right <= roomy(roomy(end)):
            self.view.setXRange(0, roomy(end), padding=0)
        if not still_fits(known, limits):
            margin = 0.04 * (limits[1] - limits[0])
            self.view.setYRange(limits[0] - margin, limits[1] + margin, padding=0)

    def _drawable(self, points: Points | None, *, logarithmic: bool) -> Points:
        """Thinned to what the pixels can show, in the axis' own scale."""
        if points is None:
            return np.empty(0), np.empty(0)
        x, y = points
        most = max(64, int(self.plot.width() * _LINES_PER_PIXEL))
        if len(x) > most:
            chosen = np.linspace(0, len(x) - 1, most).round().astype(int)
            x, y = x[chosen], y[chosen]
        if len(x) == 1:  # a dash where there is no line yet
            x, y = np.array([0.97, 1.03]) * x, y.repeat(2)
        return x, np.log10(y) if logarithmic else y

    def _words(self, epoch: float | None, *, with_unit: bool = True) -> str:
        unit = f", {self._unit}" if with_unit and self._unit and not self._brief else ""
        parts = [f"<b>{self._name}</b>{unit}"]
        for split, (x, y) in self._shown.items():
            value = value_at(x, y, x[-1] if epoch is None and len(x) else epoch or 0.0)
            if value is not None:
                color = _color(split).name()
                who = "" if self._brief else f"{split} "
                parts.append(f"<span style='color:{color}'>{who}{_figures(value)}</span>")
        return "&nbsp; ".join(parts)

    def _restyle(self) -> None:
        item = self.plot.getPlotItem()
        theme().style_plot(item)
        set_look(self._title, "small")
        self.plot.setMinimumSize(theme().px(90), theme().px(60))
        item.getAxis("left").setWidth(theme().px(44))
        item.getAxis("bottom").setHeight(theme().px(22 if self._brief else 34))
        width = theme().px(2) * 0.8
        for split, line in self._lines.items():
            line.setPen(_pen(_color(split), width))
        faint = _color("train")
        faint.setAlphaF(0.28)
        self._faint.setPen(_pen(faint, 1))
        self._cursor.setPen(_pen(theme().color("dim"), 1, Qt.PenStyle.DashLine))
        for line in self._alarms:
            line.setPen(_pen(theme().color("bad"), theme().px(1), Qt.PenStyle.DotLine))


def _color(split: Split) -> QColor:
    return theme().class_colors(2)[SPLITS.index(split)]


def _pen(color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(color, width, style)
    pen.setCosmetic(True)
    return pen


def _figures(value: float) -> str:
    """Five telling figures; two and an exponent where a plain number does not serve."""
    digits = 4 - (int(log10(abs(value))) if abs(value) >= 1 else 0)
    return f"{value:.{min(max(digits, 1), 4)}f}" if 1e-4 < abs(value) < 1e6 else f"{value:.2g}"
