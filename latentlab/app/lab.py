"""The composition root without Qt: everything a tab may ask for, and the signals it listens to."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

from latentlab.app import documents
from latentlab.app.arithmetics import Arithmetics
from latentlab.app.background import Background
from latentlab.app.codec_client import CodecClient
from latentlab.app.concepts import Concepts
from latentlab.app.current_model import CurrentModel, Severity
from latentlab.app.directions import Directions
from latentlab.app.evaluation import Evaluations
from latentlab.app.exports import Exports
from latentlab.app.homotopy import RowsInStep
from latentlab.app.preferences import Preferences, Settings
from latentlab.app.registry import ModelCard, Registry
from latentlab.app.run_manager import RunHandle, RunManager
from latentlab.app.session import Session
from latentlab.app.styles import Styles
from latentlab.core import events, paths
from latentlab.core.errors import LatentlabError
from latentlab.engine import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.app.post import Post
    from latentlab.app.session_file import SessionFile
    from latentlab.app.state import State

_DATA_VARIABLE = "LATENTLAB_DATA"
_RESCAN_S = 3.0  # at most this often while a run trains
_SAVE_S = 10.0  # at most this often while one works; pins are kept at once

log = logging.getLogger(__name__)


class Lab(CurrentModel):
    """All services, and the current model. Belongs to one thread and never holds it up.

    Intents go to `session`, except the choice of a model.
    """

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
        session, other_problem = Session.restore(self._session_file)
        super().__init__(post, session, Background(post))
        wanted = self.preferences.settings
        self._outer_data = os.environ.get(_DATA_VARIABLE)
        self._use_data_folder(wanted)
        self.registry = Registry(_choose_library(library, wanted))
        self.directions = Directions(self.registry.library)
        self.codec = CodecClient(post, device or wanted.device, codec_argv)
        self.runs = RunManager(self.registry.library, post, trainer_argv)
        self.exports = Exports(self, post)
        self.evaluations = Evaluations(self, post)
        self.homotopy = RowsInStep(self)
        self.styles = Styles(self)
        self.concepts = Concepts(self)
        self.arithmetic = Arithmetics(self)
        self._closed = False
        self._rescanned = 0.0  # by the clock, when an epoch last asked for it
        self._saved = time.monotonic()
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
        self._save("The session", self.session.save, self._session_file)
        self._save("The preferences", self.preferences.save, self._preferences_file)

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
        self.evaluations.close()
        self.background.close()
        self.codec.close()
        self._restore_data_folder()
        return saved

    # -- the current model ---------------------------------------------------------------------

    def _open(self, model: str) -> None:
        """Find the model, or the best there is instead, and show it."""
        self._show(self._find_or_replace(model))

    def _find_or_replace(self, model: str) -> ModelCard | None:
        cards = {card.id: card for card in self.registry.cards() if card.manifest}
        if model in cards:
            return cards[model]
        usable = [card for card in cards.values() if card.is_usable]
        if not usable:
            return None
        self._say_later(f"{model} is not there any more; {usable[0].title} is shown.", "warning")
        return usable[0]

    # -- what happens elsewhere ----------------------------------------------------------------

    def _connect(self) -> None:
        self.session.changed.connect(self._on_session_changed)
        self.preferences.changed.connect(self._on_preferences_changed)
        self.registry.changed.connect(self._on_registry_changed)
        self.runs.event.connect(self._on_run_event)
        self.runs.changed.connect(self._on_run_changed)
        self.codec.failed.connect(lambda text: self.message.emit(text, "error"))

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.pins != old.pins or time.monotonic() - self._saved > _SAVE_S:
            self._save_in_background()
        if new.model != old.model:
            if self.model is None or new.model != self.model.id:
                self._open(new.model)
            return
        if new.label != old.label:
            self._fit_label()
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
        """The run's model came, rests, ended, or (looked at now and then) has better weights."""
        turned = isinstance(event, events.RunStarted | events.StateChanged | events.RunEnded)
        now = time.monotonic()
        due = isinstance(event, events.Evaluated) and now - self._rescanned > _RESCAN_S
        if turned or due:
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

    def _save(self, name: str, write: Callable[[Path], None], path: Path) -> None:
        try:
            write(path)
        except OSError as error:
            self.message.emit(files.explain(error, f"{name} could not be saved"), "error")

    def _save_in_background(self) -> None:
        """So that little is lost when the machine is; closing saves once more, and tells."""
        self._saved = time.monotonic()
        document, path = self.session.document(), self._session_file
        self.background.run("session", lambda _: _write_quietly(path, document), lambda _: None)

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


def _write_quietly(path: Path, document: SessionFile) -> None:
    try:
        documents.write(path, document)
    except OSError as error:
        log.warning("the session could not be saved: %s", error)


def _choose_library(named: Path | None, settings: Settings) -> Path:
    """The command line first, then the environment, then the preference."""
    preferred = settings.library if "LATENTLAB_LIBRARY" not in os.environ else ""
    return paths.library(named or preferred or None)
