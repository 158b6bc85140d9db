"""Points of a plane whose modes are known: a ring, a grid, two moons, a spiral. Seeded.

The toys on which GANs lose modes: Metz et al. 2017, arXiv:1611.02163 (ring of 8), Srivastava et al.
2017, arXiv:1705.07761, section 4.1 (ring and grid of 25). Coordinates lie in [-1, 1] and are kept
as bytes, core/points.py: what is smaller than a level of 0.0078 is lost, so no sigma is. That of
the grid has the papers' share of the spacing, .025; that of the ring is .025 of the radius, where
theirs is .01.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from latentlab.core.errors import DataError
from latentlab.core.points import LEVEL, SHAPE, from_plane
from latentlab.data import request
from latentlab.data.entry import Decoded, Entry, Job, Options

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

Form = Literal["ring", "grid", "moons", "spiral"]
_MODES: dict[Form, int] = {"ring": 8, "grid": 25, "moons": 2, "spiral": 2}
_SIGMAS: dict[Form, float] = {"ring": 0.02, "grid": 0.01, "moons": 0.04, "spiral": 0.02}
_REACH = 0.8  # of the outermost centres
_TURNS = 1.25  # of an arm of the spiral
_SPINE = 512  # points that stand for a mode that is a curve


class PointsOptions(Options):
    """Which form, how many points, how wide its modes."""

    shape: Form = Field("ring", description="Where the modes lie.")
    count: int = Field(50_000, ge=10, le=1_000_000, description="Points.")
    modes: int | None = Field(None, ge=1, le=100, description="Modes; a grid's are a square.")
    sigma: float | None = Field(None, ge=LEVEL, le=0.1, description="Their standard deviation.")
    seed: int = Field(0, ge=0, lt=2**32, description="Draws the points.")


@dataclass(frozen=True)
class Modes:
    """Where the points of a dataset come from: a mode is a point or a curve, blurred by sigma."""

    spines: NDArray[np.float64]  # (modes, points of a curve or 1, 2)
    sigma: float

    def nearest(self, points: NDArray[np.floating]) -> tuple[NDArray[np.int64], Floats]:
        """The mode (n,) nearest to each of the points (n, 2), and how far it is, (n,)."""
        best, mode = np.full(len(points), np.inf), np.zeros(len(points), np.int64)
        for number, spine in enumerate(self.spines):
            away = np.linalg.norm(points[:, None] - spine[None], axis=2).min(axis=1)
            mode[away < best] = number
            best = np.minimum(best, away)
        return mode, best


def modes_of(spec: str) -> Modes | None:
    """The modes of a dataset by its name; None for other datasets than these."""
    try:
        options = request.parse(spec, {ENTRY.name: ENTRY}).options
        assert isinstance(options, PointsOptions)
        count, sigma = _settled(options)
    except DataError:
        return None
    along = np.linspace(0, 1, _SPINE if options.shape in ("moons", "spiral") else 1)
    spines = [_spine(options.shape, count, np.full(len(along), k), along) for k in range(count)]
    return Modes(np.stack(spines), sigma)


def _decode(job: Job) -> Decoded:
    options = job.options
    assert isinstance(options, PointsOptions)
    count, sigma = _settled(options)
    # RandomState is frozen (NEP 19): the same seed is the same dataset with every numpy.
    random = np.random.RandomState(options.seed)
    labels = np.arange(options.count, dtype=np.int64) % count  # modes of equal weight
    random.shuffle(labels)
    along, noise = random.rand(options.count), random.randn(options.count, 2)
    images = job.allocate((options.count, *SHAPE))
    images[:] = from_plane(_spine(options.shape, count, labels, along) + sigma * noise)
    job.report(options.count, options.count)
    return Decoded(images, labels, tuple(map(str, range(count))))


def _settled(options: PointsOptions) -> tuple[int, float]:
    """How many modes, and their sigma; raises DataError for numbers that a form cannot have."""
    form = options.shape
    count = _MODES[form] if options.modes is None else options.modes
    if form == "grid" and isqrt(count) ** 2 != count:
        near = isqrt(count) ** 2
        raise DataError(f"points2d: a grid has a square number of modes, not {count}; try {near}.")
    if form == "moons" and count != 2:
        raise DataError(f"points2d: there are two moons, not {count}; leave modes out.")
    return count, _SIGMAS[form] if options.sigma is None else options.sigma


def _spine(form: Form, modes: int, mode: Indices, along: Floats) -> Floats:
    """Points (n, 2) of the modes (n,), where these are curves at a share (n,) of their length."""
    if form == "grid":
        side = isqrt(modes)
        places = np.linspace(-_REACH, _REACH, side) if side > 1 else np.zeros(1)
        return np.stack([places[mode % side], places[mode // side]], axis=1)
    if form == "moons":
        angle, sign = np.pi * along, 1 - 2 * mode  # the upper one, then the lower
        x, y = mode + sign * np.cos(angle), mode / 2 + sign * np.sin(angle)
        return np.stack([x - 0.5, y - 0.25], axis=1) * (_REACH / 1.5)
    turn = 2 * np.pi * mode / modes
    if form == "ring":
        return _REACH * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    out = np.sqrt(along)  # about as many points on each stretch of an arm
    angle, radius = turn + 2 * np.pi * _TURNS * out, 0.1 + (_REACH - 0.1) * out
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


ENTRY = Entry(
    name="points2d",
    title="Points",
    description="Points of a plane: a ring of 8 modes, a grid of 25, two moons or a spiral.",
    licence="MIT, drawn by latentlab; after L. Metz et al. 2017 and A. Srivastava et al. 2017",
    decode=_decode,
    count=50_000,
    shape=SHAPE,
    options=PointsOptions,
)
