"""The curves of a run as they go into files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from latentlab.app.curve_table import arrays_of
from latentlab.app.data_calls import DataCall
from latentlab.gui.plot_call import PlotCall, size_of
from latentlab.gui.plot_files import PlotProposal

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from latentlab.gui.widgets.loss_plot import LossPlot
    from latentlab.gui.widgets.term_plot import TermPlot

_USUAL = {"log": False, "hide": (), "smoothing": 40}  # as `latentlab plot` has them


class CurveFigure:
    """A `Figure` of all plots of a run, without the switches above them."""

    def __init__(self, curves: LossPlot) -> None:
        self._curves = curves

    def figure_size(self) -> QSize:
        """From the first plot's top to the end."""
        return QSize(self._curves.width(), self._curves.height() - self._top())

    def paint_figure(self, painter: QPainter) -> None:
        """Each plot in its place."""
        for plot in self._shown():
            painter.save()
            painter.translate(plot.x(), plot.y() - self._top())
            plot.paint_figure(painter)
            painter.restore()

    def restyle_figure(self) -> None:
        """Take the theme's colours anew."""
        for plot in self._curves.plots:
            plot.restyle_figure()

    def _shown(self) -> list[TermPlot]:
        return self._curves.shown_plots

    def _top(self) -> int:
        return min((plot.y() for plot in self._shown()), default=0)


def propose_curves(curves: LossPlot, name: str) -> PlotProposal | None:
    """The curves with their numbers, unsmoothed; None while there are none."""
    history = curves.history
    if history is None or not history.terms:
        return None
    curves.refresh()
    return PlotProposal(
        f"{name}-curves",
        CurveFigure(curves),
        lambda: arrays_of(history),
        numbers=DataCall("history", name),
        call=_call(curves, name),
    )


def _call(curves: LossPlot, name: str) -> PlotCall:
    switches = {
        "log": curves.logarithmic.isChecked(),
        "hide": tuple(sorted(curves.look.hidden)),
        "smoothing": curves.smoothing.value(),
    }
    views = [plot.view.viewRange() for plot in curves.shown_plots]
    return PlotCall(
        "curves",
        {
            "run": name,
            "size": size_of(curves.size()),
            "ranges": tuple(tuple(map(float, (*across, *up))) for across, up in views),
            **{switch: value for switch, value in switches.items() if value != _USUAL[switch]},
        },
    )
