"""Arrays as people give them, brought to the shapes that models take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.core import images, reference
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from latentlab.core.manifest import Manifest


def as_latents(z: ArrayLike, manifest: Manifest) -> NDArray[np.float32]:
    """Latents (n, latent); raises ConfigError for another width or for what are no numbers."""
    size = manifest.latent_size
    try:
        rows = np.array(z, np.float32, ndmin=2)
    except (ValueError, TypeError):  # rows of different length, or words
        rows = np.empty((0, 0), np.float32)
    if rows.ndim != 2 or rows.shape[1] != size or not len(rows) or not np.isfinite(rows).all():
        raise ConfigError(
            f"{manifest.title} has latents of {size} numbers; give finite ones, (n, {size})."
        )
    return rows


def as_pictures(array: NDArray[Any], manifest: Manifest) -> NDArray[Any]:
    """Pictures (n, C, H, W), the axes added that people leave out; others as they are."""
    shape = manifest.data.shape
    if array.shape == shape:
        return array[None]
    if shape[0] == 1 and array.shape[-2:] == shape[1:] and array.ndim in (2, 3):
        return array.reshape(-1, *shape)
    return array


def reference_of(array: NDArray[Any], manifest: Manifest) -> str:
    """What names a z (latent,) or a picture (C, H, W), uint8 or float in 0 to 1.

    Raises ConfigError for an array that is neither.
    """
    if array.shape in ((manifest.latent_size,), manifest.latent_shape):
        return str(reference.of_latent(as_latents(array.reshape(1, -1), manifest)))
    pictures = as_pictures(array, manifest)
    if pictures.shape != (1, *manifest.data.shape):
        raise ConfigError(
            f"An array of shape {array.shape} is neither a latent ({manifest.latent_size},) nor "
            f"a picture {manifest.data.shape} of {manifest.title}."
        )
    pixels = pictures[0] if pictures.dtype == np.uint8 else images.to_uint8(pictures[0])
    return f"picture:{images.png_text(pixels)}"
