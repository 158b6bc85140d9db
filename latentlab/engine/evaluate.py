"""Figures of a finished model, each with all that is needed to measure it again.

What can be measured, and how, is in `engine.measures`.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
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
from latentlab.engine.score_shelf import Answer, Question, code_version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.core.manifest import Manifest, Metric
    from latentlab.data.dataset import Dataset, Split
    from latentlab.engine.score_shelf import ScoreShelf

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
    shelf: ScoreShelf | None = None,
    fresh: bool = False,
    begun: Callable[[str], None] = log.debug,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    say: Callable[[str], None] = log.info,
) -> dict[str, Metric]:
    """Measure a model on one split, on all its pictures or `n` of them stratified by label.

    `metrics` are keys of METRICS; None means all that the family allows, but the slow ones only
    with `slow`. `yardstick` is the folder of a classifier of the same dataset, which many figures
    need. What lies on the `shelf` is not measured again unless `fresh`; every measure is put there
    as soon as it is done. With `keep` the figures are noted in the manifest where it is ours to
    write. `begun` is told the name of every measure that is run, `progress` shares in [0, 1], `say`
    sentences on what was not measured. Raises ConfigError, ModelError, DataError,
    EvaluationCancelledError.
    """
    if k < 1:
        raise ConfigError(f"IWAE needs at least one importance sample, k is {k}")
    on, manifest = choose(device), runs.read_manifest(folder)
    names = _choose_metrics(manifest, metrics, slow, yardstick is not None, say)
    judge = None
    if yardstick is not None and any(METRICS[name].kind.asks_judge(manifest) for name in names):
        judge = Yardstick.open(yardstick, manifest, device)
    dataset = _dataset(manifest)
    indices = _indices(dataset, split, n)
    asking = _Asking(shelf, fresh, manifest, judge, (split, len(indices), k, seed))
    answers = asking.remembered(names)
    tick = _Tick(manifest.id, len(names), len(answers), progress, cancelled)
    tick(0.0)
    if len(answers) < len(names):
        model, _ = checkpoint.load_model(folder, on)
        images = torch.from_numpy(dataset.images[indices]).to(on)
        told = Conditions(dataset, model.reads, on).of(indices)
        task = Task(
            model, manifest, dataset, indices, images, told, split, k, seed, tick, yardstick=judge
        )
        with probe.looking_at(model):
            for name in names:
                if name not in answers:
                    begun(name)
                    answers[name] = asking.measure(name, task)
                    tick.done += 1
        tick(0.0)
    found = _told([answers[name] for name in names], say)
    if keep:
        headline = next((name for name in _HEADLINES if name in found), "")
        runs.add_metrics(folder, found, headline)
    return found


@dataclass
class _Tick:
    """Progress over all measures, and the place where one may leave."""

    model: str
    measures: int
    done: int
    progress: Callable[[float], None] | None
    cancelled: Callable[[], bool] | None

    def __call__(self, share: float) -> None:
        """`share` of the measure that runs now is done."""
        if self.cancelled is not None and self.cancelled():
            raise EvaluationCancelledError(f"The evaluation of {self.model} was cancelled")
        if self.progress is not None:
            self.progress((self.done + share) / max(1, self.measures))


@dataclass(frozen=True)
class _Asking:
    """One evaluation's way to the shelf and back."""

    shelf: ScoreShelf | None
    fresh: bool
    manifest: Manifest
    judge: Yardstick | None
    how: tuple[Split, int, int, int]  # split, n, k, seed

    def remembered(self, names: Sequence[str]) -> dict[str, Answer]:
        """What need not be measured."""
        if self.shelf is None or self.fresh:
            return {}
        found = {name: self.shelf.load(self._question(name)) for name in names}
        return {name: answer for name, answer in found.items() if answer is not None}

    def measure(self, name: str, task: Task) -> Answer:
        """One measure, kept on the shelf."""
        said: list[str] = []
        task.found, task.shown, task.say = {}, {}, said.append
        task.begin(name, METRICS[name])
        began = time.monotonic()
        METRICS[name].run(task)
        question = self._question(name)
        answer = Answer(
            measure=name,
            question=tuple(question),
            figures=task.found,
            said=tuple(said),
            seconds=round(time.monotonic() - began, 2),
            created=datetime.now(UTC).isoformat(timespec="milliseconds"),
        )
        if self.shelf is not None:
            self.shelf.save(question, answer, task.shown)
        return answer

    def _question(self, name: str) -> Question:
        manifest, judge = self.manifest, ""
        if self.judge is not None and METRICS[name].kind.judged:
            judge = f"{self.judge.id} {self.judge.manifest.files[runs.WEIGHTS]}"
        weights = manifest.files.get(runs.WEIGHTS, "")
        return Question(
            name, manifest.id, weights, manifest.data.content_hash, judge, *self.how, code_version()
        )


def _told(answers: Sequence[Answer], say: Callable[[str], None]) -> dict[str, Metric]:
    """All figures; what could not be measured is said."""
    for sentence in [sentence for answer in answers for sentence in answer.said]:
        say(sentence)
    return {name: figure for answer in answers for name, figure in answer.figures.items()}


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
    fitting = [name for name in possible if not kinds[name].refuses(manifest)]
    for name in wanted or ():
        if name not in kinds:
            raise ConfigError(f"There is no measure {name!r}; choose from {', '.join(fitting)}")
        if name not in possible:
            raise ConfigError(
                f"{manifest.id} ({manifest.family_title}) cannot be measured by {name!r}; "
                f"choose from {', '.join(fitting)}"
            )
    asked = [name for name in possible if name in (wanted or ())]
    if wanted is None:  # what no user can change is not worth a sentence
        asked = [name for name in fitting if slow or not kinds[name].slow]
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
