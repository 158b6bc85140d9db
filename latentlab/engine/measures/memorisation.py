"""Whether samples are copies of training images: how near the nearest ones are, in pixels.

Samples of a model that learnt the distribution are as near to the training images as to as many
unseen ones: half of them have a training image nearest. One that learnt the pictures by heart has
more. Meehan, Chaudhuri & Dasgupta 2020, arXiv:2004.05675, build a test on the same comparison.
Images of the split that is neither trained on nor measured are the floor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.engine.measures import neighbours
from latentlab.engine.measures.drawn import drawn, some, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.engine.measures.task import Task

    Tick = Callable[[float], None]
    Floats = NDArray[np.float64]
    Pictures = NDArray[np.uint8]

SAMPLES = 2_000
PAIRS = 8  # of samples and training images, the nearest ones, are shown
_AT_ONCE = 5_000  # training images as floats in memory


def measure_memorisation(task: Task) -> None:
    """How many samples have a training image nearer than an unseen one, and how near it is."""
    train = np.setdiff1d(task.dataset.splits["train"], task.indices)
    if not len(train):
        task.say("Memorisation needs train images beside those that are measured; take --split")
        return
    made = drawn(task, task.span(0, 0.2)).images
    made = made[some(task, SAMPLES, len(made))]
    title, words_made = "Samples nearer to training images", f"{len(made):,} of {words(task)}"
    apart = _look(task, train, made, task.span(0.2, 0.6), ("", title, words_made))
    task.show("memorisation.made", apart.astype(np.float32))
    held = _held_out(task)
    if len(held):
        others = np.asarray(task.dataset.images[held])
        title, how = "Real images nearer to training images", f"{len(held):,} held-out images"
        apart = _look(task, train, others, task.span(0.6, 1), (".floor", title, how))
        task.show("memorisation.real", apart.astype(np.float32))


def share_nearer(to_train: Floats, to_others: Floats) -> float:
    """The share of points (n,) that are nearer to the first; ties are halves."""
    return float(((to_train < to_others) + 0.5 * (to_train == to_others)).mean())


def _look(
    task: Task, train: NDArray[np.int64], pictures: Pictures, tick: Tick, said: tuple[str, str, str]
) -> Floats:
    """Both figures of pictures (n, C, H, W); gives the distances (n,) to training images."""
    end, title, how = said
    count = min(len(train), len(task.indices))
    few = train[some(task, count, len(train))]
    unseen = task.indices[some(task, count, len(task.indices))]
    to_few, _ = _nearest(task, pictures, few, lambda share: tick(0.2 * share))
    to_unseen, _ = _nearest(task, pictures, unseen, lambda share: tick(0.2 + 0.2 * share))
    to_all, places = _nearest(task, pictures, train, lambda share: tick(0.4 + 0.6 * share))
    protocol = f"nearest of {count:,} train images against {count:,} images, in pixels, {how}"
    value = 100 * share_nearer(to_few, to_unseen)
    task.keep(
        f"memorisation{end}", value, title, "%", f"{protocol}, half is ideal", "neither",
        len(pictures),
    )  # fmt: skip
    protocol = f"median distance to the nearest of {len(train):,} train images, {how}"
    title = f"{'Sample' if not end else 'Real image'} to nearest training image"
    unit = "distance of pixels in 0..1"
    task.keep(
        f"memorisation.distance{end}", float(np.median(to_all)), title, unit, protocol, "neither",
        len(pictures),
    )  # fmt: skip
    if not end:
        first = np.argsort(to_all)[:PAIRS]
        task.show("memorisation.samples", pictures[first])
        task.show("memorisation.nearest", np.asarray(task.dataset.images[places[first]]))
    return to_all


def _nearest(
    task: Task, pictures: Pictures, among: NDArray[np.int64], tick: Tick
) -> tuple[Floats, NDArray[np.int64]]:
    """Distance (n,) to the nearest of some images of the dataset, and its index there (n,)."""
    points = _flat(pictures)
    best, places = np.full(len(points), np.inf), np.zeros(len(points), np.int64)
    for start in range(0, len(among), _AT_ONCE):
        part = among[start : start + _AT_ONCE]
        tick(start / len(among))
        apart, found = neighbours.nearest(points, _flat(task.dataset.images[part]))
        nearer = apart < best
        best[nearer], places[nearer] = apart[nearer], part[found[nearer]]
    return best, places


def _flat(pictures: Pictures) -> NDArray[np.float32]:
    rows = np.asarray(pictures).reshape(len(pictures), -1)
    return rows.astype(np.float32) / np.float32(255)


def _held_out(task: Task) -> NDArray[np.int64]:
    """Images that were neither trained on nor measured, at random."""
    splits = task.dataset.splits
    rest = np.concatenate([splits["validation"], splits["test"]])
    rest = np.setdiff1d(rest, task.indices)
    return rest[some(task, SAMPLES, len(rest))]


MEASURES = {"memorisation": measure_memorisation}
