"""Modes of samples whose modes are known: all there, some dropped, none met."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pytest
import torch

from latentlab import data
from latentlab.core.metrics import KINDS
from latentlab.core.points import from_plane
from latentlab.data.entries.points2d import modes_of
from latentlab.engine.measures.modes import cover, label_kl
from latentlab.engine.plan import describe_data
from tests.engine.measures.bars import bars, measured


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentlab.engine.measures.drawn.DRAWS", 2_600)


def toy(plane: Any, spec: str = "points2d?shape=ring&count=2000") -> Any:
    """An evaluation of a model that draws these points (n, 2) one after the other."""
    dataset = data.load(spec)
    task = bars(12)
    task.dataset, task.indices = dataset, dataset.splits["test"]
    task.images = torch.from_numpy(np.array(dataset.images[task.indices]))
    task.manifest = task.manifest.model_copy(update={"data": describe_data(dataset)})
    task.yardstick, task.told, task.model.reads = None, None, ""
    rows = torch.from_numpy(from_plane(np.resize(plane, (3_000, 2)))) / 255
    drawn = iter(torch.split(rows, 100))
    task.model.sample_prior = lambda n, _: torch.zeros(n, 2)
    task.model.decode = lambda z, y: torch.cat([next(drawn) for _ in range(len(z) // 100)])
    return task


def ring(modes: list[int], sigma: float = 0.02) -> Any:
    """2,600 points at some modes of a ring of 8, in turn."""
    angle = np.resize(modes, 2_600) * (2 * np.pi / 8)
    noise = np.random.default_rng(0).normal(0, sigma, (2_600, 2))
    return 0.8 * np.stack([np.cos(angle), np.sin(angle)], 1) + noise


def test_all_modes_are_covered_and_their_histogram_is_flat() -> None:
    found = measured(toy(ring(list(range(8)))), "modes", "label_kl")
    assert found["modes"].value == 8
    assert found["modes"].unit == "of 8"
    assert found["modes.quality"].value == pytest.approx(98.8, abs=0.8)
    assert found["modes"].n == found["modes.quality"].n == 2_500
    assert found["label_kl"].value == pytest.approx(0, abs=0.001)


def test_dropped_modes_are_missed_by_count_and_by_histogram() -> None:
    found = measured(toy(ring([0, 1, 5])), "modes", "label_kl")
    assert found["modes"].value == 3
    assert found["modes.quality"].value > 97
    assert found["label_kl"].value == pytest.approx(log(8 / 3), abs=0.01)


def test_a_stray_covers_nothing_and_noise_is_of_low_quality() -> None:
    mixed = ring([0] * 199 + [4])  # a fortieth of a fair share
    assert measured(toy(mixed), "modes")["modes"].value == 1
    uniform = np.random.default_rng(0).uniform(-1, 1, (2_600, 2))
    found = measured(toy(uniform), "modes")
    assert found["modes.quality"].value == pytest.approx(8 * np.pi * 0.06**2 / 4 * 100, abs=1)
    assert found["modes"].value == 0


def test_samples_that_lie_nowhere_have_no_histogram() -> None:
    task = toy(np.zeros((2, 2)))
    said: list[str] = []
    task.say = said.append
    assert "label_kl" not in measured(task, "label_kl")
    assert said == ["No sample lies at a mode, so the modes have no histogram"]


def test_a_mode_may_be_a_curve() -> None:
    modes = modes_of("points2d?shape=moons")
    assert modes is not None
    found = cover(modes.spines[1], modes)
    assert found.counts[0] == 0
    assert (found.covered, found.quality) == (1, 1)


def test_labels_that_are_never_made_are_missed() -> None:
    whole, deaf = (measured(bars(600, deaf=d), "modes", "label_kl") for d in (0, 2))
    assert whole["modes"].value == 3
    assert whole["modes"].unit == "of 3"
    assert whole["label_kl"].value == pytest.approx(0, abs=1e-4)
    assert whole["modes.least"].value == pytest.approx(100 / 3, abs=1)
    assert deaf["modes"].value < 3
    assert deaf["label_kl"].value > 0.1
    assert deaf["modes.least"].value == 0


@pytest.mark.parametrize(
    ("made", "real", "kl"),
    [
        ([10, 10], [5, 5], 0),
        ([10, 0], [5, 5], log(2)),
        ([3, 1], [1, 3], 0.5 * log(3)),
        ([5, 5], [10, 0], 0.5 * log(0.5 / (10 / 10.5)) + 0.5 * log(0.5 / (0.5 / 10.5))),
    ],
)
def test_known_divergences(made: list[int], real: list[int], kl: float) -> None:
    assert label_kl(np.array(made), np.array(real)) == pytest.approx(kl)


def test_a_classifier_of_attributes_counts_no_labels() -> None:
    task = bars(60)
    said: list[str] = []
    task.say = said.append
    task.yardstick.reads = "attributes"  # type: ignore[union-attr, misc]
    assert measured(task, "modes", "label_kl") == {}
    assert said == ["eye reads attributes; modes are those of labels"] * 2


def test_who_can_be_measured_so() -> None:
    kind = KINDS["modes"]
    points = toy(np.zeros((1, 2))).manifest
    assert kind.obstacle(points, has_judge=False) == ""
    other = points.data.model_copy(update={"name": "npz:own.npz"})
    strange = points.model_copy(update={"data": other})
    assert kind.obstacle(strange, has_judge=False) == "the modes of its points are not known"
    nameless = bars(12).manifest.data.model_copy(update={"label_names": ()})
    bare = points.model_copy(update={"data": nameless})
    assert kind.obstacle(bare, has_judge=True) == "its dataset has no labels"
