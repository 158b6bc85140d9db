"""Density, coverage, precision, recall, and the 1-NN test of samples: see `neighbours`.

In the features of a classifier of the dataset itself, beside what real images of the train split
have among the same real images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.engine.measures import neighbours
from latentlab.engine.measures.drawn import (
    seen_in_drawn,
    seen_in_real,
    seen_in_unmeasured,
    some,
    space,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.engine.measures.neighbours import Floats
    from latentlab.engine.measures.task import Task

    Tick = Callable[[float], None]

TESTED = 2_000  # of each set in the 1-NN test

_FIGURES = {  # name -> title, unit, what is counted
    "density": ("Density", "balls over k", "mean number of real balls around a sample, over k"),
    "coverage": ("Coverage", "of real images", "share of real balls with a sample in them"),
    "precision": ("Precision", "of samples", "share of samples in a real ball"),
    "recall": ("Recall", "of real images", "share of real images in a ball of the samples"),
}
_K = {"density": neighbours.DENSITY_K, "coverage": neighbours.DENSITY_K}


def measure_density(task: Task) -> None:
    """How many real balls hold a sample."""
    _measure(task, "density")


def measure_coverage(task: Task) -> None:
    """How many real balls are not empty."""
    _measure(task, "coverage")


def measure_precision(task: Task) -> None:
    """How many samples lie in real balls."""
    _measure(task, "precision")


def measure_recall(task: Task) -> None:
    """How many real images lie in balls of samples."""
    _measure(task, "recall")


def measure_two_sample(task: Task) -> None:
    """How often the nearest of both sets, itself left out, is of the own set."""
    how = f"leave-one-out accuracy of the nearest neighbour in {space(task)}"
    real = _real(task, task.span(0, 0.2))
    title, note = "1-NN test", "half is ideal"

    def tested(made: Floats, tick: Tick) -> tuple[neighbours.TwoSample, int]:
        count = min(TESTED, len(made), len(real))
        a, b = (points[some(task, count, len(points))] for points in (real, made))
        return neighbours.two_sample(a, b, tick), count

    found, count = tested(_made(task, task.span(0.2, 0.6)), task.span(0.6, 0.7))
    asked = f"{how}, {count:,} of {words(task)} and {count:,} images, {note}"
    for key, value, of in (
        ("two_sample", found.accuracy, ""),
        ("two_sample.made", found.made, " of samples alone"),
        ("two_sample.real", found.real, " of real images alone"),
    ):
        task.keep(key, value, f"{title}{of}", "accuracy", asked, "neither", 2 * count)
    others = _others(task, title, task.span(0.7, 0.9))
    if others is not None:
        found, count = tested(others, task.span(0.9, 1))
        how = f"{how}, {count:,} train images and {count:,} images"
        title = f"{title} of real images among themselves"
        task.keep("two_sample.floor", found.accuracy, title, "accuracy", how, "neither", 2 * count)


def _measure(task: Task, name: str) -> None:
    title, unit, counted = _FIGURES[name]
    made, real = _made(task, task.span(0, 0.3)), _real(task, task.span(0.3, 0.5))
    found = task.once("support", lambda: neighbours.support(real, made, tick=task.span(0.5, 0.7)))
    k = _K.get(name, neighbours.PRECISION_K)
    how = f"{counted}, k = {k}, in {space(task)}"
    how_made = f"{how}, {words(task)} and {len(real):,} images"
    task.keep(name, getattr(found, name), title, unit, how_made, "higher", len(made))
    others = _others(task, title, task.span(0.7, 0.8))
    if others is None:
        return
    floor = task.once(
        "support of real", lambda: neighbours.support(real, others, tick=task.span(0.8, 1))
    )
    count = len(others)
    how_real = f"{how}, {count:,} train images as samples and {len(real):,} images"
    title = f"{title} of real images"
    task.keep(f"{name}.floor", getattr(floor, name), title, unit, how_real, "neither", count)


def _made(task: Task, tick: Tick) -> Floats:
    return seen_in_drawn(task, tick).features.astype(float)


def _real(task: Task, tick: Tick) -> Floats:
    return seen_in_real(task, tick).features.astype(float)


def _others(task: Task, title: str, tick: Tick) -> Floats | None:
    """Real images of the train split, in the place of samples."""
    found = seen_in_unmeasured(task, tick)
    if found is None:
        task.say(f"The floor of {title} needs train images beside those that are measured")
        return None
    return found.features.astype(float)


MEASURES = {
    "density": measure_density,
    "coverage": measure_coverage,
    "precision": measure_precision,
    "recall": measure_recall,
    "two_sample": measure_two_sample,
}
