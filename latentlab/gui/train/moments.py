"""Pictures of the run that is looked at: read beside the window, drawn when they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from latentlab.app.moving_plane import MovingPlane
from latentlab.app.run_record import Moment, read_moment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.background import Background
    from latentlab.gui.train.pictures_row import PicturesRow
    from latentlab.gui.train.shown_run import ShownRun

_LANE = "train-moment"


class Moments(QObject):
    """Keeps the pictures row at the newest moment of one run; a new run starts a new plane."""

    drawn = Signal()
    changed = Signal(object)  # the Moment that is shown now, or None

    def __init__(self, row: PicturesRow, background: Background) -> None:
        super().__init__(row)
        self._row = row
        self._background = background
        self._key = self._path = ""
        self._plane = MovingPlane()
        self.is_reading = False

    @property
    def path(self) -> str:
        """The moment's file in the run's folder; empty for none."""
        return self._path

    def show_newest(self, shown: ShownRun | None) -> None:
        """Read the newest moment of a run unless it is shown or being read."""
        key = shown.key if shown else ""
        event = shown.history.samples if shown else None
        path = event.path if event else ""
        if (key, path) == (self._key, self._path):
            return
        if key != self._key:
            self._plane = MovingPlane()
            self._background.cancel(_LANE)
            self._row.show_moment(None, None, "")
            self.changed.emit(None)
        self._key, self._path = key, path
        if shown is None or shown.folder is None or event is None:
            self.is_reading = False
            return
        folder, plane = shown.folder, self._plane
        when = f", epoch {event.epoch}"
        self.is_reading = True

        def read() -> tuple[Moment, NDArray[np.float64] | None]:
            moment = read_moment(folder, path)
            return moment, None if moment.latents is None else plane.project(moment.latents)

        self._background.run(
            _LANE, lambda _: read(), lambda found: self._show(*found, when), self._on_failed
        )

    def _show(self, moment: Moment, points: NDArray[np.float64] | None, when: str) -> None:
        self._row.show_moment(moment, points, when)
        self._row.setToolTip("")
        self.changed.emit(moment)
        self._finish()

    def _on_failed(self, sentence: str) -> None:
        self._row.setToolTip(sentence)
        self._finish()

    def _finish(self) -> None:
        self.is_reading = False
        self.drawn.emit()
