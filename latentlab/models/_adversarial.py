"""Two networks against each other: the model they make, and the learner that trains them in turn.

A critic learns to tell real pictures from made ones, a generator to make pictures that pass for
real; what either minimises is a `Game` of models/_game.py.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

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
Side = Literal["generator", "critic"]
_AT_ONCE = 256
_SEED = 0  # of the latents they are made from: equal weights give equal statistics


class AdversarialModel(LatentModel):
    """A generator that is kept for use, and the critic it was trained against."""

    generator: nn.Module
    critic: nn.Module
    packing: int = 1  # pictures that the critic judges together

    @abstractmethod
    def score(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Logits (batch,) of pictures (batch, C, H, W) in [0, 1]: above zero where they pass."""

    def judge(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """One logit for each pack of neighbours, (batch / packing,): what training goes by."""
        return self.score(x, y)


A = TypeVar("A", bound=AdversarialModel)


class AdversarialLearner(Generic[A]):
    """Steps of the critic and of the generator in turn, each with its own AdamW.

    Terms: "loss" is the generator's, "discriminator" the critic's without its penalties, then what
    the loss tells of the critic's logits ("d_real" and "d_fake", mean probabilities, or scores and
    the distance they bound), the penalties without their weights, and for either side the norm of
    its whole gradient. A term that a step does not compute keeps its last value.
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
            for part in self._players()
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
        x, y = self._begin(x, y)
        both = self.steps % self.game.critic_steps == 0
        made = self._make(x, y, generator, learns=both)
        self.last |= self._step_critic(x, made.detach(), y, generator)
        if both:
            self.last |= self._step_generator(x, made, y, generator)
            self._follow()
        self.steps += 1
        for schedule in self.schedules:
            schedule.step()
        return {"loss": self.last["loss"], **self.last}

    def step_alone(self, side: Side, x: Tensor, y: Tensor | None, noise: torch.Generator) -> Losses:
        """One step of one side, to see what it does; the place in the schedule stays."""
        x, y = self._begin(x, y)
        self._measured = -1
        made = self._make(x, y, noise, learns=side == "generator")
        if side == "critic":
            return self._step_critic(x, made, y, noise)
        told = self._step_generator(x, made, y, noise)
        self._follow()
        return told

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

    def _players(self) -> tuple[nn.Module, ...]:
        """The networks that learn, each with an optimizer of its own."""
        return self.model.generator, self.model.critic

    # -- the two sides ---------------------------------------------------------------------------

    def _begin(self, x: Tensor, y: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Whole packs of the batch: the last one of an epoch may leave some over, or fill none."""
        if not self.model.training:
            self.model.train()
        self._remember(y)
        over = len(x) % self.model.packing
        if not over:
            return x, y
        rows = torch.arange(max(len(x) - over, self.model.packing), device=x.device) % len(x)
        return x[rows], None if y is None else y[rows]

    def _make(self, x: Tensor, y: Tensor | None, noise: torch.Generator, *, learns: bool) -> Tensor:
        """As many pictures as there are real ones, with a way back to a generator that learns."""
        with self._precision(x), torch.set_grad_enabled(learns):
            return self.model.decode(self.model.sample_prior(len(x), noise), y).float()

    def _step_critic(
        self, x: Tensor, made: Tensor, y: Tensor | None, noise: torch.Generator
    ) -> Losses:
        real, fake = self._judge_both(x, made, y, noise)
        loss = self.game.loss.critic(real, fake)
        found = {"discriminator": loss, **self.game.loss.told(real, fake)}
        judge = partial(self._judge, noise=noise)
        for penalty in self.game.penalties:
            if self.steps % penalty.every == 0:
                found[penalty.name] = penalty.term(judge, Play(x, made, y, noise))
                loss = loss + penalty.weight * penalty.every * found[penalty.name]
        found["grad_discriminator"] = descend(self.optimizers[1], loss)
        if self.game.after_critic is not None:
            self.game.after_critic(self.model.critic)
        return detached(found)

    def _step_generator(
        self, x: Tensor, made: Tensor, y: Tensor | None, noise: torch.Generator
    ) -> Losses:
        with frozen(self.model.critic), self._precision(x):
            fake = self._judge(made, y, noise).float()
            real = self._judge(x, y, noise).float() if self.game.loss.relative else None
            loss = self.game.loss.generator(fake, real)
        slope = descend(self.optimizers[0], loss)
        return detached({"loss": loss, "grad_generator": slope})

    def _judge_both(
        self, x: Tensor, made: Tensor, y: Tensor | None, noise: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """In one pass, unless normalisation would mix the two."""
        with self._precision(x):
            if self.game.apart:
                real, fake = self._judge(x, y, noise), self._judge(made, y, noise)
            else:
                both = None if y is None else torch.cat([y, y])
                logits = self._judge(torch.cat([x, made]), both, noise)
                real, fake = logits.tensor_split([len(x) // self.model.packing])
        return real.float(), fake.float()

    def _judge(self, x: Tensor, y: Tensor | None, noise: torch.Generator) -> Tensor:
        moved = shifted(x, self.game.shift, noise) if self.game.shift else x
        return self.model.judge(moved, y)

    def _precision(self, x: Tensor) -> torch.autocast:
        return torch.autocast(x.device.type, torch.bfloat16, enabled=self.low_precision)

    # -- the average -----------------------------------------------------------------------------

    def _follow(self) -> None:
        """Let the average come nearer to the generator."""
        if self.shown is not None:
            self._approach(self.shown.generator, self.model.generator)

    @torch.no_grad()
    def _approach(self, average: nn.Module, trained: nn.Module) -> None:
        """A step towards the trained weights, wide at first as in `GradientLearner`."""
        decay = min(self.ema, (1 + self.steps) / (10 + self.steps))
        kept: list[Tensor] = [*average.parameters()]
        torch._foreach_lerp_(kept, [*trained.parameters()], 1 - decay)

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
def frozen(part: nn.Module) -> Iterator[None]:
    """Without gradients of its own weights, which saves a third of a pass."""
    part.requires_grad_(requires_grad=False)
    try:
        yield
    finally:
        part.requires_grad_(requires_grad=True)


def descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> Tensor:
    """One step; gives the norm of the gradient it went by."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    slopes = [p.grad for group in optimizer.param_groups for p in group["params"]]
    norms = torch._foreach_norm([slope for slope in slopes if slope is not None])
    optimizer.step()
    norm: Tensor = torch.linalg.vector_norm(torch.stack(norms))
    return norm


def detached(losses: Losses) -> Losses:
    return {name: value.detach() for name, value in losses.items()}
