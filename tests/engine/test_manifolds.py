"""The sheets of a 2-D latent that a run shows while it trains."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from latentlab import data, models
from latentlab.core.latent import quantile_grid
from latentlab.core.projection import RawPlane
from latentlab.engine import manifolds, probe
from latentlab.engine.conditions import one_hot
from latentlab.engine.files import Arrays, pack_arrays
from latentlab.models.family import DataShape, LatentModel


def _model(family: str, **config: object) -> LatentModel:
    torch.manual_seed(0)
    found = models.get(family)
    return found.build(found.Config(**config), DataShape(1, 8, 8, 10))


def _look(model: LatentModel, able: tuple[str, ...] = ("encode", "decode", "sample")) -> Arrays:
    dataset = data.load("digits")
    asked = probe.Probe(dataset, torch.device("cpu"), 0, model.reads, frozenset(able))
    return asked.look(model)


def test_a_conditional_model_shows_one_sheet_for_each_label() -> None:
    model = _model("cvae", latent=2)
    sheets = _look(model)["manifolds"]
    assert sheets.shape == (10, 8, 8, 1, 8, 8)
    z = torch.from_numpy(quantile_grid(RawPlane(2), (0.0, 0.0), 8))
    with probe.looking_at(model):
        for label in (0, 7):
            told = one_hot(torch.full((64,), label), 10)
            expected = probe.to_uint8(model.decode(z, told)).reshape(8, 8, 1, 8, 8)
            np.testing.assert_array_equal(sheets[label], expected)
    assert (sheets[0] != sheets[1]).any()


def test_a_model_that_is_told_nothing_shows_one_sheet() -> None:
    assert _look(_model("vae", latent=2))["manifolds"].shape == (1, 8, 8, 1, 8, 8)


@pytest.mark.parametrize("latent", [1, 3])
def test_other_latents_have_no_such_sheet(latent: int) -> None:
    assert "manifolds" not in _look(_model("cvae", latent=latent))


def test_a_model_without_a_prior_has_no_sheet() -> None:
    assert "manifolds" not in _look(_model("vae", latent=2), ("encode", "decode"))


def test_looking_leaves_the_training_as_it_was() -> None:
    model = _model("cvae", latent=2)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    _look(model)
    assert model.training
    assert torch.equal(before, torch.get_rng_state())


def test_digits_stay_small_on_the_shelf() -> None:
    assert len(pack_arrays(_look(_model("cvae", latent=2)))) < 60_000


@given(st.integers(1, 100), st.integers(1, 3), st.integers(1, 256))
def test_sheets_stay_within_the_limit(labels: int, channels: int, side: int) -> None:
    picture = prod((channels, side, side))
    k, n = manifolds.fitting(labels, picture)
    assert 1 <= k <= min(labels, manifolds.MOST_LABELS)
    assert 1 <= n <= manifolds.MOST_SIDE
    assert k * n * n * picture <= manifolds.MOST_BYTES
    if picture * labels * manifolds.LEAST_SIDE**2 <= manifolds.MOST_BYTES:
        assert n >= manifolds.LEAST_SIDE
        assert k == min(labels, manifolds.MOST_LABELS)
