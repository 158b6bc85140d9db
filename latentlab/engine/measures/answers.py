"""How often a classifier is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from latentlab.engine.measures.task import Task


def measure_accuracy(task: Task) -> None:
    """The share of right answers, in per cent."""
    right = 0.0
    for x, y, _, share in task.pictures():
        right += _answers_right(task.model, x, y).mean().item() * share
    how = "share of pictures whose likeliest class, or whose every attribute's side, is right"
    task.keep("accuracy", 100 * right, "Accuracy", "%", how, "higher")


def _answers_right(model: Any, x: Tensor, y: Tensor | None) -> Tensor:
    """1 where the classifier is right, (batch,); a mean over attributes."""
    assert y is not None  # a classifier reads labels or attributes
    found = model.classify(x)
    if model.reads == "labels":
        right: Tensor = (found.argmax(1) == y.argmax(1)).float()
        return right
    sides: Tensor = ((found > 0.5) == (y > 0.5)).float()
    return sides.mean(1)


MEASURES = {"accuracy": measure_accuracy}
