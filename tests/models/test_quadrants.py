"""The VAE that completes pictures: it learns what follows, counts only that, and gives choices."""

from __future__ import annotations

from math import log

import pytest
import torch

from latentlab.core.errors import ConfigError
from latentlab.core.spec import Recipe
from latentlab.models._quadrants import Completer, any_seen, divergence, log_density
from latentlab.models.cvae import FAMILY, CvaeConfig
from latentlab.models.family import DataShape, Posterior

SHAPE = DataShape(1, 8, 8)
LEFT = torch.tensor([[1.0, 0, 1, 0]])
TOP_LEFT = torch.tensor([[1.0, 0, 0, 0]])


def noise(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def completer(shape: DataShape = SHAPE, **settings: object) -> Completer:
    torch.manual_seed(0)
    config = CvaeConfig(**{"condition": "quadrants", "width": 32, "latent": 4, **settings})
    model = FAMILY.build(config, shape)
    assert isinstance(model, Completer)
    return model


def stripes(n: int) -> torch.Tensor:
    """The left half is dark or bright; the right half is the same at its top, a coin below."""
    noise = torch.Generator().manual_seed(5)
    side, coin = torch.rand(2, n, 1, 1, 1, generator=noise).round()
    x = torch.zeros(n, 1, 8, 8)
    x[..., :4] = side
    x[..., :4, 4:] = side
    x[..., 4:, 4:] = coin
    return x


@pytest.fixture(scope="module")
def trained() -> Completer:
    model = completer()
    learner = FAMILY.learner(model, CvaeConfig(), Recipe(learning_rate=5e-3), 400)
    generator, x = noise(), stripes(64)
    for _ in range(400):
        learner.step(x, None, generator)
    return model.eval().requires_grad_(False)


def test_what_follows_is_known_and_what_does_not_differs_between_answers(
    trained: Completer,
) -> None:
    x = stripes(16)
    answers, mean = trained.complete(x, LEFT.expand(16, -1), 12, noise(1))
    assert answers.shape == (16, 12, 1, 8, 8)
    assert mean.shape == x.shape
    assert torch.equal(answers[..., :4], x[:, None, ..., :4].expand(-1, 12, -1, -1, -1))
    follows = (answers[..., :4, 4:] - x[:, None, ..., :4, 4:]).abs().mean()
    assert float(follows) < 0.1
    coins = answers[..., 4:, 4:].mean((2, 3, 4))
    assert bool(((coins < 0.3) | (coins > 0.7)).float().mean() > 0.75), "sharp, not the mean"
    assert 0.2 < float(coins.mean()) < 0.8, "both sides of the coin come"
    assert bool(((mean[..., 4:, 4:].mean((1, 2, 3)) - 0.5).abs() < 0.3).all())


def test_only_what_is_not_seen_is_counted(trained: Completer) -> None:
    x, k = stripes(32), 16
    y = trained.hide(x, LEFT.expand(32, -1))
    bound = trained.iwae(x, k, noise(1), y)
    assert -1.1 * log(2) * 2 < float(bound.mean()) < -0.5 * log(2), "one coin is to be told"
    wrong = x.clone()
    wrong[..., :4] = 1 - wrong[..., :4]
    found = trained.glance(y)
    z = found.prior.mu
    assert torch.equal(trained.log_likelihood(x, z, y), trained.log_likelihood(wrong, z, y)), (
        "the seen half does not count"
    )


def test_bounds_grow_tighter_and_the_blind_one_agrees(trained: Completer) -> None:
    x = stripes(64)
    y = trained.hide(x, LEFT.expand(64, -1))
    elbo = float(trained.elbo(x, noise(1), y).mean())
    seeing = float(trained.iwae(x, 64, noise(1), y).mean())
    blind = float(trained.blind(x, 512, noise(1), y).mean())
    assert elbo <= seeing + 0.05
    assert blind == pytest.approx(seeing, abs=0.1)


def test_the_mask_says_dark_from_unseen() -> None:
    model, dark = completer(), torch.zeros(1, 1, 8, 8)
    seen, unseen = (model.glance(model.hide(dark, flags)) for flags in (LEFT, TOP_LEFT))
    assert not torch.equal(seen.prior.mu, unseen.prior.mu)
    assert float(seen.unseen.sum()) == 32
    assert float(unseen.unseen.sum()) == 48


def test_nothing_unseen_reaches_the_prior() -> None:
    model, x = completer(), stripes(8)
    other = x.clone()
    other[..., 4:] = torch.rand(8, 1, 8, 4, generator=noise())
    flags = LEFT.expand(8, -1)
    assert torch.equal(model.hide(x, flags), model.hide(other, flags))
    assert torch.equal(
        model.complete(x, flags, 3, noise(1))[0][..., 4:],
        model.complete(other, flags, 3, noise(1))[0][..., 4:],
    )


def test_training_sees_one_to_three_quadrants_all_alike_often() -> None:
    seen = any_seen(torch.empty(6_000, 1, 2, 2), noise())
    counts = seen.sum(1)
    assert [round(float((counts == n).float().mean()), 1) for n in (1, 2, 3)] == [0.3, 0.3, 0.3]
    assert seen.mean(0).tolist() == pytest.approx([0.5] * 4, abs=0.03)
    assert len({tuple(row) for row in seen.tolist()}) == 14


@pytest.mark.parametrize("shape", [DataShape(1, 9, 13), DataShape(3, 30, 63)], ids=str)
@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_colours_odd_sides_and_grey_values(shape: DataShape, likelihood: str) -> None:
    model = completer(shape, likelihood=likelihood, width=8)
    x = torch.rand(3, *shape[:3], generator=noise())
    losses = FAMILY.losses(model, x, None, noise())
    assert all(bool(torch.isfinite(value)) for value in losses.values())
    answers, mean = model.complete(x, TOP_LEFT.expand(3, -1), 2, noise())
    height, width = shape.height // 2, shape.width // 2
    corner = answers[..., :height, :width]
    assert torch.equal(corner, x[:, None, :, :height, :width].expand_as(corner))
    assert bool(answers.isfinite().all())
    assert bool(mean.isfinite().all())


def test_the_same_noise_serves_every_picture_and_every_number_of_answers() -> None:
    model, x = completer(), stripes(4)
    flags = LEFT.expand(4, -1)
    few, many = (model.complete(x, flags, n, noise(3))[0] for n in (2, 5))
    torch.testing.assert_close(many[:, :2], few)
    torch.testing.assert_close(model.complete(x[2:], LEFT.expand(2, -1), 2, noise(3))[0], few[2:])


def test_without_a_part_it_refuses_in_words() -> None:
    model, x = completer(), stripes(2)
    for y in (None, torch.zeros(2, 3)):
        with pytest.raises(ConfigError, match="give it a picture and the quadrants"):
            model.encode(x, y)


def test_what_it_can_do_follows_from_the_setting() -> None:
    assert FAMILY.abilities(CvaeConfig(condition="quadrants")) == {"complete"}
    assert FAMILY.abilities(CvaeConfig()) == FAMILY.capabilities
    assert "label" in FAMILY.capabilities


def test_divergence_is_the_mean_log_ratio() -> None:
    q = Posterior(torch.tensor([[0.5, -1.0]]), torch.tensor([[-1.0, 0.3]]))
    p = Posterior(torch.tensor([[0.0, 1.0]]), torch.tensor([[0.2, -0.4]]))
    z = q.mu + q.sigma * torch.randn(200_000, 2, generator=noise())
    ratio = (log_density(z, q) - log_density(z, p)).mean()
    assert float(divergence(q, p)[0]) == pytest.approx(float(ratio), rel=0.02)
    assert float(divergence(q, q)[0]) == 0
