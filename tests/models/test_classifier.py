"""The classifier: it reads what it was taught, and has nothing to draw with."""

from __future__ import annotations

import pytest
import torch

from latentlab.core.errors import ModelError
from latentlab.core.spec import Recipe
from latentlab.models.classifier import FAMILY, Classifier, ClassifierConfig
from latentlab.models.family import DataShape


def taught(target: str, y: torch.Tensor, steps: int = 40) -> tuple[Classifier, torch.Tensor]:
    """A classifier of 8 x 8 pictures in which column j is white where y[:, j] is 1."""
    torch.manual_seed(0)
    shape = DataShape(1, 8, 8, labels=y.shape[1], attributes=y.shape[1])
    config = ClassifierConfig(width=8, shift=0, target=target)
    x = torch.zeros(len(y), 1, 8, 8)
    x[..., : y.shape[1]] = y[:, None, None, :]
    learner = FAMILY.learner(FAMILY.build(config, shape), config, Recipe(learning_rate=1e-2), steps)
    noise = torch.Generator().manual_seed(0)
    for _ in range(steps):
        last = learner.step(x, y, noise)
    assert float(last["error"]) == 0
    model = learner.model_to_use().eval()
    assert isinstance(model, Classifier)
    return model, x


def test_classes_get_probabilities_that_sum_to_one() -> None:
    y = torch.eye(3).repeat(8, 1)
    model, x = taught("labels", y)
    found = model.classify(x).detach()
    assert torch.allclose(found.sum(1), torch.ones(len(x)))
    assert torch.equal(found.argmax(1), y.argmax(1))


def test_attributes_are_read_each_by_itself() -> None:
    y = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * 3).repeat(4, 1)
    model, x = taught("attributes", y, steps=80)
    assert torch.equal((model.classify(x).detach() > 0.5).float(), y)


def test_a_picture_is_read_alike_in_any_batch() -> None:
    model, x = taught("labels", torch.eye(3).repeat(8, 1))
    together = model.classify(x).detach()
    alone = torch.cat([model.classify(row[None]).detach() for row in x])
    assert torch.allclose(together, alone, atol=1e-5)


def test_features_are_neither_drawn_nor_decoded() -> None:
    model = FAMILY.build(ClassifierConfig(width=8), DataShape(1, 8, 8, labels=2))
    with pytest.raises(ModelError, match="has no decoder"):
        model.decode(torch.zeros(1, 32))
    with pytest.raises(ModelError, match="has no prior"):
        model.sample_prior(1, torch.Generator())
