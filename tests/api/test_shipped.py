"""References and the models that ship: with their data and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import latentlab
from latentlab.app import endpoints
from latentlab.core import paths
from latentlab.core.errors import LatentlabError
from latentlab.engine.latents import load_latents

if TYPE_CHECKING:
    from pathlib import Path


def test_digits_are_on_every_machine() -> None:
    model = latentlab.load("digits-vae-2")
    end = model.endpoint("data:digits/test/3")
    latents = load_latents(paths.trained() / "digits-vae-2")
    assert end.is_given
    assert end.z == pytest.approx(latents.mu[3], abs=1e-4)
    assert latents.labels is not None
    assert end.label == latents.labels[3]


def test_without_mnist_its_encoded_test_images_serve() -> None:
    model = latentlab.load("mnist-vae-2")
    end = model.endpoint("data:mnist/test/17")
    assert not end.is_given
    assert np.array_equal(end.z, load_latents(paths.trained() / "mnist-vae-2").mu[17])
    with pytest.raises(LatentlabError, match="latentlab data fetch mnist"):
        model.endpoint("data:mnist/train/17")


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["mnist-vae-2", "mnist-vae-20", "mnist-ae-conv", "mnist-pca-30"])
def test_with_mnist_an_image_lies_where_the_map_shows_it(name: str, real_data: Path) -> None:
    model = latentlab.load(name)
    latents = load_latents(paths.trained() / name)
    for row in (0, 17, 9_999):
        end = model.endpoint(f"data:mnist/test/{row}")
        assert end.is_given
        assert end.z == pytest.approx(latents.mu[row], abs=2e-2)  # of long z the map keeps float16


def test_a_class_mean_looks_like_its_class() -> None:
    model = latentlab.load("mnist-vae-20")
    latents = load_latents(paths.trained() / "mnist-vae-20")
    assert latents.labels is not None
    for label in (0, 1, 7):
        end = model.endpoint(f"label:{label}")
        assert np.array_equal(end.z, endpoints.class_mean(latents, label))
        nearest = np.linalg.norm(latents.mu - model.encode(end.picture)[0], axis=1).argsort()[:5]
        assert np.bincount(latents.labels[nearest]).argmax() == label
