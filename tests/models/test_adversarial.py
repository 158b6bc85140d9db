"""The game: its losses by hand, who learns when, the penalty, and the average for use."""

from __future__ import annotations

from math import log
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from latentlab.core.spec import Recipe
from latentlab.models._adversarial import AdversarialLearner
from latentlab.models._game import (
    NON_SATURATING,
    AdversarialLoss,
    Game,
    Penalty,
    Play,
    real_slope,
    wrongly_told,
)
from latentlab.models.cgan import FAMILY, Cgan, CganConfig
from latentlab.models.family import DataShape

SHAPE = DataShape(1, 8, 8, labels=2)
GAME = Game(NON_SATURATING)


def cgan(**settings: Any) -> Cgan:
    torch.manual_seed(0)
    return FAMILY.build(
        CganConfig(**{"latent": 3, "width": 8, "critic_width": 8, **settings}), SHAPE
    )


def learner(game: Game = GAME, ema: float = 0.0, **settings: Any) -> AdversarialLearner[Cgan]:
    return AdversarialLearner(cgan(**settings), game, Recipe(learning_rate=1e-3, ema=ema), 100)


def batch(n: int = 16, seed: int = 0) -> tuple[Tensor, Tensor]:
    x = torch.rand(n, 1, 8, 8, generator=torch.Generator().manual_seed(seed))
    return x, torch.eye(2)[torch.arange(n) % 2]


def steps(learner: AdversarialLearner[Cgan], count: int) -> list[dict[str, Tensor]]:
    noise = torch.Generator().manual_seed(1)
    return [learner.step(*batch(seed=i), noise) for i in range(count)]


def values(module: nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in module.parameters()]


def moved(before: list[Tensor], module: nn.Module) -> bool:
    return any(not torch.equal(*pair) for pair in zip(before, values(module), strict=True))


def test_an_undecided_critic_costs_log_2_for_each_answer() -> None:
    undecided = torch.zeros(5)
    assert float(NON_SATURATING.critic(undecided, undecided)) == pytest.approx(2 * log(2))
    assert float(NON_SATURATING.generator(undecided, None)) == pytest.approx(log(2))


def test_either_side_wants_the_opposite_of_made_pictures() -> None:
    fake = torch.zeros(4, requires_grad=True)
    (by_critic,) = torch.autograd.grad(NON_SATURATING.critic(torch.zeros(4), fake), fake)
    (by_generator,) = torch.autograd.grad(NON_SATURATING.generator(fake, None), fake)
    assert (by_critic > 0).all()
    assert (by_generator < 0).all()


def test_the_slope_of_a_linear_critic_is_its_weight() -> None:
    weight = torch.randn(1, 4, 4, generator=torch.Generator().manual_seed(0))
    x = torch.rand(6, 1, 4, 4)
    play = Play(x, x, None, torch.Generator())
    slope = real_slope(lambda x, _: (x * weight).sum((1, 2, 3)), play)
    assert float(slope) == pytest.approx(float(weight.square().sum()), rel=1e-5)


def test_only_pictures_under_wrong_labels_cost_and_only_if_they_pass() -> None:
    x, y = torch.zeros(4, 1, 2, 2), torch.eye(2)[[0, 0, 1, 1]]  # rows 0 and 2 are told wrongly
    told: list[Tensor] = []

    def judge(_x: Tensor, said: Tensor | None) -> Tensor:
        assert said is not None
        told.append(said)
        return torch.tensor([0.0, 50.0, -50.0, 50.0])

    cost = wrongly_told(judge, Play(x, x, y, torch.Generator()))
    assert torch.equal(told[0], torch.eye(2)[[1, 0, 0, 1]])
    assert float(cost) == pytest.approx(log(2) / 4)


def test_a_step_moves_both_sides_and_tells_of_both() -> None:
    one = learner()
    before = [values(part) for part in (one.model.generator, one.model.critic)]
    [told] = steps(one, 1)
    gradients = ["grad_discriminator", "grad_generator"]
    assert list(told) == ["loss", "discriminator", "d_real", "d_fake", *gradients]
    assert moved(before[0], one.model.generator)
    assert moved(before[1], one.model.critic)
    assert 0 < float(told["d_fake"]) < 1


def test_the_critics_step_leaves_the_generator_alone_and_the_other_way_round() -> None:
    one = learner(Game(NON_SATURATING, critic_steps=3))
    steps(one, 1)  # both
    generator, critic = values(one.model.generator), values(one.model.critic)
    told = steps(one, 2)  # the critic's second and third step
    assert not moved(generator, one.model.generator)
    assert moved(critic, one.model.critic)
    assert torch.equal(told[0]["loss"], told[1]["loss"]), "the last one of the generator"
    steps(one, 1)
    assert moved(generator, one.model.generator)
    assert all(parameter.requires_grad for parameter in one.model.parameters())


def test_a_lazy_penalty_comes_at_its_step_and_keeps_its_last_value() -> None:
    asked = []

    def stiffness(judge: Any, play: Play) -> Tensor:
        asked.append((play.real.shape, play.made.shape))
        return judge(play.real, play.y).square().mean()

    one = learner(Game(NON_SATURATING, (Penalty("stiff", 1.0, 3, stiffness),)))
    told = steps(one, 7)
    assert len(asked) == 3, "at steps 0, 3 and 6"
    seen = [float(losses["stiff"]) for losses in told]
    assert seen[0] == seen[1] == seen[2] != seen[3] == seen[4]


def test_a_heavy_penalty_flattens_the_critic() -> None:
    slopes = []
    for weight in (0.0, 100.0):
        one = learner(Game(NON_SATURATING, (Penalty("r1", weight, 1, real_slope),)))
        slopes.append(float(steps(one, 40)[-1]["r1"]))
    assert slopes[1] < 0.2 * slopes[0]


def test_a_relative_loss_is_shown_the_real_pictures_too() -> None:
    """Jolicoeur-Martineau 2018, arXiv:1807.00734: each side compares the two."""
    pair = AdversarialLoss(
        critic=lambda real, fake: nn.functional.softplus(fake - real).mean(),
        generator=lambda fake, real: nn.functional.softplus(real - fake).mean(),
        relative=True,
    )
    one = learner(Game(pair))
    before = values(one.model.generator)
    assert all(torch.isfinite(losses["loss"]) for losses in steps(one, 3))
    assert moved(before, one.model.generator)


def test_the_averaged_generator_lags_behind_and_has_statistics_of_its_own() -> None:
    one = learner(ema=0.9)
    steps(one, 30)
    shown, trained = one.model_to_use(), one.model
    assert shown is not trained
    assert moved(values(shown.generator), trained.generator)
    assert not moved(values(shown.critic), trained.critic)
    y = torch.eye(2)[torch.arange(1024) % 2]
    z = shown.sample_prior(1024, torch.Generator().manual_seed(5))
    seen = [module for module in shown.generator.modules() if isinstance(module, nn.BatchNorm2d)]
    with torch.no_grad():
        used = shown.eval().decode(z, y)
        by_batch = shown.train().decode(z, y)
    assert seen
    assert all(norm.momentum == 0.1 for norm in seen), "as they were built"
    assert float((used - by_batch).abs().mean()) < 0.01, "one batch says the same as they do"


def test_the_model_to_use_is_the_same_whenever_it_is_asked_for() -> None:
    one = learner(ema=0.9)
    steps(one, 5)
    first = {name: value.clone() for name, value in one.model_to_use().state_dict().items()}
    again = learner(ema=0.9)
    again.model.load_state_dict(one.model.state_dict())
    again.load_state_dict(one.state_dict())
    for asked in (one.model_to_use(), again.model_to_use()):
        assert all(torch.equal(first[name], value) for name, value in asked.state_dict().items())


def test_without_an_average_the_trained_weights_are_used() -> None:
    one = learner()
    assert one.model_to_use() is one.model
    assert one.state_dict()["average"] == {}


def test_moved_pictures_are_what_the_critic_sees() -> None:
    told = [steps(learner(Game(NON_SATURATING, shift=shift)), 1)[0] for shift in (0, 2)]
    assert float(told[0]["d_real"]) != float(told[1]["d_real"])
