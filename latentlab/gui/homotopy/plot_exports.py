"""How the curves and the small map of the Homotopy tab leave the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QScrollArea

from latentlab.app.homotopy_plan import TITLES
from latentlab.gui.homotopy.colours import row_color
from latentlab.gui.plot_call import PlotCall, size_of, state_of
from latentlab.gui.plot_files import PlotOutlet, PlotProposal
from latentlab.gui.theme import theme
from latentlab.gui.widgets.plot_menu import PlotMenu

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from latentlab.app.lab import Lab
    from latentlab.app.state import PathKind
    from latentlab.gui.homotopy.curves_card import CurvesCard
    from latentlab.gui.homotopy.path_map import PathMap
    from latentlab.gui.plot_call import Kind

_SWATCH = 16  # pixels at 100 %


def connect_plots(lab: Lab, curves: CurvesCard, path_map: PathMap) -> dict[Kind, PlotOutlet]:
    """Give both their context menu, and their outlets by kind to whoever asks."""

    def propose_curves() -> PlotProposal | None:
        if not curves.plot.lines:
            return None
        name = f"{lab.session.state.model}-{curves.measure}"
        call = _call("homotopy", lab, path_map)
        return PlotProposal(name, OverT(curves), lambda: arrays_of(curves), call=call)

    def propose_map() -> PlotProposal | None:
        name = f"{lab.session.state.model}-paths"
        return PlotProposal(name, path_map, call=_call("paths", lab, path_map))

    outlets: dict[Kind, PlotOutlet] = {
        "homotopy": PlotOutlet(lab.exports, propose_curves),
        "paths": PlotOutlet(lab.exports, propose_map),
    }
    PlotMenu(curves.plot, outlets["homotopy"])
    PlotMenu(path_map.viewport(), outlets["paths"])
    return outlets


def _call(kind: Kind, lab: Lab, within: QWidget) -> PlotCall:
    """Sizes follow from all that is in the tab."""
    tab = within.window()
    while (parent := within.parentWidget()) is not None:
        within = parent
        if isinstance(parent, QScrollArea):
            tab = parent
            break
    fields = ("moment", "label", "z", "map", "sampled", "homotopy")
    state = state_of(lab.session.state, *fields)
    return PlotCall(kind, {"state": state, "size": size_of(tab.size())})


class OverT:
    """A `Figure` of the curves: what they measure, which row is which, the plot."""

    def __init__(self, curves: CurvesCard) -> None:
        self._curves = curves

    def figure_size(self) -> QSize:
        """The plot's, and two lines above."""
        size = self._curves.plot.size()
        return QSize(size.width(), size.height() + round(2 * self._line()))

    def paint_figure(self, painter: QPainter) -> None:
        """Words, swatches, plot; without the line that moves with t."""
        line = self._line()
        painter.setFont(theme().font())
        painter.setPen(theme().color("text"))
        width = self.figure_size().width()
        title = f"{self._curves.chooser.currentText()} {self._curves.against.full_text}".strip()
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(theme().px(8), 0, width, line), middle, title)
        self._paint_rows(painter, line)
        plot = self._curves.plot
        place = QRectF(plot.plot.geometry()).translated(0, 2 * line)
        with plot.without_t():
            plot.plot.render(painter, place, plot.plot.viewport().rect())

    def restyle_figure(self) -> None:
        """Take the theme's colours anew."""
        self._curves.plot.restyle()

    def _paint_rows(self, painter: QPainter, top: float) -> None:
        px, line = theme().px, self._line()
        x = float(px(8))
        for kind in self._curves.plot.lines:
            painter.setPen(QPen(row_color(kind), px(2)))
            middle = top + line / 2
            painter.drawLine(QPointF(x, middle), QPointF(x + px(_SWATCH), middle))
            painter.setPen(theme().color("text"))
            width = QFontMetricsF(painter.font()).horizontalAdvance(TITLES[kind])
            spot = QRectF(x + px(_SWATCH + 5), top, width + px(4), line)
            painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, TITLES[kind])
            x += width + px(_SWATCH + 20)

    def _line(self) -> float:
        return QFontMetricsF(theme().font()).height() + theme().px(4)


def arrays_of(curves: CurvesCard) -> dict[str, NDArray[np.generic]]:
    """row, t and value (n,) of every curve; label numbers where labels are shown."""
    lines = curves.plot.lines
    kinds: list[PathKind] = list(lines)
    counts = [len(lines[kind].t) for kind in kinds]
    return {
        "row": np.repeat(np.array(kinds), counts),
        "t": np.concatenate([lines[kind].t for kind in kinds]),
        "value": np.concatenate([np.asarray(lines[kind].value) for kind in kinds]),
    }
