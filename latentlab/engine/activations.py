"""Directions in latent space that move the decoder's first hidden layer most.

Härkönen et al. 2020, GANSpace, arXiv:2004.02546, section 2.1 (BigGAN): draw z_1..z_N, take the
activations y_j of an early layer, their principal components V, coordinates x_j = V^T (y_j - mu);
latent directions follow by least squares,

    U = argmin sum_j || U x_j - z_j ||^2.

As coordinates of principal components are uncorrelated, column k of U is cov(z, x_k) / var(x_k); it
is given with unit length, so that steps are in sigma of the prior along it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from latentlab.core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from latentlab.engine.codec import Codec
    from latentlab.models.family import LatentModel

DRAWS = 4_096
_TOGETHER = 64
_ROUNDS = 4  # of power iteration: Halko, Martinsson & Tropp 2011, arXiv:0909.4061, algorithm 4.4
_SPARE = 8  # components more than are asked for, which makes those exact
_SMOOTH = (nn.ReLU, nn.LeakyReLU, nn.SiLU, nn.GELU, nn.ELU, nn.Softplus, nn.Tanh, nn.Sigmoid)


class Early(NamedTuple):
    """Directions by falling variance of the activations along them."""

    vectors: NDArray[np.float32]  # (k, latent), unit length
    shares: NDArray[np.float32]  # (k,) of the variance of all activations


class _ReachedError(Exception):
    """Nothing behind the first hidden layer is of interest."""


def first_hidden(model: LatentModel, z: Tensor, y: Tensor | None) -> Tensor:
    """What the first nonlinearity of a decoder gives, (n, units); raises ModelError without one."""
    found: list[Tensor] = []

    def stop(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        found.append(output)
        raise _ReachedError

    hooks = [
        part.register_forward_hook(stop) for part in model.modules() if isinstance(part, _SMOOTH)
    ]
    try:
        model.decode(z, y)
    except _ReachedError:
        return found[0].flatten(1).float()
    finally:
        for hook in hooks:
            hook.remove()
    raise ModelError("This model has no hidden layer, so there are no activations to look at.")


def directions(
    codec: Codec, k: int = 6, n: int = DRAWS, seed: int = 0, label: ArrayLike | None = None
) -> Early:
    """Up to k directions from n samples of the prior; the same seed gives the same ones.

    Those that z does not tell (coordinates that no direction of z correlates with) are left out.
    Raises ModelError for models without prior, decoder or hidden layer.
    """
    found = [early for early in search(codec, k, n, seed, label) if early is not None]
    return found[-1]


def search(
    codec: Codec, k: int, n: int = DRAWS, seed: int = 0, label: ArrayLike | None = None
) -> Iterator[Early | None]:
    """The same in steps of some milliseconds, None until the last."""
    drawn = codec.sample(n, seed)
    parts = []
    for start in range(0, n, _TOGETHER):
        parts.append(torch.from_numpy(codec.activations(drawn[start : start + _TOGETHER], label)))
        yield None
    activations, z = torch.cat(parts), torch.from_numpy(drawn)
    activations -= activations.mean(0)
    basis = torch.randn(
        activations.shape[1],
        min(min(k, z.shape[1]) + _SPARE, *activations.shape),
        generator=torch.Generator().manual_seed(seed),
    )
    for _ in range(_ROUNDS):
        basis, _ = torch.linalg.qr(activations.T @ (activations @ basis))
        yield None
    yield _told(activations, basis, z - z.mean(0), min(k, z.shape[1]))


def _told(activations: Tensor, basis: Tensor, z: Tensor, k: int) -> Early:
    """Directions of z, all arguments centred; the basis (d, k or more) spans the components."""
    _, _, turned = torch.linalg.svd(activations @ basis, full_matrices=False)
    places = activations @ (turned @ basis.T)[:k].T  # (n, k)
    ways = (places / places.std(0).clamp_min(1e-12)).T @ z / len(z)  # (k, latent), of one sigma
    lengths = ways.norm(dim=1)
    chance = (z.shape[1] / len(z)) ** 0.5 * z.std()  # length of a way that z does not tell
    kept = lengths > 2 * chance
    vectors = ways[kept] / lengths[kept, None]
    largest = vectors.gather(1, vectors.abs().argmax(1, keepdim=True))
    shares = places.var(0)[kept] / activations.var(0).sum().clamp_min(1e-12)
    return Early((vectors * largest.sign()).numpy(), shares.numpy())
