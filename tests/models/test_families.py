"""Every family there is, trained, saved, loaded, compared; what is common to all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import load, save

from latentlab import models
from latentlab.core.errors import ConfigError
from latentlab.core.spec import Recipe
from latentlab.models._quadrants import Completer
from latentlab.models.family import DataShape, LatentModel, LikelihoodModel

if TYPE_CHECKING:
    from latentlab.models import AnyFamily

SHAPES = [
    DataShape(*extent, labels=3, attributes=2)
    for extent in ((1, 8, 8), (1, 28, 28), (3, 32, 32), (1, 64, 64))
]
FAMILIES = list(models.families().values())
STEPS = 4


def small(family: AnyFamily, **settings: Any) -> Any:
    """A config that builds in milliseconds; keys a family does not have are left out."""
    sizes = {"latent": 3, "width": 8, "critic_width": 8, **settings}
    known = family.Config.model_fields
    return family.Config(**{key: value for key, value in sizes.items() if key in known})


def variants() -> list[Any]:
    """Each family once per network and likelihood it offers."""
    cases = []
    for family in FAMILIES:
        properties = family.Config.model_json_schema()["properties"]
        choices = [
            {key: value} for key, field in properties.items() for value in field.get("enum", [])
        ] or [{}]
        cases += [
            pytest.param(
                family, small(family, **choice), id="-".join([family.name, *choice.values()])
            )
            for choice in choices
        ]
    return cases


def pictures(shape: DataShape, n: int = 16, seed: int = 1) -> torch.Tensor:
    """Smooth random pictures, mostly black or white, so that there is something to learn."""
    noise = torch.Generator().manual_seed(seed)
    coarse = torch.rand(n, shape.channels, 4, 4, generator=noise)
    grey = torch.nn.functional.interpolate(coarse, (shape.height, shape.width), mode="bilinear")
    return (4 * grey - 1.5).clamp(0, 1)


def told(model: LatentModel, n: int) -> torch.Tensor | None:
    """What the model reads of n pictures: classes in turn, attributes that come and go, a half."""
    if isinstance(model, Completer):
        return model.hide(pictures(model.shape, n), torch.tensor([[1.0, 0, 1, 0]]).expand(n, -1))
    if model.reads == "labels":
        return torch.eye(3)[torch.arange(n) % 3]
    return torch.arange(2 * n).view(n, 2) % 3 / 2 if model.reads == "attributes" else None


def train(
    family: AnyFamily, config: Any, shape: DataShape, recipe: Recipe, steps: int = STEPS
) -> tuple[Any, list[dict[str, torch.Tensor]], torch.Generator]:
    """A learner after `steps` steps on fresh batches, its losses, and its noise."""
    torch.manual_seed(recipe.seed)
    learner = family.learner(family.build(config, shape), config, recipe, STEPS)
    noise = torch.Generator().manual_seed(recipe.seed)
    y = told(learner.model, 16)
    losses = [learner.step(pictures(shape, seed=i), y, noise) for i in range(steps)]
    return learner, losses, noise


def same(a: LatentModel, b: LatentModel) -> bool:
    first, second = a.state_dict(), b.state_dict()
    return first.keys() == second.keys() and all(
        torch.equal(value, second[key]) for key, value in first.items()
    )


RECIPE = Recipe(learning_rate=1e-3, ema=0.9, epochs=1)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("family", "config"), variants())
def test_two_steps_then_save_and_load_give_the_same_outputs(
    family: AnyFamily, config: Any, shape: DataShape
) -> None:
    learner, losses, _ = train(family, config, shape, RECIPE, steps=2)
    learner.end_epoch(0)
    assert all(torch.isfinite(value) and not value.requires_grad for value in losses[1].values())
    assert next(iter(losses[0])) == "loss"

    model = learner.model_to_use()
    copy = family.build(config, shape)
    copy.load_state_dict(load(save(model.state_dict())))

    x = pictures(shape)
    y = told(model, len(x))
    encodes = "encode" in family.abilities(config)
    z = model.encode(x, y).mu if encodes else model.sample_prior(len(x), torch.Generator())
    assert z.shape == (len(x), torch.Size(model.latent_shape).numel())
    assert not encodes or torch.equal(copy.encode(x, y).mu, z)
    if not family.capabilities >= {"decode", "sample"}:
        return
    decoded = model.decode(z, y)
    assert decoded.shape == x.shape
    assert 0 <= decoded.min() <= decoded.max() <= 1
    assert torch.equal(copy.decode(z, y), decoded)
    draws = [m.sample_prior(5, torch.Generator().manual_seed(3)) for m in (model, copy)]
    assert draws[0].shape == (5, z.shape[1])
    assert torch.equal(*draws)
    assert model.decode(draws[0], told(model, 5)).isfinite().all()


@pytest.mark.parametrize(
    ("family", "config"), [case for case in variants() if case.values[0].validates]
)
def test_training_lowers_the_loss(family: AnyFamily, config: Any) -> None:
    shape = DataShape(1, 16, 16, labels=3, attributes=2)
    torch.manual_seed(0)
    model = family.build(config, shape)
    x, y, noise = pictures(shape, 64), told(model, 64), torch.Generator().manual_seed(0)
    before = float(family.losses(model, x, y, noise)["loss"].detach())
    learner = family.learner(model, config, Recipe(learning_rate=1e-2), 60)
    for _ in range(60):
        learner.step(x, y, noise)
    after = float(family.losses(learner.model_to_use(), x, y, noise)["loss"].detach())
    assert after < before - 0.05 * abs(before)


@pytest.mark.parametrize(("family", "config"), variants())
def test_same_seed_same_weights(family: AnyFamily, config: Any) -> None:
    runs = [train(family, config, SHAPES[0], RECIPE)[0].model_to_use() for _ in range(2)]
    assert same(*runs)
    other = train(family, config, SHAPES[0], RECIPE.model_copy(update={"seed": 7}))[0]
    stochastic = "posterior" in family.capabilities
    assert not (stochastic and same(runs[0], other.model_to_use()))


@pytest.mark.parametrize(("family", "config"), variants())
def test_a_resumed_learner_goes_on_exactly(family: AnyFamily, config: Any) -> None:
    shape = SHAPES[0]
    whole, _, _ = train(family, config, shape, RECIPE)
    half, _, noise = train(family, config, shape, RECIPE, steps=2)
    weights, state = half.model.state_dict(), half.state_dict()

    model = family.build(config, shape)
    model.load_state_dict(weights)
    resumed = family.learner(model, config, RECIPE, STEPS)
    resumed.load_state_dict(state)
    for i in range(2, STEPS):
        resumed.step(pictures(shape, seed=i), told(model, 16), noise)
    for learner in (whole, resumed):
        learner.end_epoch(0)
    assert same(whole.model, resumed.model)
    assert same(whole.model_to_use(), resumed.model_to_use())


@pytest.mark.parametrize(("family", "config"), variants())
def test_bfloat16_trains_and_keeps_float32_weights(family: AnyFamily, config: Any) -> None:
    recipe = RECIPE.model_copy(update={"precision": "bfloat16"})
    learner, losses, _ = train(family, config, SHAPES[0], recipe)
    assert all(value.dtype == torch.float32 for value in losses[-1].values())
    tensors = learner.model_to_use().state_dict().values()
    weights = [value for value in tensors if value.is_floating_point()]  # no counters
    assert all(value.dtype == torch.float32 and value.isfinite().all() for value in weights)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_says_what_it_is(family: AnyFamily) -> None:
    assert models.get(family.name) is family
    said = json.loads(json.dumps(models.describe(family)))
    for part in ("config", "recipe"):
        properties = said[part]["schema"]["properties"]
        assert properties.keys() == said[part]["defaults"].keys()
        assert all(len(field["description"]) > 10 for field in properties.values())
    assert said["summary"].endswith(".")
    assert "arXiv" in said["paper"] or "doi" in said["paper"]
    likelihood = isinstance(family.build(small(family), SHAPES[0]), LikelihoodModel)
    assert likelihood == ("likelihood" in family.capabilities)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_presets_are_valid_and_build(family: AnyFamily) -> None:
    for values in [*family.presets.values(), {}]:
        config, recipe = models.split_settings(family, values)
        models.parse_recipe(family, recipe)
        family.build(models.parse_config(family, config), DataShape(1, 28, 28, 10, 4))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
@pytest.mark.parametrize(
    "shape", [DataShape(1, 4, 4, 3), DataShape(1, 100, 28, 3), DataShape(2, 28, 28, 3)]
)
def test_only_pca_takes_pictures_of_any_size(family: AnyFamily, shape: DataShape) -> None:
    if family.name == "pca":
        assert family.build(small(family), shape).latent_shape == (3,)
        return
    with pytest.raises(ConfigError, match=r"The pictures (are|have) .+; networks take .+\."):
        family.build(small(family), shape)


@pytest.mark.parametrize("shape", [DataShape(1, 9, 13, 3, 2), DataShape(3, 30, 63, 3, 2)], ids=str)
@pytest.mark.parametrize(("family", "config"), variants())
def test_odd_sizes_work(family: AnyFamily, config: Any, shape: DataShape) -> None:
    model, x = family.build(config, shape), pictures(shape, 2)
    y = told(model, 2)
    encodes = "encode" in family.abilities(config)
    z = model.encode(x, y).mu if encodes else model.sample_prior(2, torch.Generator())
    assert z.isfinite().all()
    if "decode" in family.capabilities:
        assert model.decode(z, y).shape == x.shape
