from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.app.game_moment import GameMoment, read_game
from latentlab.app.run_record import read_moment
from latentlab.engine import files
from tests.helpers import write_model

if TYPE_CHECKING:
    from pathlib import Path


def game(loss: str = "minimax", **arrays: Any) -> GameMoment:
    return GameMoment(loss, np.array([2.0, 0.0, 1.0, 3.0]), np.array([-1.0, 0.0]), **arrays)


def test_opinions_are_what_the_loss_reads() -> None:
    assert game().opinions()[1].tolist() == pytest.approx([0.2689, 0.5], abs=1e-4)
    assert game("least-squares").opinions()[1].tolist() == [-0.5, 0.5]
    assert game("wasserstein").opinions()[1].tolist() == [-1, 0]
    assert game().opinions(logits=True)[0].tolist() == [2, 0, 1, 3]
    assert game("relativistic").verdicts[1] == pytest.approx(1 / (1 + np.exp(1.5)))


@pytest.mark.parametrize("loss", ["minimax", "least-squares", "wasserstein"])
def test_histograms_hold_every_picture(loss: str) -> None:
    edges, real, fake = game(loss).histogram()
    assert real.sum() == pytest.approx(1)
    assert fake.sum() == pytest.approx(1)
    assert len(edges) == len(real) + 1 == len(fake) + 1
    if loss != "wasserstein":
        assert edges[0] <= 0
        assert edges[-1] >= 1


def test_scores_that_are_all_alike_still_have_a_histogram() -> None:
    alike = GameMoment("wasserstein", np.full(3, 2.0), np.full(3, 2.0))
    edges, real, _ = alike.histogram()
    assert edges[0] < 2 < edges[-1]
    assert real.max() == 1


def test_the_surface_is_zero_where_nobody_can_tell() -> None:
    field = np.array([[-9.0, 0.0], [0.0, 9.0]])
    unsure = game(field=field / 100).surface()
    assert unsure is not None
    assert unsure == pytest.approx(np.sign(field), abs=0.01)
    assert game(field=field).field_range() == pytest.approx((0, 1), abs=1e-3)
    middle = game("wasserstein", field=field + 0.5).surface()
    assert middle is not None
    assert (middle.min(), middle.max()) == (-1, 1)
    assert game().surface() is None


def test_a_moment_of_a_run_has_its_game_and_others_have_none(library: Path) -> None:
    folder = write_model(library, "toy")
    scores = np.array([0.5, np.nan, np.inf], np.float32)
    arrays = {"scores_real": scores, "scores_fake": -scores, "field": np.zeros((2, 2), np.float32)}
    files.write_whole(folder / "samples/1.safetensors", files.pack_arrays(arrays))
    found = read_moment(folder, "samples/1.safetensors").game
    assert found is not None
    assert found.loss == "non-saturating"
    assert np.isfinite(found.scores_real).all()
    assert found.points_real is None
    assert read_game(folder, {}) is None
