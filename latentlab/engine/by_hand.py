"""Steps of one of two networks that compete, made while the run holds."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from latentlab.core.errors import TrainingError

if TYPE_CHECKING:
    import torch

    from latentlab.core.spec import Recipe
    from latentlab.engine.resident import ResidentPictures
    from latentlab.models._adversarial import Side
    from latentlab.models.family import Learner


class ByHand:
    """Each step takes another batch of the epoch; the run goes on from its own place in it."""

    def __init__(
        self,
        learner: Learner,
        pictures: ResidentPictures,
        recipe: Recipe,
        noise: torch.Generator,
    ) -> None:
        self._step_alone = getattr(learner, "step_alone", None)
        self._pictures, self._recipe, self._noise = pictures, recipe, noise
        self.steps = 0  # since the run's own last one

    def step(self, side: Side, epoch: int, batch: int) -> bool:
        """One step of a side; whether its losses are finite. Raises TrainingError without sides."""
        if self._step_alone is None:
            raise TrainingError(
                "This family trains one network, so no side of it can step alone; "
                "resume, or train a GAN."
            )
        recipe = self._recipe
        order = self._pictures.order(recipe.seed, epoch, recipe.batch_size)
        x, y = self._pictures.batch(order[(batch + self.steps) % len(order)])
        losses = self._step_alone(side, x, y, self._noise)
        self.steps += 1
        return all(isfinite(float(value)) for value in losses.values())
