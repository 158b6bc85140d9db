"""Figures of a finished model, each with all that is needed to measure it again.

What can be measured, and how, is in `engine.measures`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import torch

from latentlab import data
from latentlab.core.errors import ConfigError, DataError, LatentlabError
from latentlab.data.splits import stratified
from latentlab.engine import checkpoint, probe, runs
from latentlab.engine.conditions import Conditions
from latentlab.engine.device import choose
from latentlab.engine.measures import METRICS, Task
from latentlab.engine.measures.yardstick import Yardstick

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.core.manifest import Manifest, Metric
    from latentlab.data.dataset import Dataset, Split

log = logging.getLogger(__name__)

# On the model's card, the first measured.
_HEADLINES = ("elbo", "accuracy", "cll.1", "label_fidelity", "reconstruction", "cfid")


class EvaluationCancelledError(LatentlabError):
    """Somebody asked to stop measuring."""


def evaluate(
    folder: Path,
    *,
    metrics: Sequence[str] | None = None,
    slow: bool = False,
    yardstick: Path | None = None,
    split: Split = "test",
    n: int | None = None,
    k: int = 50,
    seed: int = 0,
    device: str = "cpu",
    keep: bool = True,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    say: Callable[[str], None] = log.info,
) -> dict[str, Metric]:
    """Measure a model on one split, on all its pictures or `n` of them stratified by label.

    `metrics` are keys of METRICS; None means all that the family allows, but the slow ones only
    with `slow`. `yardstick` is the folder of a classifier of the same dataset, which many figures
    need. With `keep` the figures are noted in the manifest where it is ours to write. `progress` is
    told shares in [0, 1], `say` sentences on what was not measured. Raises ConfigError, ModelError,
    DataError, EvaluationCancelledError.
    """
    if k < 1:
        raise ConfigError(f"IWAE needs at least one importance sample, k is {k}")
    on = choose(device)
    model, manifest = checkpoint.load_model(folder, on)
    names = _choose_metrics(manifest, metrics, slow, yardstick is not None, say)
    judge = None
    if yardstick is not None and any(METRICS[name].kind.asks_judge(manifest) for name in names):
        judge = Yardstick.open(yardstick, manifest, device)
    dataset = _dataset(manifest)
    indices = _indices(dataset, split, n)
    images = torch.from_numpy(dataset.images[indices]).to(on)
    told = Conditions(dataset, model.reads, on).of(indices)
    done = 0

    def tick(share: float) -> None:
        if cancelled is not None and cancelled():
            raise EvaluationCancelledError(f"The evaluation of {manifest.id} was cancelled")
        if progress is not None:
            progress((done + share) / len(names))

    task = Task(
        model, manifest, dataset, indices, images, told, split, k, seed, tick, say, yardstick=judge
    )
    with probe.looking_at(model):
        for name in names:
            task.begin(name, METRICS[name])
            METRICS[name].run(task)
            done += 1
    tick(0.0)
    headline = next((name for name in _HEADLINES if name in task.found), "")
    if keep:
        runs.add_metrics(folder, task.found, headline)
    return task.found


def _choose_metrics(
    manifest: Manifest,
    wanted: Sequence[str] | None,
    slow: bool,
    judged: bool,
    say: Callable[[str], None],
) -> list[str]:
    """Names in the order of METRICS; those that nobody named may be left out, with a sentence."""
    kinds = {name: measure.kind for name, measure in METRICS.items()}
    possible = [name for name, kind in kinds.items() if not kind.lacking(manifest)]
    for name in wanted or ():
        if name not in possible:
            raise ConfigError(
                f"{manifest.id} ({manifest.family_title}) cannot be measured by {name!r}; "
                f"choose from {', '.join(possible)}"
            )
    if wanted is None:
        asked = [name for name in possible if slow or not kinds[name].slow]
    else:
        asked = [name for name in possible if name in wanted]
    problems = {name: kinds[name].obstacle(manifest, has_judge=judged) for name in asked}
    for problem in dict.fromkeys(filter(None, problems.values())):
        names = ", ".join(name for name in asked if problems[name] == problem)
        if wanted is not None:
            raise ConfigError(f"{manifest.id} cannot be measured by {names}: {problem}")
        say(f"Not measured: {names}, as {problem}")
    return [name for name in asked if not problems[name]]


def _dataset(manifest: Manifest) -> Dataset:
    dataset = data.load(manifest.data.name)
    if dataset.content_hash != manifest.data.content_hash:
        raise DataError(
            f"{manifest.data.name} is not the dataset that {manifest.id} was trained on (its "
            "content hash differs); give it the former data or train the model again"
        )
    return dataset


def _indices(dataset: Dataset, split: Split, n: int | None) -> NDArray[Any]:
    indices = dataset.splits[split]
    if not len(indices):
        raise DataError(f"{dataset.title} has no {split} images; choose another --split")
    if n is not None and n < len(indices):
        return stratified(indices, dataset.labels, n, seed=0)
    return indices
