"""The figures of completion: what they count is known exactly where the model is."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import Tensor

from latentlab.engine import runs
from latentlab.engine.evaluate import evaluate
from latentlab.engine.measures import METRICS, Task, quadrants
from latentlab.engine.train import train
from latentlab.models._quadrants import Completer, Glance
from latentlab.models.cvae import CvaeConfig
from latentlab.models.family import DataShape, Posterior
from tests.codec_helpers import vae_manifest
from tests.engine.conftest import run_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.core.spec import TrainSpec

SHAPE = DataShape(1, 8, 8)
SHARP = 0.9  # of the pixels of a coin that shows its side


class Coin(Completer):
    """The unseen part is all of one side of a coin, up to noise; q knows nearly which."""

    def glance(self, y: Tensor | None) -> Glance:
        found = super().glance(y)
        flat = torch.zeros_like(found.prior.mu)
        return Glance(Posterior(flat, flat), found.summary, found.unseen)

    def _recognised(self, x: Tensor, found: Glance) -> Posterior:
        bright = (x * found.unseen).flatten(1).sum(1) > 0.5 * found.unseen.flatten(1).sum(1)
        mu = torch.where(bright, 0.8, -0.8)[:, None].expand_as(found.prior.mu)
        return Posterior(mu, torch.full_like(mu, 2 * log(0.7)))

    def log_pixels(self, observed: Tensor, z: Tensor, y: Tensor | None = None) -> Tensor:
        bright = (z[:, 0] > 0).float().view(-1, 1, 1, 1)
        right = (observed == bright).float()
        return (SHARP * right + (1 - SHARP) * (1 - right)).log()


def task(model: Completer, images: np.ndarray[Any, Any], k: int = 400) -> Task:
    pixels = torch.from_numpy(images)
    indices = np.arange(len(images))
    manifest = vae_manifest("coin")
    nobody: Any = None
    return Task(
        model, manifest, nobody, indices, pixels, None, "test", k, 0, lambda _: None
    )  # fmt: skip


def test_known_answers_for_one_two_and_three_seen() -> None:
    model = Coin(CvaeConfig(condition="quadrants", width=8, latent=1), SHAPE)
    images = np.zeros((200, 1, 8, 8), np.uint8)
    images[::2] = 255
    wanted = task(model, images)
    with torch.inference_mode():
        quadrants.measure_completion(wanted)
    for count in quadrants.SEEN:
        pixels = 16 * (4 - count)
        exact = log(2) - pixels * log(SHARP)  # the other side is as good as impossible
        assert wanted.found[f"cll.{count}"].value == pytest.approx(exact, abs=0.05)
        assert wanted.found[f"cll.{count}.prior"].value == pytest.approx(exact, abs=0.05)
        assert wanted.found[f"cll.{count}.elbo"].value > exact - 0.01


def test_a_trained_model_is_measured_with_its_protocol(
    spec: Callable[..., TrainSpec], library: Path
) -> None:
    plain = spec("cvae")
    wish = plain.model_copy(update={"config": {**plain.config, "condition": "quadrants"}})
    folder = library / run_name(list(train(wish, library)))
    found = evaluate(folder, k=5)
    assert set(found) == {"objective"} | {
        f"cll.{count}{kind}" for count in (1, 2, 3) for kind in ("", ".prior", ".elbo", ".soft")
    }
    assert found["cll.1"].value > found["cll.2"].value > found["cll.3"].value > 0
    for count in (1, 2, 3):
        assert found[f"cll.{count}"].value <= found[f"cll.{count}.elbo"].value + 0.5
    first = found["cll.2"]
    assert first.title == "-CLL, 2 of 4 seen"
    assert "dynamic binarisation, 5 importance samples" in first.protocol
    assert "seen in grey values: top left and bottom left" in first.protocol
    assert first.command.startswith(f"latentlab evaluate {folder.name} ")
    assert "no likelihood" in found["cll.2.soft"].protocol
    assert runs.read_manifest(folder).headline == "cll.1"


def test_only_models_that_complete_are_asked() -> None:
    assert METRICS["completion"].kind.needs == {"complete"}
