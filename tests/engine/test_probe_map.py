"""The map that a finished model keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from latentlab import data, models
from latentlab.engine import probe
from latentlab.models.family import DataShape

if TYPE_CHECKING:
    import pytest

    from latentlab.engine.files import Arrays
    from latentlab.models.family import LatentModel


def _probed(latent: int) -> tuple[probe.Probe, LatentModel]:
    family = models.get("pca")
    model = family.build(family.Config(latent=latent), DataShape(1, 8, 8, 10))
    return probe.Probe(data.load("digits"), torch.device("cpu"), seed=0), model


def _map(latent: int) -> Arrays:
    look, model = _probed(latent)
    return look.map(model)


def test_every_test_image_is_on_the_map_of_narrow_latents() -> None:
    kept = _map(2)
    test = data.load("digits").splits["test"]
    np.testing.assert_array_equal(kept["indices"], test)
    assert kept["mu"].shape == (len(test), 2)


def test_wide_latents_keep_fewer_points_of_every_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "MAP_NUMBERS", 30 * 50)
    kept = _map(30)
    assert kept["mu"].shape == (50, 30)
    assert kept["mu"].dtype == np.float16
    assert set(kept["labels"]) == set(range(10))
    np.testing.assert_array_equal(data.load("digits").labels[kept["indices"]], kept["labels"])


def test_looks_at_wide_latents_show_fewer_points_with_their_labels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look, model = _probed(30)
    whole = look.look(model)
    assert len(whole["latents"]) == len(whole["labels"])
    monkeypatch.setattr(probe, "NUMBERS", 30 * 50)
    thinned = look.look(model)
    assert 25 < len(thinned["latents"]) <= 50
    every = -(-len(whole["latents"]) // 50)
    np.testing.assert_array_equal(thinned["latents"], whole["latents"][::every])
    np.testing.assert_array_equal(thinned["labels"], whole["labels"][::every])
