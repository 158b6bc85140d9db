"""A sheet between four latents: bilinear, or along arcs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.core.errors import ConfigError
from latentlab.core.latent import lerp, slerp
from latentlab.core.recipe import Latents

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from latentlab.core.route import Join


def corner_latents(corners: ArrayLike, n: int, join: Join = "line") -> NDArray[np.float32]:
    """Latents (n, n, latent) between corners (4, latent), n >= 2.

    Corners are top left, top right, bottom left, bottom right, and are met exactly. First down
    both edges, then across each row.
    """
    ends = np.asarray(corners, np.float32)
    if ends.ndim != 2 or len(ends) != 4:
        raise ConfigError("A corner sheet needs four latents of one model.")
    if n < 2:
        raise ConfigError(f"A corner sheet of {n} x {n} has no four corners; ask for at least 2.")
    step = lerp if join == "line" else slerp
    t = np.linspace(0.0, 1.0, n)
    left, right = step(ends[0], ends[2], t), step(ends[1], ends[3], t)
    return np.stack([step(a, b, t) for a, b in zip(left, right, strict=True)])


def corner_rows(corners: ArrayLike, n: int, join: Join = "line") -> tuple[Latents, ...]:
    """The sheet as rows of a recipe."""
    return tuple(latents_row(row) for row in corner_latents(corners, n, join))


def latents_row(z: ArrayLike, title: str = "") -> Latents:
    """Latents (n, latent) as a row of a recipe, every float32 kept, written short."""
    rows = np.atleast_2d(np.asarray(z, np.float32))
    return Latents(z=tuple(tuple(float(str(v)) for v in row) for row in rows), title=title)
