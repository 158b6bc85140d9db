"""The latent whose picture comes nearest to a given one, for models without an encoder.

    z* = argmin_z  || g(z, y) - x ||^2 + w || z ||^2

over the pixels, w small: it keeps z where the prior has made pictures. Zhu et al. 2016,
arXiv:1609.03552, eq. 3; Creswell & Bharath 2018, arXiv:1611.05644. The way down has many valleys,
so several starts go at once: those draws from the prior that are nearest already. Adam with a
cosine, every start by itself; what is told of the picture, y, stays.
"""

from __future__ import annotations

from math import cos, pi
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from latentlab.core.errors import ConfigError, ModelError
from latentlab.engine import device

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from latentlab.engine.codec import Codec

STEPS = 200
STARTS = 8
DRAWS = 512  # from the prior, of which the nearest are the starts
_RATE = 0.1  # of Adam at first, in units of z
_BETAS = (0.9, 0.99)
_PULL = 0.01  # w, squared grey levels of 0..1 for each unit of ||z||^2


class Projection(NamedTuple):
    """The best so far."""

    z: NDArray[np.float32]  # (latent,)
    error: float  # || g(z) - x ||^2 of pixels in 0..1: squared error per image
    step: int
    steps: int

    @property
    def share(self) -> float:
        """How much of the search is done, 0 to 1."""
        return self.step / self.steps


def searches(
    codec: Codec, images: NDArray[Any], label: ArrayLike | None = None
) -> Iterator[Iterator[Projection]]:
    """A search for each picture (n, C, H, W), one after the other; `label`: one, or one for each.

    On one CPU thread, so that a picture has the same z wherever it is looked for. Raises ModelError
    where there is nothing to search, ConfigError for a picture of one flat colour.
    """
    if not {"decode", "sample"} <= set(codec.manifest.capabilities):
        raise ModelError(
            f"{codec.manifest.title} has no latents that pictures could be found among; choose "
            "another model."
        )
    pictures = codec.checked_images(images)
    if any(map(_is_flat, pictures)):
        raise ConfigError(
            "The picture is one flat colour, as a file of one pixel is, which tells nothing of a "
            "latent; choose another picture."
        )
    told = codec.told(label, len(images))
    for at, image in enumerate(pictures):
        yield search(codec, image, None if told is None else told[at : at + 1])


def search(
    codec: Codec,
    image: NDArray[Any],
    label: ArrayLike | None = None,
    *,
    steps: int = STEPS,
    seed: int = 0,
) -> Iterator[Projection]:
    """Better and better latents for a picture (C, H, W), one after each step; errors never rise.

    The same seed gives the same latents on one CPU thread. Raises LatentlabError as
    `Codec.errors` does.
    """
    with device.using_threads(1):
        z = torch.tensor(_starts(codec, image, label, seed))
    z.grad = torch.zeros_like(z)
    optimizer = torch.optim.Adam([z.requires_grad_()], lr=_RATE, betas=_BETAS)
    best, found = np.inf, z.detach().numpy()[0].copy()
    for step in range(steps + 1):
        with device.using_threads(1):
            errors, slopes = codec.errors(z.detach().numpy(), image, label)
        if errors.min() < best:
            best, found = float(errors.min()), z.detach().numpy()[errors.argmin()].copy()
        yield Projection(found, best, step, steps)
        z.grad.copy_(torch.from_numpy(slopes)).add_(z.detach(), alpha=2 * _PULL)
        for group in optimizer.param_groups:
            group["lr"] = _RATE * (0.5 + 0.5 * cos(pi * step / max(steps, 1)))
        optimizer.step()


def _starts(
    codec: Codec, image: NDArray[Any], label: ArrayLike | None, seed: int
) -> NDArray[np.float32]:
    """Draws from the prior whose pictures are nearest, (STARTS, latent)."""
    draws = codec.sample(DRAWS, seed)
    pictures = codec.means(draws, label).reshape(len(draws), -1)
    target = image.astype(np.float32) / (255 if image.dtype == np.uint8 else 1)
    apart = np.square(pictures - target.reshape(1, -1)).sum(1)
    return draws[np.argsort(apart, kind="stable")[:STARTS]]


def _is_flat(image: NDArray[Any]) -> bool:
    """Whether all places of a picture (C, H, W) look alike; a point of a plane is no such."""
    return image[0].size > 1 and not np.ptp(image, axis=(1, 2)).any()
