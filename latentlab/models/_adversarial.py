"""Two networks against each other: the model they make, and the learner that trains them in turn.

A critic learns to tell real pictures from made ones, a generator to make pictures that pass for
real; what either minimises is a `Game` of models/_game.py.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from latentlab.models._blocks import shifted
from latentlab.models._game import Game, Play
from latentlab.models._learner import make_schedule
from latentlab.models.family import LatentModel, Losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latentlab.core.spec import Recipe

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
