"""What the two sides of an adversarial family minimise.

Goodfellow et al. 2014, arXiv:1406.2661. The loss is a pair of functions of the critic's logits,
`AdversarialLoss`; what else the critic minds is a list of `Penalty`. Another game is another value
of these, not another branch of the learner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.models.family import Losses

    # Pictures (batch, C, H, W), and what they are said to be, (batch, k), to logits (packs,): one
    # for each picture, or one for every few that are judged together.
    Judge = Callable[[Tensor, Tensor | None], Tensor]


def probabilities(real: Tensor, made: Tensor) -> Losses:
    """What logits (packs,) say in the mean, as probabilities of being real."""
    return {"d_real": torch.sigmoid(real).mean(), "d_fake": torch.sigmoid(made).mean()}


@dataclass(frozen=True)
class AdversarialLoss:
    """What either side minimises: means over logits of real and of made pictures, (packs,).

    Logits are above zero where pictures pass for real, whatever the loss.
    """

    critic: Callable[[Tensor, Tensor], Tensor]  # of real and made ones
    generator: Callable[[Tensor, Tensor | None], Tensor]  # of made ones, and of real if `relative`
    relative: bool = False  # whether the generator's side compares with real pictures
    told: Callable[[Tensor, Tensor], Losses] = probabilities  # of real and made ones: curves
    critic_steps: int = 1  # for each step of the generator, as its paper has it
    betas: tuple[float, float] = (0.5, 0.99)  # of Adam, likewise


@dataclass(frozen=True)
class Penalty:
    """A further term of the critic's loss, added at every `every`-th step.

    It counts `every` times as much there: lazy regularisation, Karras et al. 2020,
    arXiv:1912.04958, section 3.1.
    """

    name: str
    weight: float
    every: int
    term: Callable[[Judge, Play], Tensor]


class Play(NamedTuple):
    """What a step of the critic has before it."""

    real: Tensor  # (batch, C, H, W)
    made: Tensor  # (batch, C, H, W), without a way back to the generator
    y: Tensor | None  # what both were told, (batch, k)
    noise: torch.Generator


class Game(NamedTuple):
    """Everything by which adversarial families differ in training."""

    loss: AdversarialLoss
    penalties: tuple[Penalty, ...] = ()
    critic_steps: int = 1  # for each step of the generator
    betas: tuple[float, float] = (0.5, 0.99)  # of Adam, for both sides
    shift: int = 0  # pixels by which all pictures that the critic sees are moved at random
    apart: bool = False  # real and made pictures pass the critic one after the other
    after_critic: Callable[[nn.Module], None] | None = None  # what its weights must obey


# -- losses ------------------------------------------------------------------------------------


def _squared_verdicts(real: Tensor, made: Tensor) -> Losses:
    """Least squares estimate the probability itself, which is D = logit + 1/2: Mao, eq. 5."""
    return {"d_real": (real + 0.5).mean(), "d_fake": (made + 0.5).mean()}


def _paired_verdicts(real: Tensor, made: Tensor) -> Losses:
    """Only differences mean anything: how surely real pictures look more real than made ones."""
    return probabilities(real - made, made - real)


def _scores(real: Tensor, made: Tensor) -> Losses:
    """A critic of Wasserstein's gives no probabilities, but bounds a distance: Arjovsky, eq. 2."""
    of_real, of_made = real.mean(), made.mean()
    return {"score_real": of_real, "score_fake": of_made, "wasserstein": of_real - of_made}


def _cross_entropy(real: Tensor, made: Tensor) -> Tensor:
    return F.softplus(-real).mean() + F.softplus(made).mean()


# Goodfellow et al. 2014, eq. 1: the generator minimises log(1 - D(G(z))), which is flat where D is
# sure of itself.
MINIMAX = AdversarialLoss(
    critic=_cross_entropy, generator=lambda made, _real: -F.softplus(made).mean()
)
# Section 3 there: the generator maximises log D(G(z)).
NON_SATURATING = AdversarialLoss(
    critic=_cross_entropy, generator=lambda made, _real: F.softplus(-made).mean()
)
# Mao et al. 2017, arXiv:1611.04076, eq. 9: D(x) = logit + 1/2 is drawn to 1 at real pictures, to 0
# at made ones.
LEAST_SQUARES = AdversarialLoss(
    critic=lambda real, made: 0.5 * ((real - 0.5).square().mean() + (made + 0.5).square().mean()),
    generator=lambda made, _real: 0.5 * (made - 0.5).square().mean(),
    told=_squared_verdicts,
)
# Arjovsky, Chintala & Bottou 2017, arXiv:1701.07875, eq. 3; the critic must be Lipschitz.
WASSERSTEIN = AdversarialLoss(
    critic=lambda real, made: made.mean() - real.mean(),
    generator=lambda made, _real: -made.mean(),
    told=_scores,
    critic_steps=5,
    betas=(0.0, 0.9),  # Gulrajani et al. 2017, algorithm 1
)
# Jolicoeur-Martineau 2018, arXiv:1807.00734; Huang et al. 2024, arXiv:2501.05441, eq. 2.
RELATIVISTIC = AdversarialLoss(
    critic=lambda real, made: F.softplus(made - real).mean(),
    generator=lambda made, real: F.softplus(_given(real) - made).mean(),
    relative=True,
    told=_paired_verdicts,
)

LOSSES = {
    "minimax": MINIMAX,
    "non-saturating": NON_SATURATING,
    "least-squares": LEAST_SQUARES,
    "wasserstein-clip": WASSERSTEIN,
    "wasserstein-gp": WASSERSTEIN,
    "relativistic": RELATIVISTIC,
}


def _given(real: Tensor | None) -> Tensor:
    assert real is not None  # the learner gives them where the loss is relative
    return real


# -- what the critic minds beside ----------------------------------------------------------------


def real_slope(judge: Judge, play: Play) -> Tensor:
    """E ||grad D(x)||^2 at real pictures: Mescheder et al. 2018, arXiv:1801.04406, eq. 9."""
    return _squared_slopes(judge, play.real, play.y).mean()


def made_slope(judge: Judge, play: Play) -> Tensor:
    """R2, the same at made pictures: there, eq. 10."""
    return _squared_slopes(judge, play.made, play.y).mean()


def slope_from_one(judge: Judge, play: Play) -> Tensor:
    """E (||grad D|| - 1)^2 at random places between real and made pictures.

    Gulrajani et al. 2017, arXiv:1704.00028, eq. 3.
    """
    share = torch.empty(len(play.real), 1, 1, 1, device=play.real.device)
    share.uniform_(generator=play.noise)
    between = torch.lerp(play.real, play.made, share)
    slopes = _squared_slopes(judge, between, play.y)
    return ((slopes + _TINY).sqrt() - 1).square().mean()


_TINY = 1e-12  # the square root has no slope at zero


def _squared_slopes(judge: Judge, x: Tensor, y: Tensor | None) -> Tensor:
    """||grad D||^2 of each pack, (packs,), with a way back to the critic's weights."""
    x = x.detach().requires_grad_()
    logits = judge(x, y)
    (slope,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    return slope.square().reshape(len(logits), -1).sum(1)


def wrongly_told(judge: Judge, play: Play) -> Tensor:
    """Real pictures under what others were told must not pass: softplus(D(x, y')), y' != y.

    The matching-aware critic of Reed et al. 2016, arXiv:1605.05396, section 4.2.
    """
    assert play.y is not None  # or there is nothing to tell wrongly
    other = play.y.roll(1, 0)
    differs = (other != play.y).any(1)
    return (F.softplus(judge(play.real, other)) * differs).mean()


def clipped_to(limit: float) -> Callable[[nn.Module], None]:
    """Every weight of the critic within -limit..limit: Arjovsky et al. 2017, algorithm 1."""

    @torch.no_grad()
    def clip(critic: nn.Module) -> None:
        weights: list[Tensor] = [*critic.parameters()]
        torch._foreach_clamp_min_(weights, -limit)
        torch._foreach_clamp_max_(weights, limit)

    return clip
