"""Training as a generator of events: `for event in train(spec, library): ...`."""

from __future__ import annotations

import logging
import shutil
import traceback
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from latentlab.core import events
from latentlab.core.errors import LatentlabError, TrainingError
from latentlab.engine import checkpoint, device, files, plan, runs
from latentlab.engine.control import Control
from latentlab.engine.training import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.core.manifest import Manifest
    from latentlab.core.spec import TrainSpec

__all__ = ["Control", "Events", "resume", "train"]

log = logging.getLogger(__name__)
Events = Generator[events.Event, None, None]


def train(spec: TrainSpec, library: Path, control: Control | None = None) -> Events:
    """Train a new model in `library`; every event is also a line of its events.jsonl.

    Closing the generator stops and saves, as `control.stop()` does. What is wrong with the spec
    is raised as LatentlabError before a folder exists; from then on every mishap ends the run
    with `RunEnded(state="failed")`, and a bug is raised after it.
    """
    prepared = plan.prepare(spec)
    folder = runs.reserve(Path(library), runs.make_id(spec.name or "", prepared.default_name))
    yield from _run(prepared, folder, plan.draft_manifest(prepared, folder.name), control)


def resume(
    folder: Path, control: Control | None = None, where: str = "auto", threads: int | None = None
) -> Events:
    """Go on with a stopped, interrupted or failed run exactly where it was saved last.

    Events as in `train`; the run's former lines stay. Raises LatentlabError when there is nothing
    to go on from or the data changed.
    """
    manifest = runs.read_manifest(folder)
    if manifest.state == "finished":
        raise TrainingError(f"{manifest.id} is finished, there is nothing to resume; train anew")
    runs.check_file(folder, manifest, runs.STATE)
    prepared = plan.prepare(plan.spec_of(manifest, where, threads))
    if prepared.record.content_hash != manifest.data.content_hash:
        raise TrainingError(
            f"{manifest.id} was trained on other data than {manifest.data.name} holds now "
            "(the content hash differs); give it the former data or train anew"
        )
    yield from _run(prepared, folder, manifest, control)


def _run(prepared: plan.Plan, folder: Path, manifest: Manifest, control: Control | None) -> Events:
    """Train in a folder of our own and leave a complete model there, whatever happens."""
    training = None
    with ExitStack() as stack:
        run = _open(stack, folder, manifest)
        stack.enter_context(device.using_threads(prepared.threads))
        try:
            training = Training(prepared, run, control)
            if runs.STATE in manifest.files:
                training.resume(checkpoint.load_state(folder, prepared.device))
            yield from training.loop()
            end = training.finish()
        except (GeneratorExit, KeyboardInterrupt):
            _stop(prepared, run, training)
            raise
        except Exception as error:
            yield _fail(prepared, run, training, error)
            if not _is_expected(error):
                raise
        else:
            yield end


def _open(stack: ExitStack, folder: Path, manifest: Manifest) -> runs.RunWriter:
    """The writer of the folder, marked as running; a folder that cannot be written goes away."""
    try:
        run = stack.enter_context(runs.RunWriter(folder, manifest))
        run.update(state="running", message="", metrics={}, headline="")
    except OSError as error:
        if not runs.is_model(folder):
            shutil.rmtree(folder, ignore_errors=True)
        raise TrainingError(files.explain(error, "The run cannot be written")) from error
    return run


def _stop(prepared: plan.Plan, run: runs.RunWriter, training: Training | None) -> None:
    """Nobody listens any more: keep everything, or note why that failed."""
    if training is None:
        return
    try:
        training.finish("stopped")
    except (LatentlabError, OSError, RuntimeError) as error:
        _fail(prepared, run, training, error)


def _fail(
    prepared: plan.Plan, run: runs.RunWriter, training: Training | None, error: Exception
) -> events.RunEnded:
    """Save what can be saved, mark the run as failed; each part is tried on its own."""
    message = _sentence(prepared, error)
    if not _is_expected(error):
        log.error("training failed", exc_info=error)
        _note_traceback(run.folder, error)
    if device.is_out_of_memory(error):
        traceback.clear_frames(error.__traceback__)  # they hold the tensors of the failed step
        device.free_memory(prepared.device)
    end = events.RunEnded(
        state="failed", message=message, epoch=0, images_seen=0, images_per_s=0.0, t=0.0
    )
    try:
        if training is not None:
            training.rescue(message)
            end = training.ended("failed", message)
    except (LatentlabError, OSError, RuntimeError) as second:
        log.warning("%s: the weights of the failed run could not be kept: %s", run.folder, second)
    _try(run, lambda: run.append(end))
    _try(run, lambda: run.update(state="failed", message=message))
    return end


def _try(run: runs.RunWriter, mark: Callable[[], None]) -> None:
    try:
        mark()
    except OSError as error:
        log.warning("%s could not be marked as failed: %s", run.folder, error)


def _sentence(prepared: plan.Plan, error: Exception) -> str:
    """What went wrong, for people."""
    if isinstance(error, LatentlabError):
        return str(error)
    if device.is_out_of_memory(error):
        batch = prepared.recipe.batch_size
        smaller = f"a batch size of {batch // 2}" if batch > 1 else "a smaller network"
        name = device.title(prepared.device, prepared.threads)
        return f"{name} ran out of memory at a batch size of {batch}; try {smaller}."
    if isinstance(error, OSError):
        return files.explain(error, "The run cannot be written")
    text = " ".join(str(error).split())[:200]
    return (
        f"Training met an unexpected error ({type(error).__name__}: {text}); "
        f"the details are in {runs.ERROR_LOG} of the run's folder."
    )


def _is_expected(error: Exception) -> bool:
    return isinstance(error, LatentlabError | OSError) or device.is_out_of_memory(error)


def _note_traceback(folder: Path, error: Exception) -> None:
    try:
        (folder / runs.ERROR_LOG).write_text("".join(traceback.format_exception(error)))
    except OSError as second:
        log.warning("%s: no %s could be written: %s", folder, runs.ERROR_LOG, second)
