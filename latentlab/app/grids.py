"""Square sheets: between four latents, bilinear or along arcs, and of a rectangle of a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.core.errors import ConfigError
from latentlab.core.latent import grid, lerp, quantile_grid, slerp
from latentlab.core.projection import PcaPlane, RawPlane
from latentlab.core.recipe import Latents

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from latentlab.core.projection import Plane
    from latentlab.core.route import Join

    Range = tuple[float, float]

MOST_SIDE = 256


def corner_latents(corners: ArrayLike, n: int, join: Join = "line") -> NDArray[np.float32]:
    """Latents (n, n, latent) between corners (4, latent), n >= 2.

    Corners are top left, top right, bottom left, bottom right, and are met exactly. First down
    both edges, then across each row.
    """
    ends = np.asarray(corners, np.float32)
    if ends.ndim != 2 or len(ends) != 4:
        raise ConfigError("A corner sheet needs four latents of one model.")
    require_side(n)
    step = lerp if join == "line" else slerp
    t = np.linspace(0.0, 1.0, n)
    left, right = step(ends[0], ends[2], t), step(ends[1], ends[3], t)
    return np.stack([step(a, b, t) for a, b in zip(left, right, strict=True)])


def require_side(n: int) -> None:
    """Refuse a sheet that is none; ConfigError."""
    if not 2 <= n <= MOST_SIDE:
        raise ConfigError(f"{n} x {n} pictures make no grid; choose n of 2 to {MOST_SIDE}.")


def corner_rows(corners: ArrayLike, n: int, join: Join = "line") -> tuple[Latents, ...]:
    """The sheet as rows of a recipe."""
    return tuple(latents_row(row) for row in corner_latents(corners, n, join))


def manifold_latents(
    plane: Plane, start: ArrayLike, n: int, x: Range | None = None, y: Range | None = None
) -> NDArray[np.float32]:
    """A rectangle of a plane in n x n tiles, (n, n, latent), the top row first.

    Without ranges: equally probable places of N(0, I). What the plane does not show is as at
    `start` (latent,).
    """
    require_side(n)
    if x is None or y is None:
        return quantile_grid(plane, start, n).reshape(n, n, -1)
    return grid(plane, start, x, y, n, n).reshape(n, n, -1)


def manifold_rows(
    plane: Plane, start: ArrayLike, x: Range | None, y: Range | None, n: int
) -> tuple[Latents, ...]:
    """The same as rows of a recipe."""
    return tuple(latents_row(row) for row in manifold_latents(plane, start, n, x, y))


def plane_of(kind: str, dims: tuple[int, int], mu: ArrayLike | None, latent_size: int) -> Plane:
    """Two "raw" dimensions, or two "pca" directions of the encoded images mu (n, latent)."""
    if kind == "raw":
        return RawPlane(latent_size, dims)
    if kind != "pca":
        raise ConfigError(f"There is no plane '{kind}'; choose raw or pca.")
    if mu is None:
        raise ConfigError("There are no encoded images to find directions of; choose raw.")
    return PcaPlane.fit(mu, dims)


def latents_row(z: ArrayLike, title: str = "") -> Latents:
    """Latents (n, latent) as a row of a recipe, every float32 kept, written short."""
    rows = np.atleast_2d(np.asarray(z, np.float32))
    return Latents(z=tuple(tuple(float(str(v)) for v in row) for row in rows), title=title)
