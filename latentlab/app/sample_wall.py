"""The wall of samples that baskets are filled from: fresh ones, or those that show what is asked.

Samples of the prior by their seeds; of models without one images of their data. Qt-free.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.endpoints import reference_of_row
from latentlab.app.fillings import Filling, Fillings
from latentlab.app.picture_batch import Asked, PictureBatch
from latentlab.app.sample_reader import SampleReader
from latentlab.engine import runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.core.images import Pixels

COUNT = 24
_PLACE = 63  # whose samples no term is filled with
_NAME = "wall"


class SampleWall:
    """Belongs to the thread of the lab. Idle until somebody looks."""

    def __init__(
        self,
        lab: Lab,
        drawn: Callable[[str], None],
        scored: Callable[[str], None],
        told: Callable[[], None],
    ) -> None:
        self._lab, self._told, self._drawn = lab, told, drawn
        self._is_watched = False
        self._reader = SampleReader(lab, "arithmetic-wall-samples", self._lay)
        self._fillings = Fillings(
            lab, self._on_progress, self._on_found, "gather-wall", is_fresh=True
        )
        self.batch = PictureBatch(
            lab, "arithmetic-wall", partial(drawn, _NAME), partial(scored, _NAME), by_place=False
        )
        self._asked: tuple[object, ...] = ()
        self._texts: tuple[str, ...] = ()  # what is to be shown
        self.references: tuple[str, ...] = ()  # of what is shown
        self._z: list[NDArray[np.float32]] = []  # of each

    @property
    def problem(self) -> str:
        """One sentence: why there is nothing, or less than was asked for."""
        progress = self.progress
        return progress.problem if progress is not None else self.batch.problem

    @property
    def progress(self) -> Filling | None:
        """The search that is under way, or that came to nothing."""
        return next(iter(self._fillings.all), None)

    @property
    def is_settled(self) -> bool:
        """Whether everything has come."""
        if not self._is_watched:
            return True
        return self._reader.is_settled and self._fillings.is_settled and self.batch.is_settled

    def picture(self, place: int) -> Pixels | None:
        """One picture (C, H, W), as far as it is drawn."""
        return self.batch.picture(self._at(place))

    def reading(self, place: int) -> tuple[float, ...] | None:
        """What the classifier sees in it (k,), as far as it was asked."""
        return self.batch.reading(self._at(place))

    def z(self, place: int) -> NDArray[np.float32] | None:
        """The latent (latent,) of a sample."""
        return self._z[place] if 0 <= place < len(self._z) else None

    def watch(self, *, watched: bool) -> None:
        """Somebody looks, or does no more: then a search is given up."""
        self._is_watched = watched
        if not watched and not self._fillings.is_settled:
            self._fillings.stop()
            self._asked = ()

    def ask(self) -> None:
        """Ask for what the document wants to see, unless that is there or on its way."""
        lab, state = self._lab, self._lab.session.state
        model, wanted = lab.model, state.arithmetic
        if not self._is_watched or model is None or model.manifest is None or not lab.decodes:
            return
        weights = model.manifest.files.get(runs.WEIGHTS, "")
        judge = self._fillings.judge
        known = (lab.dataset, lab.latents) if "encode" in model.manifest.capabilities else ()
        about = (wanted.wall_query and (judge and judge.card.id, *map(id, known)), state.label)
        key = (model.id, weights, wanted.wall_seed, wanted.wall_query, *about)
        if key == self._asked:
            return
        self._asked = key
        self._fillings.stop()
        if wanted.wall_query:
            self._show(())
            self._fillings.begin(_PLACE, wanted.wall_query, COUNT, wanted.wall_seed)
        else:
            self._show(self._fresh(wanted.wall_seed))

    # -- inside --------------------------------------------------------------------------------

    def _fresh(self, seed: int) -> tuple[str, ...]:
        model, latents = self._lab.model, self._lab.latents
        if model is not None and "sample" in model.require().capabilities:
            return tuple(f"seed:{seed * COUNT + at}" for at in range(COUNT))
        if latents is None or not len(latents):
            self._asked = ()  # they are still to come
            return ()
        rows = np.random.default_rng(seed).permutation(len(latents))[:COUNT]
        return tuple(str(reference_of_row(self._lab, int(row))) for row in rows)

    def _on_found(self, _filling: Filling, references: tuple[str, ...]) -> None:
        """Also those of a search that goes on."""
        self._show(references)

    def _on_progress(self) -> None:
        self._told()

    def _show(self, texts: tuple[str, ...]) -> None:
        self._texts = texts
        self._reader.ask(texts)
        self._lay()

    def _lay(self) -> None:
        """Everything that is known of what is to be shown."""
        model = self._lab.model
        known = [self._reader.find(text) for text in self._texts]
        if any(sample.is_awaited for sample in known) or model is None:
            return  # what was there before stays until then
        good = [sample for sample in known if sample.z is not None]
        self.references = tuple(sample.reference for sample in good)
        self._z = [sample.z for sample in good if sample.z is not None]
        if not good:
            self.batch.clear()
            self._drawn(_NAME)
            return
        weights = model.require().files.get(runs.WEIGHTS, "")
        z, label = np.stack(self._z), self._lab.session.state.label
        self.batch.ask(Asked(model.folder, weights, label, z))

    def _at(self, place: int) -> int:
        return self.batch.place_of(self.z(place))
