"""Directions to travel along, in units of the spread of the encoded data: latent traversals.

A coordinate c of z on an axis (v, mean, sigma) is (v . z - mean) / sigma; moving z to another c
adds (c' - c) sigma v, so that all else of z stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab.core.errors import ConfigError
from latentlab.core.projection import principal_axes
from latentlab.core.route import Route, through

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from latentlab.core.latent import Latents

_SMALLEST = 1e-6  # sigma of an axis along which the data do not spread
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, eq=False)
class Axis:
    """A direction of unit length, and where the encoded data lie along it."""

    title: str
    key: str  # "z:3", "pc:0", "name:slant": the same axis at another time
    vector: NDArray[np.float64]  # (latent,)
    mean: float = 0.0  # of the data along it
    sigma: float = 1.0  # their standard deviation along it
    share: float = float("nan")  # of the data's variance, 0 to 1; NaN: not known

    def coordinate(self, z: ArrayLike) -> float:
        """Where z (latent,) lies, in sigma from the mean of the data."""
        return float((self.vector @ np.asarray(z, np.float64) - self.mean) / self.sigma)

    def moved(self, z: ArrayLike, coordinates: ArrayLike) -> Latents:
        """Z (latent,) at other coordinates (n,), (n, latent)."""
        start = np.asarray(z, np.float64)
        steps = np.atleast_1d(np.asarray(coordinates, np.float64)) - self.coordinate(z)
        moved = start + steps[:, None] * self.sigma * self.vector
        return moved.astype(np.float32)

    def route(self, start: ArrayLike, span: float) -> Route:
        """From -span to +span sigma, through `start` moved along the axis."""
        return through(self.moved(start, (-span, span)))


def raw_axes(latents: ArrayLike | None, latent_size: int) -> tuple[Axis, ...]:
    """The dimensions of z, those along which latents (n, latent) vary most first.

    Without latents in their own order, with the spread of a standard normal prior.
    """
    units = np.eye(latent_size)
    names = [(f"z{i + 1}".translate(_SUBSCRIPTS), f"z:{i}") for i in range(latent_size)]
    if latents is None:
        return tuple(Axis(*name, unit) for name, unit in zip(names, units, strict=True))
    rows = np.asarray(latents, np.float64)
    variances = rows.var(axis=0)
    order = np.argsort(-variances, kind="stable").tolist()
    return tuple(_axis(names[i], units[i], rows, variances.sum()) for i in order)


def principal(latents: ArrayLike) -> tuple[Axis, ...]:
    """The principal axes of latents (n, latent), by falling variance; raises ConfigError."""
    mean, axes, variances = principal_axes(latents)
    total = variances.sum() or 1.0
    return tuple(
        Axis(
            f"PC {i + 1}",
            f"pc:{i}",
            axis,
            float(axis @ mean),
            max(float(np.sqrt(variance)), _SMALLEST),
            float(variance / total),
        )
        for i, (axis, variance) in enumerate(zip(axes, variances, strict=True))
    )


def along(title: str, key: str, vector: ArrayLike, latents: ArrayLike | None) -> Axis:
    """An axis along a vector (latent,) of any length; raises ConfigError for a zero vector."""
    direction = np.asarray(vector, np.float64)
    length = np.linalg.norm(direction)
    if direction.ndim != 1 or not np.isfinite(length) or length == 0:
        raise ConfigError(f"'{title}' leads nowhere; a direction joins two different latents.")
    rows = None if latents is None else np.asarray(latents, np.float64)
    if rows is None or not len(rows):
        return Axis(title, key, direction / length)
    return _axis((title, key), direction / length, rows, rows.var(axis=0).sum())


def _axis(
    name: tuple[str, str], unit: NDArray[np.float64], rows: NDArray[np.float64], total: float
) -> Axis:
    places = rows @ unit
    variance = float(places.var())
    sigma = max(float(np.sqrt(variance)), _SMALLEST)
    return Axis(*name, unit, float(places.mean()), sigma, variance / (total or 1.0))
