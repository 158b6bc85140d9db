"""Two networks against each other: their losses, penalties, and the learner that alternates.

Goodfellow et al. 2014, arXiv:1406.2661: a critic learns to tell real pictures from made ones, a
generator to make pictures that pass for real. What each side minimises is a pair of functions of
the critic's logits, `AdversarialLoss`; what keeps the critic smooth is a list of `Penalty`. Another
game is another value of these, not another branch of the learner.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from latentlab.models._blocks import shifted
from latentlab.models._learner import make_schedule
from latentlab.models.family import LatentModel, Losses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from latentlab.core.spec import Recipe

    # Pictures (batch, C, H, W), and what they are said to be, (batch, k), to logits (batch,).
    Judge = Callable[[Tensor, Tensor | None], Tensor]

MEASURED = 1024  # made pictures that the averaged generator's normalisation is measured on
_AT_ONCE = 256
_SEED = 0  # of the latents they are made from: equal weights give equal statistics


class AdversarialModel(LatentModel):
    """A generator that is kept for use, and the critic it was trained against."""

    generator: nn.Module
    critic: nn.Module

    @abstractmethod
    def score(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Logits (batch,) of pictures (batch, C, H, W) in [0, 1]: above zero where they pass."""


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


A = TypeVar("A", bound=AdversarialModel)


class AdversarialLearner(Generic[A]):
    """Steps of the critic and of the generator in turn, each with its own AdamW.

    Terms: "loss" is the generator's, "discriminator" the critic's without its penalties, "d_real"
    and "d_fake" the mean probabilities that it gives, then the penalties without their weights. A
    term that a step does not compute keeps its last value.
    """

    def __init__(self, model: A, game: Game, recipe: Recipe, steps: int) -> None:
        self.model, self.game = model, game
        self.low_precision = recipe.precision == "bfloat16"
        self.optimizers = [
            torch.optim.AdamW(
                part.parameters(),
                lr=recipe.learning_rate,
                betas=game.betas,
                weight_decay=recipe.weight_decay,
                fused=True,
            )
            for part in (model.generator, model.critic)
        ]
        self.schedules = [LambdaLR(o, make_schedule(recipe, steps)) for o in self.optimizers]
        self.ema = recipe.ema
        self.shown = copy.deepcopy(model) if recipe.ema else None  # its generator is the average
        self.steps = 0
        self.told: Tensor | None = None  # what the first real pictures were told, (MEASURED, k)
        self.last: Losses = {}
        self._measured = 0  # the step of which `shown` is complete

    def step(self, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """One step of the critic, and one of the generator where it is its turn."""
        if not self.model.training:
            self.model.train()
        self._remember(y)
        with self._precision(x):
            made = self.model.decode(self.model.sample_prior(len(x), generator), y).float()
        self.last |= self._step_critic(x, made.detach(), y, generator)
        if self.steps % self.game.critic_steps == 0:
            self.last |= self._step_generator(x, made, y, generator)
            self._follow()
        self.steps += 1
        for schedule in self.schedules:
            schedule.step()
        return {"loss": self.last["loss"], **self.last}

    def end_epoch(self, epoch: int) -> None:
        """Nothing to do between epochs."""

    def model_to_use(self) -> A:
        """The averaged generator with statistics of its own, where the recipe asks for one."""
        if self.shown is None:
            return self.model
        if self.steps != self._measured:
            self.shown.critic.load_state_dict(self.model.critic.state_dict())
            measure_statistics(self.shown, self.told)
            self._measured = self.steps
        return self.shown

    def state_dict(self) -> dict[str, Any]:
        """Both optimizers, places in the schedules, the average, and what is remembered."""
        return {
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "schedules": [schedule.state_dict() for schedule in self.schedules],
            "average": {} if self.shown is None else self.shown.generator.state_dict(),
            "steps": self.steps,
            "told": self.told,
            "last": dict(self.last),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state_dict` was taken."""
        for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        for schedule, kept in zip(self.schedules, state["schedules"], strict=True):
            schedule.load_state_dict(kept)
        if self.shown is not None:
            self.shown.generator.load_state_dict(state["average"])
        self.steps, self.told, self.last = state["steps"], state["told"], dict(state["last"])
        self._measured = -1

    # -- the two sides ---------------------------------------------------------------------------

    def _step_critic(
        self, x: Tensor, made: Tensor, y: Tensor | None, noise: torch.Generator
    ) -> Losses:
        both = None if y is None else torch.cat([y, y])
        with self._precision(x):
            logits = self._judge(torch.cat([x, made]), both, noise).float()
        real, fake = logits.chunk(2)
        loss = self.game.loss.critic(real, fake)
        found = {"discriminator": loss, **_probabilities(real, fake)}
        judge = partial(self._judge, noise=noise)
        for penalty in self.game.penalties:
            if self.steps % penalty.every == 0:
                found[penalty.name] = penalty.term(judge, Play(x, made, y, noise))
                loss = loss + penalty.weight * penalty.every * found[penalty.name]
        _descend(self.optimizers[1], loss)
        return _detached(found)

    def _step_generator(
        self, x: Tensor, made: Tensor, y: Tensor | None, noise: torch.Generator
    ) -> Losses:
        with _frozen(self.model.critic), self._precision(x):
            fake = self._judge(made, y, noise).float()
            real = self._judge(x, y, noise).float() if self.game.loss.relative else None
            loss = self.game.loss.generator(fake, real)
        _descend(self.optimizers[0], loss)
        return _detached({"loss": loss})

    def _judge(self, x: Tensor, y: Tensor | None, noise: torch.Generator) -> Tensor:
        moved = shifted(x, self.game.shift, noise) if self.game.shift else x
        return self.model.score(moved, y)

    def _precision(self, x: Tensor) -> torch.autocast:
        return torch.autocast(x.device.type, torch.bfloat16, enabled=self.low_precision)

    # -- the average -----------------------------------------------------------------------------

    @torch.no_grad()
    def _follow(self) -> None:
        """Let the average come nearer to the generator, fast at first as in `GradientLearner`."""
        if self.shown is None:
            return
        decay = min(self.ema, (1 + self.steps) / (10 + self.steps))
        kept: list[Tensor] = [*self.shown.generator.parameters()]
        new: list[Tensor] = [*self.model.generator.parameters()]
        torch._foreach_lerp_(kept, new, 1 - decay)

    def _remember(self, y: Tensor | None) -> None:
        """Keep what the first pictures of the run were told, a fair draw of what there is."""
        if y is not None and (self.told is None or len(self.told) < MEASURED):
            known = y if self.told is None else torch.cat([self.told, y])
            self.told = known[:MEASURED].clone()


@torch.no_grad()
def measure_statistics(model: AdversarialModel, told: Tensor | None) -> None:
    """Give a generator's batch normalisation the statistics of its own pictures.

    Averaged weights have never made a picture in training, so neither the statistics of the
    weights they are a mean of nor a mean of those statistics are theirs: Izmailov et al. 2018,
    arXiv:1803.05407, section 3. Always from the same latents.
    """
    norms = [m for m in model.generator.modules() if isinstance(m, nn.BatchNorm2d)]
    if not norms:
        return
    device = next(model.parameters()).device
    noise = torch.Generator(device).manual_seed(_SEED)
    training, momenta = model.training, [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over batches
    model.train()
    for start in range(0, MEASURED, _AT_ONCE):
        rows = torch.arange(start, start + _AT_ONCE, device=device)
        y = None if told is None else told[rows % len(told)]
        model.decode(model.sample_prior(_AT_ONCE, noise), y)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    model.train(training)


@contextmanager
def _frozen(part: nn.Module) -> Iterator[None]:
    """Without gradients of its own weights, which saves a third of a pass."""
    part.requires_grad_(requires_grad=False)
    try:
        yield
    finally:
        part.requires_grad_(requires_grad=True)


def _descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def _probabilities(real: Tensor, fake: Tensor) -> Losses:
    return {"d_real": torch.sigmoid(real).mean(), "d_fake": torch.sigmoid(fake).mean()}


def _detached(losses: Losses) -> Losses:
    return {name: value.detach() for name, value in losses.items()}
