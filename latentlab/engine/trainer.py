"""The trainer process: `python -m latentlab.engine.trainer`, one run per process, lines both ways.

Out: {"kind": "ready"} once everything is imported and warm, then one JSON line per event, or
{"kind": "refused", "message": ...} when a job cannot begin. In: {"describe": true}, answered by
{"kind": "described", "families": [...]} any number of times; then one job, {"spec": {...},
"library": "..."} or {"resume": "run folder"}; while it runs the words pause, resume, stop,
snapshot, step_critic and step_generator (one step of one side, held afterwards), and "slow 5": at
most so many steps per second, 0 for full speed. The end of the input and SIGTERM mean stop: the run
is saved.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import sys
import threading
from math import isfinite
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import torch
from pydantic import ValidationError

from latentlab import data, models
from latentlab.core.errors import LatentlabError, TrainingError
from latentlab.core.spec import TrainSpec
from latentlab.engine import device
from latentlab.engine.control import Control
from latentlab.engine.train import Events, resume, train
from latentlab.models.family import DataShape

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.models import AnyFamily

log = logging.getLogger(__name__)
Job = dict[str, Any]
_WORDS: dict[str, Callable[[Control], None]] = {
    "pause": Control.pause,
    "resume": Control.resume,
    "stop": Control.stop,
    "snapshot": Control.snapshot,
    "step_critic": lambda control: control.step_alone("critic"),
    "step_generator": lambda control: control.step_alone("generator"),
}
_SLOW = "slow "


class Voice:
    """The process's real standard output. Whatever libraries print goes to standard error."""

    def __init__(self, control: Control) -> None:
        """Take file descriptor 1 away from everybody else."""
        sys.stdout.flush()
        self._out = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        self._control = control

    def say(self, line: str) -> None:
        """One line; when nobody reads any more, the run stops and saves."""
        try:
            self._out.write(line.encode() + b"\n")
        except OSError:
            log.warning("nobody reads the trainer's lines any more: stopping")
            self._control.stop()


class Ear(threading.Thread):
    """Reads standard input: words act at once, jobs wait in `jobs`, None is the end."""

    def __init__(self, control: Control, source: IO[bytes]) -> None:
        """`source` is unbuffered: a daemon thread must not hold a lock when Python ends."""
        super().__init__(name="trainer-ear", daemon=True)
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._control = control
        self._source = source

    def run(self) -> None:
        """Until the parent closes the pipe or dies."""
        with self._source:
            for line in self._source:
                self._take(line.decode(errors="replace").strip())
        self.end()

    def _take(self, word: str) -> None:
        if word in _WORDS:
            _WORDS[word](self._control)
        elif word.startswith(_SLOW):
            self._control.slow_down(_speed(word.removeprefix(_SLOW)))
        elif word:
            self.jobs.put(_parse(word))

    def end(self) -> None:
        """Nothing more will come: save and end. Safe in a signal handler."""
        self._control.stop()
        self.jobs.put(None)


def main() -> int:
    """Serve one parent; the exit status is 1 when a bug ended the run."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    control = Control(attended=True)
    voice, ear = Voice(control), Ear(control, os.fdopen(os.dup(0), "rb", buffering=0))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ear.end())
    ear.start()
    if hasattr(os, "nice"):
        os.nice(5)  # a decode for the hand goes first when the cores are few
    warm_up()
    voice.say('{"kind": "ready"}')
    while (job := ear.jobs.get()) is not None:
        if job.get("describe"):
            described = [models.describe(family) for family in models.families().values()]
            voice.say(json.dumps({"kind": "described", "families": described}))
        else:
            return _serve(job, control, voice)
    return 0


def warm_up() -> None:
    """Load what the first step would load: datasets, optimizers, kernels, the device."""
    data.catalogue()
    with device.using_threads(device.trainer_threads()):
        for family in models.families().values():
            try:
                _rehearse(family, device.choose())
            except LatentlabError as error:
                log.info("%s was not rehearsed: %s", family.name, error)


def _rehearse(family: AnyFamily, where: torch.device) -> None:
    """Two steps on noise, so that the first real one is not the slow one."""
    config, recipe = family.Config(), family.recipe
    with torch.random.fork_rng(devices=[]):
        model = family.build(config, DataShape(1, 16, 16)).to(where)
    generator = torch.Generator(where).manual_seed(0)
    learner = family.learner(model, config, recipe, 2)
    x = torch.rand(32, 1, 16, 16, generator=generator, device=where)
    for _ in range(2):
        learner.step(x, None, generator)


def _serve(job: Job, control: Control, voice: Voice) -> int:
    """Run one job to its end."""
    begun = False
    try:
        for event in _begin(job, control):
            begun = True
            voice.say(event.model_dump_json())
    except LatentlabError as error:
        voice.say(json.dumps({"kind": "refused", "message": str(error)}))
    except Exception as error:
        log.exception("the trainer met a bug")
        if not begun:  # else RunEnded told of it and the folder keeps the traceback
            message = f"Training could not start ({type(error).__name__}: {error})"
            voice.say(json.dumps({"kind": "refused", "message": " ".join(message.split())}))
        return 1
    return 0


def _begin(job: Job, control: Control) -> Events:
    if "resume" in job:
        return resume(Path(job["resume"]), control)
    try:
        return train(TrainSpec.model_validate(job["spec"]), Path(job["library"]), control)
    except (ValidationError, KeyError, TypeError) as error:
        raise TrainingError(f"The trainer was given a job it cannot read: {error}") from error


def _speed(text: str) -> float:
    """Steps per second; what is no such number means full speed."""
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    return speed if isfinite(speed) and speed > 0 else 0.0


def _parse(line: str) -> Job:
    try:
        job = json.loads(line)
    except ValueError:
        job = None
    return job if isinstance(job, dict) else {"unreadable": line[:200]}


if __name__ == "__main__":
    sys.exit(main())
