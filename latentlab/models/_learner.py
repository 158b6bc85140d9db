"""The optimiser of families with one loss: AdamW, a schedule and averaged weights."""

from __future__ import annotations

from math import cos, pi
from typing import TYPE_CHECKING, Any, Generic, cast

import torch
from torch import Tensor
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel

from latentlab.models.family import Family, Losses, M

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.core.spec import Recipe

Tensors = tuple[Tensor, ...] | list[Tensor]


class GradientLearner(Generic[M]):
    """Minimises `family.losses` over `steps` steps as the recipe says.

    AdamW: Loshchilov & Hutter 2019, arXiv:1711.05101; the cosine falls to zero at the last step,
    arXiv:1608.03983 without restarts. The decay of the averaged weights grows with the steps made
    until it is the recipe's, so that the first pictures of a run are not those of random weights.
    """

    def __init__(self, family: Family[Any, M], model: M, recipe: Recipe, steps: int) -> None:
        self.family = family
        self.model = model
        self.optimizer = torch.optim.AdamW(
            model.parameters(),
            lr=recipe.learning_rate,
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        self.schedule = LambdaLR(self.optimizer, self.plan_rate(recipe, steps))
        self.low_precision = recipe.precision == "bfloat16"
        self.average: AveragedModel | None = None
        if recipe.ema:
            self.average = AveragedModel(model, multi_avg_fn=self._average)
        self.ema = recipe.ema

    def step(self, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """One step on pictures x (batch, C, H, W) in [0, 1]."""
        if not self.model.training:  # to set it walks over all modules
            self.model.train()
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.low_precision):
            losses = self.objective(x, y, generator)
        self.optimizer.zero_grad()
        losses["loss"].backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.schedule.step()
        if self.average is not None:
            self.average.update_parameters(self.model)
        return {name: value.detach() for name, value in losses.items()}

    def objective(self, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """What a step minimises: the family's losses of the model being trained."""
        return self.family.losses(self.model, x, y, generator)

    def plan_rate(self, recipe: Recipe, steps: int) -> Callable[[int], float]:
        """The share of the peak learning rate at each step."""
        return make_schedule(recipe, steps)

    def end_epoch(self, epoch: int) -> None:
        """Nothing to do between epochs."""

    def model_to_use(self) -> M:
        """The averaged weights where the recipe asks for them, else the trained ones."""
        return self.model if self.average is None else cast("M", self.average.module)

    def state_dict(self) -> dict[str, Any]:
        """Optimizer moments, place in the schedule, averaged weights."""
        return {
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "average": {} if self.average is None else self.average.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state_dict` was taken."""
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        if self.average is not None:
            self.average.load_state_dict(state["average"])

    @torch.no_grad()
    def _average(self, kept: Tensors, new: Tensors, _count: Tensor | int) -> None:
        steps = self.schedule.last_epoch  # its own count would be read back from the device
        decay = min(self.ema, (1 + steps) / (10 + steps))
        torch._foreach_lerp_(kept, new, 1 - decay)


def make_schedule(recipe: Recipe, steps: int) -> Callable[[int], float]:
    """The share of the peak learning rate at each step."""
    if recipe.schedule == "constant":
        return lambda _step: 1.0
    return lambda step: 0.5 + 0.5 * cos(pi * min(step / steps, 1.0))
