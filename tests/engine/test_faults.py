"""Training meets what it must survive: NaN, no memory, no disk, bugs."""

from __future__ import annotations

import errno
import os
import stat
from math import isfinite
from typing import TYPE_CHECKING, Any

import pytest
import torch

from latentlab import models
from latentlab.core.errors import TrainingError
from latentlab.core.events import Alarm, Evaluated, RunEnded
from latentlab.engine import checkpoint, files, runs, training
from latentlab.engine.control import Control
from latentlab.engine.train import train
from latentlab.models._learner import GradientLearner
from tests.engine.conftest import run_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.core import events
    from latentlab.core.spec import TrainSpec

    MakeSpec = Callable[..., TrainSpec]


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[Any], None]], None]:
    """Makes the learner do something else from its n-th step on."""
    step = GradientLearner.step

    def break_after(steps: int, instead: Callable[[Any], None]) -> None:
        made = [0]

        def broken(self: Any, *batch: Any) -> Any:
            made[0] += 1
            if made[0] > steps:
                instead(self)
            return step(self, *batch)

        monkeypatch.setattr(GradientLearner, "step", broken)

    return break_after


@pytest.fixture(autouse=True)
def _read_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "READ_S", 0.0)


def spoil(learner: Any) -> None:
    """What an exploding gradient leaves behind."""
    with torch.no_grad():
        for parameter in learner.model.parameters():
            parameter.fill_(float("nan"))


def fail_with(error: Exception) -> Callable[[Any], None]:
    def fail(_: Any) -> None:
        raise error

    return fail


def ended(seen: list[events.Event]) -> RunEnded:
    assert isinstance(seen[-1], RunEnded)
    return seen[-1]


def assert_finite(folder: Path) -> None:
    model, _ = checkpoint.load_model(folder)
    assert all(value.isfinite().all() for value in model.state_dict().values())


def test_nan_with_nobody_there_ends_the_run_with_good_weights(
    spec: MakeSpec, library: Path, after: Any
) -> None:
    after(4, spoil)
    seen = list(train(spec(epochs=5), library))
    assert ended(seen).state == "failed"
    assert "no finite number" in ended(seen).message
    assert f"learning rate below {models.get('vae').recipe.learning_rate:g}" in ended(seen).message
    folder = library / run_name(seen)
    runs.verify(folder)
    assert_finite(folder)
    manifest = runs.read_manifest(folder)
    assert (manifest.state, manifest.message) == ("failed", ended(seen).message)


def test_nan_in_front_of_somebody_pauses_and_goes_on_from_good_weights(
    spec: MakeSpec, library: Path, after: Any
) -> None:
    spoiled = [0]

    def spoil_once(learner: Any) -> None:
        if not spoiled[0]:
            spoil(learner)
        spoiled[0] += 1

    after(4, spoil_once)
    control = Control(attended=True)
    seen: list[events.Event] = []
    states: list[str] = []
    for event in train(spec(epochs=5), library, control):
        seen.append(event)
        if event.kind == "state_changed" and event.state == "paused":
            states.append(runs.read_manifest(library / run_name(seen)).state)
            control.resume()
    [alarm] = [event for event in seen if isinstance(event, Alarm)]
    assert alarm.code == "diverged"
    assert "paused" in alarm.message
    assert "learning rate" in alarm.advice
    assert ended(seen).state == "finished"
    assert_finite(library / run_name(seen))
    evaluated = [event for event in seen if isinstance(event, Evaluated)]
    assert [event.epoch for event in evaluated] == [1, 2, 3, 4, 5]
    for event in evaluated:
        assert all(map(isfinite, [*event.train.values(), *event.validation.values()]))


def test_nan_in_front_of_somebody_who_stops_keeps_good_weights(
    spec: MakeSpec, library: Path, after: Any
) -> None:
    after(4, spoil)
    control = Control(attended=True)
    seen: list[events.Event] = []
    for event in train(spec(epochs=5), library, control):
        seen.append(event)
        if isinstance(event, Alarm):
            control.stop()
    assert ended(seen).state == "stopped"
    assert_finite(library / run_name(seen))


def test_nan_that_nobody_read_yet_is_not_saved(
    spec: MakeSpec, library: Path, after: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = Control(attended=True)

    def spoil_and_stop(learner: Any) -> None:
        spoil(learner)
        control.stop()

    monkeypatch.setattr(training, "READ_S", 1e9)
    after(4, spoil_and_stop)
    seen = list(train(spec(epochs=5), library, control))
    assert ended(seen).state == "stopped"
    assert_finite(library / run_name(seen))


def test_nan_at_the_very_end_pauses_before_the_run_is_finished(
    spec: MakeSpec, library: Path, after: Any
) -> None:
    after(5, spoil)
    control = Control(attended=True)
    kinds: list[str] = []
    for event in train(spec(epochs=2), library, control):
        kinds.append(event.kind)
        if event.kind == "state_changed" and event.state == "paused":
            control.stop()
    assert kinds.index("alarm") < kinds.index("state_changed") < kinds.index("run_ended")


@pytest.mark.parametrize(("batch", "advice"), [(16, "batch size of 8"), (1, "smaller network")])
def test_want_of_memory_offers_a_smaller_batch(
    spec: MakeSpec, library: Path, after: Any, batch: int, advice: str
) -> None:
    after(2, fail_with(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")))
    seen = list(train(spec(batch_size=batch), library))
    assert ended(seen).state == "failed"
    assert advice in ended(seen).message
    assert "\n" not in ended(seen).message
    folder = library / run_name(seen)
    assert not (folder / runs.ERROR_LOG).exists()
    runs.verify(folder)
    assert_finite(folder)


def test_bug_keeps_its_traceback_in_the_folder_and_is_raised(
    spec: MakeSpec, library: Path, after: Any, caplog: pytest.LogCaptureFixture
) -> None:
    after(2, fail_with(KeyError("what\nis this")))
    seen: list[events.Event] = []
    with pytest.raises(KeyError):
        seen.extend(train(spec(), library))
    [folder] = library.iterdir()
    log, _ = runs.tail(folder / runs.EVENTS)
    assert ended(log).state == "failed"
    assert "unexpected error (KeyError" in ended(log).message
    assert "\n" not in ended(log).message
    assert "fail_with" not in ended(log).message
    assert "Traceback" in (folder / runs.ERROR_LOG).read_text()
    assert runs.effective_state(folder) == "failed"
    assert "training failed" in caplog.text


def test_disk_that_fills_up_fails_the_run_and_keeps_what_was_there(
    spec: MakeSpec, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = files._write

    def fill_up(path: Path, data: bytes, *, durable: bool) -> None:
        if len(data) > 500 and "samples" in str(path) and "000000.s" not in path.name:
            path.write_bytes(data[:100])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write(path, data, durable=durable)

    monkeypatch.setattr(files, "_write", fill_up)
    seen = list(train(spec(epochs=2), library))
    folder = library / run_name(seen)
    assert ended(seen).state == "failed"
    assert "the disk is full; free some space" in ended(seen).message
    assert runs.effective_state(folder) == "failed"
    runs.verify(folder)
    checkpoint.load_model(folder)
    assert not [path for path in folder.rglob("*") if path.suffix == ".tmp"]


def test_disk_that_is_full_for_good_still_ends_with_a_sentence(
    spec: MakeSpec, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes, *, durable: bool) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    stream = train(spec(epochs=3), library)
    seen = [next(stream)]
    monkeypatch.setattr(files, "_write", full)
    seen.extend(stream)
    assert ended(seen).state == "failed"
    assert "the disk is full" in ended(seen).message
    monkeypatch.undo()
    assert runs.effective_state(library / run_name(seen)) in ("failed", "interrupted")


def test_disk_that_is_full_when_the_window_closes_raises_nothing(
    spec: MakeSpec, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes, *, durable: bool) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    stream = train(spec(epochs=3), library)
    name = run_name([next(stream)])
    with monkeypatch.context() as patch:
        patch.setattr(files, "_write", full)
        stream.close()
    end = ended(runs.tail(library / name / runs.EVENTS)[0])
    assert end.state == "failed"
    assert "the disk is full" in end.message


def test_real_file_size_limit_ends_with_a_sentence(spec: MakeSpec, library: Path) -> None:
    resource = pytest.importorskip("resource")
    wide = {"latent": 2, "width": 512, "depth": 1}
    stream = train(spec(epochs=2).model_copy(update={"config": wide}), library)
    seen = [next(stream)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        seen.extend(stream)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert ended(seen).state == "failed"
    assert "larger than allowed" in ended(seen).message
    folder = library / run_name(seen)
    assert runs.effective_state(folder) == "failed"
    assert not [path for path in folder.rglob("*") if path.suffix == ".tmp"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_library_is_told(spec: MakeSpec, library: Path) -> None:
    library.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(TrainingError, match="not permitted"):
            next(train(spec(), library))
    finally:
        library.chmod(stat.S_IRWXU)


def test_folder_that_cannot_be_written_from_the_start_goes_away(
    spec: MakeSpec, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, data: bytes, *, durable: bool) -> None:
        raise OSError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(files, "_write", refuse)
    with pytest.raises(TrainingError, match="not permitted"):
        next(train(spec(), library))
    assert not list(library.iterdir())


def test_folder_that_is_moved_away_ends_with_a_sentence(spec: MakeSpec, library: Path) -> None:
    stream = train(spec(epochs=3), library)
    seen = [next(stream)]
    folder = library / run_name(seen)
    folder.rename(library / "elsewhere")
    seen.extend(stream)
    assert ended(seen).state == "failed"
    assert "the folder is gone" in ended(seen).message
    assert not folder.exists()


def test_pictures_that_do_not_fit_on_the_device_stay_in_memory(
    spec: MakeSpec, library: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    send = torch.Tensor.to

    def cramped(self: torch.Tensor, *where: Any, **options: Any) -> torch.Tensor:
        if self.dtype == torch.uint8 and len(self) == 48 and where == (torch.device("cpu"),):
            raise torch.OutOfMemoryError("CUDA out of memory")
        return send(self, *where, **options)

    monkeypatch.setattr(torch.Tensor, "to", cramped)
    seen = list(train(spec(), library))
    assert ended(seen).state == "finished"
    assert "do not fit" in caplog.text
