"""From the rows of the lab to the pane, and from its gestures to intents of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from latentlab.app import named_ends
from latentlab.app.exports import Proposal
from latentlab.app.homotopy_first import first_stops, other_stops
from latentlab.app.homotopy_plan import TITLES
from latentlab.app.proposals import FIRST_SIDE
from latentlab.core.recipe import Look
from latentlab.gui.gestures import as_one_step
from latentlab.gui.homotopy.player import Player
from latentlab.gui.homotopy.plot_exports import connect_plots
from latentlab.gui.picture_files import WHOLE, Outlet

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.sources import Sources
    from latentlab.app.state import PathKind, State
    from latentlab.gui.homotopy.rows_pane import RowsPane

    Act = Callable[[NDArray[np.float32]], object]

_SCALE = 3  # of an exported strip, when it is first offered


class RowsPresenter(QObject):
    """Obeys `lab.homotopy` and the session."""

    drawn = Signal()  # something new is on the screen

    def __init__(self, lab: Lab, pane: RowsPane, sources: Sources) -> None:
        super().__init__(pane)
        self._lab, self._pane, self._sources = lab, pane, sources
        self._rng = np.random.default_rng()
        self.player = Player(lab, self)
        self._connect_pane()
        self._connect_lab()
        self.refresh()

    def refresh(self) -> None:
        """Everything."""
        self._show_rows()
        self._show_curves()
        self._show_moving()
        self._pane.show_t(self._lab.session.state.homotopy.t)

    def choose_first(self) -> None:
        """Stops for somebody who has none; no step of undo."""
        stops = self._lab.session.state.homotopy.stops
        if len(stops) >= 2 or self._lab.model is None or not self._lab.model.is_usable:
            return
        offered = first_stops(self._lab, self._sources)
        chosen = (*stops, *(text for text in offered if text not in stops))[:2]
        if len(chosen) == 2:
            middle = {} if stops else {"t": 0.5}  # where the rows differ most
            self._lab.session.set_homotopy(record=False, stops=chosen, **middle)

    def proposal(self) -> Proposal | None:
        """All shown rows, to export."""
        plan = self._lab.homotopy.plan
        if plan is None or not plan.kinds:
            return None
        look = Look(scale=_SCALE, captions=True)
        recipe = self._lab.exports.recipe(plan.recipe_rows(), look)
        recipe = named_ends.shown_homotopy(self._lab, recipe, plan.kinds)
        return Proposal(f"{self._lab.session.state.model}-homotopy", recipe)

    # -- facts ---------------------------------------------------------------------------------

    def _connect_lab(self) -> None:
        lab = self._lab
        lab.homotopy.changed.connect(self._show_rows)
        lab.homotopy.moved.connect(self._show_moving)
        lab.homotopy.measured.connect(self._show_curves)
        lab.session.changed.connect(self._on_session_changed)
        lab.plane_changed.connect(self._on_plane_changed)
        for signal in (lab.model_changed, lab.latents_changed):
            signal.connect(self._on_model_changed)

    def _on_session_changed(self, new: State, old: State) -> None:
        ours, before = new.homotopy, old.homotopy
        if new.model != old.model:
            self._tell_of_dropped(len(before.stops) - len(ours.stops))
        if ours.t != before.t:
            self._pane.show_t(ours.t)
        if ours.curve != before.curve:
            self._show_curves()
        if ours.model_copy(update={"t": before.t}) != before:
            self._show_rows()

    def _tell_of_dropped(self, count: int) -> None:
        if count > 0:
            what = "An endpoint was a latent" if count == 1 else f"{count} endpoints were latents"
            self._lab.message.emit(f"{what} of another width and stayed behind.", "info")

    def _on_model_changed(self) -> None:
        if self._pane.isVisible():
            self.choose_first()
        self._show_rows()
        self._pane.map.refresh()

    def _on_plane_changed(self) -> None:
        self._pane.map.refresh()

    def _show_rows(self) -> None:
        rows, document, pane = self._lab.homotopy, self._lab.session.state.homotopy, self._pane
        model = self._lab.model
        manifest = model.manifest if model is not None else None
        shape = manifest.data.shape[1:] if manifest is not None else (28, 28)
        pane.stops.show_stops(rows.stops, document.locked)
        conditional = manifest is not None and bool(manifest.told_names)
        pane.stops.show_document(document, conditional=conditional)
        pane.show_rows(rows.rows(), document.steps, shape)
        for kind, strip in pane.strips.items():
            strip.show_pictures(rows.strips.get(kind))
        pane.show_hint(self._hint())
        pane.map.refresh()
        self.drawn.emit()

    def _show_moving(self) -> None:
        self._pane.moving.show_pictures(self._lab.homotopy.moving)
        self._pane.map.move()
        self.drawn.emit()

    def _show_curves(self) -> None:
        measures = self._lab.homotopy.measures
        curve = self._lab.session.state.homotopy.curve
        self._pane.curves.show_curves(measures.curves, curve, measures.problem, measures.judge)
        self.drawn.emit()

    def _hint(self) -> str:
        rows = self._lab.homotopy
        if rows.problem:
            return rows.problem
        model = self._lab.model
        if model is not None and not model.is_usable:
            return f"{model.title} has no weights yet; it gets them with its first epoch."
        if len(self._lab.session.state.homotopy.stops) < 2:
            return "Choose A and B: a pin, an image, a sample, a drawing. Click on their pictures."
        if not self._lab.session.state.homotopy.rows:
            return "Every row is hidden; show one below."
        return ""

    # -- intents -------------------------------------------------------------------------------

    def _connect_pane(self) -> None:
        session, pane = self._lab.session, self._pane
        self._connect_stops()
        pane.row_toggled.connect(
            lambda kind, on: as_one_step(session, lambda: session.show_row(kind, on))
        )
        pane.track.slider.moved.connect(self._on_t_moved)
        pane.track.slider.released.connect(session.history.seal)
        pane.track.slider.play_wanted.connect(self.player.toggle)
        pane.play.clicked.connect(self.player.toggle)
        self.player.toggled.connect(pane.show_playing)
        pane.curves.measure_chosen.connect(
            lambda name: as_one_step(session, lambda: session.set_homotopy(curve=name))
        )
        pane.curves.t_chosen.connect(self._on_t_moved)
        pane.moving.make_outlet = self._moving_outlet
        pane.moving.clicked.connect(lambda kind: self._send(kind, self._t))
        pane.moving.pin_requested.connect(lambda kind: self._pin(kind, self._t))
        self.outlets = connect_plots(self._lab, pane.curves, pane.map)
        for kind, strip in pane.strips.items():
            strip.hovered.connect(lambda step, kind=kind: self._on_hovered(kind, step))
            strip.clicked.connect(lambda step, kind=kind: self._send(kind, self._t_of(step)))
            strip.pin_requested.connect(lambda step, kind=kind: self._pin(kind, self._t_of(step)))
            strip.strip.outlet = Outlet(
                self._lab.exports,
                lambda step, kind=kind: self._propose(kind, step),
                is_sheet=True,
            )

    def _connect_stops(self) -> None:
        session, stops = self._lab.session, self._pane.stops

        def step(change: Callable[[], object]) -> None:
            self.player.play(False)
            as_one_step(session, change)

        stops.chosen.connect(lambda at, text: step(lambda: session.set_stop(at, text)))
        stops.locked.connect(lambda at, on: step(lambda: session.lock_stop(at, on)))
        stops.cleared.connect(lambda at: step(lambda: session.remove_stop(at)))
        stops.swap_wanted.connect(lambda: step(session.swap_stops))
        stops.chance_wanted.connect(lambda: step(self._randomise))
        stops.waypoint_wanted.connect(lambda: step(self._add_waypoint))
        stops.closed_toggled.connect(lambda on: step(lambda: session.set_homotopy(closed=on)))
        stops.labels_toggled.connect(lambda on: step(lambda: session.set_homotopy(labels_move=on)))
        stops.easing_chosen.connect(lambda name: step(lambda: session.set_homotopy(easing=name)))
        stops.steps_chosen.connect(lambda count: session.set_homotopy(steps=count))

    @property
    def _t(self) -> float:
        return self._lab.session.state.homotopy.t

    def _t_of(self, step: int) -> float:
        return step / (self._lab.session.state.homotopy.steps - 1)

    def _on_t_moved(self, t: float) -> None:
        self.player.play(False)
        self._lab.session.move_t(t)

    def _randomise(self) -> None:
        document = self._lab.session.state.homotopy
        stops = other_stops(document, self._sources, self._lab.latents, self._rng)
        self._lab.session.set_homotopy(stops=stops)

    def _add_waypoint(self) -> None:
        text = self._sources.random_image() or self._sources.random_sample()
        self._lab.session.insert_stop(len(self._lab.session.state.homotopy.stops) - 1, text)

    def _on_hovered(self, kind: PathKind, step: int) -> None:
        picture = self._pane.strips[kind].strip.picture_at(step)
        if step < 0 or picture is None:
            self._pane.card.hide()
            return
        count = self._lab.session.state.homotopy.steps
        title = f"{TITLES[kind]} · step {step + 1} of {count} · t = {self._t_of(step):.2f}"
        self._pane.card.show_step(picture, title, self._pane.cell_rect(kind, step))

    def _send(self, kind: PathKind, t: float) -> None:
        """To the Inspector."""
        session, label = self._lab.session, self._lab.homotopy.label(t)
        self._with_z(
            kind, t, lambda z: as_one_step(session, lambda: session.move_cursor(z, label=label))
        )

    def _pin(self, kind: PathKind, t: float) -> None:
        session, source = self._lab.session, "cursor"
        if kind == "pixel":
            picture = self._picture(kind, t)
            source = self._sources.picture(picture) if picture is not None else source
        label = self._lab.homotopy.label(t)
        self._with_z(
            kind,
            t,
            lambda z: as_one_step(session, lambda: session.pin(z, source=source, label=label)),
        )

    def _with_z(
        self, kind: PathKind, t: float, act: Callable[[NDArray[np.float32]], object]
    ) -> None:
        """Of a decoded row at once; a mixed picture has none until it is encoded."""
        rows, lab = self._lab.homotopy, self._lab
        z = rows.place(kind, t)
        if z is not None:
            act(z)
            return
        picture = self._picture(kind, t)
        if picture is None or lab.model is None:
            return
        if not self._sources.has("encode"):
            text = f"{lab.model.title} cannot encode pictures, so a mixed one has no latent."
            lab.message.emit(text, "info")
            return
        lab.codec.encode(
            lab.model.folder, picture[None], lane="homotopy-click", label=rows.label(t),
            done=lambda mu, _: act(mu[0]),
        )  # fmt: skip

    def _picture(self, kind: PathKind, t: float) -> NDArray[np.uint8] | None:
        plan = self._lab.homotopy.plan
        return plan.pictures([t], None)[kind][0] if plan is not None and plan.has_pixels else None

    def _propose(self, kind: PathKind, step: int) -> Proposal | None:
        plan, lab = self._lab.homotopy.plan, self._lab
        if plan is None or kind not in plan.kinds:
            return None
        name = f"{lab.session.state.model}-{TITLES[kind].replace(' ', '-')}"
        if step == WHOLE:
            row = next(row for row in plan.recipe_rows() if row.title == TITLES[kind])
            recipe = lab.exports.recipe([row], Look(scale=_SCALE))
            return Proposal(name, named_ends.shown_homotopy(lab, recipe, [kind]))
        return self._propose_one(kind, self._t_of(step), f"{name}-{step + 1}")

    def _propose_one(self, kind: PathKind, t: float, name: str) -> Proposal | None:
        plan = self._lab.homotopy.plan
        if plan is None or kind not in plan.kinds:
            return None
        scale = max(1, FIRST_SIDE // max(plan.stops.shape[-2:]))
        look = Look(scale=scale, gap=0)
        return Proposal(name, self._lab.exports.recipe([plan.recipe_of(kind, t)], look))

    def _moving_outlet(self, kind: PathKind) -> Outlet:
        """For the picture at t, wherever t is then."""
        model = self._lab.session.state.model
        title = TITLES[kind].replace(" ", "-")
        return Outlet(
            self._lab.exports,
            lambda _: self._propose_one(kind, self._t, f"{model}-{title}-t{self._t:.2f}"),
        )
