"""The probe on z that holds the label or not, and classifiers that learn from samples alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from latentlab import models
from latentlab.engine.leakage import leakage
from latentlab.engine.measures import gan_train
from tests.engine.measures.bars import bars, measured


def test_the_probe_reads_what_is_in_z_and_nothing_else() -> None:
    clean = measured(bars(2000), "probe")["probe"]
    assert clean.value < 45  # of three labels
    assert "learnt from 1,000 train images, tested on 1,000; chance is 33" in clean.protocol
    assert clean.n == 1000
    task = bars()
    task.model.leaks = True
    assert measured(task, "probe")["probe"].value == 100


def test_the_probe_learns_from_one_half_where_there_are_no_others() -> None:
    task = bars()
    task.dataset.splits["train"] = task.indices
    task.model.leaks = True
    found = measured(task, "probe")["probe"]
    assert (found.value, found.n) == (100, 60)
    assert "one half" in found.protocol


def test_the_probe_reads_attributes() -> None:
    task = bars(800, reads="attributes")
    assert measured(task, "probe")["probe"].value == pytest.approx(50, abs=10)
    task.model.leaks = True
    assert measured(task, "probe")["probe"].value == 100


def test_leakage_learns_from_the_first_ones() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(100) % 2
    z = rng.normal(size=(100, 3)) + 4 * labels[:, None]
    z[60:] *= -1  # what was learnt is wrong for all others
    found = leakage(z, labels, first=60)
    assert found.n == 40
    assert found.accuracy < 0.6
    assert leakage(z[:60], labels[:60], first=30).accuracy > 0.9


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentlab.engine.measures.drawn.DRAWS", 120)
    monkeypatch.setattr(gan_train, "EPOCHS", 6)
    monkeypatch.setattr(gan_train, "TIMES", 1)
    family = models.get("classifier")
    small = family.recipe.model_copy(update={"batch_size": 16, "ema": 0.9})
    monkeypatch.setattr(family, "recipe", small)


@pytest.mark.usefixtures("quick")
def test_a_classifier_learns_from_good_samples_as_from_real_images() -> None:
    task = bars(240)
    before = torch.random.get_rng_state()
    found = measured(task, "gan_train")
    assert found["gan_train"].value > 90
    assert found["gan_train.real"].value > 90
    assert "6 epochs" in found["gan_train"].protocol
    assert found["gan_train"].command.endswith("--metrics gan_train")
    assert torch.equal(before, torch.random.get_rng_state())
    assert measured(bars(240), "gan_train") == found


@pytest.mark.usefixtures("quick")
def test_a_classifier_cannot_learn_what_samples_lack() -> None:
    found = measured(bars(240, deaf=1), "gan_train")
    assert found["gan_train"].value < 80 < found["gan_train.real"].value
