"""The single source of truth: one document, changed by intents, told by one signal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, Self

from psygnal import Signal

from latentlab.app import arithmetic_edits, documents, stops, style_edits
from latentlab.app.arithmetic_intents import ArithmeticIntents
from latentlab.app.history import History, Trail
from latentlab.app.letters import letters
from latentlab.app.session_file import Remembered, SessionFile, Steps
from latentlab.app.state import (
    PATH_KINDS,
    Homotopy,
    MapView,
    PathKind,
    Pin,
    State,
    Style,
)
from latentlab.app.step_words import OPENED
from latentlab.core.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from latentlab.core.label import Label

_FITTED = ("z", "map", "homotopy", "style", "arithmetic")  # what depends on the width of a latent
_NOT_A_STEP = {"tab"}  # looking elsewhere changes nothing that one would undo


class Session(ArithmeticIntents):
    """Holds the State. Widgets call intents, everybody listens to `changed`.

    Belongs to one thread. A change made while `changed` is being told is told after it.
    """

    changed = Signal(State, State, reemission="queued")  # new, old

    def __init__(self, state: State | None = None, history: History[State] | None = None) -> None:
        self._state = state or State()
        self._models: dict[str, Remembered] = {}
        self.history: History[State] = history or History()

    @property
    def state(self) -> State:
        """The document as it is now."""
        return self._state

    def update(self, *, record: bool = True, **fields: Any) -> None:
        """Change fields of the document; tells nobody when nothing differs.

        `record=False` is for what passes by, such as a cursor that follows the mouse: it is no
        step of its own in the history. Raises pydantic.ValidationError on unknown or bad values.
        """
        checked = State(**fields)
        values = {name: getattr(checked, name) for name in fields}
        changed = {name for name, value in values.items() if value != getattr(self._state, name)}
        if not changed:
            return
        if record and changed - _NOT_A_STEP:
            self.history.record(self._state, _touched(self._state, values))
        self._replace(self._state.model_copy(update=values))

    # -- undo ----------------------------------------------------------------------------------

    def undo(self) -> None:
        """Back to the document before the last step, in the tab one is in."""
        self._swap(self.history.undo(self._state))

    def redo(self) -> None:
        """Forward again."""
        self._swap(self.history.redo(self._state))

    def trail(self) -> Trail[State]:
        """Every step that can be undone or redone, and where one stands."""
        return self.history.trail(self._state)

    def go_to(self, place: int) -> None:
        """Undo or redo until the trail stands at a place."""
        self._swap(self.history.go_to(self._state, place))

    def adopt(self, saved: SessionFile) -> None:
        """Become an opened session, as one step after all that was: undo leads back."""
        mine, theirs = self.trail(), saved.trail()
        place = mine.place + 1 + theirs.place
        joined = Trail(
            (*mine.documents[: mine.place + 1], *theirs.documents),
            (*mine.kinds[: mine.place], frozenset({OPENED}), *theirs.kinds),
            place,
        )
        self._models.update(saved.models)
        self.history.adopt(joined)
        self._replace(saved.state)

    # -- model ---------------------------------------------------------------------------------

    def choose_model(
        self, model: str, latent_size: int | None = None, *, record: bool = True
    ) -> None:
        """Switch to a model: what belongs to the old latent goes, what this one had comes back.

        `latent_size` lets the map's dimensions fit; without it call `fit` when it is known.
        """
        old = self._state
        if model == old.model:
            return
        self._models[old.model] = Remembered(
            moment=old.moment, z=old.z, label=old.label, selection=old.selection, map=old.map
        )
        had = self._models.get(model, Remembered())
        view = had.map or _without_view_of(old.map, latent_size)
        fields = {**dict(had), "map": view, "model": model}
        fields |= {"homotopy": old.homotopy, "style": old.style, "arithmetic": old.arithmetic}
        fitted = fields if latent_size is None else _fitted(fields, latent_size)
        self.update(record=record, **fitted)

    def fit(self, latent_size: int, rows: int | None = None) -> None:
        """Drop what cannot belong to a latent of this size and to `rows` probe latents."""
        fields = {name: getattr(self._state, name) for name in _FITTED}
        kept = self._state.selection
        if rows is not None:
            kept = tuple(row for row in kept if row < rows)
        self.update(record=False, selection=kept, **_fitted(fields, latent_size))

    def choose_moment(self, images_seen: int | None) -> None:
        """Look at a snapshot, or with None at the final weights."""
        self.update(moment=images_seen)

    def choose_label(self, label: Label) -> None:
        """The label that a conditional model decodes with."""
        self.update(label=label)

    # -- cursor, selection, view ---------------------------------------------------------------

    def move_cursor(self, z: Sequence[float], *, hover: bool = False, label: Label = None) -> None:
        """Put the cursor at z, (latent,); not-finite places are ignored. A hover is no undo step.

        `label` goes with it where one is given. Accepts numpy vectors.
        """
        place = tuple(float(value) for value in z)
        if all(math.isfinite(value) for value in place):
            told = {} if label is None else {"label": label}
            self.update(record=not hover, z=place, **told)

    def select(self, rows: Iterable[int]) -> None:
        """Select rows of the probe latents; kept sorted and unique."""
        self.update(selection=tuple(sorted({int(row) for row in rows})))

    def set_map(self, **fields: Any) -> None:
        """Change how the Explore tab looks at the latents: fields of MapView."""
        self.update(map=MapView(**{**dict(self._state.map), **fields}))

    def choose_tab(self, tab: str) -> None:
        """Show a tab."""
        self.update(tab=tab)

    # -- homotopy ------------------------------------------------------------------------------

    def set_homotopy(self, *, record: bool = True, **fields: Any) -> None:
        """Change fields of the Homotopy document; raises pydantic.ValidationError."""
        self._set_homotopy(Homotopy(**{**dict(self._state.homotopy), **fields}), record=record)

    def move_t(self, t: float, *, playing: bool = False) -> None:
        """Go to t, clipped to [0, 1]. A drag is one step of undo; playing is none."""
        if math.isfinite(t):
            self.set_homotopy(record=not playing, t=min(max(float(t), 0.0), 1.0))

    def set_stop(self, place: int, reference: str) -> None:
        """Put a reference at a place of the chain; beyond the end it is added.

        Raises ConfigError when the text is no reference, as do the next one and `core.reference`.
        """
        self._set_homotopy(stops.with_stop(self._state.homotopy, place, reference))

    def insert_stop(self, place: int, reference: str) -> None:
        """A waypoint before a place of the chain."""
        self._set_homotopy(stops.with_more(self._state.homotopy, place, reference))

    def remove_stop(self, place: int) -> None:
        """Take a stop out of the chain."""
        self._set_homotopy(stops.without(self._state.homotopy, place))

    def swap_stops(self) -> None:
        """Go the other way round."""
        self._set_homotopy(stops.swapped(self._state.homotopy))

    def lock_stop(self, place: int, locked: bool) -> None:
        """Whether Randomise leaves a stop alone."""
        self._set_homotopy(stops.with_lock(self._state.homotopy, place, locked))

    def show_row(self, kind: PathKind, shown: bool) -> None:
        """Show or hide the row of a path kind; rows stay in the order of the kinds."""
        rows = {*self._state.homotopy.rows, kind} - (set() if shown else {kind})
        self.set_homotopy(rows=tuple(each for each in PATH_KINDS if each in rows))

    # -- style ---------------------------------------------------------------------------------

    def set_style(self, *, record: bool = True, **fields: Any) -> None:
        """Change fields of the Style document; raises pydantic.ValidationError."""
        self._set_style(Style(**{**dict(self._state.style), **fields}), record=record)

    def set_source(self, place: int, reference: str) -> None:
        """Put a reference in a row of the sheet; beyond the end it is added.

        Raises ConfigError when the text is no reference, as does the next one.
        """
        self._set_style(style_edits.with_source(self._state.style, place, reference))

    def set_sources(self, references: Iterable[str], *, add: bool = False) -> None:
        """Other rows of the sheet altogether, or with `add` more of them."""
        self._set_style(style_edits.with_sources(self._state.style, references, add=add))

    def remove_source(self, place: int) -> None:
        """Take a row out of the sheet."""
        self._set_style(style_edits.without(self._state.style, place))

    def tell_source(self, place: int, label: Label) -> None:
        """The label that a row's picture is read with; None: its own, else a guess."""
        self._set_style(style_edits.with_told(self._state.style, place, label))

    def nudge_source(self, place: int, nudge: Sequence[float]) -> None:
        """What is added to z of a row; a drag is one step of undo. Not-finite ones are ignored."""
        if all(math.isfinite(value) for value in nudge):
            self._set_style(style_edits.with_nudge(self._state.style, place, nudge))

    # -- pins ----------------------------------------------------------------------------------

    def pin(
        self,
        z: Sequence[float] | None = None,
        *,
        source: str = "cursor",
        label: Label = None,
        name: str | None = None,
    ) -> Pin | None:
        """Keep a latent of the current model, by default the cursor; None without a cursor."""
        place = tuple(float(value) for value in (self._state.z if z is None else z))
        if not place:
            return None
        pin = Pin(
            id=self._free_pin_id(),
            name=name or self._free_pin_name(),
            model=self._state.model,
            z=place,
            label=self._state.label if label is None else label,
            source=source,
        )
        self._set_pins((*self._state.pins, pin))
        return pin

    def rename_pin(self, pin_id: str, name: str) -> None:
        """Give a pin another name; an empty one is ignored."""
        if clean := " ".join(name.split()):
            self._set_pins(
                pin.model_copy(update={"name": clean}) if pin.id == pin_id else pin
                for pin in self._state.pins
            )

    def move_pin(self, pin_id: str, position: int) -> None:
        """Put a pin at a place of the Tray, 0 first; beyond the end is the end."""
        moved = [pin for pin in self._state.pins if pin.id == pin_id]
        rest = [pin for pin in self._state.pins if pin.id != pin_id]
        rest[max(position, 0) : max(position, 0)] = moved
        self._set_pins(rest)

    def remove_pin(self, pin_id: str) -> None:
        """Take a pin out of the Tray."""
        self._set_pins(pin for pin in self._state.pins if pin.id != pin_id)

    def find_pin(self, pin_id: str) -> Pin | None:
        """The pin of an id."""
        return next((pin for pin in self._state.pins if pin.id == pin_id), None)

    # -- file ----------------------------------------------------------------------------------

    @classmethod
    def restore(cls, path: Path) -> tuple[Self, str]:
        """The session of a file, and one sentence when it had to be set aside."""
        saved, problem = documents.read(path, SessionFile)
        session = cls(saved.state)
        session._models = dict(saved.models)
        session.history.adopt(saved.trail())
        return session, problem

    def document(self) -> SessionFile:
        """All that `save` writes, immutable: any thread may write it."""
        return SessionFile(
            state=self._state, models=dict(self._models), history=Steps.of(self.trail())
        )

    def save(self, path: Path) -> None:
        """Write the session, whole or not at all; raises OSError."""
        documents.write(path, self.document())

    # -- inside --------------------------------------------------------------------------------

    def _replace(self, new: State) -> None:
        old, self._state = self._state, new
        if new != old:
            self.changed.emit(new, old)

    def _swap(self, document: State | None) -> None:
        if document is not None:
            self._replace(document.model_copy(update={"tab": self._state.tab}))

    def _set_homotopy(self, document: Homotopy, *, record: bool = True) -> None:
        self.update(record=record, homotopy=document)

    def _set_style(self, document: Style, *, record: bool = True) -> None:
        self.update(record=record, style=document)

    def _set_pins(self, pins: Iterable[Pin]) -> None:
        self.update(pins=tuple(pins))

    def _free_pin_id(self) -> str:
        taken = {pin.id for pin in self._state.pins}
        return next(name for n in range(1, len(taken) + 2) if (name := f"pin-{n}") not in taken)

    def _free_pin_name(self) -> str:
        taken = {pin.name for pin in self._state.pins}
        return next(name for n in range(len(taken) + 1) if (name := letters(n)) not in taken)


def _without_view_of(view: MapView, latent_size: int | None) -> MapView:
    """The first look at a model: the switches stay, what speaks of the old one's data goes."""
    plane: Literal["raw", "pca"] = "pca" if (latent_size or 0) > 2 else "raw"
    fresh = MapView(plane=plane)
    return fresh.model_copy(
        update={
            name: getattr(view, name)
            for name in ("manifold", "manifold_opacity", "prior", "posterior", "density")
        }
    )


def _fitted(fields: dict[str, Any], latent_size: int) -> dict[str, Any]:
    view: MapView = fields["map"]
    z = fields["z"] if len(fields["z"]) == latent_size else ()
    if max(view.dims) >= latent_size:
        view = view.model_copy(update={"dims": (0, min(1, latent_size - 1))})
    homotopy = stops.fitted(fields["homotopy"], latent_size)
    style = style_edits.fitted(fields["style"], latent_size)
    sums = arithmetic_edits.fitted(fields["arithmetic"], latent_size)
    return {
        **fields, "z": z, "map": view, "homotopy": homotopy, "style": style, "arithmetic": sums,
    }  # fmt: skip


def _touched(old: State, fields: dict[str, Any]) -> frozenset[str]:
    """Names of what differs, as "z" or "homotopy.t": only changes of one kind are one step."""
    names: set[str] = set()
    for name, value in fields.items():
        before = getattr(old, name)
        if isinstance(value, Value) and value != before:
            names |= {f"{name}.{part}" for part, new in value if new != getattr(before, part)}
        elif value != before:
            names.add(name)
    return frozenset(names)
