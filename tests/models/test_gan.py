"""GANs of every loss: they learn points, pack pictures, go on exactly, and refuse in words."""

from __future__ import annotations

from typing import Any, get_args

import pytest
import torch
from torch import Tensor

from latentlab import models
from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.spec import Recipe
from latentlab.models._adversarial import AdversarialLearner
from latentlab.models._game import LOSSES
from latentlab.models.family import DataShape
from latentlab.models.gan import FAMILY, Gan, GanConfig

PICTURE, POINT = DataShape(1, 8, 8), DataShape(2, 1, 1)
GRADIENTS = {"grad_generator", "grad_discriminator"}
FURTHER = {  # what each loss tells beside "loss", "discriminator" and the gradients
    "minimax": {"d_real", "d_fake", "r1"},
    "non-saturating": {"d_real", "d_fake", "r1"},
    "least-squares": {"d_real", "d_fake", "r1"},
    "wasserstein-clip": {"score_real", "score_fake", "wasserstein"},
    "wasserstein-gp": {"score_real", "score_fake", "wasserstein", "gp"},
    "relativistic": {"d_real", "d_fake", "r1", "r2"},
}
each_loss = pytest.mark.parametrize("loss", list(LOSSES))


def config(**settings: Any) -> GanConfig:
    sizes = {"network": "mlp", "latent": 3, "width": 8, "critic_width": 8, "r1_every": 2}
    return GanConfig(**{**sizes, **settings})


def gan(shape: DataShape = PICTURE, **settings: Any) -> Gan:
    torch.manual_seed(0)
    return FAMILY.build(config(**settings), shape)


def learner(
    shape: DataShape = PICTURE, rate: float = 1e-3, ema: float = 0.0, **settings: Any
) -> AdversarialLearner[Gan]:
    recipe = Recipe(learning_rate=rate, ema=ema)
    made = FAMILY.learner(gan(shape, **settings), config(**settings), recipe, 400)
    assert isinstance(made, AdversarialLearner)
    return made


def batch(n: int = 16, shape: DataShape = PICTURE, seed: int = 0) -> Tensor:
    return torch.rand(n, *shape[:3], generator=torch.Generator().manual_seed(seed))


def steps(one: AdversarialLearner[Gan], count: int, n: int = 16) -> list[dict[str, Tensor]]:
    noise = torch.Generator().manual_seed(1)
    shape = PICTURE if one.model.decode(torch.zeros(1, 3)).shape[1] == 1 else POINT
    return [one.step(batch(n, shape, i), None, noise) for i in range(count)]


def weights(part: torch.nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in part.parameters()]


def same(before: list[Tensor], part: torch.nn.Module) -> bool:
    return all(torch.equal(*pair) for pair in zip(before, part.parameters(), strict=True))


def test_the_losses_on_offer_are_those_of_the_games() -> None:
    assert get_args(GanConfig.model_fields["loss"].annotation) == tuple(LOSSES)


@each_loss
def test_each_loss_tells_its_own_terms_and_they_are_finite(loss: str) -> None:
    told = steps(learner(loss=loss), 2)
    assert told[0].keys() == {"loss", "discriminator"} | GRADIENTS | FURTHER[loss]
    assert all(value.isfinite() and not value.requires_grad for value in told[1].values())


@each_loss
def test_a_critic_of_every_loss_shows_the_generator_the_way(loss: str) -> None:
    """The critic alone learns where real points are, then the generator alone goes there."""
    limit = {"clip": 0.1} if loss == "wasserstein-clip" else {}
    one, noise = learner(POINT, loss=loss, **limit), torch.Generator().manual_seed(0)
    x = 0.7 + 0.05 * torch.randn(64, 2, 1, 1, generator=noise)
    z = torch.randn(64, 3, generator=noise)

    def distance() -> float:
        with torch.no_grad():
            return float((one.model.decode(z).mean(0) - 0.7).norm())

    before, after = distance(), []
    for _ in range(120):
        one.step_alone("critic", x, None, noise)
    for _ in range(30):
        one.step_alone("generator", x, None, noise)
        after.append(distance())
    assert min(after) < 0.7 * before, "it may shoot past a critic that stands still"


@each_loss
def test_a_run_of_points_goes_on_exactly(loss: str) -> None:
    settings = {"loss": loss, "packing": 2, "critic_steps": 2}
    whole, half = (learner(POINT, ema=0.9, **settings) for _ in range(2))
    noise = torch.Generator().manual_seed(1)
    for i in range(6):
        whole.step(batch(shape=POINT, seed=i), None, noise)
    noise = torch.Generator().manual_seed(1)
    for i in range(3):
        half.step(batch(shape=POINT, seed=i), None, noise)
    again = learner(POINT, ema=0.9, **settings)
    again.model.load_state_dict(half.model.state_dict())
    again.load_state_dict(half.state_dict())
    for i in range(3, 6):
        again.step(batch(shape=POINT, seed=i), None, noise)
    first, second = whole.model_to_use().state_dict(), again.model_to_use().state_dict()
    assert all(torch.equal(value, second[name]) for name, value in first.items())
    assert whole.last.keys() == again.last.keys()


def test_its_losses_are_those_of_the_game() -> None:
    model, x = gan(loss="least-squares").eval(), batch(8)
    with torch.no_grad():
        found = FAMILY.losses(model, x, None, torch.Generator().manual_seed(3))
        z = model.sample_prior(8, torch.Generator().manual_seed(3))
        made = model.score(model.decode(z))
    assert float(found["loss"]) == pytest.approx(float(0.5 * (made - 0.5).square().mean()))


# -- the rules of the game -----------------------------------------------------------------------


def test_the_critic_steps_as_often_as_its_paper_says_unless_told() -> None:
    asked = {loss: config(loss=loss).game.critic_steps for loss in LOSSES}
    assert {loss for loss, count in asked.items() if count == 5} == {
        "wasserstein-clip",
        "wasserstein-gp",
    }
    assert config(loss="wasserstein-gp", critic_steps=2).game.critic_steps == 2
    one = learner(loss="wasserstein-gp", critic_steps=3)
    moved = []
    for _ in range(7):
        before = weights(one.model.generator)
        steps(one, 1)
        moved.append(not same(before, one.model.generator))
    assert moved == [True, False, False, True, False, False, True]


def test_weights_of_a_clipped_critic_are_within_the_limit_after_each_step() -> None:
    one = learner(loss="wasserstein-clip", clip=0.02)
    steps(one, 1)
    largest = max(float(value.abs().max()) for value in weights(one.model.critic))
    assert largest == pytest.approx(0.02)
    assert max(float(value.abs().max()) for value in weights(one.model.generator)) > 0.1


@pytest.mark.parametrize("side", ["generator", "critic"])
def test_one_side_steps_alone(side: Any) -> None:
    one = learner(ema=0.9)
    steps(one, 3)
    other = {"generator": one.model.critic, "critic": one.model.generator}[side]
    mine, still, place = weights(getattr(one.model, side)), weights(other), one.steps
    seen = one.model_to_use().generator.state_dict()["0.0.weight"].clone()
    told = one.step_alone(side, batch(), None, torch.Generator().manual_seed(0))
    assert not same(mine, getattr(one.model, side))
    assert same(still, other)
    assert one.steps == place
    name = {"generator": "loss", "critic": "discriminator"}[side]
    assert told[name].isfinite()
    shown = one.model_to_use().generator.state_dict()["0.0.weight"]
    assert torch.equal(seen, shown) == (side == "critic"), "the average follows at once"


def test_steps_alone_lower_the_own_loss() -> None:
    one, noise = learner(r1_weight=0.0), torch.Generator().manual_seed(0)
    critic = [
        float(one.step_alone("critic", batch(), None, noise)["discriminator"]) for _ in "1" * 30
    ]
    generator = [float(one.step_alone("generator", batch(), None, noise)["loss"]) for _ in "1" * 30]
    assert critic[-1] < 0.8 * critic[0]
    assert generator[-1] < 0.8 * generator[0]


# -- packing -------------------------------------------------------------------------------------


def test_a_pack_is_judged_as_one_and_every_picture_gets_its_verdict() -> None:
    model = gan(packing=3).eval()
    x = batch(7)
    assert model.judge(x[:6]).shape == (2,)
    scores = model.score(x)
    assert scores.shape == (7,)
    assert torch.equal(scores[:3], scores[:1].expand(3))
    assert torch.allclose(scores[:6], model.judge(x[:6]).repeat_interleave(3))
    assert torch.allclose(scores[6:], model.judge(torch.cat([x[6:], x[:2]])))
    assert model.score(x[:1]).shape == (1,)


def test_packs_do_not_mix_real_and_made_pictures() -> None:
    one, seen = learner(packing=2, r1_weight=0.0), []
    features = one.model.critic.features
    features.register_forward_pre_hook(lambda _module, args: seen.append(args[0].detach()))
    x = torch.full((6, 1, 8, 8), 2.0)  # no made picture is so bright
    one.step(x, None, torch.Generator().manual_seed(0))
    real = (seen[0] == 3.0).flatten(2).all(2)  # (packs, pictures of a pack)
    assert real.tolist() == [[True, True]] * 3 + [[False, False]] * 3


@pytest.mark.parametrize("n", [1, 5])
def test_what_is_left_of_an_epoch_fills_whole_packs(n: int) -> None:
    told = steps(learner(packing=4), 1, n)
    assert all(value.isfinite() for value in told[0].values())


def test_spectral_packs_of_convolutions_in_colour() -> None:
    model = gan(DataShape(3, 12, 12), network="dcgan", packing=4, spectral=True)
    assert model.score(torch.rand(8, 3, 12, 12)).shape == (8,)


# -- what does not go together -------------------------------------------------------------------


def test_batch_normalisation_is_there_where_asked_for_and_passes_the_two_apart() -> None:
    settings = {"network": "dcgan", "batch_norm": True, "r1_weight": 0.0}
    one, seen = learner(**settings), []
    one.model.critic.register_forward_pre_hook(lambda _m, args: seen.append(len(args[0])))
    [told] = steps(one, 1)
    assert seen == [16, 16, 16], "real and made ones for the critic, made ones for the generator"
    assert told["loss"].isfinite()
    assert any(isinstance(m, torch.nn.BatchNorm2d) for m in one.model.critic.modules())


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"loss": "wasserstein-gp", "network": "dcgan"}, "set batch_norm=false or gp_weight=0"),
        ({"network": "dcgan"}, "set batch_norm=false or r1_weight=0"),
        ({"network": "dcgan", "r1_weight": 0.0, "spectral": True}, "does not go with spectral"),
        ({"r1_weight": 0.0}, "does not go with full layers"),
    ],
)
def test_batch_normalisation_is_refused_beside_what_it_contradicts(
    settings: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        gan(batch_norm=True, **settings)


def test_a_batch_that_does_not_part_into_packs_is_refused() -> None:
    with pytest.raises(ConfigError, match="must be a multiple of 3, but it is 64"):
        FAMILY.check(config(packing=3), Recipe(batch_size=64))
    FAMILY.check(config(packing=4), Recipe(batch_size=64))


def test_points_need_full_layers() -> None:
    assert gan(POINT).decode(torch.zeros(5, 3)).shape == (5, 2, 1, 1)
    with pytest.raises(ConfigError, match="choose network=mlp"):
        gan(POINT, network="dcgan")


def test_pictures_out_of_range_are_refused_by_either_network() -> None:
    for network in ("mlp", "dcgan"):
        with pytest.raises(ConfigError, match="networks take"):
            gan(DataShape(1, 4, 4), network=network)


def test_an_unknown_loss_is_told() -> None:
    with pytest.raises(ConfigError, match="loss is 'hinge', but it must be one of minimax, "):
        models.parse_config(FAMILY, {"loss": "hinge"})


def test_it_has_no_encoder_and_says_so() -> None:
    with pytest.raises(ModelError, match="A GAN has no encoder"):
        gan().encode(batch(1))
    assert FAMILY.capabilities == {"decode", "sample", "score"}
