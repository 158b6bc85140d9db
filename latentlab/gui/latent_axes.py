"""What the Inspector's sliders stand for: z itself, or its main directions when z is long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab.gui.widgets.latent_sliders import subscript

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

MOST_RAW = 64  # a longer z is steered by its main directions
DIRECTIONS = 10
_SIGMAS = 3.0


@dataclass(frozen=True, eq=False)
class LatentAxes:
    """Coordinates c of z: c = (z - mean) B' / scale, and z moves by (c' - c) scale B."""

    names: tuple[str, ...]
    low: Floats  # (n,) ends of the sliders
    high: Floats
    mean: Floats | None = None  # (latent,); None: the coordinates are z itself
    basis: Floats | None = None  # (n, latent) orthonormal rows
    scale: Floats | None = None  # (n,) standard deviation of the data along each row

    @classmethod
    def of(cls, latents: ArrayLike | None, latent_size: int) -> LatentAxes:
        """Axes that suit encoded data (n, latent); a standard normal prior without data."""
        z = None if latents is None else np.asarray(latents, float)
        if latent_size <= MOST_RAW:
            return cls._raw(z, latent_size)
        return cls._directions(z if z is not None and len(z) else np.eye(latent_size))

    @property
    def latent_size(self) -> int:
        """Numbers in one z."""
        return len(self.names) if self.mean is None else len(self.mean)

    @property
    def is_raw(self) -> bool:
        """Whether the coordinates are z itself."""
        return self.basis is None

    def coordinates(self, z: ArrayLike) -> Floats:
        """Of one z (latent,), as shown by the sliders (n,)."""
        point = np.asarray(z, float)
        if self.basis is None:
            return point.copy()
        return (point - self.mean) @ self.basis.T / self.scale

    def moved(self, z: ArrayLike, coordinates: ArrayLike) -> Floats:
        """The z with new coordinates; what the axes do not show stays as it is."""
        wanted = np.asarray(coordinates, float)
        if self.basis is None:
            return wanted.copy()
        return np.asarray(z, float) + ((wanted - self.coordinates(z)) * self.scale) @ self.basis

    @classmethod
    def _raw(cls, z: Floats | None, size: int) -> LatentAxes:
        names = tuple(subscript("z", index) for index in range(size))
        reach = np.full(size, _SIGMAS)
        if z is None or not len(z):
            return cls(names, -reach, reach)
        low, high = z.min(axis=0), z.max(axis=0)
        margin = 0.1 * (high - low) + 1e-3
        return cls(names, np.minimum(low - margin, -reach), np.maximum(high + margin, reach))

    @classmethod
    def _directions(cls, z: Floats) -> LatentAxes:
        """Principal axes by falling variance, in units of their standard deviation."""
        mean = z.mean(axis=0)
        centred = z - mean
        variances, vectors = np.linalg.eigh(centred.T @ centred / len(z))
        order = np.argsort(variances)[::-1][:DIRECTIONS]
        basis = vectors.T[order]
        signs = np.sign(basis[np.arange(len(basis)), np.abs(basis).argmax(axis=1)])
        scale = np.sqrt(np.maximum(variances[order], 1e-12))
        reach = np.full(len(order), _SIGMAS)
        names = tuple(subscript("u", index) for index in range(len(order)))
        return cls(names, -reach, reach, mean, basis * signs[:, None], scale)
