"""The conditional VAE: what it is told matters, and it refuses to guess."""

from __future__ import annotations

import pytest
import torch

from latentlab.core.errors import ConfigError
from latentlab.core.spec import Recipe
from latentlab.models.cvae import FAMILY, Cvae, CvaeConfig
from latentlab.models.family import DataShape

SHAPE = DataShape(1, 8, 8, labels=2)


def cvae(shape: DataShape = SHAPE, **settings: object) -> Cvae:
    torch.manual_seed(0)
    return FAMILY.build(CvaeConfig(**{"width": 16, "latent": 2, **settings}), shape)


def halves(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Label 0: the left half is white; label 1: the right half; the row of a dot is the style."""
    y = torch.eye(2)[torch.arange(n) % 2]
    x = torch.zeros(n, 1, 8, 8)
    x[y[:, 0] == 1, :, :, :4] = 1
    x[y[:, 1] == 1, :, :, 4:] = 1
    x[torch.arange(n), 0, torch.arange(n) // 2 % 8] = 0.5
    return x, y


@pytest.mark.parametrize("network", ["mlp", "mixed"])
def test_the_label_decides_the_half_and_z_alone_does_not(network: str) -> None:
    model = cvae(network=network)
    learner = FAMILY.learner(model, CvaeConfig(), Recipe(learning_rate=1e-2), 300)
    noise = torch.Generator().manual_seed(0)
    x, y = halves(64)
    for _ in range(300):
        learner.step(x, y, noise)
    with torch.no_grad():
        z = model.eval().encode(x, y).mu
        left, right = (model.decode(z, torch.eye(2)[[k] * len(z)]) for k in (0, 1))
        again = model.decode(z, y)
    assert float(left[..., :4].mean()) > 0.7 > 0.3 > float(left[..., 4:].mean())
    assert float(right[..., 4:].mean()) > 0.7 > 0.3 > float(right[..., :4].mean())
    assert float((again - x).abs().mean()) < 0.2


def test_shares_of_labels_are_between_them() -> None:
    model = cvae()
    z = torch.zeros(1, 2)
    pictures = [model.decode(z, torch.tensor([[1 - t, t]])) for t in (0.0, 0.5, 1.0)]
    assert not torch.equal(pictures[0], pictures[2])
    assert not torch.equal(pictures[1], pictures[0])


def test_elbo_and_iwae_are_told_the_label() -> None:
    model, (x, y) = cvae(), halves(8)
    seen = [model.elbo(x, torch.Generator().manual_seed(1), rows) for rows in (y, y.flip(1))]
    assert not torch.equal(*seen)
    bound = model.iwae(x, 64, torch.Generator().manual_seed(1), y).mean()
    assert float(bound.detach()) >= float(seen[0].mean().detach()) - 0.5


def test_without_a_label_it_refuses_in_words() -> None:
    model = cvae()
    with pytest.raises(ConfigError, match="must be told the labels; choose one"):
        model.decode(torch.zeros(1, 2))
    with pytest.raises(ConfigError, match="knows 2 labels, but 3 are given"):
        model.encode(torch.zeros(1, 1, 8, 8), torch.eye(3)[:1])


@pytest.mark.parametrize(
    ("shape", "condition", "sentence"),
    [
        (DataShape(1, 8, 8), "labels", "has no labels, so there is nothing to choose"),
        (DataShape(1, 8, 8, labels=1), "labels", "has one label, so there is nothing"),
        (DataShape(1, 8, 8, labels=2), "attributes", "has no attributes to condition on"),
        (DataShape(1, 8, 8, attributes=2), "labels", "has attributes, not labels; choose cond"),
    ],
)
def test_data_that_tell_nothing_are_refused(
    shape: DataShape, condition: str, sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        cvae(shape, condition=condition)


def test_attributes_are_a_condition_too() -> None:
    model = cvae(DataShape(3, 16, 16, labels=0, attributes=5), condition="attributes")
    told = torch.tensor([[1.0, 0.0, 0.5, 1.0, 0.0]])
    assert model.decode(torch.zeros(1, 2), told).shape == (1, 3, 16, 16)
    assert model.reads == "attributes"
