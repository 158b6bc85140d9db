"""The encoded probe images of a model: the points of its map, ready without the dataset.

Torch-free: the window reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from latentlab.core.errors import ModelError
from latentlab.engine import files, runs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_SEED = 0
K = TypeVar("K", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Latents:
    """q(z|x) of n probe images. Arrays are read-only and shared."""

    mu: NDArray[np.float32]  # (n, latent)
    logvar: NDArray[np.float32] | None  # (n, latent); None: the encoder is deterministic
    labels: NDArray[np.int64] | None  # (n,) indices into the manifest's label names
    indices: NDArray[np.int64]  # (n,) rows of the dataset's images

    def __len__(self) -> int:
        return len(self.mu)

    @property
    def size(self) -> int:
        """Numbers in one z."""
        return int(self.mu.shape[1])

    @cached_property
    def drawn(self) -> NDArray[np.float32]:
        """One draw from each posterior, the same every time, (n, latent); mu where it is a point.

        z = mu + exp(logvar / 2) * noise, Kingma & Welling 2014, section 2.4.
        """
        if self.logvar is None:
            return self.mu
        noise = np.random.default_rng(_SEED).standard_normal(self.mu.shape, np.float32)
        drawn: NDArray[np.float32] = self.mu + noise * np.exp(0.5 * self.logvar)
        drawn.setflags(write=False)
        return drawn

    def points(self, *, sampled: bool = False) -> NDArray[np.float32]:
        """mu, or the draws, (n, latent)."""
        return self.drawn if sampled else self.mu


def load_latents(folder: Path) -> Latents:
    """The probe latents of a model folder, checked against its hash; cached for two models.

    Raises ModelError: none yet, damaged, of shapes that do not belong together.
    """
    manifest = runs.read_manifest(folder)
    if "encode" not in manifest.capabilities:
        raise ModelError(f"{manifest.title} encodes no images; choose a model with an encoder")
    if runs.LATENTS not in manifest.files:
        raise ModelError(f"{manifest.title} has no encoded images yet; train it for an epoch")
    return _load(folder, manifest.files[runs.LATENTS], manifest.latent_size)


@lru_cache(maxsize=2)
def _load(folder: Path, _sha256: str, latent_size: int) -> Latents:
    path = runs.check_file(folder, runs.read_manifest(folder), runs.LATENTS)
    arrays = files.read_arrays(folder, runs.LATENTS)
    mu = arrays.get("mu", np.empty((0, 0)))
    latents = Latents(
        mu=_frozen(mu, np.float32),
        logvar=_frozen(arrays["logvar"], np.float32) if "logvar" in arrays else None,
        labels=_frozen(arrays["labels"], np.int64) if "labels" in arrays else None,
        indices=_frozen(arrays.get("indices", np.arange(len(mu))), np.int64),
    )
    _check(path, latents, latent_size)
    return latents


def _frozen(array: NDArray[Any], kind: type[K]) -> NDArray[K]:
    whole = np.ascontiguousarray(array, dtype=kind)
    whole.setflags(write=False)
    return whole


def _check(path: Path, latents: Latents, latent_size: int) -> None:
    shape = (len(latents.mu), latent_size)
    fits = latents.mu.shape == shape and len(latents.indices) == shape[0]
    fits &= latents.logvar is None or latents.logvar.shape == shape
    fits &= latents.labels is None or latents.labels.shape == shape[:1]
    if not fits or not np.isfinite(latents.mu).all():
        raise ModelError(f"{path} does not hold latents of {latent_size} numbers; get it again")
