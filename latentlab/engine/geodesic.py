"""The path of least decoded change between two latents.

The decoder g pulls the metric of pictures back into latent space; a geodesic of that metric
minimises the energy of its decoded curve. Discretised as in Shao, Kumar & Fletcher 2018,
arXiv:1711.08014, eq. 4 (see also Arvanitidis, Hansen & Hauberg 2018, arXiv:1710.11379):

    E(z_1 .. z_{m-1}) = sum_i || g(z_{i+1}) - g(z_i) ||^2,   z_0 and z_m fixed

Gauss-Newton steps, damped as Levenberg and Marquardt do: a step is taken only where it lowers E,
which therefore never rises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from latentlab.core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from latentlab.engine.codec import Codec

ITERATIONS = 60
_ENOUGH = 1e-3  # share of the energy: an iteration that gains less is the last
_DAMPING = 1e-3  # at first, in units of the mean curvature
_LEAST, _MOST = 1e-6, 1e6
_TINY = np.finfo(np.float64).tiny  # where z changes nothing, the equations stay soluble


class Curve(NamedTuple):
    """Knots with what they decode to."""

    z: NDArray[np.float32]  # (m, latent)
    pictures: NDArray[np.float64]  # (m, pixels), in 0..1

    @property
    def steps(self) -> NDArray[np.float64]:
        """Change from knot to knot, (m - 1,): Euclidean over the pixels."""
        return np.asarray(np.linalg.norm(np.diff(self.pictures, axis=0), axis=1))

    @property
    def energy(self) -> float:
        """Sum of the squared steps."""
        return float(np.square(self.steps).sum())

    @property
    def times(self) -> NDArray[np.float64]:
        """When to be at each knot, (m,) from 0 to 1, so that the picture changes evenly."""
        steps = self.steps
        if not steps.any():
            return np.linspace(0, 1, len(self.z))
        times = np.concatenate([[0.0], np.cumsum(steps) / steps.sum()])
        times[-1] = 1.0
        return np.asarray(np.minimum(times, 1.0))


def curve_of(codec: Codec, z: NDArray[np.float32]) -> Curve:
    """Decode knots (m, latent)."""
    return Curve(z, codec.means(z).reshape(len(z), -1).astype(np.float64))


def shorten(codec: Codec, curve: Curve, iterations: int = ITERATIONS) -> Iterator[Curve | None]:
    """Curves of falling energy between the same ends; None where a step only gives way.

    Ends when an iteration gains next to nothing, or after `iterations` of them.
    """
    if len(curve.z) < 3:
        return
    damping = _DAMPING
    for _ in range(iterations):
        equations = _Equations(len(curve.z) - 2, curve.z.shape[1])
        for _ in equations.gather(codec, curve):
            yield None
        before = curve.energy
        while True:
            tried = _moved(codec, curve, equations.solve(damping))
            if tried is not None and tried.energy < before:
                break
            damping *= 10
            if damping > _MOST:
                return
            yield None
        curve, damping = tried, max(damping / 10, _LEAST)
        yield curve
        if before - curve.energy < _ENOUGH * before:
            return


def _moved(codec: Codec, curve: Curve, step: NDArray[np.float64]) -> Curve | None:
    """The curve with its free knots moved; None where that is so far that numbers end."""
    z = curve.z.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        z[1:-1] += step.astype(np.float32)
    if not np.isfinite(z).all():
        return None
    try:
        return curve_of(codec, z)
    except ModelError:
        return None


class _Equations:
    """The normal equations of the free knots: block tridiagonal, blocks (latent, latent).

    In torch and not numpy, whose BLAS may use other threads in another process and round otherwise.
    """

    def __init__(self, free: int, latent: int) -> None:
        self.diagonal = torch.zeros(free, latent, latent, dtype=torch.float64)
        self.beside = torch.zeros(max(0, free - 1), latent, latent, dtype=torch.float64)
        self.slope = torch.zeros(free, latent, dtype=torch.float64)  # half the gradient of E

    def gather(self, codec: Codec, curve: Curve) -> Iterator[None]:
        """Sum up over the pixels; a step is one number of all latents, some milliseconds."""
        x = torch.from_numpy(curve.pictures)
        slopes = torch.empty(len(x) - 2, x.shape[1], curve.z.shape[1])  # (free, pixels, latent)
        for k, change in enumerate(codec.derivatives(curve.z[1:-1])):
            slopes[:, :, k] = torch.from_numpy(change)
            yield
        turned = slopes.transpose(1, 2)
        pull = (2 * x[1:-1] - x[:-2] - x[2:]).float()  # (free, pixels)
        self.slope[:] = (turned @ pull[:, :, None])[:, :, 0]
        self.diagonal[:] = 2 * (turned @ slopes)
        self.beside[:] = -(turned[:-1] @ slopes[1:])

    def solve(self, damping: float) -> NDArray[np.float64]:
        """The step (free, latent) for a damping in units of the mean curvature: block Thomas."""
        size = self.slope.shape[1]
        scale = self.diagonal.diagonal(dim1=1, dim2=2).mean()
        ridge = (damping * scale + _TINY) * torch.eye(size, dtype=torch.float64)
        blocks, right = self.diagonal + ridge, -self.slope
        for i in range(1, len(blocks)):
            factor = torch.linalg.solve(blocks[i - 1], self.beside[i - 1]).T
            blocks[i] -= factor @ self.beside[i - 1]
            right[i] -= factor @ right[i - 1]
        step = torch.empty_like(right)
        step[-1] = torch.linalg.solve(blocks[-1], right[-1])
        for i in range(len(blocks) - 2, -1, -1):
            step[i] = torch.linalg.solve(blocks[i], right[i] - self.beside[i] @ step[i + 1])
        return np.asarray(step.numpy())
