"""How pictures change on the way between two samples.

Largest step: the share of the way, in features, that the largest of STEPS equal steps of t makes;
1 / STEPS where it goes evenly, 1 where a picture jumps into another. Distance to data: how far the
pictures between the ends are from the nearest real image. Perceptual path length: Karras, Laine &
Aila 2019, arXiv:1812.04948, eq. 2, in our features instead of LPIPS. The same is measured on
cross-fades of real images, pixel by pixel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from latentlab.core.latent import slerp
from latentlab.engine.conditions import Conditions, batches
from latentlab.engine.measures import neighbours
from latentlab.engine.measures.drawn import (
    features_of,
    seen_in_real,
    seen_in_unmeasured,
    space,
)
from latentlab.engine.measures.task import BATCH

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.engine.measures.task import Task

    Tick = Callable[[float], None]
    Floats = NDArray[np.float64]
    Means = NDArray[np.float32]

PAIRS = 500
STEPS = 16
EPSILON = 1e-3  # of t, for path lengths


class Ways(NamedTuple):
    """Features of pictures on p ways, in float64."""

    steps: Floats  # at STEPS + 1 equal steps of t, (p, STEPS + 1, d)
    before: Floats  # at a random t of each, (p, d)
    after: Floats  # EPSILON later, (p, d)


def measure_interpolation(task: Task) -> None:
    """Largest step, distance to data and path length, of samples and of cross-fades."""
    real = seen_in_real(task, task.span(0, 0.15)).features
    made = _made(task, task.span(0.15, 0.5))
    how = f"{len(made.steps)} arcs between two samples of the prior, of one label where told one"
    away = _keep(task, made, real, task.span(0.5, 0.57), "", how, "lower")
    task.show("interpolation.shares", largest_shares(made.steps).astype(np.float32))
    task.show("interpolation.away", away.mean(0).astype(np.float32))
    others = seen_in_unmeasured(task, task.span(0.57, 0.67))
    if others is None:
        task.say("Interpolation is compared with train images beside those that are measured")
        return
    faded = _faded(task, task.span(0.67, 0.9))
    how = f"{len(faded.steps)} cross-fades between two train images, of one label if there are any"
    away = _keep(task, faded, real, task.span(0.9, 0.97), ".faded", how, "neither")
    task.show("interpolation.away_faded", away.mean(0).astype(np.float32))
    apart, _ = neighbours.nearest(others.features, real, task.span(0.97, 1))
    how = f"mean distance in {space(task)} of {len(apart):,} train images to the nearest image"
    title, unit = "Distance of real images to data", "distance of features"
    task.keep("interpolation.distance.floor", float(apart.mean()), title, unit, how, "neither",
              len(apart))  # fmt: skip


def largest_shares(ways: Floats) -> Floats:
    """Share of the largest step in the length of ways (p, n, d), (p,); 1 / (n - 1) at rest."""
    lengths = np.linalg.norm(np.diff(ways, axis=1), axis=2)
    total = lengths.sum(1)
    even = 1 / lengths.shape[1]
    found: Floats = np.where(total > 0, lengths.max(1) / np.where(total > 0, total, 1), even)
    return found


def path_length(before: Floats, after: Floats, epsilon: float) -> float:
    """Mean squared distance of points (p, d) that are epsilon of t apart, over its square."""
    return float(np.square(after - before).sum(1).mean() / epsilon**2)


def _keep(
    task: Task, ways: Ways, real: NDArray[np.float32], tick: Tick, end: str, how: str, better: str
) -> Floats:
    """All three figures; gives distances to data (p, STEPS + 1)."""
    count, of = len(ways.steps), " of cross-fades" if end else ""
    where = f"in {space(task)}, {how}"
    shares = 100 * largest_shares(ways.steps)
    said = f"largest of {STEPS} equal steps of t, of the whole length {where}"
    title = f"Largest step{of}"
    task.keep(f"interpolation{end}", float(shares.mean()), title, "%", said, better, count)
    flat = ways.steps.reshape(-1, ways.steps.shape[2])
    apart = neighbours.nearest(flat, real.astype(np.float64), tick)[0].reshape(count, -1)
    said = f"mean distance of the pictures between the ends to the nearest image {where}"
    title = f"Distance to data between the ends{of}"
    value = float(apart[:, 1:-1].mean())
    unit = "distance of features"
    task.keep(f"interpolation.distance{end}", value, title, unit, said, better, count)
    value = path_length(ways.before, ways.after, EPSILON)
    said = f"mean squared distance of t and t + {EPSILON:g} over its square {where}"
    unit = "squared distance of features"
    task.keep(f"interpolation.ppl{end}", value, f"Path length{of}", unit, said, better, count)
    return apart


def _times(task: Task, count: int) -> Floats:
    """The steps, and for each of `count` ways two times close together, (count, STEPS + 3)."""
    even = np.broadcast_to(np.linspace(0, 1, STEPS + 1), (count, STEPS + 1))
    drawn = np.random.RandomState(task.seed).uniform(0, 1 - EPSILON, (count, 1))
    return np.concatenate([even, drawn, drawn + EPSILON], axis=1)


def _made(task: Task, tick: Tick) -> Ways:
    """Arcs between draws of the prior, both ends told the same."""
    count, on = min(PAIRS, len(task.images)), task.images.device
    z = task.model.sample_prior(2 * count, task.noise()).cpu().numpy()
    times = _times(task, count)
    arcs = np.stack([slerp(z[2 * i], z[2 * i + 1], times[i]) for i in range(count)])
    told = Conditions(task.dataset, task.model.reads, on).in_turn(count)
    told = None if told is None else told.repeat_interleave(times.shape[1], 0)
    flat = torch.from_numpy(arcs.reshape(-1, arcs.shape[2])).to(on)
    parts: list[Means] = []
    for rows, y in batches(flat, told, BATCH):
        tick(0.3 * len(parts) * BATCH / len(flat))
        parts.append(task.model.decode(rows, y).float().clamp(0, 1).cpu().numpy())
    return _ways(task, np.concatenate(parts), count, lambda share: tick(0.3 + 0.7 * share))


def _faded(task: Task, tick: Tick) -> Ways:
    """Straight lines between the pixels of two images that are not measured, of one label."""
    indices = task.unmeasured(PAIRS)
    labels = task.dataset.labels
    own = np.zeros(len(indices), int) if labels is None else labels[indices]
    draw = np.random.RandomState(task.seed)
    ends = np.array([draw.choice(indices[own == label]) for label in own])
    a, b = (np.asarray(task.dataset.images[at]) / 255 for at in (indices, ends))
    t = _times(task, len(indices))[..., None, None, None]
    pictures = (a[:, None] * (1 - t) + b[:, None] * t).astype(np.float32)
    return _ways(task, pictures.reshape(-1, *a.shape[1:]), len(indices), tick)


def _ways(task: Task, pictures: Means, count: int, tick: Tick) -> Ways:
    found = features_of(task, pictures, tick).astype(np.float64).reshape(count, STEPS + 3, -1)
    return Ways(found[:, : STEPS + 1], found[:, -2], found[:, -1])


MEASURES = {"interpolation": measure_interpolation}
