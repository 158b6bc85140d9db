"""How much of the label a linear probe reads from z: engine/leakage.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from latentlab.engine.conditions import Conditions, batches
from latentlab.engine.leakage import leakage
from latentlab.engine.measures.task import BATCH
from latentlab.engine.resident import to_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.engine.measures.task import Task

LEARNT = 10_000


def measure_probe(task: Task) -> None:
    """Accuracy of the probe on z of images that it did not learn from, in per cent."""
    others = task.unmeasured(LEARNT)
    if len(others) >= 2:
        indices, first = np.concatenate([others, task.indices]), len(others)
        learnt = f"learnt from {first:,} train images"
    else:
        indices, first, learnt = task.indices, None, "learnt from one half of the images"
    z = encode(task, indices, task.span(0, 0.9))
    found = leakage(
        z, _truth(task, indices), seed=task.seed, first=first, check=lambda: task.tick(0.9)
    )
    how = (
        f"logistic regression on the mean of z, {learnt}, tested on {found.n:,}; "
        f"chance is {found.chance:.1%}, the share of the commonest answer"
    )
    better = "lower" if task.model.reads else "neither"  # only who is told it need not keep it
    task.keep("probe", 100 * found.accuracy, "Label read from z", "%", how, better, found.n)


def encode(
    task: Task, indices: NDArray[np.int64], tick: Callable[[float], None]
) -> NDArray[np.float32]:
    """Means of z (n, latent) of images of the dataset, each with what is told of it."""
    on = task.images.device
    told = Conditions(task.dataset, task.model.reads, on).of(indices)
    means: list[NDArray[np.float32]] = []
    for part, y in batches(torch.tensor(indices), told, BATCH):
        tick(len(means) * BATCH / len(indices))
        x = torch.from_numpy(task.dataset.images[part.numpy()]).to(on)
        means.append(task.model.encode(to_unit(x), y).mu.float().cpu().numpy())
    return np.concatenate(means)


def _truth(task: Task, indices: NDArray[np.int64]) -> NDArray[np.generic]:
    dataset = task.dataset
    if task.model.reads == "attributes" or dataset.labels is None:
        assert dataset.attributes is not None  # as `_needs_labels` saw to
        return dataset.attributes[indices]
    return dataset.labels[indices]


MEASURES = {"probe": measure_probe}
