"""How the plots of a game leave the Train tab, and how they are drawn again without it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from latentlab.app.run_record import RunRecord, read_moment
from latentlab.core.errors import ModelError
from latentlab.gui.plot_call import PlotCall, size_of
from latentlab.gui.plot_files import PlotOutlet, PlotProposal
from latentlab.gui.train.game_plane import LAYERS, GamePlane
from latentlab.gui.train.game_plots import LossShapePlot, VerdictPlot
from latentlab.gui.train.run_plots import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from latentlab.app.lab import Lab
    from latentlab.gui.plot_call import Kind
    from latentlab.gui.train.game_view import GameView

    GamePlot = GamePlane | VerdictPlot | LossShapePlot

_NAMES: dict[str, str] = {"plane": "plane", "verdicts": "verdicts", "loss": "generator-loss"}


def connect_game(
    lab: Lab, view: GameView, run: Callable[[], str], moment: Callable[[], str]
) -> None:
    """Give the plots their way out; `run` and `moment` name what is looked at."""
    plots: dict[Kind, GamePlot] = {
        "plane": view.plane, "verdicts": view.verdicts, "loss": view.shape_plot,
    }  # fmt: skip
    for kind, plot in plots.items():

        def proposed(kind: Kind = kind, plot: GamePlot = plot) -> PlotProposal | None:
            return propose(kind, plot, run(), moment())

        plot.outlet = PlotOutlet(lab.exports, proposed)


def propose(kind: Kind, plot: GamePlot, run: str, moment: str) -> PlotProposal | None:
    """A plot of a run's moment, by its sample file; None while it is empty."""
    if plot.is_empty:
        return None
    values: dict[str, Any] = {"run": run, "moment": moment, "size": size_of(plot.size())}
    if isinstance(plot, GamePlane) and plot.hidden:
        values["hide"] = tuple(name for name in LAYERS if name in plot.hidden)
    if isinstance(plot, VerdictPlot) and plot.logits:
        values["log"] = True
    return PlotProposal(f"{run}-{_NAMES[kind]}", plot, plot.arrays, call=PlotCall(kind, values))


@contextmanager
def drawn(
    kind: Kind,
    folder: Path,
    size: tuple[int, int],
    *,
    moment: str = "",
    logits: bool = False,
    hide: frozenset[str] = frozenset(),
) -> Iterator[PlotProposal]:
    """A plot of one moment of a run, the newest; raises ModelError where there is no such game."""
    samples = RunRecord.open(folder).history.samples
    path = moment or (samples.path if samples is not None else "")
    game = read_moment(folder, path).game if path else None
    plot: GamePlot
    if kind == "plane":
        plot = GamePlane()
        plot.hide_layers(hide)
    elif kind == "verdicts":
        plot = VerdictPlot()
        plot.show_logits(logits=logits)
    else:
        plot = LossShapePlot()
    plot.show_game(game)
    with shown(plot, size):
        proposal = propose(kind, plot, folder.name, path)
        if proposal is None:
            what = "plane of points" if kind == "plane" else "game of two networks"
            raise ModelError(f"{folder.name} has kept no {what}; choose the run of a GAN that has.")
        yield proposal
