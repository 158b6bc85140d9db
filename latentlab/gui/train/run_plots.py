"""The plots of a run without the window around them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from latentlab.app.moving_plane import MovingPlane
from latentlab.app.run_record import RunRecord, read_moment
from latentlab.core.errors import ModelError
from latentlab.gui.train.curve_figure import propose_curves
from latentlab.gui.train.latent_cloud import LatentCloud, propose_cloud
from latentlab.gui.widgets.loss_plot import LossPlot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from latentlab.gui.plot_call import Range
    from latentlab.gui.plot_files import PlotProposal


@contextmanager
def curves(
    folder: Path,
    size: tuple[int, int],
    ranges: Sequence[Range] = (),
    *,
    log: bool = False,
    hide: Sequence[str] = (),
    smoothing: int = 40,
) -> Iterator[PlotProposal]:
    """The curves of a run; raises ModelError where there are none."""
    history = RunRecord.open(folder).history
    plot = LossPlot()
    plot.logarithmic.setChecked(log)
    plot.smoothing.setValue(smoothing)
    for split, switch in plot.toggles.items():
        switch.setChecked(split not in hide)
    plot.show_history(history)
    with shown(plot, size):
        found = propose_curves(plot, folder.name)
        if found is None:
            raise ModelError(f"{folder.name} has no curves; train it for a step.")
        plot.look_at(ranges)
        yield found


@contextmanager
def cloud(
    folder: Path, size: tuple[int, int], ranges: Sequence[Range] = (), *, moment: str = ""
) -> Iterator[PlotProposal]:
    """Latents of one moment of a run, the newest; raises ModelError where there are none."""
    samples = RunRecord.open(folder).history.samples
    path = moment or (samples.path if samples is not None else "")
    found = read_moment(folder, path) if path else None
    if found is None or found.latents is None:
        raise ModelError(f"{folder.name} has kept no latents of that moment.")
    widget = LatentCloud()
    widget.show_points(MovingPlane().project(found.latents), found.labels)
    for view in ranges[:1]:
        widget.look_at(view)
    with shown(widget, size):
        yield propose_cloud(widget, folder.name, path)


@contextmanager
def shown(widget: QWidget, size: tuple[int, int]) -> Iterator[None]:
    """Laid out at a size, and gone afterwards."""
    widget.setFixedSize(*size)
    widget.show()
    QApplication.processEvents()
    try:
        yield
    finally:
        widget.close()
        widget.deleteLater()
        QApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete)
