"""The trainer process: lines in, lines out, and every way it may end."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Any

import pytest

from latentlab.app import children
from latentlab.core import events
from latentlab.engine import checkpoint, runs, trainer
from latentlab.engine.control import Control
from latentlab.engine.train import resume

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from latentlab.core.spec import TrainSpec

    MakeSpec = Callable[..., TrainSpec]


RUN_WITHOUT_QT = (
    "import runpy, sys; sys.modules.update(PySide6=None, pyqtgraph=None); "
    "runpy.run_module('latentlab.engine.trainer', run_name='__main__')"
)


class Child:
    """A trainer process as the window sees it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN_WITHOUT_QT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,
        )

    def say(self, *lines: str | dict[str, Any]) -> None:
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        self.stdin.write("".join(f"{text}\n" for text in texts).encode())
        self.stdin.flush()

    def hear(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self.stdout.readline())
        return line

    def hear_until(self, kind: str, **fields: Any) -> dict[str, Any]:
        while True:
            line = self.hear()
            if line["kind"] == kind and fields.items() <= line.items():
                return line

    @property
    def stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout


@pytest.fixture
def child() -> Iterator[Child]:
    started = Child()
    yield started
    started.process.kill()
    started.process.wait()
    started.stdout.close()
    started.stdin.close()


def job_of(spec: TrainSpec, library: Path) -> dict[str, Any]:
    return {"spec": spec.model_dump(mode="json"), "library": str(library)}


def test_whole_conversation(child: Child, spec: MakeSpec, library: Path) -> None:
    assert child.hear() == {"kind": "ready"}
    child.say({"describe": True})
    described = child.hear()
    assert {"vae", "ae", "pca"} <= {family["name"] for family in described["families"]}
    child.say(job_of(spec(epochs=100_000), library))
    name = child.hear_until("run_started")["run"]
    child.say("pause")
    child.hear_until("state_changed", state="paused")
    child.say("snapshot", "resume")
    heard = [child.hear() for _ in range(2)]
    assert {"snapshot", "state_changed"} == {line["kind"] for line in heard}  # in either order
    child.hear_until("evaluated")
    child.stdin.close()
    end = child.hear_until("run_ended")
    assert end["state"] == "stopped"
    assert child.process.wait(30) == 0
    runs.verify(library / name)
    lines = runs.tail(library / name / runs.EVENTS)[0]
    assert lines[-1].model_dump(mode="json") == end


def test_killed_run_is_interrupted_and_can_be_resumed(
    child: Child, spec: MakeSpec, library: Path
) -> None:
    child.hear_until("ready")
    child.say(job_of(spec(epochs=100_000), library))
    folder = library / child.hear_until("run_started")["run"]
    child.hear_until("evaluated", epoch=3)
    assert runs.effective_state(folder) == "running"
    child.process.kill()
    child.process.wait(30)
    assert runs.effective_state(folder) == "interrupted"
    runs.verify(folder)  # saved after its first epoch
    checkpoint.load_model(folder)
    stream = resume(folder)
    assert next(stream).kind == "run_started"
    stream.close()
    assert runs.effective_state(folder) == "stopped"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_a_trainer_that_waits(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    voice = Spoken()
    monkeypatch.setattr(trainer, "Voice", lambda _: voice)
    monkeypatch.setattr(trainer, "warm_up", lambda: os.kill(os.getpid(), number))
    reading, writing = os.pipe()  # a parent that stays silent
    monkeypatch.setattr(trainer.os, "dup", lambda _: reading)
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    try:
        assert trainer.main() == 0
    finally:
        os.close(writing)
        for thread in threading.enumerate():
            if isinstance(thread, trainer.Ear):
                thread.join(10)
        for each, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
            signal.signal(each, handler)
    assert voice.lines == [{"kind": "ready"}]


class Spoken:
    """A voice that remembers."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def say(self, line: str) -> None:
        self.lines.append(json.loads(line))


def serve(job: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    voice: Any = Spoken()
    return trainer._serve(job, Control(attended=True), voice), voice.lines


def test_impossible_jobs_are_refused_in_a_sentence(spec: MakeSpec, library: Path) -> None:
    for job, words in (
        ({"unreadable": "x"}, "cannot read"),
        ({"spec": {"family": 3}, "library": "x"}, "cannot read"),
        (job_of(spec("nosuch"), library), "nosuch"),
        ({"resume": str(library)}, "is no model"),
    ):
        status, lines = serve(job)
        assert status == 0
        assert [line["kind"] for line in lines] == ["refused"]
        assert words in lines[0]["message"]
        assert not list(library.iterdir())


def test_whole_run_is_told_line_by_line(spec: MakeSpec, library: Path) -> None:
    status, lines = serve(job_of(spec(), library))
    assert status == 0
    assert lines[0]["kind"] == "run_started"
    assert events.parse(json.dumps(lines[-1])).kind == "run_ended"


def test_bug_before_the_first_event_is_refused_with_its_kind(
    spec: MakeSpec, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: Any) -> None:
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr(trainer, "_begin", explode)
    status, lines = serve(job_of(spec(), library))
    assert status == 1
    assert lines[0]["message"] == "Training could not start (ZeroDivisionError: oh no)"


def test_ear_passes_words_on_and_ends_with_its_source() -> None:
    control = Control()
    ear = trainer.Ear(control, io.BytesIO(b'pause\n\n{"describe": true}\n[1]\nsnapshot\n'))
    ear.run()
    assert ear.jobs.get() == {"describe": True}
    assert "unreadable" in (ear.jobs.get() or {})
    assert ear.jobs.get() is None
    assert control.stopped
    assert control.take_snapshot()


def test_child_command_of_the_window_is_this_module() -> None:
    assert children.python("latentlab.engine.trainer")[-1] == trainer.__spec__.name
