"""Style transfer: what becomes of the label, and of the style, when z is decoded under another.

Pictures are encoded with their own label, and their mean z is decoded under every one; told
attributes, with one of them turned at a time. Lean and thickness: core/moments.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from latentlab.core.moments import slants, thicknesses
from latentlab.data.splits import stratified
from latentlab.engine.conditions import batches
from latentlab.engine.measures.task import BATCH
from latentlab.engine.probe import to_uint8
from latentlab.engine.resident import to_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    from latentlab.engine.measures.task import Task

    Style = Callable[[NDArray[np.uint8]], NDArray[np.float64]]

SOURCES = 1_000
PAIRS = 10_000  # with many labels, fewer sources


class Transfer(NamedTuple):
    """`s` sources, each under `k` labels: n = s * k results, by source."""

    sources: NDArray[np.uint8]  # (s, C, H, W)
    results: NDArray[np.uint8]  # (n, C, H, W)
    told: NDArray[np.float32]  # of the results, (n, k)
    target: NDArray[np.int64]  # the label (n,), or the attribute that was turned
    is_own: NDArray[np.bool_]  # (n,): told just what its source was told


def measure_obedience(task: Task) -> None:
    """How often the classifier sees the target label: of all, and of each."""
    assert task.yardstick is not None
    made = _transfer(task)
    seen = task.yardstick.judge(made.results, task.span(0.3, 1)).seen
    if task.model.reads == "labels":
        right, names = seen.argmax(1) == made.target, task.manifest.data.label_names
    else:
        pick = np.arange(len(seen)), made.target
        right, names = (seen[pick] > 0.5) == (made.told[pick] > 0.5), task.manifest.told_names
    how = f"{_words(task, made)}, what {task.yardstick.stamp} sees is the target"
    value = 100 * float(right.mean())
    task.keep("obedience", value, "Obedience", "%", how, "higher", len(seen))
    for place, name in enumerate(names):
        mine = right[made.target == place]
        value, title = 100 * float(mine.mean()), f"Obedience, {name}"
        task.keep(f"obedience.{place}", value, title, "%", how, "higher", len(mine))


def measure_slant(task: Task) -> None:
    """Correlation of how far source and result lean to the right."""
    _measure_style(task, "slant", "Slant", "-mu11 / mu02 of the ink", slants)


def measure_thickness(task: Task) -> None:
    """Correlation of how thick the strokes of source and result are."""
    formula = "2 * area / perimeter, by total variation"
    _measure_style(task, "thickness", "Stroke thickness", formula, thicknesses)


def _measure_style(task: Task, name: str, title: str, formula: str, style: Style) -> None:
    made = _transfer(task)
    task.tick(0.5)
    before = np.repeat(style(made.sources), len(made.results) // len(made.sources))
    after = style(made.results)
    how = f"Pearson correlation of source and result in {formula}, {_words(task, made)}"
    others = ~made.is_own
    for key, chosen, which in (
        (name, others, "pairs of which the target is another label"),
        (f"{name}.all", np.ones_like(others), "all pairs, the own label too"),
    ):
        found = correlation(before[chosen], after[chosen])
        if found is None:
            task.say(f"{title} does not vary among these pictures, so nothing is carried over")
            return
        more = ", own label too" if key != name else ""
        kept = f"{title} kept{more}"
        task.keep(key, found, kept, "correlation", f"{how}, {which}", "higher", int(chosen.sum()))


def correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    """Pearson's, of the pairs in which both are numbers; None where one side does not vary."""
    known = np.isfinite(a) & np.isfinite(b)
    if known.sum() < 2 or np.ptp(a[known]) == 0 or np.ptp(b[known]) == 0:
        return None
    return float(np.corrcoef(a[known], b[known])[0, 1])


def _transfer(task: Task) -> Transfer:
    return task.once("transfer", lambda: _make(task))


def _make(task: Task) -> Transfer:
    assert task.told is not None  # a model with labels is told them
    classes = task.told.shape[1]
    own = None if task.dataset.labels is None else task.dataset.labels[task.indices]
    count = max(1, min(SOURCES, PAIRS // classes))
    chosen = torch.from_numpy(stratified(np.arange(len(task.indices)), own, count, seed=0))
    images, y = task.images[chosen], task.told[chosen]
    told = _targets(y, task.model.reads == "labels")  # (sources, classes, k)
    z = torch.cat([task.model.encode(to_unit(x), own).mu for x, own in batches(images, y, BATCH)])
    flat = told.flatten(0, 1)
    results: list[NDArray[np.uint8]] = []
    for part, wanted in batches(z.repeat_interleave(classes, 0), flat, BATCH):
        task.tick(0.3 * len(results) * BATCH / len(flat))
        results.append(to_uint8(task.model.decode(part, wanted)))
    return Transfer(
        images.cpu().numpy(),
        np.concatenate(results),
        flat.cpu().numpy(),
        np.tile(np.arange(classes), len(images)),
        (told == y[:, None]).all(2).flatten().cpu().numpy(),
    )


def _targets(y: Tensor, by_label: bool) -> Tensor:
    """What results are told, (sources, k, k): every label, or the own with one attribute turned."""
    every = torch.eye(y.shape[1], device=y.device).expand(len(y), -1, -1)
    if by_label:
        return every
    own = y[:, None].expand(-1, y.shape[1], -1)
    return torch.where(every > 0, (own <= 0.5).float(), own)


def _words(task: Task, made: Transfer) -> str:
    kind = "label" if task.model.reads == "labels" else "attribute turned, one at a time"
    return f"mean z of {len(made.sources):,} images with their own label, decoded with every {kind}"


MEASURES = {
    "obedience": measure_obedience,
    "slant": measure_slant,
    "thickness": measure_thickness,
}
