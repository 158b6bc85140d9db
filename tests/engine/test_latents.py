"""The points of the map: complete, checked, shared, quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import save_file

from latentlab.core.errors import ModelError
from latentlab.engine import runs
from latentlab.engine.latents import Latents, load_latents
from tests.helpers import edit_manifest, sha256, write_model

if TYPE_CHECKING:
    from pathlib import Path


def rewrite(folder: Path, **arrays: np.ndarray) -> None:
    """Other latents, honestly listed."""
    path = folder / "latents.safetensors"
    save_file(arrays, path)
    files = {**runs.read_manifest(folder).files, path.name: sha256(path)}
    edit_manifest(folder, files=files)


def test_latents_of_a_model(tiny_model: Path) -> None:
    latents = load_latents(tiny_model)
    assert (len(latents), latents.size) == (60, 2)
    assert (latents.mu.dtype, latents.labels.dtype) == (np.float32, np.int64)
    assert latents.indices.tolist() == list(range(60))
    assert not latents.mu.flags.writeable


def test_they_are_loaded_once_until_the_file_changes(tiny_model: Path) -> None:
    first = load_latents(tiny_model)
    assert load_latents(tiny_model) is first
    rewrite(tiny_model, mu=np.zeros((3, 2), np.float32), indices=np.arange(3))
    assert len(load_latents(tiny_model)) == 3


def test_half_precision_and_missing_arrays(tiny_model: Path) -> None:
    rewrite(tiny_model, mu=np.ones((5, 2), np.float16))
    latents = load_latents(tiny_model)
    assert latents.mu.dtype == np.float32
    assert (latents.labels, latents.logvar) == (None, None)
    assert latents.indices.tolist() == [0, 1, 2, 3, 4]


def test_a_draw_from_the_posterior(tmp_path: Path) -> None:
    latents = load_latents(write_model(tmp_path, n=20_000))
    assert latents.points() is latents.mu
    drawn = latents.points(sampled=True)
    assert drawn.dtype == np.float32
    assert latents.points(sampled=True) is drawn, "drawn once: asked for at every mouse move"
    again = Latents(latents.mu, latents.logvar, None, latents.indices)
    np.testing.assert_array_equal(drawn, again.drawn)
    noise = (drawn - latents.mu) / np.exp(0.5 * latents.logvar)
    assert abs(noise.mean()) < 0.02
    assert abs(noise.std() - 1) < 0.02


def test_a_point_posterior_has_nothing_to_draw(tiny_model: Path) -> None:
    rewrite(tiny_model, mu=np.ones((5, 2), np.float32))
    latents = load_latents(tiny_model)
    assert latents.points(sampled=True) is latents.mu


@pytest.mark.parametrize(
    "arrays",
    [
        {"mu": np.zeros((4, 3), np.float32)},
        {"mu": np.zeros(4, np.float32)},
        {"labels": np.zeros(4, np.int64)},
        {"mu": np.zeros((4, 2), np.float32), "labels": np.zeros(3, np.int64)},
        {"mu": np.zeros((4, 2), np.float32), "logvar": np.zeros((4, 1), np.float32)},
        {"mu": np.full((4, 2), np.nan, np.float32)},
    ],
)
def test_shapes_that_do_not_belong_together(tiny_model: Path, arrays: dict) -> None:
    rewrite(tiny_model, **arrays)
    with pytest.raises(ModelError, match=r"latents\.safetensors does not hold latents of 2"):
        load_latents(tiny_model)


def test_damaged_missing_and_not_there_yet(tiny_model: Path) -> None:
    path = tiny_model / "latents.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match="sha256"):
        load_latents(tiny_model)
    path.unlink()
    with pytest.raises(ModelError, match="missing"):
        load_latents(tiny_model)
    edit_manifest(tiny_model, files={})
    with pytest.raises(ModelError, match="no encoded images yet"):
        load_latents(tiny_model)
