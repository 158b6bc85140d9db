"""Training runs of this window: a queue, one process per run, and a warm spare."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from latentlab.app.run_history import RunHistory, State
from latentlab.app.trainer_process import Listener, Refused, TrainerProcess, Wish
from latentlab.core import events
from latentlab.core.spec import TrainSpec
from latentlab.engine import runs

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.post import Post

_ACTIVE: frozenset[State] = frozenset({"starting", "running", "paused"})

log = logging.getLogger(__name__)


class RunHandle:
    """One run of this window, from the click to the end and after."""

    def __init__(self, number: int, spec: TrainSpec, resumes: Path | None = None) -> None:
        self.number = number  # unique in this window
        self.spec = spec
        self.resumes = resumes  # the folder of an ended run that goes on
        self.history = RunHistory(spec.name or "")
        self.history.state = "queued"
        self.folder: Path | None = None  # known with the first event
        self.is_stopping = False  # asked to stop; it saves and ends soon
        self.slow = 0.0  # steps per second that it shall not exceed; 0: full speed
        self.process: TrainerProcess | None = None  # the RunManager's

    @property
    def title(self) -> str:
        """A name for people, also before the run has an id."""
        return self.history.name or f"{self.spec.family} on {self.spec.data}"

    @property
    def state(self) -> State:
        """queued, starting, running, paused, finished, stopped, failed or interrupted."""
        return self.history.state

    @property
    def message(self) -> str:
        """Why it ended or was refused, one sentence; empty when all is well."""
        return self.history.message

    @property
    def is_active(self) -> bool:
        """Whether a process works for it."""
        return self.state in _ACTIVE

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.history.is_over


class RunManager:
    """Starts, steers and ends runs. Belongs to one thread; workers reach it by `post`."""

    event = Signal(RunHandle, object)  # object: one of core.events.Event
    changed = Signal(RunHandle)  # its state or message
    list_changed = Signal()  # runs were added, removed or put in another order

    def __init__(self, library: Path, post: Post, argv: list[str] | None = None) -> None:
        """Starts nothing yet; `argv` replaces the command line of trainer processes."""
        self._library = library
        self._post = post
        self._argv = argv
        self._runs: list[RunHandle] = []
        self._spare: TrainerProcess | None = None
        self._wants_spare = False
        self._count = 0
        self._closed = False

    # -- looking -------------------------------------------------------------------------------

    @property
    def runs(self) -> tuple[RunHandle, ...]:
        """All runs of this window in order; queued ones start in that order."""
        return tuple(self._runs)

    @property
    def queued(self) -> tuple[RunHandle, ...]:
        """The runs that wait, first come first."""
        return tuple(run for run in self._runs if run.state == "queued")

    @property
    def active(self) -> tuple[RunHandle, ...]:
        """The runs whose processes live; closing the window now would stop them."""
        return tuple(run for run in self._runs if run.is_active)

    def find(self, model: str) -> RunHandle | None:
        """The newest run that writes the model of an id."""
        named = (run for run in reversed(self._runs) if run.folder and run.folder.name == model)
        return next(named, None)

    @property
    def is_warm(self) -> bool:
        """Whether the next start would follow at once."""
        return self._spare is not None and self._spare.is_alive and self._spare.ready.is_set()

    # -- intents -------------------------------------------------------------------------------

    def warm(self) -> None:
        """Keep a trainer process ready from now on, so that a first step follows its click."""
        self._wants_spare = True
        self._fill_spare()

    def cool(self) -> None:
        """End the spare and keep none, until `warm`."""
        self._wants_spare = False
        self._end_spare()

    def renew_spare(self) -> None:
        """Another spare in the place of one that was started in other surroundings."""
        self._end_spare()
        self._fill_spare()

    def start(self, spec: TrainSpec) -> RunHandle:
        """Queue a run; it starts now when its device is free."""
        return self._add(spec, None)

    def go_on(self, folder: Path, device: str = "auto") -> RunHandle:
        """Queue the rest of a stopped or interrupted run, from exactly where it was saved.

        Raises ModelError when the folder is no run.
        """
        manifest = runs.read_manifest(folder)
        spec = TrainSpec(
            family=manifest.family,
            config=manifest.config,
            recipe=manifest.recipe,
            data=manifest.data.name,
            device=device,
            name=manifest.title,
        )
        return self._add(spec, folder)

    def pause(self, run: RunHandle) -> None:
        """Hold it before its next step."""
        self._tell(run, "pause")

    def resume(self, run: RunHandle) -> None:
        """Let a paused run go on."""
        self._tell(run, "resume")

    def snapshot(self, run: RunHandle) -> None:
        """Keep its weights of this moment."""
        self._tell(run, "snapshot")

    def step_critic(self, run: RunHandle) -> None:
        """One step of the discriminator alone; the run is held."""
        self._tell(run, "step_critic")

    def step_generator(self, run: RunHandle) -> None:
        """One step of the generator alone; the run is held."""
        self._tell(run, "step_generator")

    def slow_down(self, run: RunHandle, steps_per_s: float) -> None:
        """At most so many steps per second from now on; 0: as fast as it goes."""
        run.slow = steps_per_s
        if run.process is not None and run.is_active:
            run.process.slow_down(steps_per_s)

    def stop(self, run: RunHandle) -> None:
        """Save everything and end it; a queued one is taken from the queue."""
        if run.state == "queued":
            self.cancel(run)
        elif run.is_active and not run.is_stopping:
            run.is_stopping = True
            self._tell(run, "stop")
            self.changed.emit(run)

    def cancel(self, run: RunHandle) -> None:
        """Take a queued run from the list."""
        if run.state == "queued":
            self.forget(run)

    def forget(self, run: RunHandle) -> None:
        """Take a run that does not work from the list; its folder stays."""
        if run in self._runs and not run.is_active:
            self._runs.remove(run)
            self.list_changed.emit()
            self._advance()

    def move(self, run: RunHandle, position: int) -> None:
        """Put a queued run at a place in the queue, 0 next."""
        others = [other for other in self.queued if other is not run]
        if run.state != "queued":
            return
        place = min(max(position, 0), len(others))
        before = others[place] if place < len(others) else None
        self._runs.remove(run)
        self._runs.insert(len(self._runs) if before is None else self._runs.index(before), run)
        self.list_changed.emit()

    def close(self, *, save: bool = True, timeout_s: float = 20.0) -> bool:
        """Stop all runs, wait, then end what is left by force; whether all ended by themselves.

        Nothing is told any more and nothing is left alive. `save=False` loses what a run did
        since it last wrote.
        """
        self._closed = True
        self.cool()
        processes = [run.process for run in self._runs if run.process is not None]
        for process in processes:
            if save:
                process.tell("stop")
                process.close_input()
            else:
                process.kill()
        end = time.monotonic() + timeout_s
        ended = [process.join(end - time.monotonic()) for process in processes]
        return all(ended)

    # -- inside --------------------------------------------------------------------------------

    def _add(self, spec: TrainSpec, resumes: Path | None) -> RunHandle:
        self._count += 1
        run = RunHandle(self._count, spec, resumes)
        self._runs.append(run)
        self.list_changed.emit()
        self._advance()
        return run

    def _advance(self) -> None:
        """Start every queued run whose device is free."""
        for run in self.queued:
            busy = [_place(other.spec) for other in self.active]
            if not any(_collide(_place(run.spec), place) for place in busy):
                self._launch(run)

    def _launch(self, run: RunHandle) -> None:
        run.history.state = "starting"
        job = _job(run, self._library)
        listener = Listener(
            lambda message: self._post(lambda: self._on_received(run, message)),
            lambda status, error: self._post(lambda: self._on_ended(run, status, error)),
        )
        try:
            run.process = self._take_spare() or TrainerProcess(self._argv)
        except OSError as error:
            self._fail(run, f"The trainer process cannot be started ({error.strerror}).")
            return
        run.process.assign(job, listener)
        if run.slow:
            run.process.slow_down(run.slow)
        self.changed.emit(run)

    def _take_spare(self) -> TrainerProcess | None:
        spare, self._spare = self._spare, None
        if spare is not None and not spare.is_alive:
            spare.join(0.5)
            return None
        return spare

    def _end_spare(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.kill()
            spare.join(0.5)

    def _fill_spare(self) -> None:
        """Not while a run works: starting costs three seconds of a processor, and memory."""
        wanted = self._wants_spare and not self._closed and not self.active
        if not wanted or (self._spare is not None and self._spare.is_alive):
            return
        try:
            self._spare = TrainerProcess(self._argv)
        except OSError as error:
            log.warning("no spare trainer process: %s", error)

    def _tell(self, run: RunHandle, wish: Wish) -> None:
        if run.process is not None and run.is_active:
            run.process.tell(wish)

    def _on_received(self, run: RunHandle, message: events.Event | Refused) -> None:
        if self._closed:
            return
        if isinstance(message, Refused):
            self._fail(run, message.message)
            return
        before = (run.state, run.message)
        if isinstance(message, events.RunStarted):
            run.folder = self._library / message.run
            run.history.name = run.history.name or message.run
        run.history.add(message)
        self.event.emit(run, message)
        if (run.state, run.message) != before:
            self.changed.emit(run)

    def _on_ended(self, run: RunHandle, status: int, error: str) -> None:
        """The process is gone; a run that did not say goodbye was interrupted."""
        if self._closed:
            return
        process, run.process = run.process, None
        if process is not None:
            process.join(0.0)
        if not run.is_over:
            self._on_received(run, _interruption(run, status, error))
        self._advance()
        self._fill_spare()

    def _fail(self, run: RunHandle, message: str) -> None:
        if run.is_over:
            return
        run.history.state, run.history.message = "failed", message
        self.changed.emit(run)


def _interruption(run: RunHandle, status: int, error: str) -> events.RunEnded:
    """The goodbye that a killed process could not say."""
    step = run.history.step
    cause = f"signal {-status}" if status < 0 else f"exit status {status}"
    detail = f": {error}" if error and status > 0 else ""
    kept = "what it had saved is kept" if run.folder else "nothing had been saved yet"
    return events.RunEnded(
        state="interrupted",
        message=f"The training process ended unexpectedly ({cause}{detail}); {kept}.",
        epoch=step.epoch if step else 0,
        images_seen=run.history.images_seen,
        images_per_s=step.images_per_s if step else 0.0,
        t=step.t if step else 0.0,
    )


def _job(run: RunHandle, library: Path) -> dict[str, Any]:
    if run.resumes is not None:
        return {"resume": str(run.resumes)}
    return {"spec": run.spec.model_dump(mode="json"), "library": str(library)}


def _place(spec: TrainSpec) -> str:
    return "cuda:0" if spec.device == "cuda" else spec.device


def _collide(one: str, other: str) -> bool:
    """Whether two runs would share a device; nobody but torch knows where "auto" leads."""
    return one == other or "auto" in (one, other)
