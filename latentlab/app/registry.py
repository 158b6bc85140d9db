"""All models there are: those that ship, and the user's library. The folders are the truth."""

from __future__ import annotations

import difflib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from latentlab.app import archive
from latentlab.core import paths
from latentlab.core.errors import LatentlabError, ModelError
from latentlab.engine import files, runs

if TYPE_CHECKING:
    from latentlab.core.manifest import DataRecord, Manifest, Metric, RunState

_ACTIVE = ("running", "paused")
_Stamp = tuple[int, int, int]  # device-wide identity of a manifest's bytes: inode, mtime, size


@dataclass(frozen=True)
class ModelCard:
    """What the window and `latentlab models` show of one model folder."""

    id: str  # the folder's name; unique in a registry
    folder: Path
    shipped: bool  # read only
    manifest: Manifest | None  # None: broken
    state: RunState | None  # effective: "interrupted" when its process is gone; None: broken
    broken: str | None = None  # one sentence

    @property
    def title(self) -> str:
        """A name for people."""
        return self.manifest.title if self.manifest else self.id

    @property
    def is_active(self) -> bool:
        """Whether a process is training it now."""
        return self.state in _ACTIVE

    @property
    def is_usable(self) -> bool:
        """Whether it has weights to decode with."""
        return self.manifest is not None and runs.WEIGHTS in self.manifest.files

    @property
    def metric(self) -> Metric | None:
        """The figure on its card."""
        return self.manifest.metrics.get(self.manifest.headline) if self.manifest else None

    @property
    def preview(self) -> Path | None:
        """A small picture of what it makes."""
        path = self.folder / runs.PREVIEW
        return path if path.is_file() else None

    def require(self) -> Manifest:
        """The manifest; raises ModelError with the sentence when the model is broken."""
        if self.manifest is None:
            raise ModelError(self.broken or f"{self.id} is broken")
        return self.manifest


class Registry:
    """Shipped models and the user's library.

    `scan`, `verify` and `export_model` may run in any thread, all else tells `changed` and
    belongs to the owner's.
    """

    changed = Signal()

    def __init__(self, library: Path | None = None, shipped: Path | None = None) -> None:
        self.library = library or paths.library()
        self.shipped = shipped or paths.trained()
        self._known: dict[Path, tuple[_Stamp, ModelCard]] = {}
        self._cards: tuple[ModelCard, ...] | None = None
        self.version = 0  # grows with every change, so that an old scan can be told

    # -- looking -------------------------------------------------------------------------------

    def cards(self) -> list[ModelCard]:
        """All models, shipped first, then the user's newest first; scans when never scanned."""
        if self._cards is None:
            self._cards = self.scan()
        return list(self._cards)

    def find(self, model: str) -> ModelCard:
        """The model of an id, broken or not; raises ModelError that names near ones."""
        cards = {card.id: card for card in self.cards()}
        if model in cards:
            return cards[model]
        near = difflib.get_close_matches(model, cards, n=3, cutoff=0.5)
        advice = f"did you mean {' or '.join(near)}?" if near else "see `latentlab models list`."
        raise ModelError(f"There is no model '{model}': {advice}")

    def yardstick(self, manifest: Manifest, *, attributes: bool = False) -> ModelCard | None:
        """The best classifier of a model's dataset, which knows the same names; None without one.

        It reads labels, or with `attributes` all attributes. Better accuracy wins, then a shipped
        one, then the newest.
        """
        fitting = [card for card in self.cards() if _can_judge(card, manifest.data, attributes)]
        return max(fitting, key=_accuracy, default=None)

    def rescan(self) -> bool:
        """Look at the folders again; whether anything changed. Tells `changed`."""
        return self.adopt(self.scan())

    def scan(self) -> tuple[ModelCard, ...]:
        """The models on disk now. Only manifests that changed are read; tells nobody."""
        shipped = [self._card(folder, shipped=True) for folder in _model_folders(self.shipped)]
        taken = {card.id for card in shipped}
        own = [
            _shadowed(card) if card.id in taken else card
            for card in (self._card(folder, shipped=False) for folder in self._own_folders())
        ]
        own.sort(key=lambda card: card.manifest.created if card.manifest else "", reverse=True)
        return (*shipped, *own)

    def adopt(self, cards: tuple[ModelCard, ...]) -> bool:
        """Take what `scan` found, on the owner's thread; whether it differs. Tells `changed`."""
        differs = cards != self._cards
        self._cards = cards
        if differs:
            self.version += 1
            self.changed.emit()
        return differs

    def verify(self, model: str) -> None:
        """Check every file of a model against its hash; raises ModelError, or is quiet."""
        runs.verify(self.find(model).folder)

    # -- changing ------------------------------------------------------------------------------

    def import_model(self, source: Path, name: str | None = None) -> ModelCard:
        """Copy a model from a zip file or a folder into the library, verified before it appears.

        Raises ModelError, after which nothing is left.
        """
        folder = archive.import_model(source, self.library, name)
        self.rescan()
        return self.find(folder.name)

    def export_model(self, model: str, target: Path, *, overwrite: bool = False) -> Path:
        """Write a model as one zip file; raises ModelError, after which nothing is left."""
        card = self.find(model)
        card.require()
        self._refuse_active(card, "export it")
        return archive.export_model(card.folder, target, overwrite=overwrite)

    def remove(self, model: str) -> None:
        """Delete a model of the user's library for good; raises ModelError."""
        card = self.find(model)
        if card.shipped:
            raise ModelError(f"{model} ships with latentlab and cannot be removed")
        self._refuse_active(card, "remove it")
        hidden = card.folder.with_name(f".{card.folder.name}.removed-{os.getpid()}")
        try:
            card.folder.rename(hidden)  # nobody sees half a model
            shutil.rmtree(hidden)
        except OSError as error:
            raise ModelError(files.explain(error, f"{model} cannot be removed")) from error
        finally:
            self.rescan()

    # -- inside --------------------------------------------------------------------------------

    def _refuse_active(self, card: ModelCard, wish: str) -> None:
        """A run of another window may have begun since the last scan, so disk is asked."""
        if card.manifest and runs.effective_state(card.folder, card.manifest) in _ACTIVE:
            raise ModelError(f"{card.id} is still training; stop it first, then {wish}")

    def _own_folders(self) -> list[Path]:
        return _model_folders(self.library) if self.library != self.shipped else []

    def _card(self, folder: Path, *, shipped: bool) -> ModelCard:
        stamp = _stamp(folder / runs.MANIFEST)
        known = self._known.get(folder)
        if known and known[0] == stamp and not _may_end_silently(known[1]):
            return known[1]
        card = _read_card(folder, shipped=shipped)
        self._known[folder] = (stamp, card)
        return card


def _read_card(folder: Path, *, shipped: bool) -> ModelCard:
    try:
        manifest = runs.read_manifest(folder)
        state = runs.effective_state(folder, manifest)
    except LatentlabError as error:
        return ModelCard(folder.name, folder, shipped, None, None, str(error))
    return ModelCard(folder.name, folder, shipped, manifest, state)


def _may_end_silently(card: ModelCard) -> bool:
    """A run whose process dies leaves its manifest as it is; its lock must be asked each time."""
    return card.manifest is not None and card.manifest.state in _ACTIVE


def _shadowed(card: ModelCard) -> ModelCard:
    """A user's folder with the name of a shipped model, which keeps that name."""
    sentence = f"{card.folder} has the name of a model that ships with latentlab; rename the folder"
    return ModelCard(f"{card.id} (library)", card.folder, False, None, None, sentence)


def _can_judge(card: ModelCard, data: DataRecord, attributes: bool) -> bool:
    known = card.manifest
    if known is None or not card.is_usable or "classify" not in known.capabilities:
        return False
    if card.is_active:
        return False  # it says something else after every epoch
    reads_attributes = known.config.get("target") == "attributes"
    return reads_attributes == attributes and _about(known.data, attributes) == _about(
        data, attributes
    )


def _about(data: DataRecord, attributes: bool) -> tuple[object, ...]:
    """What a classifier and a model must agree on: pictures, and the names that it answers with."""
    names = data.attribute_names if attributes else data.label_names
    return data.content_hash, data.shape, names


def _accuracy(card: ModelCard) -> float:
    measured = card.require().metrics.get("accuracy")
    return -1.0 if measured is None else measured.value


def _model_folders(place: Path) -> list[Path]:
    """Visible folders that hold a manifest, by name; none when the place is missing."""
    try:
        with os.scandir(place) as entries:
            found = [Path(entry.path) for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return []
    return sorted(folder for folder in found if runs.is_model(folder))


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)
