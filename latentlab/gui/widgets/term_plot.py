"""Two curves over the epochs, the cursor's values in the title.

They are one loss term in training and validation, or two terms of networks that compete.
"""

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
from latentlab.app.term_groups import SPLITS
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.curve_item import CurveItem
from latentlab.gui.widgets.loss_axis import LossAxis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtGui import QResizeEvent

Points = tuple[Floats, Floats]
MAX_ALARMS = 5
FIGURES = 5  # telling ones of a value, where there is room
_LINES_PER_PIXEL = 0.5  # more segments than this are not told apart, but cost their time


class Look(NamedTuple):
    """How all plots of one run are shown."""

    logarithmic: bool = False
    smoothing: float = 0.01  # its width as a share of the run so far
    hidden: frozenset[str] = frozenset()  # names of curves


class TermPlot(QWidget):
    """Emits where the mouse is in epochs; shows the cursor where it is told."""

    hovered = Signal(object)  # epoch, None when the mouse has left
    zoomed = Signal()  # by hand
    reset = Signal()  # a double click: everything again

    def __init__(self, parent: QWidget | None = None, *, brief: bool = False) -> None:
        """`brief` is for a small plot: no unit, no axis label, no splits beside the values."""
        super().__init__(parent)
        self._brief = brief
        self._name = self._unit = ""
        self._epoch: float | None = None  # of the cursor
        self._names: tuple[str, ...] = SPLITS  # of the curves, in the order of their colours
        self._shown: dict[str, Points] = {}
        self._title = QLabel(self)
        self._axis = LossAxis()
        self.plot = pg.PlotWidget(self, enableMenu=False, axisItems={"left": self._axis})
        self._faint = [CurveItem() for _ in SPLITS]  # as noisy as training is, under the lines
        self._lines = [CurveItem() for _ in SPLITS]
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
    def shown(self) -> dict[str, Points]:
        """Epochs and smoothed values of the visible curves."""
        return self._shown

    def show_term(
        self,
        name: str,
        unit: str,
        curves: dict[str, Points],
        look: Look,
        names: tuple[str, ...] = SPLITS,
    ) -> None:
        """Draw curves, epochs and values, as they are now; `names` has those that may come."""
        self._names = names
        if (name, unit) != (self._name, self._unit):
            self._name, self._unit = name, unit
            self.setAccessibleName(f"curves of {name}, {unit}")
        visible = {name: curves[name] for name in curves if name not in look.hidden}
        limits = log_range(list(visible.values())) if look.logarithmic else None
        logarithmic = limits is not None
        self._axis.set_logarithmic(logarithmic)
        width = look.smoothing * max((x[-1] for x, _ in visible.values()), default=0.0)
        self._shown = {name: (x, smooth(x, y, width)) for name, (x, y) in visible.items()}
        for curve, faint, line in zip(names, self._faint, self._lines, strict=True):
            line.setData(*self._drawable(self._shown.get(curve), logarithmic=logarithmic))
            raw = visible.get(curve) if width > 0 and curve != "validation" else None
            faint.setData(*self._drawable(raw, logarithmic=logarithmic))
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
        self._epoch = epoch
        for words in self._wordings(epoch):
            self._title.setText(words)
            if self._title.sizeHint().width() <= self.width():
                break

    def paint_figure(self, painter: QPainter) -> None:
        """Title and curves at this widget's size, from (0, 0); the cursor stays out."""
        title = QTextDocument()
        title.setDocumentMargin(0)
        title.setDefaultFont(theme().font("small"))
        words = self._title.text() if self._epoch is None else self._words(None)
        title.setHtml(f"<span style='color:{theme().color('dim').name()}'>{words}")
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer words fit."""
        super().resizeEvent(event)
        self.show_cursor(self._epoch)

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
        for curve in (*self._faint, *self._lines):
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

    def _wordings(self, epoch: float | None) -> Iterator[str]:
        """The title, ever shorter: values go before the unit, and names before a heading."""
        yield self._words(epoch)
        yield self._words(epoch, unit="")
        yield self._words(epoch, unit="", figures=3)
        if self._names != SPLITS:
            yield self._words(epoch, heading=False, figures=3)

    def _words(
        self,
        epoch: float | None,
        *,
        heading: bool = True,
        unit: str | None = None,
        figures: int = FIGURES,
    ) -> str:
        unit = self._unit if unit is None else unit
        unit = f", {unit}" if unit and not self._brief else ""
        parts = [f"<b>{self._name}</b>{unit}"] if heading else []
        for name, (x, y) in self._shown.items():
            value = value_at(x, y, x[-1] if epoch is None and len(x) else epoch or 0.0)
            if value is not None:
                color = _color(self._names.index(name)).name()
                who = "" if self._brief and self._names == SPLITS else f"{name} "
                parts.append(f"<span style='color:{color}'>{who}{_figures(value, figures)}</span>")
        return "&nbsp; ".join(parts)

    def _restyle(self) -> None:
        item = self.plot.getPlotItem()
        theme().style_plot(item)
        set_look(self._title, "small")
        self.plot.setMinimumSize(theme().px(90), theme().px(60))
        item.getAxis("left").setWidth(theme().px(44))
        item.getAxis("bottom").setHeight(theme().px(22 if self._brief else 34))
        width = theme().px(2) * 0.8
        for number, (faint, line) in enumerate(zip(self._faint, self._lines, strict=True)):
            line.setPen(_pen(_color(number), width))
            pale = _color(number)
            pale.setAlphaF(0.28)
            faint.setPen(_pen(pale, 1))
        self._cursor.setPen(_pen(theme().color("dim"), 1, Qt.PenStyle.DashLine))
        for line in self._alarms:
            line.setPen(_pen(theme().color("bad"), theme().px(1), Qt.PenStyle.DotLine))


def _color(number: int) -> QColor:
    return theme().class_colors(len(SPLITS))[number]


def _pen(color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(color, width, style)
    pen.setCosmetic(True)
    return pen


def _figures(value: float, telling: int) -> str:
    """So many telling figures; two and an exponent where a plain number does not serve."""
    most = telling - 1
    digits = most - (int(log10(abs(value))) if abs(value) >= 1 else 0)
    return f"{value:.{min(max(digits, 1), most)}f}" if 1e-4 < abs(value) < 1e6 else f"{value:.2g}"
