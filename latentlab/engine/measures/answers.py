"""How often a classifier is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from latentlab.engine.measures.task import Task


def measure_accuracy(task: Task) -> None:
    """The share of right answers, in per cent: of all, and of each attribute."""
    right: Tensor | float = 0.0
    for x, y, _, share in task.pictures():
        right = right + _answers_right(task.model, x, y).mean(0) * share
    of_each = torch.as_tensor(right)  # (1,), or (attributes,)
    how = "share of pictures whose likeliest class, or whose every attribute's side, is right"
    task.keep("accuracy", 100 * of_each.mean().item(), "Accuracy", "%", how, "higher")
    if task.model.reads == "attributes":
        how = "share of pictures of which the classifier sees the right side of one half"
        names = task.manifest.data.attribute_names
        for name, value in zip(names, of_each.tolist(), strict=True):
            task.keep(f"accuracy.{name}", 100 * value, f"Accuracy, {name}", "%", how, "higher")


def _answers_right(model: Any, x: Tensor, y: Tensor | None) -> Tensor:
    """1 where the classifier is right: one answer (batch, 1), or that of each attribute."""
    assert y is not None  # a classifier reads labels or attributes
    found = model.classify(x)
    if model.reads == "labels":
        right: Tensor = (found.argmax(1) == y.argmax(1)).float()
        return right[:, None]
    sides: Tensor = ((found > 0.5) == (y > 0.5)).float()
    return sides


MEASURES = {"accuracy": measure_accuracy}
