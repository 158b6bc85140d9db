"""Models that learnt by heart, and models that did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from latentlab.engine.measures.memorisation import share_nearer
from tests.engine.measures.bars import bars, measured

if TYPE_CHECKING:
    from latentlab.engine.measures import Task


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentlab.engine.measures.drawn.DRAWS", 400)


def noisy(count: int = 900) -> Task:
    """Thirds: trained on, held out, measured. Pictures are noise, which is never met twice."""
    task = bars(count)
    pictures = np.random.default_rng(0).integers(0, 256, (count, 1, 24, 24)).astype(np.uint8)
    task.dataset = type(task.dataset)(**{**vars(task.dataset), "images": pictures})
    parts = np.split(np.arange(count), 3)
    task.dataset.splits.update(train=parts[0], validation=parts[1], test=parts[2])
    task.indices, task.images = parts[2], torch.from_numpy(pictures[parts[2]])
    task.told = task.told[:300] if task.told is not None else None
    return task


def test_ties_are_halves() -> None:
    assert share_nearer(np.array([0.0, 1, 2, 3]), np.array([1.0, 1, 1, 4])) == 0.625


def test_a_model_that_draws_anew_is_as_near_to_seen_as_to_unseen_images() -> None:
    task = noisy()
    task.model.decode = lambda z, y: torch.rand(len(z), 1, 24, 24)
    torch.manual_seed(0)
    found = measured(task, "memorisation")
    assert found["memorisation"].value == pytest.approx(50, abs=8)
    assert found["memorisation.floor"].value == pytest.approx(50, abs=8)
    assert found["memorisation"].n == 400
    assert found["memorisation.floor"].n == 300
    near, floor = (found[f"memorisation.distance{end}"].value for end in ("", ".floor"))
    assert near == pytest.approx(floor, rel=0.05)
    assert (
        "median distance to the nearest of 300 train images"
        in found["memorisation.distance"].protocol
    )


def test_a_model_that_knows_images_by_heart_is_found_out() -> None:
    task = noisy()
    seen = task.dataset.images[task.dataset.splits["train"]]
    known = torch.from_numpy(seen) / 255
    task.model.decode = lambda z, y: known[(z[:, 0].abs() * 1000).long() % len(known)]
    found = measured(task, "memorisation")
    assert found["memorisation"].value == 100
    assert found["memorisation.distance"].value == pytest.approx(0, abs=1e-6)
    assert found["memorisation.distance.floor"].value > 5
    assert found["memorisation.floor"].value == pytest.approx(50, abs=8)
    pairs = task.shown["memorisation.samples"], task.shown["memorisation.nearest"]
    assert np.array_equal(*pairs)
    assert len(pairs[0]) == 8
    assert task.shown["memorisation.made"].shape == (400,)
    assert task.shown["memorisation.real"].shape == (300,)


def test_a_model_that_copies_the_test_images_is_found_on_the_other_side() -> None:
    task = noisy()
    known = task.images / 255
    task.model.decode = lambda z, y: known[(z[:, 0].abs() * 1000).long() % len(known)]
    assert measured(task, "memorisation")["memorisation"].value == 0


def test_blocks_of_training_images_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = measured(bars(), "memorisation")
    monkeypatch.setattr("latentlab.engine.measures.memorisation._AT_ONCE", 7)
    again = measured(bars(), "memorisation")
    assert {name: m.value for name, m in whole.items()} == {
        name: pytest.approx(m.value) for name, m in again.items()
    }


def test_what_is_missing_is_said() -> None:
    task, said = bars(), []
    task.say = said.append
    assert measured(task, "memorisation").keys() == {"memorisation", "memorisation.distance"}
    task.dataset.splits["train"] = task.indices
    task.found.clear()
    assert measured(task, "memorisation") == {}
    assert said == ["Memorisation needs train images beside those that are measured; take --split"]
