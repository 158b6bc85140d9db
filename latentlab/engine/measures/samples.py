"""How good the pictures are that a model makes from its prior.

cFID and cKID are Fréchet and kernel distance (Heusel et al. 2017, arXiv:1706.08500; Bińkowski et
al. 2018, arXiv:1801.01401) in the features of a classifier of the dataset itself. They compare only
models judged by the same classifier; the floor is what real images have against other real ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.engine.measures import distances
from latentlab.engine.measures.drawn import (
    drawn,
    seen_in_drawn,
    seen_in_real,
    seen_in_unmeasured,
    space,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.engine.measures.task import Task

    Features = NDArray[np.float32]
    Distance = Callable[[Features, Features, Callable[[float], None]], float]

_SQUARED = "squared distance of features"
_COMPARED = 1_000  # pictures of a label, at most


def measure_label_fidelity(task: Task) -> None:
    """How often the classifier sees what a sample was told to show, in per cent."""
    assert task.yardstick is not None
    told = drawn(task, task.span(0, 0.2)).told
    assert told is not None  # a model with labels is told them
    seen = seen_in_drawn(task, task.span(0.2, 1)).seen
    by_label = task.model.reads == "labels"
    right = seen.argmax(1) == told.argmax(1) if by_label else (seen > 0.5) == (told > 0.5)
    how = f"{words(task)}, what {task.yardstick.stamp} sees is what was told"
    if not by_label:
        how += ", mean over attributes"
    value = 100 * float(right.mean())
    task.keep("label_fidelity", value, "Label fidelity", "%", how, "higher", len(seen))


def measure_diversity(task: Task) -> None:
    """How far samples of one label are apart, of how far real images of it are."""
    made = drawn(task, task.span(0, 0.3))
    assert task.dataset.labels is not None  # as the model is told them
    real, truth = task.images.cpu().numpy(), task.dataset.labels[task.indices]
    shares, names = {}, task.dataset.label_names
    for label, name in enumerate(names):
        task.tick(0.3 + 0.7 * label / len(names))
        among_real = _spread(real[truth == label])
        if among_real > 0:
            shares[name] = _spread(made.images[made.labels == label]) / among_real
    if not shares:
        task.say("Diversity needs two different images of a label; measure more images")
        return
    how = (
        f"mean distance of two pictures of a label over pixels in 0..1, up to {_COMPARED:,} of "
        f"each label, {words(task)}, over that of real images"
    )
    count, least = len(made.images), min(shares, key=shares.__getitem__)
    mean = float(np.mean(list(shares.values())))
    task.keep("diversity", mean, "Diversity", "of real", how, "higher", count)
    title = f"Diversity of the least diverse label, {least}"
    task.keep("diversity.least", shares[least], title, "of real", how, "higher", count)


def measure_cfid(task: Task) -> None:
    """Fréchet distance of samples from real images, and of real from real."""
    how = "Fréchet distance"
    _measure_distance(task, "cfid", "cFID", how, lambda a, b, _: distances.frechet(a, b))


def measure_ckid(task: Task) -> None:
    """Kernel distance of samples from real images, and of real from real."""
    how = (
        f"unbiased squared MMD by the kernel (x.y / d + 1)^3, {distances.SUBSETS} subsets of up to "
        f"{distances.SUBSET:,},"
    )

    def distance(a: Features, b: Features, tick: Callable[[float], None]) -> float:
        return distances.kernel_distance(a, b, seed=task.seed, tick=tick)

    _measure_distance(task, "ckid", "cKID", how, distance)


def _measure_distance(task: Task, name: str, title: str, how: str, distance: Distance) -> None:
    how = f"{how} in {space(task)}"
    made = seen_in_drawn(task, task.span(0, 0.3)).features
    real = seen_in_real(task, task.span(0.3, 0.5)).features
    value = distance(made, real, task.span(0.5, 0.6))
    how_made = f"{how}, {words(task)} against {len(real):,} images"
    task.keep(name, value, title, _SQUARED, how_made, "lower", len(made))
    others = seen_in_unmeasured(task, task.span(0.6, 0.8))
    if others is None:
        task.say(f"The floor of {title} needs train images beside those that are measured")
        return
    floor = distance(others.features, real, task.span(0.8, 1))
    count = len(others.features)
    how_real = f"{how}, {count:,} train images against {len(real):,} images"
    title = f"{title} of real images"
    task.keep(f"{name}.floor", floor, title, _SQUARED, how_real, "neither", count)


def _spread(images: NDArray[np.uint8]) -> float:
    """Mean distance of two of the first pictures (n, C, H, W)."""
    rows = images[:_COMPARED].reshape(min(len(images), _COMPARED), -1)
    return distances.spread(rows.astype(np.float32) / 255)


MEASURES = {
    "label_fidelity": measure_label_fidelity,
    "diversity": measure_diversity,
    "cfid": measure_cfid,
    "ckid": measure_ckid,
}
