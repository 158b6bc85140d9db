"""How far apart two samples are, by the maximum mean discrepancy.

Gretton et al. 2012, "A Kernel Two-Sample Test", JMLR 13: the distance of two distributions' mean
embeddings under a kernel k,

    MMD^2 = E k(x, x') + E k(y, y') - 2 E k(x, y),

zero only where the two are equal, if k is characteristic, as both kernels here are. A kernel here
is the mean of several of different reach, so that both near and far samples feel a pull (Li,
Swersky & Zemel 2015, arXiv:1502.02761, section 4.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    Kernel = Callable[[Tensor], Tensor]  # squared distances to values in (0, 1]

KernelName = Literal["rbf", "rational"]
# Variances of the Gaussians in units of the scale; Li et al. took 1/50 to 4/5 of it for MNIST.
_REACHES = (1 / 32, 1 / 8, 1 / 2, 2.0)
_FLAT = 60.0  # exponents beyond it end in denormal numbers, which cost ten times the time
_EXPONENTS = (0.5, 1.0, 2.0)  # those of arXiv:1801.01401, section 5.1, that need no logarithm
_LEAST = 1e-12  # below it a root's slope, or a division, says nothing


def rbf(squared: Tensor) -> Tensor:
    """Mean of exp(-d^2 / (2 r)) over the reaches r; `squared` is in units of the scale."""
    gaussians = [(squared / (2 * r)).clamp(max=_FLAT).neg().exp() for r in _REACHES]
    return sum(gaussians[1:], gaussians[0]) / len(_REACHES)


def rational(squared: Tensor) -> Tensor:
    """Mean of (1 + d^2 / (2 a))^-a over the exponents a: each a mixture of all Gaussians."""
    powers = [(1 + squared / (2 * a)).pow(-a) for a in _EXPONENTS]
    return sum(powers[1:], powers[0]) / len(_EXPONENTS)


KERNELS: dict[KernelName, Kernel] = {"rbf": rbf, "rational": rational}


def scale_of(rows: Tensor) -> Tensor:
    """The mean squared distance of two rows (n, d), a scalar without a gradient.

    It is twice the variance, and the unit of the kernels' reaches: they suit pixels and codes of
    any size alike.
    """
    n = len(rows)
    variance = rows.detach().float().var(0, correction=0).sum()
    return (2 * n / max(n - 1, 1) * variance).clamp(min=_LEAST)


def squared_mmd(
    x: Tensor, y: Tensor, kernel: Kernel, scale: Tensor | float, *, biased: bool = True
) -> Tensor:
    """MMD^2 of rows x (n, d) and y (m, d), a scalar: Gretton et al. 2012, eq. 5, or 3 unbiased.

    The biased one compares each row with itself too: never negative, zero for a sample and itself,
    about 1 / n + 1 / m too large. The unbiased one needs two rows of either.
    """
    among = [_mean(kernel(distances(rows, rows) / scale), itself=biased) for rows in (x, y)]
    return among[0] + among[1] - 2 * kernel(distances(x, y) / scale).mean()


def root_mmd(x: Tensor, y: Tensor, kernel: Kernel, scale: Tensor | float) -> Tensor:
    """Sqrt(MMD^2), biased: its slope does not vanish near the end (Li et al. 2015, section 4.2)."""
    return squared_mmd(x, y, kernel, scale).clamp(min=_LEAST).sqrt()


def distances(x: Tensor, y: Tensor) -> Tensor:
    """Squared Euclidean distances of all rows x (n, d) to all rows y (m, d): (n, m), in float32."""
    with torch.autocast(x.device.type, enabled=False):  # or the difference of squares is noise
        x, y = x.float(), y.float()
        squares = x.square().sum(1)[:, None] + y.square().sum(1)
        return torch.addmm(squares, x, y.T, alpha=-2).clamp(min=0)


def _mean(values: Tensor, *, itself: bool) -> Tensor:
    if itself:
        return values.mean()
    n = len(values)
    return (values.sum() - values.diagonal().sum()) / (n * (n - 1))
