"""Samples among real bars: of a model that draws as the data were drawn, and of worse ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from latentlab.engine.measures.neighbours import chance_of_coverage
from tests.engine.measures.bars import bars, measured

SUPPORT = ("density", "coverage", "precision", "recall")


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentlab.engine.measures.drawn.DRAWS", 600)


def test_a_model_that_draws_as_the_data_were_drawn_is_near_the_floor() -> None:
    found = measured(bars(1200), *SUPPORT, "two_sample")
    for name in SUPPORT:
        assert found[name].value == pytest.approx(found[f"{name}.floor"].value, abs=0.1)
        assert found[name].n == found[f"{name}.floor"].n == 600
        assert "the features of eye (sha256 0123456789ab)" in found[name].protocol
    assert found["coverage"].value == pytest.approx(chance_of_coverage(600, 600), abs=0.05)
    assert found["density"].value == pytest.approx(1, abs=0.1)
    assert "k = 5" in found["coverage"].protocol
    assert "k = 3" in found["recall"].protocol
    for name in ("two_sample", "two_sample.floor"):
        assert found[name].value == pytest.approx(0.5, abs=0.07)
        assert found[name].n == 1200
    assert found["two_sample"].command.endswith("--metrics two_sample --classifier eye")


def test_a_model_without_variety_is_precise_and_covers_little() -> None:
    task = bars(1200)
    task.model.narrow = 0.0  # one picture of each label
    found = measured(task, *SUPPORT, "two_sample")
    assert found["precision"].value > 0.6
    assert found["coverage"].value < 0.2
    assert found["recall"].value < 0.05
    assert found["two_sample.made"].value > 0.99, "copies are nearest to each other"
    assert found["two_sample.floor"].value == pytest.approx(0.5, abs=0.07)


def test_a_dropped_label_is_a_part_that_is_not_covered() -> None:
    deaf, whole = measured(bars(1200, deaf=2), *SUPPORT), measured(bars(1200), *SUPPORT)
    assert deaf["coverage"].value == pytest.approx(whole["coverage"].value * 2 / 3, abs=0.05)
    assert deaf["coverage.floor"] == whole["coverage.floor"]


def test_without_train_images_there_is_no_floor() -> None:
    task = bars()
    said: list[str] = []
    task.say = said.append
    task.dataset.splits["train"] = task.indices
    assert measured(task, "recall", "two_sample").keys() == {
        "recall", "two_sample", "two_sample.made", "two_sample.real",
    }  # fmt: skip
    assert len(said) == 2


def test_points_are_measured_in_their_plane() -> None:
    """A model of points that draws uniformly, as the data are drawn; nobody judges."""
    task = bars(1200)
    rng = np.random.default_rng(0)
    points = rng.integers(0, 256, (1200, 2, 1, 1)).astype(np.uint8)
    task.dataset = type(task.dataset)(**{**vars(task.dataset), "images": points})
    task.images, task.yardstick = torch.from_numpy(points[task.indices]), None
    task.model.decode = lambda z, y: (0.5 + z / 7).clamp(0, 1).reshape(-1, 2, 1, 1)
    found = measured(task, *SUPPORT, "two_sample")
    assert "in the plane of the points, -1 to 1" in found["coverage"].protocol
    assert found["coverage.floor"].value == pytest.approx(chance_of_coverage(600, 600), abs=0.05)
    assert found["coverage"].value < found["coverage.floor"].value - 0.1, "no square, a Gaussian"
    assert "--classifier" not in found["coverage"].command
