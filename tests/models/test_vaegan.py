"""The VAE/GAN: who learns from what, likeness by hand, and the average that fits together."""

from __future__ import annotations

from math import log, pi
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from latentlab.core.spec import Recipe
from latentlab.models._game import NON_SATURATING
from latentlab.models._losses import squared_error
from latentlab.models.family import DataShape
from latentlab.models.vaegan import FAMILY, Vaegan, VaeganConfig, unlikeness

SHAPE = DataShape(1, 8, 8)
SMALL: dict[str, Any] = {"latent": 4, "width": 8, "critic_width": 8, "encoder_width": 4}
PLAYERS = ("generator", "critic", "encoder")


def vaegan(**settings: Any) -> tuple[Vaegan, VaeganConfig]:
    torch.manual_seed(0)
    config = VaeganConfig(**{**SMALL, **settings})
    return FAMILY.build(config, SHAPE), config


def learner(ema: float = 0.0, rate: float = 1e-3, **settings: Any) -> Any:
    model, config = vaegan(**settings)
    return FAMILY.learner(model, config, Recipe(learning_rate=rate, ema=ema), 400)


def squares(n: int = 16, seed: int = 0) -> Tensor:
    """White squares of 3 x 3 pixels, anywhere."""
    noise = torch.Generator().manual_seed(seed)
    x = torch.zeros(n, 1, 8, 8)
    for picture, (top, left) in zip(x, torch.randint(6, (n, 2), generator=noise), strict=True):
        picture[:, top : top + 3, left : left + 3] = 1
    return x


def values(part: nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in part.parameters()]


def moved(before: list[Tensor], part: nn.Module) -> bool:
    return any(not torch.equal(*pair) for pair in zip(before, values(part), strict=True))


def test_likeness_is_a_gaussian_with_the_best_sigma() -> None:
    wanted, again = torch.randn(5, 7), torch.randn(5, 7)
    sigmas = torch.linspace(0.2, 4, 2000)
    tried = [torch.distributions.Normal(again, s).log_prob(wanted).sum(1).mean() for s in sigmas]
    assert float(unlikeness(again, wanted)) == pytest.approx(-float(max(tried)), rel=1e-4)


def test_equal_features_are_as_alike_as_can_be_and_finite() -> None:
    same = torch.ones(3, 10, requires_grad=True)
    found = unlikeness(same, torch.ones(3, 10))
    (slope,) = torch.autograd.grad(found, same)
    assert float(found.detach()) == pytest.approx(5 * (log(1e-8) + log(2 * pi) + 1), rel=1e-5)
    assert not slope.any()


def test_a_step_moves_all_three_and_tells_of_all() -> None:
    one = learner()
    before = {name: values(getattr(one.model, name)) for name in PLAYERS}
    told = one.step(squares(), None, torch.Generator().manual_seed(0))
    assert all(moved(before[name], getattr(one.model, name)) for name in PLAYERS)
    assert list(told)[:2] == ["loss", "discriminator"]
    assert told.keys() >= {"d_real", "d_fake", "kl", "reconstruction", "pixels", "r1"}
    assert told.keys() >= {f"grad_{name}" for name in ("generator", "discriminator", "encoder")}


def test_the_steps_are_those_of_the_papers_algorithm() -> None:
    """Algorithm 1 by hand: no verdict for the encoder, gamma for the generator's likeness."""
    one = learner(beta=0.7, gamma=0.02, r1_weight=0.0)
    twin, x = learner(beta=0.7, gamma=0.02, r1_weight=0.0).model, squares()
    one.optimizers[1].param_groups[0]["lr"] = 0.0  # or the critic would move in between
    noise = torch.Generator().manual_seed(5)
    q = twin.encode(x)
    z = q.sample(noise)
    made = twin.decode(torch.cat([z, twin.sample_prior(16, noise)]))
    features = twin.critic.look(made)
    unlike = unlikeness(features[:16], twin.critic.look(x).detach())
    verdict = NON_SATURATING.generator(twin.critic.judge(features), None)
    kl = q.kl().sum(1).mean()
    of_encoder = torch.autograd.grad(
        unlike + 0.7 * kl, [*twin.encoder.parameters()], retain_graph=True
    )
    of_generator = torch.autograd.grad(verdict + 0.02 * unlike, [*twin.generator.parameters()])

    told = one.step(x, None, torch.Generator().manual_seed(5))
    for wanted, part in ((of_encoder, one.model.encoder), (of_generator, one.model.generator)):
        for slope, parameter in zip(wanted, part.parameters(), strict=True):
            assert torch.allclose(parameter.grad, slope, rtol=1e-3, atol=1e-5)
    assert float(told["loss"]) == pytest.approx(float(verdict.detach()), rel=1e-4)
    assert float(told["kl"]) == pytest.approx(float(kl.detach()), rel=1e-4)
    assert float(told["pixels"]) == pytest.approx(
        float(squared_error(made[:16].detach(), x)), rel=1e-4
    )


def test_either_side_can_step_alone() -> None:
    one = learner()
    noise = torch.Generator().manual_seed(0)
    for side, still in (("critic", ("generator", "encoder")), ("generator", ("critic",))):
        before = {name: values(getattr(one.model, name)) for name in PLAYERS}
        assert all(
            value.isfinite() for value in one.step_alone(side, squares(), None, noise).values()
        )
        for name in PLAYERS:
            assert moved(before[name], getattr(one.model, name)) == (name not in still)


@pytest.mark.parametrize("network", ["dcgan", "mlp"])
def test_it_learns_to_redraw_what_it_sees(network: str) -> None:
    """The likeness is measured in features, and pixels come along."""
    one = learner(ema=0.9, rate=3e-3, network=network, latent=8, beta=0.1, gamma=0.1)
    noise = torch.Generator().manual_seed(1)
    for i in range(150):
        one.step(squares(32, seed=i), None, noise)
    used, x = one.model_to_use().eval(), squares(64, seed=999)
    with torch.no_grad():
        again = used.decode(used.encode(x).mu)
        verdicts = used.score(used.decode(used.sample_prior(64, noise)))
    blank = float(squared_error(x.mean(0, keepdim=True).expand_as(x), x))
    assert float(squared_error(again, x)) < 0.5 * blank
    assert verdicts.shape == (64,)
    assert verdicts.isfinite().all()


def test_the_average_is_of_encoder_and_generator_together() -> None:
    one = learner(ema=0.9)
    noise = torch.Generator().manual_seed(0)
    for i in range(10):
        one.step(squares(seed=i), None, noise)
    shown, trained = one.model_to_use(), one.model
    assert moved(values(shown.generator), trained.generator)
    assert moved(values(shown.encoder), trained.encoder)
    assert not moved(values(shown.critic), trained.critic)
    again = learner(ema=0.9)
    again.model.load_state_dict(trained.state_dict())
    again.load_state_dict(one.state_dict())
    pairs = zip(
        shown.state_dict().values(), again.model_to_use().state_dict().values(), strict=True
    )
    assert all(torch.equal(*pair) for pair in pairs)


def test_likeness_is_measured_before_the_last_hidden_layer() -> None:
    model, _ = vaegan()
    x = torch.rand(3, 1, 8, 8)
    looked = model.critic.look(x)
    assert looked.shape[1] == 16 * 2 * 2, "the last map of the convolutions, 8 pixels halved twice"
    assert torch.allclose(model.critic.judge(looked), model.score(x))


def test_its_losses_are_told_for_a_batch() -> None:
    model, _ = vaegan()
    found = FAMILY.losses(model.eval(), squares(), None, torch.Generator().manual_seed(0))
    assert list(found) == ["loss", "discriminator", "reconstruction", "kl"]
    assert "likelihood" not in FAMILY.capabilities, "features are no pixels: no bound on log p(x)"
    assert {"encode", "sample", "posterior", "score"} <= FAMILY.capabilities
