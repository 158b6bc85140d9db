"""The arithmetic of the document as pictures, ready to be shown.

Baskets are resolved by `SampleReader`; what is decoded are three batches of which the newest wins:
"parts" (samples and means), "result" (the sum, its neighbours, a control: all that a drag of the
strength changes) and "rows"; the sample wall is a fourth. A classifier judges them when somebody
asks, which is when the hand rests. Qt-free.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from latentlab.app.arithmetic_filling import ArithmeticFilling
from latentlab.app.arithmetic_plan import Basket, Sum, basket_of, parts_of
from latentlab.app.arithmetic_views import ArithmeticViews
from latentlab.app.fillings import Fillings
from latentlab.app.picture_batch import Asked, PictureBatch
from latentlab.app.sample_reader import SampleReader
from latentlab.app.sample_wall import SampleWall
from latentlab.engine import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.registry import ModelCard
    from latentlab.app.state import Arithmetic, State

_PARTS = ("parts", "result", "rows")
_LANES = {"parts": "arithmetic-parts", "result": "arithmetic", "rows": "arithmetic-rows"}


class Arithmetics(ArithmeticViews, ArithmeticFilling):
    """Belongs to the thread of the lab. Idle until somebody looks."""

    changed = Signal()  # terms, problems, what can be asked
    drawn = Signal(str)  # pictures of a part
    scored = Signal(str)  # readings of a part
    filling = Signal()  # fillings, wall_progress

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._is_watched = False
        self._reader = SampleReader(lab, "arithmetic-samples", self._on_samples)
        self._fillings = Fillings(lab, self.filling.emit, self._on_filled)
        self._batches = {
            name: PictureBatch(
                lab,
                _LANES[name],
                partial(self._on_drawn, name),
                partial(self.scored.emit, name),
                by_place=name != "parts",
            )
            for name in _PARTS
        }
        self._wall = SampleWall(lab, self._on_drawn, self.scored.emit, self.filling.emit)
        self.terms: tuple[Basket, ...] = ()
        self.sum: Sum | None = None
        self._parts = parts_of(())
        self._told: tuple[object, ...] = ()  # what `changed` was last told of
        self._laid: tuple[object, ...] = ()  # what `terms` were made of
        self._judge_id = ""
        lab.session.changed.connect(self._on_session_changed)
        for signal in (lab.model_changed, lab.latents_changed):
            signal.connect(self.refresh)
        lab.dataset_changed.connect(self._on_dataset_changed)
        lab.registry.changed.connect(self._on_registry_changed)
        lab.concepts.changed.connect(self._lay)

    # -- facts ---------------------------------------------------------------------------------

    @property
    def obstacle(self) -> str:
        """One sentence: why nothing can be added up with the current model; empty: it can."""
        model = self._lab.model
        if model is None or model.manifest is None:
            return "There is no model; choose or train one first."
        if "decode" not in model.manifest.capabilities:
            return f"{model.title} makes no pictures of latents; choose a model that does."
        if not model.is_usable:
            return f"{model.title} has no weights yet; it gets them with its first epoch."
        return ""

    def able(self) -> list[ModelCard]:
        """Models that this works with."""
        cards = [card for card in self._lab.registry.cards() if card.manifest and card.is_usable]
        return [card for card in cards if "decode" in card.require().capabilities]

    @property
    def problem(self) -> str:
        """The last thing that could not be decoded or judged."""
        found = [each.problem for each in (*self._batches.values(), self._wall.batch)]
        return next(filter(None, found), "")

    @property
    def yardstick(self) -> ModelCard | None:
        """The classifier that judges the current model's pictures."""
        judge = self._fillings.judge
        return None if judge is None else judge.card

    @property
    def reading_names(self) -> tuple[str, ...]:
        """What a reading tells of, in its order: attributes, else labels."""
        judge = self._fillings.judge
        return () if judge is None else judge.names

    @property
    def reads_attributes(self) -> bool:
        """Whether readings are of attributes, each on its own; else shares of labels."""
        judge = self._fillings.judge
        return judge is not None and judge.by_attributes

    @property
    def wall_state(self) -> SampleWall:
        """The wall itself; its facts are here by `wall...` too."""
        return self._wall

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is there; readings come when they are asked for."""
        if not self._is_watched:
            return True
        batches = all(batch.is_settled for batch in self._batches.values())
        return self._reader.is_settled and batches and self._wall.is_settled

    @property
    def is_judged(self) -> bool:
        """Whether the readings are those of what is shown, or none will come."""
        if not self._is_watched or not self._document.judged or self.yardstick is None:
            return True
        return all(batch.is_judged for batch in (*self._batches.values(), self._wall.batch))

    # -- looking -------------------------------------------------------------------------------

    def watch(self, *, watched: bool) -> None:
        """Somebody looks, or does no more."""
        self._is_watched = watched
        self._wall.watch(watched=watched)
        if watched:
            self.refresh()

    def refresh(self) -> None:
        """Ask for everything that is not known."""
        if self._is_watched:
            self._ask()
            self._lay()
            self._wall.ask()

    def judge(self) -> None:
        """Let the classifier say what it sees, unless it has."""
        yardstick = self.yardstick
        if not self._is_watched or not self._document.judged or yardstick is None:
            return
        for batch in (*self._batches.values(), self._wall.batch):
            if batch.is_settled:
                batch.judge(yardstick.folder)

    # -- concepts ------------------------------------------------------------------------------

    def save_concept(self, name: str, places: Sequence[int] | None = None) -> bool:
        """Keep a difference of the sheet with the model, as `Concepts.save`."""
        return self._lab.concepts.save(name, places)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _document(self) -> Arithmetic:
        return self._lab.session.state.arithmetic

    def _on_session_changed(self, new: State, old: State) -> None:
        ours, before = new.arithmetic, old.arithmetic
        if new.model != old.model:
            self._fillings.stop()
            self._tell_lost(old)
            return  # the lab tells when the new one is there
        if len(ours.terms) < len(before.terms) and self.fillings:
            self._fillings.stop()  # what is found would go to another term
        if not self._is_watched:
            return
        if (ours.terms, new.pins, new.label) != (before.terms, old.pins, old.label):
            self._ask()
        if ours != before or new.label != old.label:
            self._lay()
        self._wall.ask()

    def _tell_lost(self, old: State) -> None:
        """Latents of the model that one comes from mean nothing to this one: say that they went."""
        before, lab = old.arithmetic, self._lab
        kept = sum(len(term.basket) for term in lab.session.state.arithmetic.terms)
        had = sum(len(term.basket) for term in before.terms)
        if kept < had and len(before.terms) == len(self._document.terms):
            count = had - kept
            what = "latent was" if count == 1 else "latents were"
            model = lab.session.state.model
            lab.message.emit(
                f"{count} {what} taken out of the baskets: they are of {old.model} and mean "
                f"nothing to {model}.",
                "info",
            )

    def _on_dataset_changed(self) -> None:
        self._reader.forget_missing()
        self.refresh()

    def _on_registry_changed(self) -> None:
        """A classifier may have come, or gone."""
        yardstick = self.yardstick
        if (yardstick.id if yardstick else "") != self._judge_id:
            for batch in (*self._batches.values(), self._wall.batch):
                batch.forget_readings()
        self.refresh()

    def _on_samples(self) -> None:
        self._lay()

    def _on_drawn(self, part: str) -> None:
        self.drawn.emit(part)
        if self.problem:
            self._tell()

    def _ask(self) -> None:
        if not self.obstacle:
            self._reader.ask(text for term in self._document.terms for text in term.basket)

    def _lay(self) -> None:
        """All latents that are known; what is like before is no news."""
        if not self._is_watched:
            return
        self._fit_baskets()
        model, document = self._lab.model, self._document
        if model is None or self.obstacle:
            self._clear(*_PARTS)
            self._tell()
            return
        self._show("parts", self._parts)
        self.sum = Sum(self.terms, document, self._shift())
        if self.sum.is_whole:
            self._show_sum(self.sum, document)
        elif self._reader.is_settled or not self.terms:
            self._clear("result", "rows")
        self._tell()

    def _fit_baskets(self) -> None:
        """Baskets of the document with what is known of their samples."""
        model = self._lab.model
        size = model.manifest.latent_size if model is not None and model.manifest else 0
        state, version = self._lab.session.state, self._reader.version
        key = (state.arithmetic.terms, version, model and model.id, size, state.label, state.pins)
        if key == self._laid:
            return
        self._laid = key
        self.terms = tuple(
            basket_of(term, [self._reader.find(text) for text in term.basket], size)
            for term in self._document.terms
        )
        self._parts = parts_of(self.terms)

    def _show_sum(self, found: Sum, document: Arithmetic) -> None:
        beside = [found.control[None]] if document.control else []
        self._show("result", np.concatenate([found.neighbours, *beside]))
        beside = [found.control_row] if document.control else []
        self._show("rows", np.concatenate([found.row, *beside]))

    def _show(self, name: str, z: NDArray[np.float32]) -> None:
        model = self._lab.model
        if model is None or model.manifest is None or not len(z) or not np.isfinite(z).all():
            self._clear(name)
            return
        weights = model.manifest.files.get(runs.WEIGHTS, "")
        self._batches[name].ask(Asked(model.folder, weights, self._lab.session.state.label, z))

    def _clear(self, *names: str) -> None:
        for name in names:
            self._batches[name].clear()

    def _shift(self) -> NDArray[np.float32] | None:
        """What named directions add."""
        lab, wanted = self._lab, self._document.concepts
        if not wanted:
            return None
        known = {each.name: each.axis for each in lab.concepts.available}
        moves = [
            sigma * known[name].sigma * known[name].vector
            for name, sigma in wanted
            if name in known
        ]
        return np.sum(moves, axis=0).astype(np.float32) if moves else None

    def _tell(self) -> None:
        """While a slider moves only the pictures are new."""
        yardstick = self.yardstick
        self._judge_id = yardstick.id if yardstick else ""
        whole = self.sum is not None and self.sum.is_whole
        told = (self.terms, self.obstacle, self.problem, self._judge_id, self.query_names, whole)
        if told != self._told:
            self._told = told
            self.changed.emit()
