"""Learning codes first, then to make them: the two stages of a GMMN with an autoencoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from latentlab.models._learner import GradientLearner, make_schedule

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from latentlab.core.spec import Recipe
    from latentlab.models.family import Family, Losses
    from latentlab.models.gmmn import Gmmn

_GLANCE = 10  # steps from one value of the term that does not learn just now to the next


class MatchingLearner(GradientLearner["Gmmn"]):
    """AdamW on the autoencoder for a share of the steps, then on the matcher; a schedule for each.

    "loss" is the sum of both terms, of which only one has a slope. The weights of the other stage
    get no gradient at all, so that AdamW leaves them exactly as they are.
    """

    def __init__(
        self, family: Family[Any, Gmmn], model: Gmmn, share: float, recipe: Recipe, steps: int
    ) -> None:
        """`share` of the steps, above 0 and below 1, goes to the autoencoder; at least one."""
        self.first = max(1, round(share * steps))
        self.last: Losses = {}
        super().__init__(family, model, recipe, steps)

    def plan_rate(self, recipe: Recipe, steps: int) -> Callable[[int], float]:
        """The recipe's schedule once for each stage."""
        of_codes = make_schedule(recipe, self.first)
        of_matching = make_schedule(recipe, max(1, steps - self.first))
        return lambda step: of_codes(step) if step < self.first else of_matching(step - self.first)

    def objective(self, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:  # noqa: ARG002
        """The term of the stage with its slope, and a glance at the other one now and then."""
        step = self.schedule.last_epoch
        learns = "reconstruction" if step < self.first else "mmd"
        for term in ("reconstruction", "mmd"):
            if term == learns or step % _GLANCE == 0:
                with torch.set_grad_enabled(term == learns):
                    self.last[term] = self._term(term, x, generator)
        found = {"loss": self.last["reconstruction"] + self.last["mmd"], **self.last}
        self.last = {name: value.detach() for name, value in self.last.items()}
        return found

    def state_dict(self) -> dict[str, Any]:
        """Also the last values of the terms."""
        return super().state_dict() | {"last": dict(self.last)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state_dict` was taken."""
        super().load_state_dict(state)
        self.last = dict(state["last"])

    def _term(self, name: str, x: Tensor, generator: torch.Generator) -> Tensor:
        return (
            self.model.error(x) if name == "reconstruction" else self.model.mismatch(x, generator)
        )
