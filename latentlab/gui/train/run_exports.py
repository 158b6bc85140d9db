"""How curves, pictures and latents of a run leave the Train tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.gui.picture_files import outlet_of_shown
from latentlab.gui.plot_files import PlotOutlet
from latentlab.gui.train.curve_figure import propose_curves
from latentlab.gui.train.game_exports import connect_game
from latentlab.gui.train.latent_cloud import propose_cloud

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.lab import Lab
    from latentlab.gui.train.run_view import RunView
    from latentlab.gui.widgets.sheet_view import SheetView


def connect_exports(
    lab: Lab, view: RunView, run: Callable[[], str], moment: Callable[[], str]
) -> None:
    """Give every part of the view its way out; `run` and `moment` name what is looked at."""
    pictures, curves = view.pictures, view.curves
    sheets = (pictures.samples, pictures.pairs, pictures.manifold.sheet)
    for sheet, kind in zip(sheets, ("samples", "reconstructions", "manifold"), strict=True):
        _connect_sheet(lab, sheet, lambda kind=kind: f"{run()}-{kind}")
    curves.outlet = PlotOutlet(lab.exports, lambda: propose_curves(curves, run()))
    connect_game(lab, view.game, run, moment)
    cloud = pictures.cloud
    cloud.outlet = PlotOutlet(lab.exports, lambda: propose_cloud(cloud, run(), moment()))


def connect_dataset(lab: Lab, sheet: SheetView, spec: Callable[[], str]) -> None:
    """The glimpse into a dataset leaves as it is shown."""
    _connect_sheet(lab, sheet, lambda: f"{spec().rpartition('/')[2]}-pictures")


def _connect_sheet(lab: Lab, sheet: SheetView, name: Callable[[], str]) -> None:
    sheet.outlet = outlet_of_shown(lab, name, sheet)
