"""A run made small enough to ship: no resume state, the last samples, few steps, half weights.

Torch-free. Half weights are float16 (IEEE 754 binary16): a relative step of 2^-11 and nothing
beyond 65,504. Networks stay float32: each weight is read back as exactly the number that is stored.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import safetensors.numpy

from latentlab.core.errors import ModelError
from latentlab.engine import files, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latentlab.core import events
    from latentlab.core.manifest import Manifest, Metric

STEPS = 150  # points of a curve that are enough to see how a run went
_OVER = ("finished", "stopped")  # states of a run that nobody goes on with


def slim(folder: Path, target: Path, *, half: bool = False) -> Manifest:
    """Copy the model in `folder` to a new folder, whose name is its id; returns its manifest.

    With `half` its figures are those of the full weights until they are measured again. Raises
    ModelError when the model is not intact or still trains, when `target` is there already or is
    no id, and when a weight does not fit into half precision; after which nothing is left.
    """
    runs.verify(folder)
    manifest = runs.read_manifest(folder)
    _require(folder, manifest, target)
    kept = _kept(folder, manifest)
    if half:
        kept[runs.WEIGHTS] = halved(kept[runs.WEIGHTS], folder / runs.WEIGHTS)
    changed = _renamed(manifest, target.name).model_copy(
        update={
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in kept.items()},
            "stored": "float16" if half else manifest.stored,
        }
    )
    beside = {runs.EVENTS: _events(folder, kept), runs.MANIFEST: runs.to_json(changed)}
    if (folder / runs.PREVIEW).is_file():
        beside[runs.PREVIEW] = (folder / runs.PREVIEW).read_bytes()
    try:
        _place(target, {**kept, **beside})
    except OSError as error:
        raise ModelError(files.explain(error, f"{target} cannot be written")) from error
    return changed


def halved(weights: bytes, path: Path) -> bytes:
    """The bytes of a safetensors file with its floats as float16; all else stays as it is.

    Raises ModelError naming the first tensor that does not fit.
    """
    found = safetensors.numpy.load(weights)
    most = np.finfo(np.float16).max
    for name, tensor in found.items():
        if np.issubdtype(tensor.dtype, np.floating):
            if not (np.abs(tensor) <= most).all():
                raise ModelError(
                    f"{path} cannot be halved: {name} holds a number beyond ±{most:,.0f}; "
                    "keep it in full precision"
                )
            found[name] = tensor.astype(np.float16)
    packed: bytes = safetensors.numpy.save(found)  # also of shape (), as counters have
    return packed


# -- inside ------------------------------------------------------------------------------------


def _require(folder: Path, manifest: Manifest, target: Path) -> None:
    state = runs.effective_state(folder, manifest)
    if state not in _OVER:
        raise ModelError(f"{manifest.id} is {state}; only a finished or stopped run can be slimmed")
    if runs.make_id(target.name, "") != target.name:
        raise ModelError(
            f"{target.name!r} cannot be the id of a model; use lower case, digits and hyphens"
        )
    if target.exists():
        raise ModelError(f"{target} exists already; choose another folder")


def _kept(folder: Path, manifest: Manifest) -> dict[str, bytes]:
    """Weights, latents and the last samples."""
    samples = sorted(name for name in manifest.files if name.startswith(f"{runs.SAMPLES}/"))
    names = [runs.WEIGHTS, runs.LATENTS, *samples[-1:]]
    return {name: (folder / name).read_bytes() for name in names if name in manifest.files}


def _events(folder: Path, kept: dict[str, bytes]) -> bytes:
    """The run's events but those of files that stay behind, and of its steps at most `STEPS`."""
    told: list[events.Event] = []
    offset, end = -1, 0
    while offset != end:
        offset = end
        found, end = runs.tail(folder / runs.EVENTS, offset)
        told += [event for event in found if _stays(event, kept)]
    steps = sum(event.kind == "step" for event in told)
    every = max(1, -(-steps // STEPS))
    return "".join(event.model_dump_json() + "\n" for event in _thinned(told, every)).encode()


def _thinned(told: list[events.Event], every: int) -> Iterator[events.Event]:
    """Every so many steps one, the first and the last among them, and all other events."""
    steps = [event for event in told if event.kind == "step"]
    shown = {id(event) for event in (*steps[::every], *steps[-1:])}
    return (event for event in told if event.kind != "step" or id(event) in shown)


def _stays(event: events.Event, kept: dict[str, bytes]) -> bool:
    path = getattr(event, "path", None)
    return path is None or path in kept


def _renamed(manifest: Manifest, name: str) -> Manifest:
    """Another id, also in the title that repeats it and in the commands of figures."""

    def moved(metric: Metric) -> Metric:
        command = metric.command.replace(f"evaluate {manifest.id} ", f"evaluate {name} ")
        return metric.model_copy(update={"command": command})

    title = name if manifest.title == manifest.id else manifest.title
    metrics = {key: moved(metric) for key, metric in manifest.metrics.items()}
    return manifest.model_copy(update={"id": name, "title": title, "metrics": metrics})


def _place(target: Path, contents: dict[str, bytes]) -> None:
    """All files under a hidden name, then renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".slim-", dir=target.parent) as hidden:
        draft = Path(hidden) / target.name
        draft.mkdir()
        files.write_together(draft, contents)
        draft.rename(target)
