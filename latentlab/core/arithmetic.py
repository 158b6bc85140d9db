"""Vector arithmetic of concepts: means of a few latents, added, taken away, and a control.

Radford, Metz & Chintala 2016, arXiv:1511.06434, section 6.3.2: results of single samples are
unstable, those of the mean z of three samples are not; the result is shown with eight pictures
around it, each with small uniform noise on z (scale 0.25).

    result = w_0 m_0 + strength * sum_{i > 0} w_i m_i,   m_i the mean z of basket i.

So A - B + C is the way from A, by C - B: `strength` says how far to go, and 0 is A itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from latentlab.core.errors import ConfigError
from latentlab.core.values import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

Latents = NDArray[np.float32]

MOST_WEIGHT = 10.0
NOISE = 0.25  # of the paper
AROUND = 9  # pictures of the neighbourhood, the result among them
MIDDLE = 4


class Term(Value):
    """One line of a sheet: a weight times the mean of a basket of latents."""

    weight: float = Field(1.0, ge=-MOST_WEIGHT, le=MOST_WEIGHT, allow_inf_nan=False)
    basket: tuple[str, ...] = ()  # references of core.reference
    name: str = ""  # for people: "smiling, long hair"
    query: str = ""  # what filled it; empty: by hand


def mean(latents: ArrayLike) -> Latents:
    """The mean (latent,) of a basket (n, latent); raises ConfigError for an empty one and NaN."""
    rows = np.array(latents, np.float64, ndmin=2)
    if rows.ndim != 2 or not rows.size:
        raise ConfigError("A basket is empty, so it has no mean; put at least one sample into it.")
    if not np.isfinite(rows).all():
        raise ConfigError("A latent of the basket holds a number that is not finite; take it out.")
    middle: Latents = rows.mean(axis=0).astype(np.float32)
    return middle


def start(means: ArrayLike, weights: Sequence[float]) -> Latents:
    """Where the way to the result begins: the first term alone, (latent,)."""
    known, factors = _checked(means, weights)
    first: Latents = (factors[0] * known[0]).astype(np.float32)
    return first


def direction(means: ArrayLike, weights: Sequence[float]) -> Latents:
    """What strength 1 adds to the first term, (latent,): the sum of all others."""
    known, factors = _checked(means, weights)
    return (factors[1:] @ known[1:]).astype(np.float32)


def result(means: ArrayLike, weights: Sequence[float], strength: float = 1.0) -> Latents:
    """The sum (latent,) of means (t, latent), all but the first `strength` times.

    Raises ConfigError where there is no mean, or one of another width, or a number is not finite.
    """
    known, factors = _checked(means, weights)
    if not np.isfinite(strength):
        raise ConfigError("The strength is not a finite number; choose one, as 1.")
    factors[1:] *= strength
    return (factors @ known).astype(np.float32)


def difference(means: ArrayLike, weights: Sequence[float], places: Sequence[int]) -> Latents:
    """The sum (latent,) of some terms only, as a concept to keep: A - B, or C - B.

    Raises ConfigError where no term is chosen or nothing is left of them.
    """
    known, factors = _checked(means, weights)
    if not places:
        raise ConfigError("No term is chosen; a concept is a difference, as A - B.")
    chosen = list(places)
    vector = (factors[chosen] @ known[chosen]).astype(np.float32)
    if not vector.any():
        raise ConfigError("These terms add up to nothing; choose baskets that differ.")
    return vector


def neighbourhood(z: ArrayLike, noise: float = NOISE, seed: int = 0) -> Latents:
    """Nine latents (9, latent), z itself in the middle, the others with uniform noise on z.

    The noise of each number lies in [-noise, noise]; the same seed gives the same noise, so that
    what surrounds a moving z moves along.
    """
    middle = np.asarray(z, np.float64)
    added = np.random.default_rng(seed).uniform(-1.0, 1.0, (AROUND, middle.size)) * noise
    added[MIDDLE] = 0.0
    return (middle + added).astype(np.float32)


def control(direction: ArrayLike, seed: int = 0) -> Latents:
    """A random direction (latent,) as long as `direction`: what chance does at the same distance.

    Uniform on the sphere, as a normal vector brought to that length.
    """
    length = float(np.linalg.norm(np.asarray(direction, np.float64)))
    drawn = np.random.default_rng(seed).standard_normal(np.size(direction))
    return (drawn * (length / max(float(np.linalg.norm(drawn)), 1e-12))).astype(np.float32)


def strengths(span: float, steps: int) -> NDArray[np.float64]:
    """From -span to +span in `steps` equal steps, (steps,)."""
    return np.linspace(-span, span, steps)


def row(start: ArrayLike, direction: ArrayLike, span: float, steps: int) -> Latents:
    """From `start` along a direction: (steps, latent), one for each of `strengths`."""
    way = np.asarray(direction, np.float64)
    return (np.asarray(start, np.float64) + strengths(span, steps)[:, None] * way).astype(
        np.float32
    )


def _checked(
    means: ArrayLike, weights: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means (t, latent) and weights (t,), the latter a copy."""
    try:
        known = np.array(means, np.float64, ndmin=2)
    except ValueError:  # rows of different length
        raise ConfigError(
            "The terms are latents of different models; refill the baskets with this model."
        ) from None
    factors = np.array(weights, np.float64)
    if not known.size or factors.shape != known.shape[:1]:
        raise ConfigError("There is nothing to add up; fill at least one basket.")
    if not (np.isfinite(known).all() and np.isfinite(factors).all()):
        raise ConfigError("A term holds a number that is not finite; refill its basket.")
    return known, factors
