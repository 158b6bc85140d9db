"""Which modes of the data the samples have: those of points by their place, else labels.

For points after PacGAN (Lin et al. 2018, arXiv:1712.04086, section 4.1) and VEEGAN (Srivastava et
al. 2017, arXiv:1705.07761, section 4.1): of 2,500 samples one is of high quality within three
standard deviations of the nearest mode. There a single such sample covers its mode; here a mode
needs a tenth of its fair share of all samples, so that strays do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from latentlab.core.points import is_points, to_plane
from latentlab.data.entries.points2d import Modes, modes_of
from latentlab.engine.measures.drawn import (
    drawn,
    seen_in_drawn,
    seen_in_real,
    seen_in_unmeasured,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.engine.measures.task import Task

    Counts = NDArray[np.int64]
    Tick = Callable[[float], None]

SAMPLES = 2_500  # points that are looked at
WITHIN = 3.0  # standard deviations from the nearest mode
LEAST = 0.1  # of its fair share makes a mode covered
LEAST_LABEL = 0.4  # likewise a label: 4 % of ten


class Cover(NamedTuple):
    """What n points have of the modes."""

    counts: Counts  # (modes,) of high quality at each
    n: int

    @property
    def covered(self) -> int:
        """Modes that have enough."""
        return int((self.counts >= max(1.0, LEAST * self.n / len(self.counts))).sum())

    @property
    def quality(self) -> float:
        """Share of the points that lie at a mode."""
        return float(self.counts.sum() / self.n)


def cover(points: NDArray[np.floating], modes: Modes) -> Cover:
    """Count points (n, 2), n at least 1, at the modes of a plane."""
    nearest, away = modes.nearest(points)
    kept = nearest[away <= WITHIN * modes.sigma]
    return Cover(np.bincount(kept, minlength=len(modes.spines)), len(points))


def label_kl(made: Counts, real: Counts) -> float:
    """KL(made || real) of two histograms in nats; a label that is never made adds nothing.

    Labels that real pictures do not have count as one half of a picture.
    """
    p = made / made.sum()
    filled = np.maximum(real, 0.5)
    q = filled / filled.sum()
    there = p > 0
    return float((p[there] * np.log(p[there] / q[there])).sum())


def measure_modes(task: Task) -> None:
    """How many modes are there; of points also how many samples lie at one."""
    if is_points(task.dataset.shape):
        _measure_points(task)
        return
    made = _labels_made(task, task.span(0, 1))
    if made is None:
        return
    fair = 1 / len(made)
    shares = made / made.sum()
    how = f"labels with at least {LEAST_LABEL * fair:.1%} of {words(task)}, as {_judge(task)}"
    count = int((shares >= LEAST_LABEL * fair).sum())
    n = int(made.sum())
    task.keep("modes", count, "Labels present", f"of {len(made)}", how, "higher", n)
    rare = task.dataset.label_names[int(shares.argmin())]
    title, how = f"Share of the rarest label, {rare}", f"{words(task)}, as {_judge(task)}"
    task.keep("modes.least", 100 * float(shares.min()), title, "%", how, "higher", n)
    task.show("modes.shares", shares.astype(np.float32))


def measure_label_kl(task: Task) -> None:
    """How far the labels of samples are from those of the data."""
    real: Counts
    if is_points(task.dataset.shape):
        found = _cover(task, task.span(0, 1))
        if found is None:
            return
        assert task.dataset.labels is not None
        made, n = found.counts, int(found.counts.sum())
        real = np.bincount(task.dataset.labels[task.indices], minlength=len(made))
        how = f"modes of {n:,} of {found.n:,} points within {WITHIN:g} sigma of one"
    else:
        counted = _labels_made(task, task.span(0, 0.7))
        if counted is None:
            return
        made, n = counted, int(counted.sum())
        real = _counts(task, seen_in_real(task, task.span(0.7, 1)).seen)
        how = f"labels of {words(task)}, from those of the images, both as {_judge(task)}"
    if not n:
        task.say("No sample lies at a mode, so the modes have no histogram")
        return
    task.keep("label_kl", label_kl(made, real), "KL of labels", "nats", how, "lower", n)
    task.show("label_kl.made", (made / made.sum()).astype(np.float32))
    task.show("label_kl.real", (real / real.sum()).astype(np.float32))
    if not is_points(task.dataset.shape):
        _keep_floor(task, real)


def _keep_floor(task: Task, real: Counts) -> None:
    """The same of train images in the place of samples."""
    others = seen_in_unmeasured(task, task.span(1, 1))
    if others is None:
        task.say("The floor of KL of labels needs train images beside those that are measured")
        return
    counts = _counts(task, others.seen)
    n = int(counts.sum())
    how = f"labels of {n:,} train images, from those of the images, both as {_judge(task)}"
    title = "KL of labels of real images"
    task.keep("label_kl.floor", label_kl(counts, real), title, "nats", how, "neither", n)


def _measure_points(task: Task) -> None:
    found = _cover(task, task.span(0, 1))
    if found is None:
        return
    modes = len(found.counts)
    near = f"of {found.n:,} samples of the prior within {WITHIN:g} sigma of a mode"
    how = f"modes with at least {LEAST:.0%} of their fair share {near}"
    task.keep("modes", found.covered, "Modes covered", f"of {modes}", how, "higher", found.n)
    how, value = f"share {near}", 100 * found.quality
    task.keep("modes.quality", value, "Samples of high quality", "%", how, "higher", found.n)
    task.show("modes.shares", (found.counts / found.n).astype(np.float32))


def _cover(task: Task, tick: Tick) -> Cover | None:
    """What the samples cover; None, and a sentence, where nobody knows the modes."""
    modes = modes_of(task.dataset.name)
    if modes is None:
        task.say("The modes of these points are not known, as they are of points2d")
        return None
    plane = to_plane(drawn(task, tick).images)[:SAMPLES]
    return task.once("cover", lambda: cover(plane, modes))


def _labels_made(task: Task, tick: Tick) -> Counts | None:
    """How many samples (labels,) the classifier takes for each label; None where it reads none."""
    assert task.yardstick is not None
    if task.yardstick.reads != "labels":
        task.say(f"{task.yardstick.id} reads attributes; modes are those of labels")
        return None
    return _counts(task, seen_in_drawn(task, tick).seen)


def _counts(task: Task, seen: NDArray[np.float32]) -> Counts:
    return np.bincount(seen.argmax(1), minlength=len(task.dataset.label_names))


def _judge(task: Task) -> str:
    assert task.yardstick is not None
    return f"{task.yardstick.stamp} sees them"


MEASURES = {"modes": measure_modes, "label_kl": measure_label_kl}
