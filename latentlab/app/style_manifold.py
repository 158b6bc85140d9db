"""The manifold of the chosen label, decoded as fast as it comes, coarse before fine; Qt-free.

What an autoencoder's latent plane looks like when it is decoded everywhere: Kingma & Welling 2014,
arXiv:1312.6114, figure 4; here once for each label (Sohn et al. 2015, section 3).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from latentlab.app.square_pictures import SquarePictures
from latentlab.app.style_sheet import ManifoldSheet, assemble, coarse_first, sheet_proposal
from latentlab.app.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.core.images import Pixels

LANE = "style-manifold"
PATIENCE_S = 0.03  # a whole sheet that comes sooner is not shown coarsely first


class StyleManifold(SquarePictures[ManifoldSheet], Watched):
    """Belongs to the thread of the lab. Idle until somebody looks."""

    changed = Signal()  # sheet, pictures, problem

    def __init__(self, lab: Lab, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(lab, "manifold")
        self._clock = clock
        self._awaited: ManifoldSheet | None = None  # what was asked for last
        self._waiting_since: float | None = None
        self.pictures: Pixels | None = None  # (side * side, C, H, W)
        self.problem = ""  # the last thing that could not be decoded
        lab.session.changed.connect(self._on_session_changed)
        for signal in (lab.model_changed, lab.latents_changed, lab.plane_changed):
            signal.connect(self.refresh)
        lab.codec.state_changed.connect(self._on_codec_state_changed)

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is there."""
        return self._awaited is None

    def refresh(self) -> None:
        """Ask for the sheet of now, unless it is there or on its way."""
        if not self._is_watched:
            return
        sheet = assemble(self._lab)
        if sheet is None:
            self._drop()
        elif not sheet.is_like(self.sheet):
            self._ask(sheet)

    # -- facts ---------------------------------------------------------------------------------

    def sheet_proposal(self) -> Proposal | None:
        """The whole sheet, ready to leave."""
        return None if self.sheet is None else sheet_proposal(self._lab, self.sheet)

    # -- inside --------------------------------------------------------------------------------

    def _drop(self) -> None:
        """No model to ask, or it is read again: what it made stays while it is the same one."""
        model = self._lab.model
        if model is not None and self.sheet is not None and self.sheet.model == model.id:
            return
        self._lab.codec.cancel(LANE)
        self.sheet = self.pictures = self._awaited = self._waiting_since = None
        self.problem = ""
        self.changed.emit()

    def _ask(self, sheet: ManifoldSheet) -> None:
        """Pictures of the old sheet stay until the new ones come, if they are as many."""
        before, model = self.sheet, self._lab.model
        if model is None:
            return
        if before is not None and (before.side, before.model) != (sheet.side, sheet.model):
            self.pictures = None
        self.sheet = self._awaited = sheet
        self.problem = ""
        if self._waiting_since is None:
            self._waiting_since = self._clock()
        order, levels = coarse_first(sheet.side)
        cells: list[NDArray[np.uint8]] = []

        def part(start: int, pictures: NDArray[np.uint8]) -> None:
            if not cells:
                cells.append(np.zeros((sheet.side**2, *pictures.shape[1:]), np.uint8))
            end = start + len(pictures)
            cells[0][order[start:end]] = pictures
            if end < len(order):
                self._show_coarsely(sheet, cells[0], start, end, levels)

        def done(pictures: NDArray[np.uint8]) -> None:
            whole = np.empty_like(pictures)
            whole[order] = pictures
            self._show(sheet, whole)

        z = sheet.z.reshape(sheet.side**2, -1)[order]
        self._lab.codec.decode(
            model.folder, z, lane=LANE, label=sheet.label, part=part, done=done, failed=self._fail
        )
        self.changed.emit()

    def _show_coarsely(
        self,
        sheet: ManifoldSheet,
        cells: NDArray[np.uint8],
        start: int,
        end: int,
        levels: tuple[tuple[int, NDArray[np.int64]], ...],
    ) -> None:
        """A level that this part has made whole, where the rest keeps one waiting."""
        since = self._waiting_since
        ready = [stands for count, stands in levels if start < count <= end]
        if ready and since is not None and self._clock() - since > PATIENCE_S:
            self._publish(sheet, cells[ready[-1]])

    def _show(self, sheet: ManifoldSheet, pictures: NDArray[np.uint8]) -> None:
        if sheet is self._awaited:
            self._awaited = None
        self._publish(sheet, pictures)

    def _publish(self, sheet: ManifoldSheet, pictures: NDArray[np.uint8]) -> None:
        """Also of a label that was passed by: a drag shows what it can."""
        now = self.sheet
        if now is None or (now.side, now.model) != (sheet.side, sheet.model):
            return
        self._waiting_since = None if self._awaited is None else self._clock()
        self.pictures = pictures
        self.changed.emit()

    def _fail(self, text: str) -> None:
        self.problem, self._awaited, self._waiting_since = text, None, None
        self.changed.emit()

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.model != old.model:
            return  # the lab tells when the new one is there
        if _asks(new) != _asks(old):
            self.refresh()

    def _on_codec_state_changed(self, state: str) -> None:
        """A new process may manage what the last one could not."""
        if state == "ready" and self.problem:
            self.sheet = None
            self.refresh()


def _asks(state: State) -> tuple[object, ...]:
    """What the sheet depends on; z only where the plane does not show all of it."""
    style = state.style
    z = state.z if len(state.z) > 2 and style.through == "cursor" else ()
    return state.label, state.map.plane, state.map.dims, z, style.side, style.spacing, style.through
