"""The autoencoder's code map and the Gaussian over its codes; the moments it is made of."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core.errors import ConfigError
from latentlab.core.spec import Recipe
from latentlab.models._codes import CodeGaussian, Moments
from latentlab.models.ae import FAMILY, AeConfig
from latentlab.models.family import DataShape


@pytest.mark.parametrize(
    ("side", "code"), [(8, (2, 2, 2)), (28, (2, 7, 7)), (32, (2, 8, 8)), (64, (2, 16, 16))]
)
def test_the_convolutional_code_is_a_map_of_a_quarter(side: int, code: tuple[int, ...]) -> None:
    config = AeConfig(network="conv", channels=2, width=4)
    model = FAMILY.build(config, DataShape(1, side, side))
    assert tuple(model.latent_shape) == code
    assert model.encode(torch.rand(1, 1, side, side)).mu.shape == (1, np.prod(code))


def test_a_code_map_is_local() -> None:
    """A far corner of the picture does not change the other corner of the code."""
    torch.manual_seed(0)
    config = AeConfig(network="conv", width=4, depth=1)
    model = FAMILY.build(config, DataShape(1, 64, 64))
    x = torch.rand(1, 1, 64, 64)
    changed = x.clone()
    changed[..., -8:, -8:] = 0
    before, after = (model.encode(a).mu.view(16, 16) for a in (x, changed))
    assert torch.equal(before[:8, :8], after[:8, :8])
    assert not torch.equal(before, after)


def test_codes_too_large_to_sample_are_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"channels is 64, .* 16384 numbers .* choose 16 or fewer"
    ):
        FAMILY.build(AeConfig(network="conv", channels=64), DataShape(1, 64, 64))


@given(st.integers(1, 6), st.integers(1, 5), st.floats(-50, 50))
def test_moments_are_those_of_numpy(width: int, batches: int, offset: float) -> None:
    rng = np.random.default_rng(width * 10 + batches)
    rows = rng.normal(size=(batches * 7, width)) + offset
    seen = Moments()
    for part in np.split(rows, batches):
        seen.add(torch.from_numpy(part).float())
    assert seen.count == len(rows)
    assert np.allclose(seen.mean().numpy(), rows.mean(0), atol=1e-4)
    assert np.allclose(seen.covariance().numpy(), np.cov(rows.T, ddof=0), atol=1e-3)


def test_the_gaussian_draws_what_it_was_fitted_to() -> None:
    mixing = torch.tensor([[2.0, 0.0, 0.0], [1.0, 0.5, 0.0], [0.0, 0.0, 0.0]])
    codes = torch.randn(4000, 3, generator=torch.Generator().manual_seed(1)) @ mixing.T + 3.0
    seen, gaussian = Moments(), CodeGaussian(3)
    seen.add(codes)
    gaussian.fit(seen)  # a singular covariance: the third number never varies
    draws = gaussian.sample(50_000, torch.Generator().manual_seed(2))
    assert torch.allclose(draws.mean(0), codes.mean(0), atol=0.05)
    assert torch.allclose(torch.cov(draws.T), torch.cov(codes.T), atol=0.1)


def test_the_gaussian_is_that_of_the_last_epoch_s_codes() -> None:
    torch.manual_seed(0)
    config = AeConfig(latent=3, width=16)
    recipe = Recipe(learning_rate=1e-9, schedule="constant", ema=0.5)  # codes stand still
    learner = FAMILY.learner(FAMILY.build(config, DataShape(1, 8, 8)), config, recipe, 8)
    noise = torch.Generator().manual_seed(0)
    for epoch in range(2):
        x = torch.rand(4, 16, 1, 8, 8, generator=noise) * (epoch + 1) / 2
        for part in x:
            learner.step(part, None, noise)
        learner.end_epoch(epoch)
    model = learner.model_to_use()
    draws = model.sample_prior(20_000, torch.Generator().manual_seed(4))
    codes = model.encode(x.flatten(0, 1)).mu.detach()
    assert torch.allclose(draws.mean(0), codes.mean(0), atol=0.02)
    assert torch.allclose(draws.std(0), codes.std(0, correction=0), rtol=0.05)
