"""Paths and grids in latent space, as arrays of z to decode.

Every function takes latents as (latent,) and gives float32 (n, latent). Ends are exact.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from latentlab.core.projection import Plane

Latents = NDArray[np.float32]

_PARALLEL = 1e-4  # radians (sin of the angle) below which an arc is a straight line


def lerp(a: ArrayLike, b: ArrayLike, t: ArrayLike) -> Latents:
    """The straight line from a (t = 0) to b (t = 1), one z per t: (1 - t) a + t b."""
    start, end, steps = _ends(a, b, t)
    return _exact(start + (end - start) * steps[:, None], start, end, steps)


def slerp(a: ArrayLike, b: ArrayLike, t: ArrayLike) -> Latents:
    """The arc from a to b: directions by great circle, norms by straight line.

    Shoemake 1985, eq. for slerp, on a/|a| and b/|b|; equal norms are kept all the way, as the
    shell of a high-dimensional normal prior asks (White 2016, arXiv:1609.04468). Where no arc is
    defined (a zero vector, equal or opposite directions) it is the straight line.
    """
    start, end, steps = _ends(a, b, t)
    norms = np.linalg.norm(start), np.linalg.norm(end)
    if min(norms) == 0:
        return lerp(a, b, t)
    u, v = start / norms[0], end / norms[1]
    angle = 2 * np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v))  # exact near 0 and pi
    if np.sin(angle) < _PARALLEL:
        return lerp(a, b, t)
    s = steps[:, None]
    direction = (np.sin((1 - s) * angle) * u + np.sin(s * angle) * v) / np.sin(angle)
    length = norms[0] + (norms[1] - norms[0]) * s
    return _exact(length * direction, start, end, steps)


def line(a: ArrayLike, b: ArrayLike, n: int) -> Latents:
    """Cut the straight line from a to b into n >= 2 latents at equal distances, both ends in it."""
    return lerp(a, b, _steps(n))


def arc(a: ArrayLike, b: ArrayLike, n: int) -> Latents:
    """Cut the arc from a to b into n >= 2 latents at equal angles, both ends included."""
    return slerp(a, b, _steps(n))


def grid(
    plane: Plane,
    anchor: ArrayLike,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    columns: int,
    rows: int,
) -> Latents:
    """Latents of the tiles that cover a rectangle of a plane, (rows * columns, latent).

    The rectangle is cut into equal tiles, each decoded at its centre; row 0 is at the *top*
    (largest y), so that the tiles read like a picture. What the plane does not show stays as in
    `anchor`.
    """
    if columns < 1 or rows < 1:
        raise ConfigError(f"A grid of {columns} x {rows} tiles is empty; ask for at least 1 x 1.")
    return _crossings(plane, anchor, _centres(*x_range, columns), _centres(*y_range, rows))


def quantile_grid(plane: Plane, anchor: ArrayLike, n: int) -> Latents:
    """Latents at equally probable places of a plane under N(0, I), (n * n, latent), n >= 1.

    The unit square is cut into n x n tiles, whose centres go through the inverse of the normal
    distribution function (Kingma & Welling 2014, arXiv:1312.6114, figure 4); the shadow of N(0, I)
    on the plane lies around project(0). Row 0 is at the top, as in `grid`.
    """
    if n < 1:
        raise ConfigError(f"A grid of {n} x {n} tiles is empty; ask for at least 1 x 1.")
    normal = NormalDist()
    steps = np.array([normal.inv_cdf(share) for share in _centres(0.0, 1.0, n).tolist()])
    x, y = plane.project(np.zeros((1, plane.latent_size)))[0].astype(np.float64)
    return _crossings(plane, anchor, x + steps, y + steps)


def traversal(anchor: ArrayLike, dim: int, low: float, high: float, n: int) -> Latents:
    """The anchor with one dimension going from low to high in n >= 2 steps, (n, latent)."""
    base = np.asarray(anchor, dtype=np.float32)
    if not 0 <= dim < len(base):
        raise ConfigError(
            f"Dimension {dim} does not exist; this latent has dimensions 0 to {len(base) - 1}."
        )
    rows = np.tile(base, (n, 1))
    rows[:, dim] = lerp([low], [high], _steps(n))[:, 0]
    return rows


def truncate(z: ArrayLike, limit: float) -> Latents:
    """Every coordinate of z (n, latent) moved into [-limit, limit]: nothing far in the tails."""
    if not limit > 0:
        raise ConfigError(f"A truncation at {limit:g} leaves nothing; choose a limit above 0.")
    return np.clip(np.atleast_2d(np.asarray(z, dtype=np.float32)), -limit, limit)


def _ends(
    a: ArrayLike, b: ArrayLike, t: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    start, end = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if start.ndim != 1 or start.shape != end.shape:
        raise ConfigError(
            f"A path joins two latents of one model, but their shapes are {start.shape} and "
            f"{end.shape}; choose two latents of the same width."
        )
    return start, end, np.atleast_1d(np.asarray(t, dtype=np.float64))


def _exact(
    path: NDArray[np.float64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    steps: NDArray[np.float64],
) -> Latents:
    """Rounding may not move the ends: they are pins that people chose."""
    path[steps == 0] = start
    path[steps == 1] = end
    return path.astype(np.float32)


def _steps(n: int) -> NDArray[np.float64]:
    if n < 2:
        raise ConfigError(f"A path of {n} latents has no two ends; ask for at least 2.")
    return np.linspace(0.0, 1.0, n)


def _crossings(
    plane: Plane, anchor: ArrayLike, xs: NDArray[np.float64], ys: NDArray[np.float64]
) -> Latents:
    """Every x with every y, the largest y first."""
    xy = np.stack([np.tile(xs, len(ys)), np.repeat(ys[::-1], len(xs))], axis=1)
    return plane.invert(xy, anchor)


def _centres(low: float, high: float, n: int) -> NDArray[np.float64]:
    return low + (high - low) * (np.arange(n) + 0.5) / n
