"""The losses that are drawn are those that are trained."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from latentlab.core import game_losses
from latentlab.models import _game

LOGITS = np.linspace(-4, 4, 33)


@pytest.mark.parametrize("setting", list(_game.LOSSES))
def test_value_and_slope_are_those_of_training(setting: str) -> None:
    drawn, trained = game_losses.LOSSES[game_losses.named(setting)], _game.LOSSES[setting]
    real = torch.zeros(1, dtype=torch.float64)
    for logit in LOGITS:
        made = torch.tensor([logit], dtype=torch.float64, requires_grad=True)
        loss = trained.generator(made, real)
        (slope,) = torch.autograd.grad(loss.sum(), made)
        verdict = drawn.verdicts(np.array([logit]), np.zeros(1))
        assert drawn.value(verdict) == pytest.approx(loss.item(), abs=1e-9)
        assert drawn.slope(verdict) == pytest.approx(slope.item(), abs=1e-9)


def test_only_the_minimax_loss_is_flat_where_the_discriminator_is_sure() -> None:
    sure = np.array([1e-3])
    slopes = {name: abs(game_losses.LOSSES[name].slope(sure)[0]) for name in game_losses.COMPARED}
    assert slopes["minimax"] < 0.01
    assert min(slopes["non-saturating"], slopes["least-squares"]) > 0.99


@pytest.mark.parametrize(
    ("setting", "name"),
    [("wasserstein-gp", "wasserstein"), ("wasserstein-clip", "wasserstein"),
     ("relativistic", "relativistic"), ("unheard of", "non-saturating")],
)  # fmt: skip
def test_settings_find_their_loss(setting: str, name: str) -> None:
    assert game_losses.named(setting) == name


def test_scores_are_not_drawn_beside_probabilities() -> None:
    assert game_losses.drawn("wasserstein") == ("wasserstein",)
    assert game_losses.drawn("minimax") == game_losses.COMPARED
    assert game_losses.drawn("relativistic")[-1] == "relativistic"


def test_large_logits_are_probabilities_without_a_warning() -> None:
    assert game_losses.sigmoid(np.array([-1e4, 0, 1e4])).tolist() == [0, 0.5, 1]
