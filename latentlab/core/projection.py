"""Planes that show latents as points: two raw dimensions, or two principal components.

Both directions are needed: `project` draws the map, `invert` turns the mouse into a z to decode.
What a plane cannot show is taken from an anchor, so that project(invert(xy, anchor)) is xy and
invert(project(z), z) is z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latentlab.core.errors import ConfigError

Points = NDArray[np.float32]


class Plane(Protocol):
    """A flat view of a latent space."""

    @property
    def latent_size(self) -> int:
        """Numbers in one z."""
        ...

    @property
    def axis_titles(self) -> tuple[str, str]:
        """Words for the horizontal and the vertical axis."""
        ...

    @property
    def title(self) -> str:
        """Which view it is, and what becomes of the dimensions it does not show."""
        ...

    def project(self, z: ArrayLike) -> Points:
        """Latents (n, latent) or (latent,) to their points (n, 2)."""
        ...

    def invert(self, xy: ArrayLike, anchor: ArrayLike) -> Points:
        """Points (n, 2) or (2,) to latents (n, latent); the rest is as in anchor (latent,)."""
        ...


@dataclass(frozen=True)
class RawPlane:
    """Two dimensions of z as they are; `latent_size` may be 1, then y is always 0."""

    latent_size: int
    dims: tuple[int, int] = (0, 1)

    def __post_init__(self) -> None:
        if self.latent_size == 1:
            object.__setattr__(self, "dims", (0, 0))
            return
        x, y = self.dims
        if x == y or not (0 <= x < self.latent_size and 0 <= y < self.latent_size):
            raise ConfigError(
                f"Dimensions {x} and {y} span no plane of this latent space; choose two "
                f"different ones of 0 to {self.latent_size - 1}."
            )

    @property
    def axis_titles(self) -> tuple[str, str]:
        """As the field writes them, counted from 0."""
        return f"z[{self.dims[0]}]", "" if self.latent_size == 1 else f"z[{self.dims[1]}]"

    @property
    def title(self) -> str:
        """Which view it is."""
        if self.latent_size <= 2:
            return "the whole latent space"
        return f"{' and '.join(self.axis_titles)}{_rest(self.latent_size, 'dimension')}"

    def project(self, z: ArrayLike) -> Points:
        """Latents (n, latent) to points (n, 2)."""
        rows = _rows(z, self.latent_size)
        points = rows[:, list(self.dims)]
        if self.latent_size == 1:
            points[:, 1] = 0
        return points

    def invert(self, xy: ArrayLike, anchor: ArrayLike) -> Points:
        """Points (n, 2) to latents (n, latent), the other dimensions as in anchor."""
        points = _rows(xy, 2)
        z = np.repeat(_rows(anchor, self.latent_size)[:1], len(points), axis=0)
        for axis, dim in enumerate(self.dims[: self.latent_size]):
            z[:, dim] = points[:, axis]
        return z


@dataclass(frozen=True, eq=False)
class PcaPlane:
    """The plane of two principal components of encoded data; residuals are the anchor's."""

    mean: NDArray[np.float64]  # (latent,)
    components: NDArray[np.float64]  # (2, latent), orthonormal rows
    explained: NDArray[np.float64]  # (2,) their shares of the total variance, 0 to 1
    ranks: tuple[int, int] = (0, 1)  # which components they are, by falling variance

    @classmethod
    def fit(cls, latents: ArrayLike, ranks: tuple[int, int] = (0, 1)) -> PcaPlane:
        """Principal axes of latents (n, latent), n >= 1.

        Raises ConfigError when there are no such two components.
        """
        mean, axes, variances = principal_axes(latents)
        size = len(mean)
        if ranks[0] == ranks[1] or not all(0 <= rank < size for rank in ranks):
            raise ConfigError(
                f"Components {ranks[0] + 1} and {ranks[1] + 1} span no plane; choose two "
                f"different ones of 1 to {size}."
            )
        order = list(ranks)
        return cls(mean, axes[order], variances[order] / (variances.sum() or 1.0), ranks)

    @property
    def latent_size(self) -> int:
        """Numbers in one z."""
        return len(self.mean)

    @property
    def axis_titles(self) -> tuple[str, str]:
        """Name and share of variance of both components."""
        first, second = (
            f"PC {rank + 1} ({share:.0%} of variance)"
            for rank, share in zip(self.ranks, self.explained, strict=True)
        )
        return first, second

    @property
    def title(self) -> str:
        """Which view it is."""
        names = f"principal components {self.ranks[0] + 1} and {self.ranks[1] + 1}"
        share = f"{self.explained.sum():.0%} of the variance"
        return f"{names}, {share}{_rest(self.latent_size, 'direction')}"

    def project(self, z: ArrayLike) -> Points:
        """Latents (n, latent) to points (n, 2)."""
        rows = _rows(z, self.latent_size).astype(np.float64)
        return ((rows - self.mean) @ self.components.T).astype(np.float32)

    def invert(self, xy: ArrayLike, anchor: ArrayLike) -> Points:
        """Points (n, 2) to latents (n, latent): the anchor, moved within the plane."""
        start = _rows(anchor, self.latent_size)[:1].astype(np.float64)
        at = (start - self.mean) @ self.components.T
        moved = start + (_rows(xy, 2) - at) @ self.components
        return moved.astype(np.float32)


def principal_axes(
    latents: ArrayLike,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean (latent,), orthonormal axes (latent, latent), variances (latent,) by falling variance.

    Eigenvectors of the covariance (Pearson 1901) of latents (n, latent); the largest coefficient
    of each is made positive, so that the same data always give the same picture. Raises
    ConfigError for less than one row of finite latents.
    """
    rows = np.asarray(latents, dtype=np.float64)
    if rows.ndim != 2 or len(rows) == 0 or not np.isfinite(rows).all():
        raise ConfigError("Principal components need at least one row of finite latents.")
    mean = rows.mean(axis=0)
    variances, vectors = np.linalg.eigh((rows - mean).T @ (rows - mean) / len(rows))
    order = np.argsort(variances)[::-1]
    return mean, _with_fixed_signs(vectors.T[order]), np.clip(variances[order], 0, None)


def _rows(values: ArrayLike, width: int) -> Points:
    """A float32 copy with `width` columns."""
    rows = np.array(values, dtype=np.float32, ndmin=2)
    if rows.ndim != 2 or rows.shape[1] != width:
        raise ConfigError(f"Expected rows of {width} numbers, but the shape is {rows.shape}.")
    return rows


def _with_fixed_signs(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=1)[:, None], axis=1)
    return vectors * np.where(largest < 0, -1.0, 1.0)


def _rest(latent_size: int, noun: str) -> str:
    """What becomes of the dimensions that are not shown."""
    others = latent_size - 2
    if others == 0:
        return ""
    which = f"{noun} is" if others == 1 else f"{others} {noun}s are"
    return f"; the other {which} as at the cursor"
