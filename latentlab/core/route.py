"""A way through latent space as a value: its knots, and what joins them.

Every path kind ends as one: a straight line has two knots, a path through the neighbour graph has
one per encoded point it visits, a path drawn on the map one per corner. So a recipe can hold it,
and z at any t needs neither the data nor the decoder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import model_validator

from latentlab.core.latent import lerp, slerp
from latentlab.core.values import Value

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from latentlab.core.latent import Latents

Join = Literal["line", "arc"]
Easing = Literal["linear", "smooth"]


class Route(Value):
    """Knots (m, latent), m >= 2, reached at rising times from 0 to 1.

    Without times the knots are equally far apart in t. Between two knots z goes straight
    (`lerp`) or along an arc (`slerp`).
    """

    knots: tuple[tuple[float, ...], ...]
    join: Join = "line"
    times: tuple[float, ...] | None = None

    @model_validator(mode="after")
    def _check(self) -> Route:
        if len(self.knots) < 2:
            raise ValueError("a path with one point leads nowhere; give it at least two")
        if len({len(knot) for knot in self.knots}) > 1 or not self.knots[0]:
            raise ValueError("the points of a path must be latents of one width")
        if not np.isfinite(np.asarray(self.knots)).all():
            raise ValueError("a point of the path holds a number that is not finite")
        if self.times is not None:
            steps = np.diff(self.times)
            ends = (self.times[0], self.times[-1]) if len(self.times) > 1 else (0.0, 0.0)
            if len(self.times) != len(self.knots) or ends != (0, 1) or not (steps >= 0).all():
                raise ValueError("the times of a path must rise from 0 to 1, one per point")
        return self

    @property
    def latent_size(self) -> int:
        """Numbers in one z."""
        return len(self.knots[0])

    def at(self, t: ArrayLike) -> Latents:
        """Latents at each t (n,) in [0, 1], (n, latent); knots are met exactly."""
        ts = np.clip(np.atleast_1d(np.asarray(t, np.float64)), 0, 1)
        knots = np.asarray(self.knots, np.float64)
        times = np.linspace(0, 1, len(knots)) if self.times is None else np.asarray(self.times)
        leg = np.clip(np.searchsorted(times, ts, side="right") - 1, 0, len(knots) - 2)
        out = np.empty((len(ts), knots.shape[1]), np.float32)
        step = lerp if self.join == "line" else slerp
        for i in np.unique(leg):
            rows = leg == i
            width = times[i + 1] - times[i]
            share = (ts[rows] - times[i]) / width if width > 0 else np.ones(int(rows.sum()))
            out[rows] = step(knots[i], knots[i + 1], np.clip(share, 0, 1))
        return out


def through(knots: ArrayLike, join: Join = "line", *, closed: bool = False) -> Route:
    """A route through knots (m, latent), back to the first when closed; equal time for each leg."""
    points = np.asarray(knots, np.float64)
    if closed:
        points = np.concatenate([points, points[:1]])
    return Route(knots=tuple(map(tuple, points.tolist())), join=join)


def by_length(knots: ArrayLike, join: Join = "line") -> Route:
    """A route that travels its knots (m, latent) at even speed: times by Euclidean length."""
    points = np.asarray(knots, np.float64)
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    if along[-1] == 0:
        return through(points, join)
    times = along / along[-1]
    times[-1] = 1.0
    return Route(knots=tuple(map(tuple, points.tolist())), join=join, times=tuple(times.tolist()))


def steps(n: int, easing: Easing = "linear") -> NDArray[np.float64]:
    """Give n >= 2 values of t from 0 to 1, both ends included, eased."""
    return ease(np.linspace(0.0, 1.0, n), easing)


def ease(t: ArrayLike, easing: Easing = "linear") -> NDArray[np.float64]:
    """Bend t (n,) in [0, 1] so that a film starts and ends gently: (1 - cos pi t) / 2."""
    even = np.asarray(t, np.float64)
    return even if easing == "linear" else np.asarray((1 - np.cos(np.pi * even)) / 2)
