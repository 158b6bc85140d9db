"""Figures that the literature knows, on the original MNIST files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from latentlab.core.spec import TrainSpec
from latentlab.engine import runs
from latentlab.engine.evaluate import evaluate
from latentlab.engine.train import train
from tests.engine.conftest import run_name

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.realdata
@pytest.mark.usefixtures("real_data")
def test_thirty_components_of_mnist_reconstruct_as_in_the_literature(library: Path) -> None:
    """Hinton & Salakhutdinov 2006 give 13.87 per image for PCA with 30 components."""
    spec = TrainSpec(family="pca", config={"latent": 30}, data="mnist", device="cpu", threads=1)
    seen = list(train(spec, library))
    folder = library / run_name(seen)
    assert folder.name.startswith("mnist-pca-30")  # a shipped model has the plain name
    found = evaluate(folder, metrics=["objective", "reconstruction"])
    assert found["objective"].n == 10_000
    assert found["objective"].value == pytest.approx(13.87, abs=0.4)
    assert found["reconstruction"].value < found["objective"].value  # clipped to 0..1
    manifest = runs.read_manifest(folder)
    assert manifest.headline == "reconstruction"
    assert manifest.data.train_images == 55_000
