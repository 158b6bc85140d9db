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
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    # Pictures (batch, C, H, W), and what they are said to be, (batch, k), to logits (batch,).
    Judge = Callable[[Tensor, Tensor | None], Tensor]


@dataclass(frozen=True)
class AdversarialLoss:
    """What either side minimises: means over logits of real and of made pictures, (batch,)."""

    critic: Callable[[Tensor, Tensor], Tensor]  # of real and made ones
    generator: Callable[[Tensor, Tensor | None], Tensor]  # of made ones, and of real if `relative`
    relative: bool = False  # whether the generator's side compares with real pictures


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


# Goodfellow et al. 2014, section 3: the generator maximises log D(G(z)).
NON_SATURATING = AdversarialLoss(
    critic=lambda real, made: F.softplus(-real).mean() + F.softplus(made).mean(),
    generator=lambda made, _real: F.softplus(-made).mean(),
)


def real_slope(judge: Judge, play: Play) -> Tensor:
    """E ||grad D(x)||^2 at real pictures: Mescheder et al. 2018, arXiv:1801.04406, eq. 9."""
    x = play.real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(judge(x, play.y).sum(), x, create_graph=True)
    return slope.square().flatten(1).sum(1).mean()


def wrongly_told(judge: Judge, play: Play) -> Tensor:
    """Real pictures under what others were told must not pass: softplus(D(x, y')), y' != y.

    The matching-aware critic of Reed et al. 2016, arXiv:1605.05396, section 4.2.
    """
    assert play.y is not None  # or there is nothing to tell wrongly
    other = play.y.roll(1, 0)
    differs = (other != play.y).any(1)
    return (F.softplus(judge(play.real, other)) * differs).mean()
