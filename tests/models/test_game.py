"""Losses and penalties of games against what they are by hand."""

from __future__ import annotations

from math import log

import pytest
import torch
from torch import Tensor, nn

from latentlab.models._game import (
    LOSSES,
    Play,
    clipped_to,
    made_slope,
    real_slope,
    slope_from_one,
)

EACH = [pytest.param(loss, id=name) for name, loss in LOSSES.items()]
FAR = torch.tensor([-6.0, -2.0, 0.0, 2.0, 6.0])  # logits of made pictures


def pull(name: str, logits: Tensor, real: Tensor | None = None) -> Tensor:
    """Minus the slope of the generator's loss at each logit, times their number."""
    made = logits.clone().requires_grad_()
    (slope,) = torch.autograd.grad(LOSSES[name].generator(made, real), made)
    return -len(logits) * slope


def test_minimax_pulls_by_d_and_the_non_saturating_loss_by_1_minus_d() -> None:
    """Goodfellow et al. 2014, section 3: where D rejects with confidence, only one still learns."""
    d = torch.sigmoid(FAR)
    assert torch.allclose(pull("minimax", FAR), d)
    assert torch.allclose(pull("non-saturating", FAR), 1 - d, atol=1e-6)
    assert float(pull("minimax", FAR)[0]) < 0.003 < 0.99 < float(pull("non-saturating", FAR)[0])


def test_least_squares_pull_by_the_distance_to_1() -> None:
    assert torch.allclose(pull("least-squares", FAR), 1 - (FAR + 0.5))
    sure = torch.full((3,), 0.5)
    assert float(LOSSES["least-squares"].critic(sure, -sure)) == 0
    assert float(LOSSES["least-squares"].critic(-sure, sure)) == pytest.approx(1)


def test_wasserstein_pulls_everywhere_alike() -> None:
    for name in ("wasserstein-clip", "wasserstein-gp"):
        assert torch.equal(pull(name, FAR), torch.ones(5))


def test_relativistic_losses_see_differences_only() -> None:
    real = FAR.flip(0)
    loss = LOSSES["relativistic"]
    assert float(loss.critic(real + 3, FAR + 3)) == pytest.approx(float(loss.critic(real, FAR)))
    assert float(loss.critic(FAR, FAR)) == pytest.approx(log(2))
    assert torch.allclose(pull("relativistic", FAR, real), torch.sigmoid(real - FAR))


def test_what_is_told_of_either_loss() -> None:
    real, made = torch.tensor([1.0, 3.0]), torch.tensor([-1.0, 0.0])
    told = {
        name: {term: float(v) for term, v in LOSSES[name].told(real, made).items()}
        for name in LOSSES
    }
    assert told["wasserstein-gp"] == {"score_real": 2.0, "score_fake": -0.5, "wasserstein": 2.5}
    assert told["least-squares"] == {"d_real": 2.5, "d_fake": 0.0}
    assert told["minimax"]["d_fake"] == pytest.approx(float(torch.sigmoid(made).mean()))
    paired = told["relativistic"]
    assert paired["d_real"] + paired["d_fake"] == pytest.approx(1)
    assert paired["d_real"] > 0.85


@pytest.mark.parametrize("loss", EACH)
def test_either_side_gains_what_it_wants(loss: object) -> None:
    assert loss in LOSSES.values()
    critic, generator = loss.critic, loss.generator  # type: ignore[attr-defined]
    real, made = torch.full((4,), 0.3), torch.full((4,), -0.3)
    assert critic(real, made) < critic(made, real)
    assert generator(real, real) < generator(made, real)


def linear(slope: float) -> tuple[Tensor, object]:
    """A critic whose slope is `slope` everywhere."""
    weight = torch.randn(1, 4, 4, generator=torch.Generator().manual_seed(0))
    weight *= slope / weight.norm()
    return weight, lambda x, _y: (x * weight).sum((1, 2, 3))


def play(n: int = 6) -> Play:
    noise = torch.Generator().manual_seed(1)
    real, made = torch.rand(2, n, 1, 4, 4, generator=noise)
    return Play(real, made, None, noise)


@pytest.mark.parametrize(("slope", "cost"), [(1.0, 0.0), (3.0, 4.0), (0.0, 1.0)])
def test_the_gradient_penalty_is_zero_for_a_critic_of_slope_one(slope: float, cost: float) -> None:
    _, judge = linear(slope)
    assert float(slope_from_one(judge, play())) == pytest.approx(cost, abs=1e-5)  # type: ignore[arg-type]


def test_it_looks_between_real_and_made_pictures_and_a_flat_critic_has_a_gradient() -> None:
    seen: list[Tensor] = []
    weight = torch.zeros(1, 4, 4, requires_grad=True)

    def judge(x: Tensor, _y: Tensor | None) -> Tensor:
        seen.append(x.detach())
        return (x * weight).sum((1, 2, 3))

    at = play()
    slope_from_one(judge, at).backward()  # type: ignore[no-untyped-call]
    low, high = torch.minimum(at.real, at.made), torch.maximum(at.real, at.made)
    assert ((seen[0] >= low - 1e-6) & (seen[0] <= high + 1e-6)).all()
    shares = (seen[0] - at.real) / (at.made - at.real)
    assert torch.allclose(shares, shares[:, :, :1, :1].expand_as(shares), atol=1e-3)
    assert weight.grad is not None
    assert weight.grad.isfinite().all()


def test_r1_looks_at_real_pictures_and_r2_at_made_ones() -> None:
    at = play()

    def judge(x: Tensor, _y: Tensor | None) -> Tensor:
        return 0.5 * x.square().sum((1, 2, 3))  # its slope is x

    assert torch.allclose(real_slope(judge, at), at.real.square().sum() / 6)
    assert torch.allclose(made_slope(judge, at), at.made.square().sum() / 6)


def test_the_slope_of_a_pack_is_over_all_its_pictures() -> None:
    weight, _ = linear(1.0)

    def judge(x: Tensor, _y: Tensor | None) -> Tensor:
        return (x * weight).sum((1, 2, 3)).view(-1, 2).sum(1)

    assert float(real_slope(judge, play())) == pytest.approx(2.0, rel=1e-5)
    cost = float(slope_from_one(judge, play()))
    assert cost == pytest.approx((2**0.5 - 1) ** 2, rel=1e-4)


def test_clipped_weights_stay_within_the_limit() -> None:
    critic = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 1))
    kept = [parameter.detach().clone() for parameter in critic.parameters()]
    clipped_to(0.05)(critic)
    for before, after in zip(kept, critic.parameters(), strict=True):
        assert torch.equal(before.clamp(-0.05, 0.05), after)
        assert after.requires_grad
