"""What is known of the model one works with; each fact arrives with its signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from psygnal import Signal

from latentlab.app.originals import load_originals
from latentlab.app.support import Support
from latentlab.core import label as labels
from latentlab.core.projection import PcaPlane, Plane, RawPlane
from latentlab.engine import runs
from latentlab.engine.latents import Latents, load_latents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from latentlab.app.background import Background
    from latentlab.app.post import Post
    from latentlab.app.registry import ModelCard
    from latentlab.app.session import Session
    from latentlab.core.label import Label, Told
    from latentlab.data.dataset import Dataset

Severity = Literal["info", "warning", "error"]


class CurrentModel:
    """The current model's facts: None until they are there, replaced when the model changes.

    Belongs to one thread and never holds it up: whatever takes time goes through Background.
    """

    model_changed = Signal()  # model
    latents_changed = Signal()  # latents, points, latents_problem
    plane_changed = Signal()  # plane
    support_changed = Signal()  # support
    dataset_changed = Signal()  # dataset, dataset_problem
    message = Signal(str, str)  # text, severity

    def __init__(self, post: Post, session: Session, background: Background) -> None:
        """Knows nothing yet; `_show` begins."""
        self.session = session
        self.background = background
        self.model: ModelCard | None = None
        self.latents: Latents | None = None
        self.latents_problem = ""  # one sentence: why they cannot be read
        self.plane: Plane | None = None
        self.support: Support | None = None
        self.dataset: Dataset | None = None
        self.dataset_problem = ""  # one sentence: why there are no originals
        self._post = post

    @property
    def points(self) -> NDArray[np.float32] | None:
        """The latents that the map shows, (n, latent): mu, or draws when the session says so."""
        if self.latents is None:
            return None
        return self.latents.points(sampled=self.session.state.sampled)

    @property
    def anchor(self) -> NDArray[np.float32] | None:
        """The z whose hidden dimensions a decoded map point gets: the cursor, else the mean."""
        if self.session.state.z:
            return np.asarray(self.session.state.z, np.float32)
        return None if self.latents is None else self.latents.mu.mean(axis=0)

    def original(self, row: int) -> NDArray[np.uint8] | None:
        """The picture (C, H, W) that row of the latents encodes; None when it is not here."""
        if self.dataset is None or self.latents is None or not 0 <= row < len(self.latents):
            return None
        return np.asarray(self.dataset.images[self.latents.indices[row]])

    @property
    def decodes(self) -> bool:
        """Whether there is a model that makes pictures of latents."""
        model = self.model
        return model is not None and model.is_usable and "decode" in model.require().capabilities

    @property
    def attribute_reach(self) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Smallest and largest of each attribute, (k,), where model and data are told of them."""
        manifest, dataset = self.model.manifest if self.model else None, self.dataset
        if manifest is None or not manifest.is_told_attributes or dataset is None:
            return None
        if dataset.attributes is None or dataset.attribute_names != manifest.told_names:
            return None
        return dataset.attributes.min(axis=0), dataset.attributes.max(axis=0)

    def own_label(self, row: int) -> Label:
        """What the model is told of the image that a row of the latents encodes.

        The session's label where its own is not known; None of models that are told nothing.
        """
        manifest = self.model.manifest if self.model is not None else None
        if manifest is None or not manifest.told_names or self.latents is None:
            return None
        own: Label = None
        if not manifest.is_told_attributes:
            own = None if self.latents.labels is None else int(self.latents.labels[row])
        elif self.dataset is not None and self.dataset.attributes is not None:
            own = tuple(self.dataset.attributes[self.latents.indices[row]].astype(float).tolist())
        return own if labels.fits(own, manifest) else self.session.state.label

    def own_labels(self, rows: Iterable[int]) -> Told:
        """The same of several rows: None, one for all, or an array with one for each."""
        return labels.joined([self.own_label(int(row)) for row in rows])

    @property
    def label_names(self) -> tuple[str, ...]:
        """Names of the current model's labels."""
        manifest = self.model.manifest if self.model else None
        return manifest.data.label_names if manifest else ()

    # -- loading -------------------------------------------------------------------------------

    def _show(self, card: ModelCard | None) -> None:
        """Make a model current and load what belongs to it.

        The same model again, changed on disk, keeps what it had until the new is there.
        """
        before, self.model = self.model, card
        if before is None or card is None or before.id != card.id:
            self._forget()
        if card is not None and card.manifest is not None:
            self.session.choose_model(card.id, card.manifest.latent_size, record=False)
            self.session.fit(card.manifest.latent_size)
            self._fit_label()
            if _latents_of(card) and (
                self.latents is None or _latents_of(before) != _latents_of(card)
            ):
                self._load_latents(card)
            self._load_dataset(card)
        self._post(self.model_changed.emit)

    def _fit_label(self) -> None:
        """A conditional model is told something from the start; any other is told nothing."""
        manifest = self.model.manifest if self.model is not None else None
        if manifest is None:
            return
        label, usual = self.session.state.label, labels.usual(manifest)
        if not labels.fits(label, manifest):
            label = usual
        if isinstance(label, tuple) and label == usual and (reach := self.attribute_reach):
            label = tuple(np.clip(label, *reach).astype(float).tolist())  # as the data has it
        self.session.update(record=False, label=label)

    def _forget(self) -> None:
        self.latents = self.plane = self.support = None
        self.latents_problem = ""
        for signal in (self.latents_changed, self.plane_changed, self.support_changed):
            self._post(signal.emit)

    def _load_latents(self, card: ModelCard) -> None:
        self.background.run(
            "latents",
            lambda _: load_latents(card.folder),
            lambda latents: self._on_latents(card, latents),
            lambda text: self._if_current(card, lambda: self._miss_latents(text)),
            cancel_running=True,
        )

    def _load_dataset(self, card: ModelCard) -> None:
        """Many models share one dataset, which then stays."""
        record = card.require().data
        if self.dataset is not None and self.dataset.content_hash == record.content_hash:
            return
        self._set_dataset(None, "")
        self.background.run(
            "dataset",
            lambda _: load_originals(record),
            lambda dataset: self._if_current(card, lambda: self._set_dataset(dataset, "")),
            lambda text: self._if_current(card, lambda: self._set_dataset(None, text)),
            cancel_running=True,
        )

    def _on_latents(self, card: ModelCard, latents: Latents) -> None:
        if self.model is None or self.model.id != card.id:
            return
        self.latents, self.latents_problem = latents, ""
        self.session.fit(latents.size, len(latents))
        self.latents_changed.emit()
        self._update_plane()
        self.background.run(
            "support",
            lambda _: Support(latents.mu),
            lambda support: self._if_current(card, lambda: self._set_support(support)),
            cancel_running=True,
        )

    def _miss_latents(self, problem: str) -> None:
        self.latents_problem = problem
        self.latents_changed.emit()
        self.message.emit(problem, "error")

    def _update_plane(self) -> None:
        latents, view = self.latents, self.session.state.map
        if latents is None:
            return
        if view.plane == "raw" or latents.size == 1:
            self._set_plane(RawPlane(latents.size, view.dims))
            return
        self.background.run(
            "plane",
            lambda _: PcaPlane.fit(latents.mu, view.dims),
            lambda plane: self._set_plane(plane) if latents is self.latents else None,
        )

    def _if_current(self, card: ModelCard, act: Callable[[], None]) -> None:
        """What was loaded for a model that is no longer current is dropped."""
        if self.model is not None and self.model.id == card.id:
            act()

    def _set_plane(self, plane: Plane) -> None:
        self.plane = plane
        self.plane_changed.emit()

    def _set_support(self, support: Support) -> None:
        self.support = support
        self.support_changed.emit()

    def _set_dataset(self, dataset: Dataset | None, problem: str) -> None:
        self.dataset, self.dataset_problem = dataset, problem
        self._fit_label()
        self.dataset_changed.emit()


def _latents_of(card: ModelCard | None) -> str:
    """Identity of the latents file of a model."""
    manifest = card.manifest if card else None
    return manifest.files.get(runs.LATENTS, "") if manifest else ""
