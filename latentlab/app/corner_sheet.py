"""The sheet between four endpoints: resolved, joined, decoded; Qt-free."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from latentlab.app import named_ends, proposals
from latentlab.app.endpoints import reference_of_row
from latentlab.app.exports import Proposal, weights_of
from latentlab.app.grids import corner_latents, corner_rows
from latentlab.app.homotopy_first import other_stops, typical_row
from latentlab.app.places import Places
from latentlab.app.square_pictures import SquarePictures
from latentlab.app.watched import Watched

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.places import Stop
    from latentlab.app.sources import Sources
    from latentlab.app.state import Homotopy, State
    from latentlab.core.images import Pixels
    from latentlab.core.label import Label
    from latentlab.core.route import Join
    from latentlab.engine.latents import Latents

CORNERS = ("top left", "top right", "bottom left", "bottom right")
_NOTHING = ("",) * len(CORNERS)
_LANE = "corners"


@dataclass(frozen=True, eq=False)
class Sheet:
    """What is asked of the model: latents (side, side, latent), and with which label."""

    z: NDArray[np.float32]
    join: Join
    label: Label
    model: str
    weights: str  # sha256: a run that trains has others after every save

    @property
    def side(self) -> int:
        """Pictures in a row."""
        return len(self.z)

    def is_like(self, other: Sheet | None) -> bool:
        """Whether both are the same pictures."""
        return other is not None and self._about == other._about and np.array_equal(self.z, other.z)

    @property
    def _about(self) -> tuple[object, ...]:
        return self.model, self.weights, self.label, self.join


class CornerSheet(SquarePictures[Sheet], Watched):
    """Belongs to the thread of the lab. Idle until somebody looks."""

    changed = Signal()  # corners, sheet, pictures

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab, "corners")
        self._places = Places(lab, _LANE, self._lay)
        self.pictures: Pixels | None = None  # (side * side, C, H, W); None: not all are decoded
        self.problem = ""  # the last thing that could not be decoded
        lab.session.changed.connect(self._on_session_changed)
        for signal in (lab.model_changed, lab.latents_changed):
            signal.connect(self.refresh)

    @property
    def corners(self) -> tuple[Stop, ...]:
        """Top left, top right, bottom left, bottom right."""
        return self._places.stops

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is there."""
        drawn = self.sheet is None or self.pictures is not None or bool(self.problem)
        return self._places.is_settled and drawn

    def refresh(self) -> None:
        """Ask for everything that is not known."""
        if self._is_watched:
            self._places.ask(self._references())
            self._lay()

    # -- intents -------------------------------------------------------------------------------

    def choose(self, place: int, reference: str) -> None:
        """Put a reference in a corner; an empty one clears it."""
        session = self._lab.session
        session.set_homotopy(corners=with_corner(session.state.homotopy, place, reference))

    def begin(self, sources: Sources) -> None:
        """Corners for somebody who has chosen none: four pins, else typical images."""
        if not any(self._references()) and (texts := first_corners(self._lab, sources)):
            self._lab.session.set_homotopy(record=False, corners=texts)

    def by_chance(self, sources: Sources) -> tuple[str, ...]:
        """Other corners: random images of different labels, else samples; empty: none."""
        document, n = self._lab.session.state.homotopy, len(CORNERS)
        stops = document.model_copy(update={"stops": _NOTHING, "locked": ()})
        rng = np.random.default_rng(secrets.randbits(64))
        found = other_stops(stops, sources, self._lab.latents, rng)
        return found if all(found) and len(found) == n else ()

    # -- facts ---------------------------------------------------------------------------------

    def sheet_proposal(self) -> Proposal | None:
        """The whole sheet, ready to leave."""
        sheet = self.sheet
        if sheet is None or self._lab.model is None:
            return None
        corners = sheet.z[[0, 0, -1, -1], [0, -1, 0, -1]]
        rows = [
            row.model_copy(update={"label": sheet.label})
            for row in corner_rows(corners, sheet.side, sheet.join)
        ]
        shape, smooth = self._lab.model.require().data.shape, self._lab.session.state.smooth
        look = proposals.look_of(shape, sheet.side**2, smooth=smooth)
        recipe = self._lab.exports.recipe(rows, look.model_copy(update={"columns": None}))
        ends = self._places.endpoints
        if np.array_equal([end.z for end in ends], corners):  # else others are being decoded
            cpu = named_ends.is_cpu(self._lab)
            recipe = named_ends.corners(recipe, ends, sheet.side, sheet.join, on_cpu=cpu)
        return Proposal(f"{sheet.model}-corners", recipe)

    # -- inside --------------------------------------------------------------------------------

    def _references(self) -> tuple[str, ...]:
        return _references_of(self._lab.session.state.homotopy)

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.model != old.model:
            return  # the lab tells when the new one is there
        ours, before = new.homotopy, old.homotopy
        if ours.corners != before.corners or new.label != old.label:
            self.refresh()
        elif _form(new) != _form(old):
            self._lay()

    def _lay(self) -> None:
        """The sheet of the four corners, as soon as all are known."""
        if not self._is_watched:
            return
        sheet = self._assembled()
        if sheet is None and self._is_waiting():
            pass  # what is there stays until the answers come
        elif sheet is None:
            self.sheet = self.pictures = None
        elif not sheet.is_like(self.sheet):
            self._decode(sheet)
        self.changed.emit()

    def _is_waiting(self) -> bool:
        """Whether corners are still to come, all chosen, of the model that is shown."""
        model, before = self._lab.model, self.sheet
        same = model is not None and before is not None and before.model == model.id
        return same and all(stop.reference and not stop.problem for stop in self.corners)

    def _assembled(self) -> Sheet | None:
        state, ends, model = self._lab.session.state, self._places.endpoints, self._lab.model
        if model is None or len(ends) < len(CORNERS):
            return None
        z = np.stack([end.z for end in ends])
        side, join = state.homotopy.corner_side, state.homotopy.corner_join
        weights = model.require().files.get(weights_of(None), "")
        return Sheet(corner_latents(z, side, join), join, state.label, model.id, weights)

    def _decode(self, sheet: Sheet) -> None:
        """Pictures of the old sheet stay until the new ones come, if they are as many."""
        model = self._lab.model
        if model is None:
            return
        if self.sheet is not None and self.sheet.side != sheet.side:
            self.pictures = None
        self.sheet, self.problem = sheet, ""
        self._lab.codec.decode(
            model.folder,
            sheet.z.reshape(sheet.side**2, -1),
            lane=_LANE,
            label=sheet.label,
            done=lambda images: self._show(sheet, images),
            failed=self._fail,
        )

    def _show(self, sheet: Sheet, images: Pixels) -> None:
        if sheet is self.sheet:
            self.pictures = images
            self.changed.emit()

    def _fail(self, text: str) -> None:
        self.problem = text
        self.changed.emit()


def with_corner(document: Homotopy, place: int, reference: str) -> tuple[str, ...]:
    """The corners with another one; an empty reference clears its place."""
    texts = _references_of(document)
    return (*texts[:place], reference, *texts[place + 1 :])


def first_corners(lab: Lab, sources: Sources) -> tuple[str, ...]:
    """Four pins when there are so many, else typical images of four labels, else samples.

    Empty while the encoded images are still to come, or when the model offers nothing.
    """
    pins = [pin.reference for pin in sources.pins()]
    if len(pins) >= len(CORNERS):
        return tuple(pins[: len(CORNERS)])
    if lab.latents is not None and len(lab.latents) >= len(CORNERS):
        rows = _spread_rows(lab.latents, len(CORNERS))
        return tuple(str(reference_of_row(lab, row)) for row in rows)
    waiting = sources.has("encode") and not lab.latents_problem
    return () if waiting or not sources.has("sample") else tuple(f"seed:{n}" for n in range(1, 5))


def _references_of(document: Homotopy) -> tuple[str, ...]:
    return (*document.corners, *_NOTHING)[: len(CORNERS)]


def _spread_rows(latents: Latents, count: int) -> list[int]:
    """Typical images of labels far apart in their list; without labels any."""
    if latents.labels is None or len(known := np.unique(latents.labels)) < 2:
        return [round(place) for place in np.linspace(0, len(latents) - 1, count)]
    places = np.linspace(0, len(known) - 1, count).round().astype(int)
    return [typical_row(latents, int(known[place])) for place in places]


def _form(state: State) -> tuple[int, Join]:
    return state.homotopy.corner_side, state.homotopy.corner_join
