"""Pictures that a model makes from its prior, the real ones, and what a classifier sees in them.

Several measures look at the same ones, which are made once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from latentlab.core.points import to_plane
from latentlab.engine.conditions import Conditions, batches
from latentlab.engine.measures.task import BATCH
from latentlab.engine.measures.yardstick import Verdict
from latentlab.engine.probe import to_uint8

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.engine.measures.task import Task

    Tick = Callable[[float], None]

DRAWS = 10_000  # where the whole split is measured; else as many as images are


class Drawn(NamedTuple):
    """Samples of the prior, decoded."""

    images: NDArray[np.uint8]  # (n, C, H, W), the decoder's means
    told: NDArray[np.float32] | None  # what the model was told of each, (n, k)

    @property
    def labels(self) -> NDArray[np.int64]:
        """The classes (n,) that it was told."""
        assert self.told is not None
        labels: NDArray[np.int64] = self.told.argmax(1)
        return labels


def drawn(task: Task, tick: Tick, times: int = 1) -> Drawn:
    """Samples, `times` as many as usual, of each label in turn where the model is told one."""
    count = times * count_of(task)
    return task.once(f"{count} drawn", lambda: _draw(task, count, tick))


def count_of(task: Task) -> int:
    """How many samples are drawn for most measures."""
    whole = len(task.indices) == len(task.dataset.splits[task.split])
    return DRAWS if whole else len(task.indices)


def words(task: Task, times: int = 1) -> str:
    """How they are drawn, for protocols."""
    kind = {"labels": ", each label in turn", "attributes": ", attributes of images far apart"}
    count, each = times * count_of(task), kind.get(task.model.reads, "")
    return f"{count:,} samples of the prior{each}, decoded means"


def seen_in_drawn(task: Task, tick: Tick) -> Verdict:
    """What the yardstick sees in the samples."""

    def judge() -> Verdict:
        images = drawn(task, lambda share: tick(share / 4)).images
        return _judge(task, images, lambda share: tick(0.25 + 0.75 * share))

    return task.once("seen in drawn", judge)


def seen_in_real(task: Task, tick: Tick) -> Verdict:
    """What the yardstick sees in the measured images."""
    images = task.images.cpu().numpy()
    return task.once("seen in real", lambda: _judge(task, images, tick))


def seen_in_unmeasured(task: Task, tick: Tick) -> Verdict | None:
    """What it sees in as many images of the train split as are drawn; None without two of them."""
    indices = task.unmeasured(count_of(task))
    if len(indices) < 2:
        return None
    images = np.asarray(task.dataset.images[indices])
    return task.once("seen in unmeasured", lambda: _judge(task, images, tick))


def features_of(task: Task, images: NDArray[Any], tick: Tick) -> NDArray[np.float32]:
    """Where pictures (n, C, H, W), bytes or means in [0, 1], lie in the space of distances."""
    return _judge(task, images, tick).features


def space(task: Task) -> str:
    """What distances are measured in, for protocols."""
    if task.yardstick is None:
        return "the plane of the points, -1 to 1"
    return f"the features of {task.yardstick.stamp}"


def some(task: Task, count: int, of: int) -> NDArray[np.int64]:
    """Up to `count` places of so many, at random but ever the same, ascending."""
    return np.sort(np.random.RandomState(task.seed).permutation(of)[:count])


def _judge(task: Task, images: NDArray[Any], tick: Tick) -> Verdict:
    if task.yardstick is None:  # as `core.metrics` allows for points alone
        return Verdict(np.zeros((len(images), 0), np.float32), to_plane(images))
    return task.yardstick.judge(images, tick)


def _draw(task: Task, count: int, tick: Tick) -> Drawn:
    noise = task.noise()
    told = Conditions(task.dataset, task.model.reads, task.images.device).in_turn(count)
    parts = []
    for places, y in batches(torch.arange(count), told, BATCH):
        tick(places[0].item() / count)
        z = task.model.sample_prior(len(places), noise)
        parts.append(to_uint8(task.model.decode(z, y)))
    return Drawn(np.concatenate(parts), None if told is None else told.cpu().numpy())
