"""Latent traversals of the document: a row of pictures per axis, all in one batch; Qt-free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from latentlab.app import traversals
from latentlab.app.endpoints import Endpoint
from latentlab.app.places import Places, Stop
from latentlab.app.traversal_sheet import Rows
from latentlab.app.watched import Watched
from latentlab.core import reference
from latentlab.engine import runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.state import Homotopy, State
    from latentlab.core.axes import Axis
    from latentlab.core.images import Pixels
    from latentlab.core.label import Label
    from latentlab.core.manifest import Manifest

AT_FIRST = 12  # rows; more when asked
CURSOR = "cursor"
_LANE = "traverse"


class TraversalRows(Watched):
    """Belongs to the thread of the lab. Idle until somebody looks."""

    changed = Signal()  # start, rows, pictures

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._places = Places(lab, _LANE, self._lay)
        self._axes: tuple[Axis, ...] | None = None  # of the basis, all; None: not known yet
        self._asked: tuple[object, ...] = ()  # what the axes were asked for
        self._count = AT_FIRST
        self.rows: Rows | None = None
        self._pictures: Pixels | None = None  # of `Rows.latents`
        self.version = 0  # of the pictures: another number, other pictures
        self._cursor = Stop("")  # the start, where none was chosen
        self.problem = ""
        lab.session.changed.connect(self._on_session_changed)
        for signal in (lab.model_changed, lab.latents_changed):
            signal.connect(self.refresh)
        lab.directions.changed.connect(self.refresh)

    # -- facts ---------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """Axes of the basis."""
        return len(self._axes or ())

    @property
    def start(self) -> Stop:
        """Where the rows start: what was chosen, else the cursor."""
        chosen = self._places.stops[0] if self._places.stops else Stop("")
        return chosen if chosen.reference or self._pictures is None else self._cursor

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is there."""
        if not self._is_watched or self.problem:
            return True
        if self._axes is None or not self._places.is_settled:
            return False
        return self.rows is None or self._pictures is not None

    def strip(self, row: int) -> Pixels | None:
        """The pictures of a row, (steps, C, H, W)."""
        if self.rows is None or self._pictures is None:
            return None
        first = 1 + row * self.rows.steps
        return self._pictures[first : first + self.rows.steps]

    def latent(self, row: int, step: int) -> NDArray[np.float32] | None:
        """Z of a picture, (latent,)."""
        return None if self.rows is None else self.rows.latent(row, step)

    # -- looking -------------------------------------------------------------------------------

    def show_more(self) -> None:
        """As many rows again, as far as there are some."""
        self._count = min(self._count + AT_FIRST, max(self.total, AT_FIRST))
        self._lay()

    def refresh(self, *_: object) -> None:
        """Ask for everything that is not known."""
        if self._is_watched:
            self._places.ask((self._document.start,))
            self._find_axes()
            self._lay()

    # -- intents -------------------------------------------------------------------------------

    def move(self, row: int, coordinate: float) -> None:
        """Start elsewhere along an axis, in sigma: the cursor goes there, or the start does."""
        rows, session = self.rows, self._lab.session
        if rows is None or not 0 <= row < len(rows.axes):
            return
        z = rows.axes[row].moved(rows.start, coordinate)[0]
        if self._document.start:
            session.set_homotopy(start=str(reference.of_latent(z)))
        else:
            session.move_cursor(z.tolist())

    def go_to(self, row: int, step: int) -> None:
        """The cursor to a picture; rows that start at the cursor come along."""
        z = self.latent(row, step)
        if z is not None:
            self._lab.session.move_cursor(z.tolist())

    def pin(self, row: int, step: int) -> None:
        """Keep a picture."""
        z = self.latent(row, step)
        if z is not None:
            self._lab.session.pin(z.tolist())

    # -- inside --------------------------------------------------------------------------------

    @property
    def _document(self) -> Homotopy:
        return self._lab.session.state.homotopy

    def _on_session_changed(self, new: State, old: State) -> None:
        if not self._is_watched or new.model != old.model:
            return  # the lab tells when the new one is there
        ours, before = new.homotopy, old.homotopy
        told = bool(ours.start) and new.label != old.label
        if told or (ours.basis, ours.start) != (before.basis, before.start):
            self.refresh()
        elif _form(new) != _form(old) or (new.z != old.z and not ours.start):
            self._lay()

    def _find_axes(self) -> None:
        """In the background: of a long latent the principal axes take a moment."""
        lab, basis = self._lab, self._document.basis
        model, latents = lab.model, lab.latents
        if model is None or model.manifest is None:
            return
        named = lab.directions.of(model.manifest) if basis == "named" else ()
        wanted = (model.id, basis, latents, named)
        if wanted == self._asked:
            return
        self._asked, self._axes, self.problem, self._count = wanted, None, "", AT_FIRST
        if problem := lab.directions.take_problem():
            lab.message.emit(problem, "warning")
        if latents is None and self._waits_for_latents(model.manifest):
            return  # they come with a signal
        manifest, library = model.manifest, lab.registry.library
        lab.background.run(
            f"{_LANE}-axes",
            lambda _: traversals.axes_of(basis, manifest, latents, library),
            self._take_axes,
            self._fail,
            cancel_running=True,
        )

    def _waits_for_latents(self, manifest: Manifest) -> bool:
        return runs.LATENTS in manifest.files and not self._lab.latents_problem

    def _take_axes(self, axes: tuple[Axis, ...]) -> None:
        self._axes = axes
        self._lay()

    def _lay(self) -> None:
        """The rows of the document, as soon as start and axes are known."""
        if not self._is_watched:
            return
        rows = self._assembled()
        if rows is None and self.rows is not None and self._is_waiting():
            pass  # what is there stays until the answer comes
        elif rows is None:
            self.rows = self._pictures = None
            self.version += 1
        elif not rows.is_like(self.rows):
            self._decode(rows)
        self.changed.emit()

    def _assembled(self) -> Rows | None:
        lab, document = self._lab, self._document
        z = self._start_z()
        if lab.model is None or self._axes is None or z is None or not lab.model.is_usable:
            return None
        axes = self._axes[: self._count]
        if axes and len(axes[0].vector) != len(z):
            return None
        return Rows(
            axes, z, document.span, document.steps, lab.model.folder, lab.session.state.label
        )

    def _is_waiting(self) -> bool:
        """Whether only the start is still to come, of the model that is shown."""
        model, before = self._lab.model, self.rows
        same = model is not None and before is not None and before.folder == model.folder
        return same and self._axes is not None and not self._places.is_settled

    def _start_z(self) -> NDArray[np.float32] | None:
        if text := self._document.start:
            end = self.start.endpoint
            if end is None and text.startswith("z:"):  # a drag must not wait for its picture
                return np.asarray(reference.parse(text).z, np.float32)
            return None if end is None else end.z
        z = self._lab.session.state.z
        return np.asarray(z, np.float32) if z else None

    def _decode(self, rows: Rows) -> None:
        """Pictures of the old rows stay until the new ones come, if they are as many."""
        before = self.rows
        if before is not None and (len(before.axes), before.steps) != (len(rows.axes), rows.steps):
            self._pictures = None
        self.rows, self.problem = rows, ""
        self._lab.codec.decode(
            rows.folder,
            rows.latents,
            lane=_LANE,
            label=rows.label,
            done=lambda images: self._show(rows, images),
            failed=self._fail,
        )

    def _show(self, rows: Rows, images: Pixels) -> None:
        """Also of a start that has moved on: the newest that is known is better than nothing."""
        now = self.rows
        if now is not None and (len(now.axes), now.steps) == (len(rows.axes), rows.steps):
            self._pictures = images
            self.version += 1
            text = str(reference.of_latent(rows.start))
            end = Endpoint(text, CURSOR, rows.start, images[0], is_given=False, told=rows.label)
            self._cursor = Stop(text, end)
            self.changed.emit()

    def _fail(self, text: str) -> None:
        self.problem = text
        self.changed.emit()


def _form(state: State) -> tuple[float, int, Label]:
    return state.homotopy.span, state.homotopy.steps, state.label
