"""The benchmark of DCGANs compares two loops that both learn; how fast they are is not tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from latentlab.bench import train_gan
from latentlab.models.family import DataShape
from latentlab.models.gan import FAMILY, GanConfig
from tests.helpers import write_npz

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_usual_step_moves_both_networks() -> None:
    torch.manual_seed(0)
    model = FAMILY.build(GanConfig(latent=3, width=4, critic_width=4), DataShape(1, 8, 8))
    before = [next(part.parameters()).clone() for part in (model.critic, model.generator)]
    optimizers = [train_gan._adam(part) for part in (model.critic, model.generator)]
    first = train_gan._step(model, optimizers, torch.rand(8, 1, 8, 8))
    assert 0 < first < 10
    after = [next(part.parameters()) for part in (model.critic, model.generator)]
    assert not any(torch.equal(*pair) for pair in zip(before, after, strict=True))


def test_both_loops_are_timed_on_the_same_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = [(torch.rand(1, 8, 8), 0) for _ in range(16)]  # torchvision takes seconds to import
    monkeypatch.setattr(train_gan, "UsualPictures", lambda _images: ready)
    monkeypatch.setattr(train_gan, "IMAGES", 16)
    monkeypatch.setattr(train_gan, "TURNS", 1)
    monkeypatch.setattr(train_gan, "CONFIG", {"width": 4, "critic_width": 4, "latent": 3})
    monkeypatch.setattr(train_gan, "RECIPE", {"batch_size": 8, "learning_rate": 1e-3, "epochs": 1})
    found = train_gan.measure(write_npz(tmp_path / "few.npz"), "cpu", torch.get_num_threads())
    [figure] = found.figures.values()
    assert figure.value > 0
    assert figure.baseline is not None
    assert figure.baseline > 0
    assert figure.target == train_gan.TARGET
