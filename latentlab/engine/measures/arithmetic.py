"""How often vector arithmetic does what it says, and nothing else.

Radford et al. 2016, arXiv:1511.06434, section 6.3.2, as a trial that can be counted. For a target
attribute, `BASKET` samples are drawn for each of three baskets (`baskets.py`), and from the mean z
of the third, s, one goes to

    s + mean(having) - mean(lacking).

The target flips where a classifier of attributes sees it in the picture of the result and not in
that of s; another attribute is kept where it sees the same side of it in both. Control: the same
from s along a random direction as long. Models with an encoder take train images with their exact
attributes and mean z; others samples of the prior, with what the classifier sees in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from latentlab.core import arithmetic
from latentlab.engine.conditions import batches
from latentlab.engine.measures.baskets import Pool
from latentlab.engine.measures.task import BATCH
from latentlab.engine.probe import to_uint8
from latentlab.engine.resident import to_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.engine.measures.baskets import Trial
    from latentlab.engine.measures.task import Task

    Floats = NDArray[np.float32]
    Tick = Callable[[float], None]

TRIALS = 500  # of each attribute where the whole split is measured
BASKET = 3  # samples, as in the paper
PLAIN = 0.25  # from one half: what is taken into a basket is plain to see
_DRAWN = 60  # samples to choose from for each trial
_KEYS = ("", "kept", "control")  # of `Rates`, behind the name of the attribute


class Known(NamedTuple):
    """What baskets are filled from."""

    z: Floats  # (m, latent)
    values: Floats  # attributes (m, k), 0 to 1
    words: str  # for protocols


class Seen(NamedTuple):
    """Whether a classifier sees each attribute, (trials, k), in the pictures of three latents."""

    start: NDArray[np.bool_]
    result: NDArray[np.bool_]
    control: NDArray[np.bool_]


class Rates(NamedTuple):
    """Of one attribute, in per cent."""

    flip: float
    kept: float  # of the other attribute that is kept least
    control: float  # flips by a random direction


def measure_arithmetic(task: Task) -> None:
    """Flips, what is kept and the control, in per cent: of each attribute, and of all."""
    names = task.manifest.data.attribute_names
    if problem := _problem(task):
        task.say(problem)
        return
    known = _known(task, task.span(0, 0.4))
    pool, kept = Pool(known.values, PLAIN), []
    for target, name in enumerate(names):
        draw = np.random.RandomState(task.seed + target)
        trials = pool.trials(target, _count(task), BASKET, draw)
        if not trials:
            task.say(
                f"Arithmetic with {name} needs {BASKET} samples alike in all else, of two kinds"
            )
            continue
        first = 0.4 + 0.6 * target / len(names)
        seen = _look(task, known.z, trials, task.span(first, first + 0.6 / len(names)))
        kept.append(_keep(task, target, seen, known.words))
    if kept:
        _keep_all(task, kept, known.words)


def _keep(task: Task, target: int, seen: Seen, words: str) -> Rates:
    """Note the figures of one attribute."""
    names = task.manifest.data.attribute_names
    rates, worst = _rates(seen, target)
    name, n, how = names[target], len(seen.start), _how(task, words)
    titles = (
        f"Arithmetic, {name} flips",
        f"Arithmetic with {name}, least kept: {names[worst]}",
        f"Arithmetic, {name} flips by chance",
    )
    for key, value, title in zip(_KEYS, rates, titles, strict=True):
        better = "lower" if key == "control" else "higher"
        place = ".".join(filter(None, ("arithmetic", name, key)))
        task.keep(place, value, title, "%", how, better, n)
    return rates


def _keep_all(task: Task, kept: list[Rates], words: str) -> None:
    """The means over attributes of what flips, and the worst of what is kept."""
    flips, least, chance = zip(*kept, strict=True)
    how, n = _how(task, words), len(kept) * _count(task)
    task.keep("arithmetic", float(np.mean(flips)), "Arithmetic, flips", "%", how, "higher", n)
    title = "Arithmetic, least kept of all"
    task.keep("arithmetic.kept", min(least), title, "%", how, "higher", n)
    title = "Arithmetic, flips by chance"
    task.keep("arithmetic.control", float(np.mean(chance)), title, "%", how, "lower", n)


def _rates(seen: Seen, target: int) -> tuple[Rates, int]:
    """Of one attribute, and which other one is kept least (itself where there is no other)."""
    lacked = ~seen.start[:, target]
    flip, chance = (float((lacked & end[:, target]).mean()) for end in seen[1:])
    same = (seen.start == seen.result).mean(0)
    others = [place for place in range(len(same)) if place != target] or [target]
    worst = min(others, key=same.__getitem__)
    return Rates(100 * flip, 100 * float(same[worst]), 100 * chance), worst


def _problem(task: Task) -> str:
    """Why nothing is measured, or nothing."""
    assert task.yardstick is not None  # the measure says that it needs one
    if task.yardstick.manifest.config.get("target") != "attributes":
        return f"Arithmetic is judged by a classifier of attributes, not by {task.yardstick.id}"
    return ""


def _how(task: Task, words: str) -> str:
    assert task.yardstick is not None
    return (
        f"{_count(task)} trials for each attribute, baskets of {BASKET}, {words}, all attributes "
        f"{PLAIN:g} or more from one half, two baskets alike in all but one, read by "
        f"{task.yardstick.stamp}"
    )


def _count(task: Task) -> int:
    return min(TRIALS, len(task.indices))


def _known(task: Task, tick: Tick) -> Known:
    count = _DRAWN * _count(task)
    if "encode" in task.manifest.capabilities and task.dataset.attributes is not None:
        return _encoded(task, task.unmeasured(count), tick)
    return _drawn(task, count, tick)


def _encoded(task: Task, indices: NDArray[np.int64], tick: Tick) -> Known:
    """Mean z of train images, with their exact attributes."""
    assert task.dataset.attributes is not None
    means = []
    for start in range(0, len(indices), BATCH):
        tick(start / len(indices))
        images = torch.from_numpy(task.dataset.images[indices[start : start + BATCH]])
        x = to_unit(images.to(task.images.device))
        means.append(task.model.encode(x, None).mu.float().cpu().numpy())
    words = f"of {len(indices):,} train images with exact attributes"
    return Known(np.concatenate(means), task.dataset.attributes[indices], words)


def _drawn(task: Task, count: int, tick: Tick) -> Known:
    """Samples of the prior, with what the classifier sees in them."""
    z = task.model.sample_prior(count, task.noise())
    words = f"of {count:,} samples of the prior with attributes as seen"
    return Known(z.float().cpu().numpy(), _read(task, z, tick), words)


def _look(task: Task, z: Floats, trials: list[Trial], tick: Tick) -> Seen:
    """What is seen at the start, in the result and along the random direction."""
    latents = [_latents(z, trial, task.seed + i) for i, trial in enumerate(trials)]
    rows = torch.from_numpy(np.concatenate([np.stack(row) for row in zip(*latents, strict=True)]))
    seen = _read(task, rows.to(task.images.device), tick) > 0.5
    return Seen(*np.split(seen, 3))


def _latents(z: Floats, trial: Trial, seed: int) -> tuple[Floats, Floats, Floats]:
    """Start, result and control of one trial, (latent,) each."""
    means = [arithmetic.mean(z[basket]) for basket in (trial.start, trial.having, trial.lacking)]
    start, way = means[0], arithmetic.direction(means, (1, 1, -1))
    return start, start + way, start + arithmetic.control(way, seed)


def _read(task: Task, z: torch.Tensor, tick: Tick) -> Floats:
    """Attributes (n, k) that the classifier sees in the pictures of z (n, latent)."""
    assert task.yardstick is not None
    seen: list[Floats] = []
    for part, _ in batches(z, None, BATCH):
        tick(len(seen) * BATCH / len(z))
        pictures = to_uint8(task.model.decode(part, None))
        seen.append(task.yardstick.judge(pictures, lambda _share: None).seen)
    return np.concatenate(seen)


MEASURES = {"arithmetic": measure_arithmetic}
