"""Small untrained models that encode, decode and sample, written as real model folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from latentlab import models
from latentlab.core.manifest import DataRecord, Manifest
from latentlab.engine import checkpoint, files, runs
from tests.helpers import manifest_of

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


def vae_manifest(
    name: str = "vae",
    latent: int = 2,
    shape: tuple[int, int, int] = (1, 8, 8),
    state: str = "finished",
    **config: Any,
) -> Manifest:
    """The manifest of a finished VAE with a narrow network."""
    settings = {"latent": latent, "width": 16, "depth": 1, **config}
    data = DataRecord(name="digits", title="Digits", content_hash="0" * 64, shape=shape)
    capabilities = sorted(models.get("vae").capabilities)
    fields = {"config": settings, "data": data, "capabilities": capabilities, "state": state}
    return manifest_of(name, latent, **fields)


def write_vae(library: Path, name: str = "vae", seed: int = 0, **fields: Any) -> Path:
    """A model folder that `Codec.open` and the codec process can use."""
    manifest = vae_manifest(name, **fields)
    folder = library / name
    folder.mkdir(parents=True, exist_ok=True)
    rewrite(folder, manifest, seed)
    return folder


def write_latents(folder: Path, mu: NDArray[np.float32]) -> None:
    """Give a model folder its encoded images, (n, latent), as a run does."""
    sha = files.write_whole(folder / runs.LATENTS, files.pack_arrays({"mu": mu}))
    manifest = runs.read_manifest(folder)
    listed = manifest.model_copy(update={"files": {**manifest.files, runs.LATENTS: sha}})
    files.write_whole(folder / runs.MANIFEST, listed.model_dump_json().encode())


def rewrite(folder: Path, manifest: Manifest, seed: int) -> None:
    """Other weights, and a manifest that vouches for them."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        config = models.parse_config(models.get(manifest.family), manifest.config)
        model = models.get(manifest.family).build(config, checkpoint.data_shape(manifest.data))
    sha = files.write_whole(folder / runs.WEIGHTS, checkpoint.pack_weights(model))
    listed = manifest.model_copy(update={"files": {runs.WEIGHTS: sha}})
    files.write_whole(folder / runs.MANIFEST, listed.model_dump_json().encode())


def write_cvae(
    library: Path, name: str = "cvae", seed: int = 0, *, by_attributes: bool = False
) -> Path:
    """A conditional VAE of 8 x 8 pictures that is told one of three classes, or two attributes."""
    condition = "attributes" if by_attributes else "labels"
    plain = vae_manifest(name, condition=condition)
    data = plain.data.model_copy(
        update={"label_names": ("7", "8", "1"), "attribute_names": ("big", "red")}
    )
    able = tuple(sorted(models.get("cvae").capabilities))
    fields = {"family": "cvae", "title": "Told", "capabilities": able, "data": data}
    folder = library / name
    folder.mkdir(parents=True, exist_ok=True)
    rewrite(folder, plain.model_copy(update=fields), seed)
    return folder


def write_completer(library: Path, name: str = "completer", seed: int = 0) -> Path:
    """A model of 8 x 8 pictures that completes those of which it sees some quadrants."""
    plain = vae_manifest(name, condition="quadrants")
    fields = {"family": "cvae", "title": "Completer", "capabilities": ("complete",)}
    folder = library / name
    folder.mkdir(parents=True, exist_ok=True)
    rewrite(folder, plain.model_copy(update=fields), seed)
    return folder


def write_classifier(
    library: Path, name: str = "reader", seed: int = 0, *, of_attributes: bool = False, **more: Any
) -> Path:
    """A classifier of 8 x 8 pictures, of three classes or two attributes."""
    target = "attributes" if of_attributes else "labels"
    data = manifest_of(name).data.model_copy(update={"attribute_names": ("big", "red")})
    fields = {
        "family": "classifier",
        "title": "Reader",
        "capabilities": tuple(sorted(models.get("classifier").capabilities)),
        "config": {"target": target, "width": 8},
        "data": data,
        **more,
    }
    folder = library / name
    folder.mkdir(parents=True, exist_ok=True)
    rewrite(folder, manifest_of(name, 32, **fields), seed)
    return folder
