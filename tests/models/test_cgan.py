"""The conditional GAN: it obeys the label, says what it cannot, and keeps spectral norms."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from latentlab import models
from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.spec import Recipe
from latentlab.models.cgan import FAMILY, Cgan, CganConfig
from latentlab.models.family import DataShape

SHAPE = DataShape(1, 8, 8, labels=2)


def cgan(shape: DataShape = SHAPE, **settings: Any) -> Cgan:
    torch.manual_seed(0)
    config = CganConfig(**{"latent": 4, "width": 8, "critic_width": 8, **settings})
    return FAMILY.build(config, shape)


def halves(n: int) -> tuple[Tensor, Tensor]:
    """Label 0: the left half is white; label 1: the right half."""
    y = torch.eye(2)[torch.arange(n) % 2]
    x = torch.zeros(n, 1, 8, 8)
    x[y[:, 0] == 1, :, :, :4] = 1
    x[y[:, 1] == 1, :, :, 4:] = 1
    return x, y


@pytest.mark.parametrize(
    "settings",
    [{"network": "dcgan"}, {"network": "dcgan", "regulariser": "spectral"}, {"network": "mlp"}],
    ids=lambda settings: "-".join(settings.values()),
)
def test_the_label_decides_the_half(settings: dict[str, Any]) -> None:
    model = cgan(**settings)
    config = CganConfig(**settings)
    learner = FAMILY.learner(model, config, Recipe(learning_rate=3e-3, ema=0.9), 150)
    noise = torch.Generator().manual_seed(0)
    x, y = halves(32)
    for _ in range(150):
        learner.step(x, y, noise)
    used = learner.model_to_use().eval()
    z = used.sample_prior(32, noise)
    with torch.no_grad():
        left, right = (used.decode(z, torch.eye(2)[[label] * 32]) for label in (0, 1))
    assert float(left[..., :4].mean()) > 0.8 > 0.2 > float(left[..., 4:].mean())
    assert float(right[..., 4:].mean()) > 0.8 > 0.2 > float(right[..., :4].mean())


def test_the_critic_is_the_projection_of_its_features() -> None:
    model = cgan().eval()
    x, y = torch.rand(6, 1, 8, 8), torch.eye(2)[torch.arange(6) % 2]
    features = model.critic.features(2 * x - 1)
    by_label = features @ model.critic.embedding.weight  # V^T phi, (6, 2)
    wanted = model.critic.whole(features)[:, 0] + by_label[torch.arange(6), y.argmax(1)]
    assert torch.allclose(model.score(x, y), wanted, atol=1e-5)


def test_logits_are_linear_in_what_is_told() -> None:
    model, x = cgan().eval(), torch.rand(3, 1, 8, 8)
    ends = [model.score(x, torch.eye(2)[[label] * 3]) for label in (0, 1)]
    between = model.score(x, torch.tensor([[0.25, 0.75]]).expand(3, 2))
    assert torch.allclose(between, 0.25 * ends[0] + 0.75 * ends[1], atol=1e-5)


def test_every_layer_of_a_spectral_critic_has_norm_one() -> None:
    model = cgan(regulariser="spectral")
    x, y = halves(8)
    for _ in range(200):  # its power iteration makes a step in each pass
        model.score(x, y)
    layers = [m for m in model.critic.modules() if isinstance(m, nn.Linear)]
    norms = [float(torch.linalg.matrix_norm(layer.weight, 2).detach()) for layer in layers]
    assert len(norms) == 3
    assert norms == pytest.approx([1.0] * 3, rel=0.05)


@pytest.mark.parametrize(
    ("settings", "further"),
    [
        ({}, {"mismatch", "r1"}),
        ({"regulariser": "spectral"}, {"mismatch"}),
        ({"mismatch": 0.0}, {"r1"}),
        ({"r1_weight": 0.0, "mismatch": 0.0}, set()),
    ],
)
def test_the_terms_are_those_that_count(settings: dict[str, Any], further: set[str]) -> None:
    config = CganConfig(**settings)
    learner = FAMILY.learner(cgan(**settings), config, Recipe(), 10)
    told = learner.step(*halves(8), torch.Generator().manual_seed(0))
    always = {"loss", "discriminator", "d_real", "d_fake", "grad_generator", "grad_discriminator"}
    assert told.keys() == always | further


def test_attributes_are_a_condition_too() -> None:
    shape = DataShape(3, 16, 16, labels=0, attributes=5)
    model = cgan(shape, condition="attributes").eval()
    told = torch.tensor([[1.0, 0.0, 0.5, 1.0, 0.0]])
    picture = model.decode(torch.zeros(1, 4), told)
    assert picture.shape == (1, 3, 16, 16)
    assert not torch.equal(picture, model.decode(torch.zeros(1, 4), 1 - told))
    assert model.reads == "attributes"


@pytest.mark.parametrize("size", [8, 9, 28, 33, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_of_any_size_lie_between_0_and_1(size: int, channels: int) -> None:
    model = cgan(DataShape(channels, size, size, labels=2)).eval()
    with torch.no_grad():
        made = model.decode(10 * torch.randn(2, 4), torch.eye(2))
        assert model.score(made, torch.eye(2)).shape == (2,)
    assert made.shape == (2, channels, size, size)
    assert 0 <= float(made.min()) <= float(made.max()) <= 1


def test_it_has_no_encoder_and_says_so() -> None:
    with pytest.raises(ModelError, match="A GAN has no encoder"):
        cgan().encode(torch.zeros(1, 1, 8, 8))
    assert "encode" not in FAMILY.capabilities
    assert not FAMILY.validates


def test_without_a_label_it_refuses_in_words() -> None:
    model = cgan()
    with pytest.raises(ConfigError, match="must be told 2 labels, but nothing came"):
        model.decode(torch.zeros(1, 4))
    with pytest.raises(ConfigError, match="must be told 2 labels, but 3 numbers came"):
        model.score(torch.zeros(1, 1, 8, 8), torch.eye(3)[:1])
    with pytest.raises(ConfigError, match="has one label, so there is nothing to choose"):
        cgan(DataShape(1, 8, 8, labels=1))


def test_bad_settings_are_told() -> None:
    with pytest.raises(ConfigError, match="regulariser is 'r2', but it must be one of r1"):
        models.parse_config(FAMILY, {"regulariser": "r2"})


def test_its_losses_are_those_of_the_game() -> None:
    model = cgan().eval()
    x, y = halves(8)
    with torch.no_grad():
        found = FAMILY.losses(model, x, y, torch.Generator().manual_seed(3))
    z = model.sample_prior(8, torch.Generator().manual_seed(3))
    with torch.no_grad():
        fake = model.score(model.decode(z, y), y)
    assert float(found["loss"]) == pytest.approx(float(nn.functional.softplus(-fake).mean()))
    assert set(found) == {"loss", "discriminator"}
