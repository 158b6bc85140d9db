"""The VAE's terms against Monte Carlo, its bounds in their order, its likelihoods."""

from __future__ import annotations

from math import log

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Bernoulli, Normal, kl_divergence

from latentlab.core.spec import Recipe
from latentlab.models.family import DataShape, Posterior
from latentlab.models.vae import FAMILY, Vae, VaeConfig

SHAPE = DataShape(1, 8, 8)


def noise(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def vae(seed: int = 0, **settings: object) -> Vae:
    torch.manual_seed(seed)
    return FAMILY.build(VaeConfig.model_validate({"width": 16, **settings}), SHAPE)


def pictures(n: int = 32) -> torch.Tensor:
    return torch.rand(n, *SHAPE[:3], generator=noise(5))


@given(mu=st.floats(-3, 3), logvar=st.floats(-4, 2))
def test_kl_is_that_of_torch_and_of_monte_carlo(mu: float, logvar: float) -> None:
    q = Posterior(torch.tensor([[mu]]), torch.tensor([[logvar]]))
    density, prior = Normal(mu, float(torch.exp(torch.tensor(logvar / 2)))), Normal(0.0, 1.0)
    assert float(q.kl()) == pytest.approx(float(kl_divergence(density, prior)), abs=1e-4)

    many = Posterior(q.mu.expand(40_000, 1), torch.full((40_000, 1), logvar))
    z = many.sample(noise())
    ratios = density.log_prob(z) - prior.log_prob(z)
    assert float(q.kl()) == pytest.approx(
        float(ratios.mean()), abs=5 * float(ratios.std()) / 200 + 1e-4
    )


def test_a_point_posterior_has_no_spread_and_no_kl() -> None:
    q = Posterior(torch.ones(2, 3))
    assert torch.equal(q.sample(noise()), q.mu)
    assert torch.equal(q.kl(), torch.zeros(2, 3))


def test_reparametrised_samples_carry_gradients() -> None:
    mu = torch.zeros(1000, 2, requires_grad=True)
    logvar = torch.full((1000, 2), log(4.0), requires_grad=True)
    z = Posterior(mu, logvar).sample(noise())
    assert float(z.detach().std()) == pytest.approx(2.0, rel=0.05)
    (z.square().sum() / 1000).backward()
    assert mu.grad is not None
    assert logvar.grad is not None
    # d E[z^2] / d logvar = sigma^2 for each of the two dimensions
    assert float(logvar.grad.sum()) == pytest.approx(2 * 4.0, rel=0.1)


def test_bernoulli_likelihood_is_torch_s() -> None:
    model, z = vae(), torch.randn(32, 2, generator=noise())
    observed = model.observe(pictures(), noise())
    assert set(observed.unique().tolist()) == {0.0, 1.0}
    expected = Bernoulli(model.decode(z)).log_prob(observed).flatten(1).sum(1)
    assert torch.allclose(model.log_likelihood(observed, z), expected, atol=1e-3)


def test_gaussian_likelihood_is_torch_s_with_one_sigma() -> None:
    model, z = vae(likelihood="gaussian"), torch.randn(32, 2, generator=noise())
    x = pictures()
    assert torch.equal(model.observe(x, noise()), x)
    sigma = model.log_sigma.exp()
    expected = Normal(model.decode(z), sigma).log_prob(x).flatten(1).sum(1)
    assert torch.allclose(model.log_likelihood(x, z), expected, atol=1e-3)


def test_sigma_is_learned_towards_the_error_left() -> None:
    torch.manual_seed(0)
    config = VaeConfig(likelihood="gaussian", beta=0.0, width=16)
    model = FAMILY.build(config, SHAPE)
    learner = FAMILY.learner(model, config, Recipe(learning_rate=1e-2, schedule="constant"), 400)
    x, g = pictures(64), noise()
    for _ in range(400):
        learner.step(x, None, g)
    with torch.no_grad():
        z = model.encode(x).sample(g)
        left = (model.decode(z) - x).square().mean().sqrt()
    assert float(model.log_sigma.exp().detach()) == pytest.approx(float(left), rel=0.1)


def test_pixels_are_binarised_afresh_with_their_own_probability() -> None:
    model, x, g = vae(), torch.full((4000, 1, 8, 8), 0.3), noise()
    first, second = model.observe(x, g), model.observe(x, g)
    assert not torch.equal(first, second)
    assert float(first.mean()) == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize("beta", [0.0, 0.5, 1.0, 4.0])
def test_the_loss_is_reconstruction_and_weighted_kl(beta: float) -> None:
    losses = FAMILY.losses(vae(beta=beta), pictures(), None, noise())
    expected = losses["reconstruction"] + beta * losses["kl"]
    assert torch.allclose(losses["loss"], expected)


def test_pictures_are_shifted_before_the_encoder_in_training_only() -> None:
    plain, moving = vae(), vae(shift=2)
    moving.load_state_dict(plain.state_dict())
    for model in (plain, moving):
        model.eval()
    looked = [FAMILY.losses(model, pictures(), None, noise())["loss"] for model in (plain, moving)]
    assert torch.equal(*looked)
    moving.train()
    assert not torch.equal(FAMILY.losses(moving, pictures(), None, noise())["kl"], looked[0])


def test_without_regularisation_the_codes_spread() -> None:
    def spread(beta: float) -> float:
        torch.manual_seed(0)
        config = VaeConfig(beta=beta, width=32)
        model = FAMILY.build(config, SHAPE)
        learner = FAMILY.learner(model, config, Recipe(learning_rate=1e-2), 150)
        x, g = pictures(64).round(), noise()
        for _ in range(150):
            learner.step(x, None, g)
        return float(model.encode(x).kl().sum(1).mean().detach())

    assert spread(0.0) > 2 * spread(1.0)


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_bounds_stand_in_their_order(likelihood: str) -> None:
    """ELBO = IWAE-1 <= IWAE-5 <= IWAE-100 in expectation, Burda et al. 2016, theorem 1."""
    model = vae(likelihood=likelihood)
    with torch.no_grad():
        last = list(model.encoder.parameters())[-1]
        last.copy_(torch.tensor([1.0, -1.0, -1.0, -1.0]))  # a posterior well off the prior
        observed = model.observe(pictures(400), noise())
        elbo, one = (
            torch.stack([bound(seed).mean() for seed in range(100)]).mean()
            for bound in (
                lambda seed: model.elbo(observed, noise(seed)),
                lambda seed: model.iwae(observed, 1, noise(seed)),
            )
        )
        five, hundred = (model.iwae(observed, k, noise(k)).mean() for k in (5, 100))
    assert float(elbo) == pytest.approx(float(one), abs=0.2)
    assert one < five < hundred


def test_iwae_finds_the_evidence_where_it_is_known() -> None:
    """A decoder that ignores z makes log p(x) exact: every bound but the KL's equals it."""
    model = vae(likelihood="gaussian")
    with torch.no_grad():
        for weights in model.decoder.parameters():
            weights.zero_()
        model.log_sigma.fill_(log(0.5))
        x = pictures()
        evidence = Normal(0.5, 0.5).log_prob(x).flatten(1).sum(1)
        assert torch.allclose(model.iwae(x, 3000, noise()), evidence, atol=0.2)
        gap = evidence - model.elbo(x, noise())
    assert torch.allclose(gap, model.encode(x).kl().sum(1), atol=1e-3)


def test_prior_draws_are_standard_normal() -> None:
    draws = vae(latent=5).sample_prior(20_000, noise())
    assert draws.shape == (20_000, 5)
    assert float(draws.mean().abs()) < 0.02
    assert float(draws.std()) == pytest.approx(1.0, abs=0.02)
