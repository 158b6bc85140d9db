"""The composition root without Qt: everything a tab may ask for, and the signals it listens to."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING, Literal

import numpy as np
from psygnal import Signal

from latentlab.app.background import Background
from latentlab.app.codec_client import CodecClient
from latentlab.app.latents import Latents, load_latents
from latentlab.app.originals import load_originals
from latentlab.app.preferences import Preferences, Settings
from latentlab.app.registry import ModelCard, Registry
from latentlab.app.run_manager import RunHandle, RunManager
from latentlab.app.session import Session
from latentlab.app.support import Support
from latentlab.core import events, paths
from latentlab.core.errors import LatentlabError
from latentlab.core.projection import PcaPlane, Plane, RawPlane
from latentlab.engine import files, runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.app.post import Post
    from latentlab.app.state import State
    from latentlab.data.dataset import Dataset

Severity = Literal["info", "warning", "error"]
_DATA_VARIABLE = "LATENTLAB_DATA"
_RESCAN_S = 3.0  # at most this often while a run trains

log = logging.getLogger(__name__)


class Lab:
    """Belongs to one thread and never holds it up: whatever takes time goes through Background.

    Facts about the current model arrive one after the other, each with its signal; until then
    they are None. Intents go to `session`, except the choice of a model.
    """

    model_changed = Signal()  # model
    latents_changed = Signal()  # latents, points, latents_problem
    plane_changed = Signal()  # plane
    support_changed = Signal()  # support
    dataset_changed = Signal()  # dataset, dataset_problem
    message = Signal(str, str)  # text, severity

    def __init__(
        self,
        post: Post,
        *,
        library: Path | None = None,
        device: str | None = None,
        settings: Path | None = None,
        model: str | None = None,
        codec_argv: list[str] | None = None,
        trainer_argv: list[str] | None = None,
    ) -> None:
        """Restore preferences and session, start the codec process, open the last model.

        `library` and `device` overrule the preferences; `model` overrules the last model; the
        two argv replace the command lines of the child processes. Signals come later, by
        `post`, so that there is time to connect to them.
        """
        self.folder = settings or paths.settings()
        self.preferences, problem = Preferences.restore(self._preferences_file)
        wanted = self.preferences.settings
        self.session, other_problem = Session.restore(self._session_file)
        self._outer_data = os.environ.get(_DATA_VARIABLE)
        self._use_data_folder(wanted)

        self.registry = Registry(_choose_library(library, wanted))
        self.background = Background(post)
        self.codec = CodecClient(post, device or wanted.device, codec_argv)
        self.runs = RunManager(self.registry.library, post, trainer_argv)

        self.model: ModelCard | None = None
        self.latents: Latents | None = None
        self.latents_problem = ""  # one sentence: why they cannot be read
        self.plane: Plane | None = None
        self.support: Support | None = None
        self.dataset: Dataset | None = None
        self.dataset_problem = ""  # one sentence: why there are no originals

        self._post = post
        self._closed = False
        self._rescanned = 0.0  # by the clock, when an epoch last asked for it
        self._connect()
        for text in filter(None, (problem, other_problem)):
            self._say_later(text, "warning")
        self._open(model or self.session.state.model)

    # -- intents -------------------------------------------------------------------------------

    def choose_model(self, model: str) -> None:
        """Make a model current; one that is missing or broken is told and changes nothing."""
        try:
            card = self.registry.find(model)
            manifest = card.require()
        except LatentlabError as error:
            self.message.emit(str(error), "error")
            return
        self.session.choose_model(card.id, manifest.latent_size)

    def rescan(self) -> None:
        """Look for models that came, changed or went, also by another window."""
        version = self.registry.version
        self.background.run(
            "registry", lambda _: self.registry.scan(), lambda cards: self._adopt(cards, version)
        )

    def save(self) -> None:
        """Write session and preferences; a failure is told."""
        for name, write in (
            ("The session", lambda: self.session.save(self._session_file)),
            ("The preferences", lambda: self.preferences.save(self._preferences_file)),
        ):
            try:
                write()
            except OSError as error:
                self.message.emit(files.explain(error, f"{name} could not be saved"), "error")

    def close(self, *, save_runs: bool = True, timeout_s: float = 20.0) -> bool:
        """Save, stop the runs, end every process and thread; whether all runs saved in time.

        A second call does nothing.
        """
        if self._closed:
            return True
        self._closed = True
        self.save()
        self.session.changed.disconnect(self._on_session_changed)
        saved = self.runs.close(save=save_runs, timeout_s=timeout_s)
        self.background.close()
        self.codec.close()
        self._restore_data_folder()
        return saved

    # -- facts ---------------------------------------------------------------------------------

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
    def label_names(self) -> tuple[str, ...]:
        """Names of the current model's labels."""
        manifest = self.model.manifest if self.model else None
        return manifest.data.label_names if manifest else ()

    # -- the current model ---------------------------------------------------------------------

    def _open(self, model: str) -> None:
        """Find the model, or the best there is instead, and load what belongs to it.

        The same model again, changed on disk, keeps what it had until the new is there.
        """
        before, card = self.model, self._find_or_replace(model)
        self.model = card
        if before is None or card is None or before.id != card.id:
            self._forget()
        if card is not None and card.manifest is not None:
            self.session.choose_model(card.id, card.manifest.latent_size, record=False)
            self.session.fit(card.manifest.latent_size)
            if self.latents is None or _latents_of(before) != _latents_of(card):
                self._load_latents(card)
            self._load_dataset(card)
        self._post(self.model_changed.emit)

    def _find_or_replace(self, model: str) -> ModelCard | None:
        cards = {card.id: card for card in self.registry.cards() if card.manifest}
        if model in cards:
            return cards[model]
        usable = [card for card in cards.values() if card.is_usable]
        if not usable:
            return None
        self._say_later(f"{model} is not there any more; {usable[0].title} is shown.", "warning")
        return usable[0]

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
            lambda text: self._if_current(card, lambda: self._on_no_latents(text)),
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

    def _on_no_latents(self, text: str) -> None:
        self.latents_problem = text
        self.message.emit(text, "warning")
        self.latents_changed.emit()

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
        self.dataset_changed.emit()

    # -- what happens elsewhere ----------------------------------------------------------------

    def _connect(self) -> None:
        self.session.changed.connect(self._on_session_changed)
        self.preferences.changed.connect(self._on_preferences_changed)
        self.registry.changed.connect(self._on_registry_changed)
        self.runs.event.connect(self._on_run_event)
        self.runs.changed.connect(self._on_run_changed)
        self.codec.failed.connect(lambda text: self.message.emit(text, "error"))

    def _on_session_changed(self, new: State, old: State) -> None:
        if self.model is None or new.model != self.model.id:
            self._open(new.model)
            return
        if new.sampled != old.sampled:
            self.latents_changed.emit()
        if (new.map.plane, new.map.dims) != (old.map.plane, old.map.dims):
            self._update_plane()

    def _on_registry_changed(self) -> None:
        """The current model may have changed on disk, or gone."""
        current = self.session.state.model
        card = next((card for card in self.registry.cards() if card.id == current), None)
        if card != self.model:
            self._open(current)

    def _adopt(self, cards: tuple[ModelCard, ...], version: int) -> None:
        """Take a scan, unless something was imported or removed while it ran."""
        if version == self.registry.version:
            self.registry.adopt(cards)
        else:
            self.rescan()

    def _on_run_event(self, _run: RunHandle, event: events.Event) -> None:
        """The run's model came, ended, or (looked at now and then) has better weights."""
        begun_or_ended = isinstance(event, events.RunStarted | events.RunEnded)
        now = time.monotonic()
        due = isinstance(event, events.Evaluated) and now - self._rescanned > _RESCAN_S
        if begun_or_ended or due:
            self._rescanned = now
            self.rescan()

    def _on_run_changed(self, run: RunHandle) -> None:
        if run.state in ("failed", "interrupted") and run.message:
            self.message.emit(f"{run.title}: {run.message}", "error")

    def _on_preferences_changed(self, new: Settings, old: Settings) -> None:
        if new.data != old.data:
            self._use_data_folder(new)
            self.runs.renew_spare()
            if self.model is not None:
                self.dataset = None
                self._load_dataset(self.model)
        if (new.device, new.library) != (old.device, old.library):
            self.message.emit("This takes effect when latentlab is started again.", "info")

    # -- places --------------------------------------------------------------------------------

    @property
    def _preferences_file(self) -> Path:
        return self.folder / "preferences.json"

    @property
    def _session_file(self) -> Path:
        return self.folder / "session.json"

    def _use_data_folder(self, settings: Settings) -> None:
        """Child processes and `core.paths` find the preferred folder in the environment."""
        self._restore_data_folder()
        if settings.data and not self._outer_data:
            os.environ[_DATA_VARIABLE] = settings.data

    def _restore_data_folder(self) -> None:
        if self._outer_data is None:
            os.environ.pop(_DATA_VARIABLE, None)

    def _say_later(self, text: str, severity: Severity) -> None:
        self._post(lambda: self.message.emit(text, severity))


def _latents_of(card: ModelCard | None) -> str:
    """Identity of the latents file of a model."""
    manifest = card.manifest if card else None
    return manifest.files.get(runs.LATENTS, "") if manifest else ""


def _choose_library(named: Path | None, settings: Settings) -> Path:
    """The command line first, then the environment, then the preference."""
    preferred = settings.library if "LATENTLAB_LIBRARY" not in os.environ else ""
    return paths.library(named or preferred or None)
