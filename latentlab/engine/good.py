"""The last weights that were all numbers, to go back to when a loss explodes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from latentlab.models.family import LatentModel, Learner


class LastGood:
    """A copy, on the device, of a model and of its learner."""

    def __init__(self, model: LatentModel, learner: Learner) -> None:
        self._model = model
        self._learner = learner
        self._copy: dict[str, Any] = {}

    def keep(self) -> None:
        """Remember this moment, unless it is spoiled already."""
        if is_finite(self._model):
            state = {"model": self._model.state_dict(), "learner": self._learner.state_dict()}
            self._copy = copy.deepcopy(state)

    def restore(self) -> None:
        """Back to the moment remembered last; nothing happens when there is none."""
        if self._copy:
            self._model.load_state_dict(self._copy["model"])
            self._learner.load_state_dict(copy.deepcopy(self._copy["learner"]))


def is_finite(model: LatentModel) -> bool:
    """Whether all weights are numbers; waits for the device once."""
    floats = [value for value in model.state_dict().values() if value.is_floating_point()]
    return not floats or bool(torch.stack([value.isfinite().all() for value in floats]).all())
