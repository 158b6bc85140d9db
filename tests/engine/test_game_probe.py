"""What is looked at in a game, on models whose verdicts are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from latentlab import data
from latentlab.engine import game_probe
from latentlab.engine.conditions import Conditions
from latentlab.engine.game_probe import FIELD, PULL, GameProbe
from latentlab.models import _game
from latentlab.models._adversarial import AdversarialModel

if TYPE_CHECKING:
    from latentlab.models.family import Posterior


class Tilted(AdversarialModel):
    """Draws points at the origin; its logit is 2 x + y of the plane, the mean over a pack."""

    latent_shape = (2,)

    def __init__(self, packing: int = 1) -> None:
        super().__init__()
        self.packing = packing
        self.generator = self.critic = nn.Linear(2, 1)

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        raise NotImplementedError

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        return torch.randn(n, 2, generator=generator)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        return (0.5 + 0 * z)[:, :, None, None]

    def judge(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        plane = 2 * x.reshape(-1, self.packing, 2) - 1
        return (plane @ torch.tensor([2.0, 1.0])).mean(1)

    def score(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        return self.judge(x).repeat_interleave(self.packing)


def look(model: Any, loss: str, spec: str = "points2d?count=374") -> dict[str, Any]:
    dataset, cpu = data.load(spec), torch.device("cpu")
    probe = GameProbe(dataset, cpu, 0, Conditions(dataset, "", cpu))
    return probe.look(model, _game.LOSSES[loss])


def test_the_field_is_the_logit_with_y_upwards() -> None:
    field = look(Tilted(), "non-saturating")["field"]
    middles = (np.arange(FIELD) + 0.5) / FIELD * 2 - 1
    assert np.allclose(field, 2 * middles[None] - middles[:, None], atol=1e-5)


@pytest.mark.parametrize("packing", [1, 2, 3])
def test_the_pull_is_down_the_generators_loss(packing: int) -> None:
    pull = look(Tilted(packing), "wasserstein-gp")["pull"]
    assert pull.shape == (PULL, PULL, 2)
    # The loss of a pack is minus its mean logit, so a point alone moves it by its share.
    assert np.allclose(pull, np.array([2, 1]) / packing, atol=1e-5)


def test_minimax_hardly_pulls_where_the_discriminator_is_sure() -> None:
    pulls = {name: look(Tilted(), name)["pull"] for name in ("minimax", "non-saturating")}
    lengths = {name: np.linalg.norm(pull, axis=2) for name, pull in pulls.items()}
    left = np.s_[PULL - 1, 0]  # logit -3
    assert lengths["minimax"][left] < 0.15 * lengths["non-saturating"][left]
    assert np.allclose(lengths["minimax"] + lengths["non-saturating"], 5**0.5, atol=1e-4)


def test_a_relative_loss_compares_with_real_points() -> None:
    pull = look(Tilted(), "relativistic")["pull"]
    assert (pull[..., 0] > 0).all()
    assert pull[0, 0, 0] > pull[0, -1, 0]  # what looks more real is pulled less


def test_verdicts_belong_to_their_points_and_stay_the_same() -> None:
    found, again = look(Tilted(), "minimax"), look(Tilted(), "minimax")
    assert np.allclose(found["scores_real"], found["points_real"] @ [2, 1], atol=1e-5)
    assert np.allclose(found["scores_fake"], 0, atol=1e-6)
    assert len(found["scores_real"]) == 300  # all training points
    assert all(np.array_equal(found[name], again[name]) for name in found)


def test_pictures_have_verdicts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(game_probe, "JUDGED", 40)
    model = Tilted()
    monkeypatch.setattr(model, "decode", lambda z, _: z[:, :1, None, None].expand(-1, 1, 8, 8))
    monkeypatch.setattr(model, "score", lambda x, _: x.mean((1, 2, 3)))
    found = look(model, "minimax", "digits")
    assert found.keys() == {"scores_real", "scores_fake"}
    assert len(found["scores_fake"]) == 40


def test_the_model_trains_on_as_before() -> None:
    model = Tilted().train()
    look(model, "minimax")
    assert model.training
    assert all(parameter.grad is None for parameter in model.parameters())
