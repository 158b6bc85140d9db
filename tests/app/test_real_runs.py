"""The window's side of training with the real trainer: from the click to a model one can open."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app.lab import Lab
from latentlab.core.spec import TrainSpec
from latentlab.engine import runs
from tests.helpers import QueuePost, children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLOW_START_S = 100.0  # importing torch on a busy machine


@pytest.fixture
def lab(library: Path, post: QueuePost) -> Iterator[Lab]:
    lab = Lab(post, device="cpu")
    yield lab
    lab.close()
    assert children() == {}


def spec(name: str, epochs: int = 2000) -> TrainSpec:
    """A VAE of the digits that trains for as long as a test needs it."""
    config = {"latent": 2, "width": 32, "depth": 1}
    recipe = {"epochs": epochs}
    return TrainSpec(family="vae", config=config, recipe=recipe, name=name, device="cpu", threads=1)


def test_click_to_first_step_to_a_model(lab: Lab, library: Path, post: QueuePost) -> None:
    """With a warm spare the first step follows; a stopped run is a model, and goes on."""
    lab.runs.warm()
    post.run_until(lambda: lab.runs.is_warm, SLOW_START_S)
    run = lab.runs.start(spec("mine"))
    post.run_until(lambda: run.history.step is not None)

    lab.runs.stop(run)
    post.run_until(lambda: run.is_over and run.process is None)
    assert (run.state, run.message) == ("stopped", "")
    post.run_until(lambda: "mine" in {card.id for card in lab.registry.cards() if card.is_usable})
    lab.registry.verify("mine")
    lab.choose_model("mine")
    post.run_until(lambda: lab.latents is not None and lab.dataset is not None)
    assert lab.original(0).shape == (1, 8, 8)

    seen = run.history.images_seen
    more = lab.runs.go_on(library / "mine")
    post.run_until(lambda: more.history.step is not None, SLOW_START_S)
    assert more.history.images_seen > seen
    os.kill(more.process.pid, signal.SIGKILL)
    post.run_until(lambda: more.is_over)
    assert more.state == "interrupted"
    assert runs.effective_state(library / "mine") == "interrupted"
    runs.verify(library / "mine")


def test_a_trained_model_decodes_its_own_map(
    lab: Lab, trained_model: Path, post: QueuePost
) -> None:
    lab.registry.rescan()
    lab.choose_model(trained_model.name)
    post.run_until(lambda: lab.support is not None and lab.dataset is not None)
    shown: list[np.ndarray] = []
    lab.codec.decode(lab.model.folder, lab.latents.mu[:5], lane="test", done=shown.append)
    post.run_until(lambda: bool(shown), SLOW_START_S)
    assert shown[0].shape == (5, 1, 8, 8)
    originals = np.stack([lab.original(row) for row in range(5)]).astype(float)
    assert np.abs(shown[0] - originals).mean() < np.abs(255 - shown[0] - originals).mean()
