"""Rows in step: the homotopy of the document as pictures, ready to be shown, Qt-free.

The document names stops; they are resolved to latents and pictures, joined by routes, decoded at
the steps, at t, and densely for the curves. Every answer belongs to the plan it was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from latentlab.app.homotopy_measures import Measures
from latentlab.app.homotopy_plan import Plan, assemble, moving_labels
from latentlab.app.homotopy_routes import Routes
from latentlab.app.places import Places, Stop
from latentlab.app.state import PATH_KINDS
from latentlab.core import label as labels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from latentlab.app.endpoints import Endpoint, Resolver
    from latentlab.app.homotopy_curves import Curves
    from latentlab.app.lab import Lab
    from latentlab.app.state import PathKind, State
    from latentlab.core.images import Pixels
    from latentlab.core.label import Label, Told

    Show = Callable[[Pixels], None]

_NOWHERE = np.empty((0, 0), np.float32)


@dataclass(frozen=True)
class RowFact:
    """How a row stands."""

    kind: PathKind
    is_shown: bool
    note: str = ""  # "energy 132 → 87"
    problem: str = ""  # why it has no pictures


class RowsInStep:
    """Belongs to the thread of the lab. Idle until somebody wants it."""

    changed = Signal()  # stops, rows, their pictures at the steps
    moved = Signal()  # `moving`: all rows at t
    measured = Signal()  # `curves`

    def __init__(self, lab: Lab, resolver: Resolver | None = None) -> None:
        self._lab = lab
        self._ends = Places(lab, "stop", self._lay, resolver)
        self._wanted: set[str] = set()  # by whom
        self.plan: Plan | None = None
        self.strips: Mapping[PathKind, Pixels] = {}  # (steps, C, H, W)
        self.moving: Mapping[PathKind, Pixels] = {}  # (C, H, W)
        self.moving_t = 0.0
        self._places: tuple[Plan | None, float, NDArray[np.float32]] = (None, 0.0, _NOWHERE)
        self.problem = ""  # the last thing that could not be decoded
        self.routes = Routes(lab, self._lay)
        self.measures = Measures(lab, self.measured.emit)
        lab.session.changed.connect(self._on_session_changed)
        for signal in (lab.model_changed, lab.latents_changed):
            signal.connect(self._resolve)
        lab.latents_changed.connect(self._measure)
        lab.dataset_changed.connect(self._on_dataset_changed)

    # -- facts ---------------------------------------------------------------------------------

    @property
    def stops(self) -> tuple[Stop, ...]:
        """The chain from A to B, and what became of each of its references."""
        return self._ends.stops

    @property
    def curves(self) -> Curves | None:
        """Of the present plan; None while they are not measured."""
        return self.measures.curves

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is there."""
        if not self._is_watched or self.plan is None:
            return not any(stop.is_awaited for stop in self.stops)
        done = set(self.strips) >= set(self.plan.kinds) and set(self.moving) >= set(self.plan.kinds)
        return (
            (done or bool(self.problem))
            and self.routes.is_settled
            and self.measures.is_settled(self.plan)
        )

    def rows(self) -> tuple[RowFact, ...]:
        """All path kinds in their order; a drawn one only where there is a drawing."""
        document = self._lab.session.state.homotopy
        return tuple(
            RowFact(kind, kind in document.rows, self.routes.note(kind), self.routes.problem(kind))
            for kind in PATH_KINDS
            if kind != "drawn" or document.drawn
        )

    def places(self) -> NDArray[np.float32]:
        """Z of the decoded rows at t, (rows, latent), in the order of `plan.decoded`."""
        plan, t = self.plan, self._lab.session.state.homotopy.t
        if plan is None:
            return _NOWHERE
        if self._places[:2] != (plan, t):
            self._places = (plan, t, plan.latents([t]))
        return self._places[2]

    def label(self, t: float) -> Label:
        """What the rows are told at t: a class where it is a single one."""
        found, model = (None if self.plan is None else self.plan.label_at(t)), self._lab.model
        if isinstance(found, tuple) and model is not None:
            return labels.plain(found, model.require())
        return found

    def place(self, kind: PathKind, t: float) -> NDArray[np.float32] | None:
        """Z of a row at t; None of the pixel row, and of rows that are not there."""
        return None if self.plan is None else self.plan.latent(kind, t)

    # -- who wants what ------------------------------------------------------------------------

    def want(self, who: str, wanted: bool) -> None:
        """Work for somebody: "tab" wants pictures and curves, "map" no more than the routes."""
        before = set(self._wanted)
        (self._wanted.add if wanted else self._wanted.discard)(who)
        if self._wanted - before:
            self._resolve()
            self._ask()

    @property
    def _is_watched(self) -> bool:
        return "tab" in self._wanted

    # -- stops ---------------------------------------------------------------------------------

    def _on_session_changed(self, new: State, old: State) -> None:
        ours, before = new.homotopy, old.homotopy
        if new.model != old.model:
            return  # the lab tells when the new one is there
        if ours.stops != before.stops or new.label != old.label:
            self._resolve()
        elif ours.model_copy(update={"t": before.t}) != before:
            self._lay()
        if ours.t != before.t:
            self._move()

    def _on_dataset_changed(self) -> None:
        """Originals came or went: images that had to be decoded are looked for once more."""
        gone = self._ends.forget(lambda text, end: text.startswith("data:") and not end.is_given)
        if gone or any(stop.endpoint is None for stop in self.stops):
            self._resolve()
        self._measure()

    def _resolve(self) -> None:
        """Find out what the stops name; those that are known already are not asked for again."""
        if not self._wanted:
            return
        self._ends.ask(self._lab.session.state.homotopy.stops)
        self._lay()

    # -- rows ----------------------------------------------------------------------------------

    def _lay(self) -> None:
        """Join the stops by routes; a plan like the last one is no news."""
        model, state = self._lab.model, self._lab.session.state
        ends = [stop.endpoint for stop in self.stops if stop.endpoint is not None]
        if model is None or len(ends) < 2 or len(ends) < len(self.stops):
            self._replace(None)
            return
        routes = self.routes.of(state.homotopy, [end.z for end in ends])
        label, shares = self._labels(ends)
        pictures = [end.picture for end in ends]
        plan = assemble(model.folder, label, pictures, state.homotopy, routes, shares)
        if self.plan is not None and plan.is_like(self.plan):
            self.changed.emit()  # a note may be new
            self._measure()  # a search may have ended with what was its best before
            return
        self._replace(plan)
        self._ask()

    def _labels(self, ends: Sequence[Endpoint]) -> tuple[Label, tuple[tuple[float, ...], ...]]:
        """What the rows are told: the session's label, or from stop to stop their own."""
        state, model = self._lab.session.state, self._lab.model
        names = model.manifest.told_names if model is not None and model.manifest else ()
        if not names or not state.homotopy.labels_move:
            return state.label, ()
        told = [state.label if end.told is None else end.told for end in ends]
        return moving_labels(told, len(names), closed=state.homotopy.closed)

    def _replace(self, plan: Plan | None) -> None:
        """Rows that stay keep their pictures until the new ones come."""
        self.plan, self.problem = plan, ""
        kinds = () if plan is None else plan.kinds
        steps = 0 if plan is None else plan.steps
        self.strips = {k: v for k, v in self.strips.items() if k in kinds and len(v) == steps}
        self.moving = {k: v for k, v in self.moving.items() if k in kinds}
        if plan is None:
            self.measures.forget()
        self.changed.emit()
        self.moved.emit()

    # -- pictures ------------------------------------------------------------------------------

    def _ask(self) -> None:
        self._move()
        self._cut()
        self._measure()

    def _move(self) -> None:
        """All rows at t, in one batch; the newest wins."""
        plan, t = self.plan, self._lab.session.state.homotopy.t
        if plan is None or not self._is_watched:
            return

        def show(decoded: Pixels | None) -> None:
            if plan is self.plan:
                pictures = plan.pictures([t], decoded)
                self.moving = {kind: picture[0] for kind, picture in pictures.items()}
                self.moving_t = t
                self.moved.emit()

        if plan.decoded:
            self._decode(plan, self.places(), plan.told([t]), "homotopy-t", show)
        else:
            show(None)

    def _cut(self) -> None:
        """All rows at their steps."""
        plan = self.plan
        if plan is None or not self._is_watched:
            return

        def show(decoded: Pixels | None) -> None:
            if plan is self.plan:
                self.strips = plan.pictures(plan.even(), decoded)
                self.changed.emit()

        if plan.decoded:
            t = plan.even()
            self._decode(plan, plan.latents(t), plan.told(t), "homotopy-steps", show)
        else:
            show(None)

    def _decode(
        self, plan: Plan, z: NDArray[np.float32], told: Told, lane: str, show: Show
    ) -> None:
        self._lab.codec.decode(plan.folder, z, lane=lane, label=told, done=show, failed=self._fail)

    def _fail(self, text: str) -> None:
        self.problem = text
        self.changed.emit()

    def _measure(self) -> None:
        """Not while a route is being found: every part of it would be measured in vain."""
        if self.plan is not None and self._is_watched and self.routes.is_settled:
            self.measures.ask(self.plan)
