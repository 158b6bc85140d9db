"""Runs of networks that compete: two losses, no validation, exact resume, NaN on either side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from latentlab.core.errors import ModelError
from latentlab.core.events import Alarm, Evaluated, RunEnded, Samples, Step
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

    from latentlab.core import events

    Make = Callable[..., TrainSpec]

GRADIENTS = {"grad_generator", "grad_discriminator"}
TERMS = {"loss", "discriminator", "d_real", "d_fake", "mismatch", "r1"} | GRADIENTS


@pytest.fixture
def gan(tiny_data: str) -> Make:
    """Specs of runs over 48 pictures in batches of 16; keyword arguments go to the config."""

    def make(epochs: int = 2, **config: Any) -> TrainSpec:
        sizes = {"latent": 3, "width": 8, "critic_width": 8, "r1_every": 2, **config}
        recipe = {"epochs": epochs, "batch_size": 16, "ema": 0.9}
        return TrainSpec(
            family="cgan", config=sizes, recipe=recipe, data=tiny_data, device="cpu", threads=1
        )

    return make


@pytest.fixture(autouse=True)
def _read_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "READ_S", 0.0)


def only(seen: list[events.Event], kind: type[Any]) -> list[Any]:
    return [event for event in seen if isinstance(event, kind)]


def test_both_losses_are_told_and_nothing_is_called_a_validation(gan: Make, library: Path) -> None:
    seen = list(train(gan(), library))
    assert all(event.losses.keys() == TERMS for event in only(seen, Step))
    told = only(seen, Evaluated)
    assert [event.train.keys() for event in told] == [TERMS, TERMS]
    assert [event.validation for event in told] == [{}, {}]
    manifest = runs.read_manifest(library / run_name(seen))
    assert manifest.metrics == {}
    assert manifest.headline == ""
    assert manifest.state == "finished"


def test_moments_hold_samples_of_each_label_and_no_latents(gan: Make, library: Path) -> None:
    seen = list(train(gan(), library))
    folder = library / run_name(seen)
    arrays = files.read_arrays(folder, only(seen, Samples)[-1].path)
    assert {"samples", "originals"} <= arrays.keys()
    assert not {"reconstructions", "latents"} & arrays.keys()
    assert runs.LATENTS not in runs.read_manifest(folder).files
    assert (folder / runs.PREVIEW).is_file()


@pytest.mark.parametrize("regulariser", ["r1", "spectral"])
@pytest.mark.parametrize("network", ["dcgan", "mlp"])
def test_a_resumed_run_ends_as_the_uninterrupted_one(
    gan: Make, library: Path, network: str, regulariser: str
) -> None:
    spec = gan(3, network=network, regulariser=regulariser)
    [whole] = only(list(train(spec, library)), RunEnded)
    control = Control()
    seen = []
    for event in train(spec, library, control):
        seen.append(event)
        if isinstance(event, Step) and event.images_seen >= 32:  # in the middle of an epoch
            control.stop()
    assert 0 < seen[-1].images_seen < 144
    again = list(resume(library / run_name(seen), threads=1))
    assert again[-1].state == "finished"
    assert again[-1].weights_sha256 == whole.weights_sha256
    former = only(runs.tail(library / whole_id(library) / runs.EVENTS)[0], Evaluated)
    assert only(again, Evaluated)[-1].train == pytest.approx(former[-1].train)


def whole_id(library: Path) -> str:
    """The id of the oldest run."""
    folders = [folder for folder in library.iterdir() if runs.is_model(folder)]
    return min(folders, key=lambda folder: (len(folder.name), folder.name)).name


def test_a_pause_changes_nothing(gan: Make, library: Path) -> None:
    [whole] = only(list(train(gan(), library)), RunEnded)
    control = Control(attended=True)
    states = []
    for event in train(gan(), library, control):
        if isinstance(event, Step) and not states:
            control.pause()
        if event.kind == "state_changed":
            states.append(event.state)
            control.resume()
    assert states == ["paused", "running"]
    assert event.weights_sha256 == whole.weights_sha256


@pytest.mark.parametrize("side", ["generator", "critic"])
@pytest.mark.parametrize("attended", [False, True])
def test_nan_on_either_side_is_told_and_undone(
    gan: Make, library: Path, monkeypatch: pytest.MonkeyPatch, side: str, *, attended: bool
) -> None:
    step, made = AdversarialLearner.step, []

    def broken(self: Any, *batch: Any) -> Any:
        made.append(1)
        if len(made) == 4:
            with torch.no_grad():
                next(getattr(self.model, side).parameters()).fill_(torch.nan)
        return step(self, *batch)

    monkeypatch.setattr(AdversarialLearner, "step", broken)
    control = Control(attended=attended)
    seen = []
    for event in train(gan(4), library, control):
        seen.append(event)
        if event.kind == "state_changed" and event.state == "paused":
            control.resume()
    [end] = only(seen, RunEnded)
    if attended:
        [alarm] = only(seen, Alarm)
        assert "The loss is no finite number any more" in alarm.message
        assert end.state == "finished"
    else:
        assert "no finite number" in end.message
        assert "try a learning rate below" in end.message
    codec = Codec.open(library / run_name(seen), "cpu")
    assert np.isfinite(codec.means(codec.sample(2), 1)).all()


def test_a_codec_draws_every_label_and_encodes_nothing(gan: Make, library: Path) -> None:
    folder = library / run_name(list(train(gan(), library)))
    codec = Codec.open(folder, "cpu")
    z = codec.sample(4, seed=3)
    assert z.shape == (4, 3)
    pictures = [codec.decode(z, label) for label in (0, 1)]
    assert pictures[0].dtype == np.uint8
    assert not np.array_equal(*pictures)
    assert np.array_equal(codec.decode(z[:1], 1), codec.decode(z, 1)[:1]), "no batch statistics"
    with pytest.raises(ModelError, match="has no encoder"):
        codec.encode(np.zeros((1, 1, 8, 8), np.uint8), 0)
    with pytest.raises(ModelError, match="must be told a label"):
        codec.decode(z)
