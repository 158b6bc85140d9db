"""Runs of GANs: exact resume, NaN in the critic, samples without a label, early refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from latentlab.core.errors import ConfigError
from latentlab.core.events import RunEnded, Samples, Step
from latentlab.core.spec import TrainSpec
from latentlab.engine import files, runs, training
from latentlab.engine.codec import Codec
from latentlab.engine.control import Control
from latentlab.engine.train import resume, train
from latentlab.models._adversarial import AdversarialLearner
from tests.engine.conftest import run_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., TrainSpec]


@pytest.fixture
def gan(tiny_data: str) -> Make:
    """Specs of runs over 48 pictures in batches of 16; keyword arguments go to the config."""

    def make(epochs: int = 2, **config: Any) -> TrainSpec:
        sizes = {"network": "mlp", "latent": 3, "width": 8, "critic_width": 8, **config}
        recipe = {"epochs": epochs, "batch_size": 16, "ema": 0.9}
        return TrainSpec(
            family="gan", config=sizes, recipe=recipe, data=tiny_data, device="cpu", threads=1
        )

    return make


@pytest.fixture(autouse=True)
def _read_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "READ_S", 0.0)


def only(seen: list[Any], kind: type[Any]) -> list[Any]:
    return [event for event in seen if isinstance(event, kind)]


@pytest.mark.parametrize(
    "settings",
    [
        {"loss": "wasserstein-gp", "critic_steps": 2},
        {"loss": "wasserstein-clip", "packing": 2},
        {"loss": "least-squares", "network": "dcgan", "batch_norm": True, "r1_weight": 0.0},
    ],
    ids=lambda settings: settings["loss"],
)
def test_a_resumed_run_ends_as_the_uninterrupted_one(
    gan: Make, library: Path, settings: dict[str, Any]
) -> None:
    spec = gan(3, **settings)
    [whole] = only(list(train(spec, library)), RunEnded)
    control, seen = Control(), []
    for event in train(spec, library, control):
        seen.append(event)
        if isinstance(event, Step) and event.images_seen >= 32:  # in the middle of an epoch
            control.stop()
    again = list(resume(library / run_name(seen), threads=1))
    assert again[-1].state == "finished"
    assert again[-1].weights_sha256 == whole.weights_sha256


def test_nan_in_the_critic_is_told_and_undone(
    gan: Make, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step, made = AdversarialLearner.step, []

    def broken(self: Any, *batch: Any) -> Any:
        made.append(1)
        if len(made) == 4:
            with torch.no_grad():
                next(self.model.critic.parameters()).fill_(torch.nan)
        return step(self, *batch)

    monkeypatch.setattr(AdversarialLearner, "step", broken)
    seen = list(train(gan(3, loss="wasserstein-gp"), library))
    [end] = only(seen, RunEnded)
    assert end.state == "failed"
    assert "no finite number" in end.message
    codec = Codec.open(library / run_name(seen), "cpu")
    assert np.isfinite(codec.means(codec.sample(2))).all()


def test_a_run_keeps_pictures_and_draws_more_without_a_label(gan: Make, library: Path) -> None:
    seen = list(train(gan(), library))
    folder = library / run_name(seen)
    arrays = files.read_arrays(folder, only(seen, Samples)[-1].path)
    assert "samples" in arrays
    assert "reconstructions" not in arrays
    manifest = runs.read_manifest(folder)
    assert manifest.capabilities == ("decode", "sample", "score")
    codec = Codec.open(folder, "cpu")
    pictures = codec.decode(codec.sample(4, seed=1))
    assert pictures.shape == (4, 1, 8, 8)
    assert len(np.unique(pictures.reshape(4, -1), axis=0)) == 4


def test_packs_that_do_not_fill_a_batch_are_refused_before_a_folder_exists(
    gan: Make, library: Path
) -> None:
    with pytest.raises(ConfigError, match="batch size must be a multiple of 3, but it is 16"):
        list(train(gan(packing=3), library))
    assert not library.exists() or not list(library.iterdir())
