"""Vector arithmetic on a model whose attributes lie along the axes of z, or are mixed up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from latentlab.core.manifest import DataRecord
from latentlab.data.dataset import Dataset
from latentlab.engine.measures import Task, arithmetic
from latentlab.engine.measures.baskets import Pool
from latentlab.engine.measures.yardstick import Verdict
from latentlab.models.family import LatentModel, Posterior
from tests.engine.measures.bars import measured
from tests.helpers import manifest_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

NAMES = ("red", "tall", "old")
AXES = torch.eye(8)[:3]  # of the attributes, in z
MIXED = torch.tensor([[1.0, 0, 0], [1, 1, 0], [0, 0, 1]]) @ AXES  # whoever is red is tall


class Lamps(LatentModel):
    """Three lamps: each as bright as z lies along its axis, half lit at zero."""

    latent_shape = (8,)
    reads = "nothing"

    def __init__(self, axes: Tensor, known: NDArray[np.uint8]) -> None:
        super().__init__()
        self.axes, self.known = axes, known

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        assert y is None
        return (0.5 + 0.5 * z @ self.axes.T).clamp(0, 1)[:, :, None, None]

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        return Posterior((2 * x.flatten(1) - 1) @ AXES)

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        return torch.randn(n, 8, generator=generator)


class Eye:
    """Reads each lamp."""

    id = "eye"
    stamp = "eye (sha256 0123456789ab)"

    def __init__(self, target: str) -> None:
        self.manifest = SimpleNamespace(config={"target": target})

    def judge(self, images: NDArray[np.uint8], tick: Callable[[float], None]) -> Verdict:
        tick(0.0)
        seen = images.reshape(len(images), -1).astype(np.float32) / 255
        return Verdict(seen, seen)


def lamps(
    axes: Tensor = AXES, able: tuple[str, ...] = ("decode", "sample"), target: str = "attributes"
) -> Task:
    """An evaluation of such a model on 200 of 4,000 pictures."""
    attributes = np.random.RandomState(0).random_sample((4000, 3)).astype(np.float32)
    images = np.rint(255 * attributes[:, :, None, None]).astype(np.uint8)
    parts = {"train": np.arange(3800), "test": np.arange(3800, 4000)}
    dataset = Dataset(
        name="lamps", title="Lamps", images=images, labels=None, label_names=(),
        attributes=attributes, attribute_names=NAMES,
        splits={**parts, "validation": np.empty(0, np.int64)}, content_hash="", licence="",
    )  # fmt: skip
    record = DataRecord(
        name="lamps", title="Lamps", content_hash="", shape=(3, 1, 1), attribute_names=NAMES
    )
    told: Any = None
    return Task(
        Lamps(axes, images), manifest_of("lamps-model", capabilities=able, data=record), dataset,
        parts["test"], torch.from_numpy(images[parts["test"]]), told, "test", 5, 0,
        lambda _share: None, [].append, yardstick=Eye(target),
    )  # type: ignore[arg-type]  # fmt: skip


def test_attributes_on_axes_of_their_own_flip_alone() -> None:
    found = measured(lamps(), "arithmetic")
    for name in NAMES:
        assert found[f"arithmetic.{name}"].value > 95, "all the rest is three normal draws"
        assert found[f"arithmetic.{name}.kept"].value > 95
        assert found[f"arithmetic.{name}.control"].value < 20
        assert found[f"arithmetic.{name}"].n == 200
    assert found["arithmetic"].value == pytest.approx(
        np.mean([found[f"arithmetic.{name}"].value for name in NAMES])
    )
    assert found["arithmetic.kept"].value == min(
        found[f"arithmetic.{name}.kept"].value for name in NAMES
    )
    assert "baskets of 3" in found["arithmetic"].protocol
    assert "eye (sha256 0123456789ab)" in found["arithmetic"].protocol
    assert found["arithmetic"].command.endswith("--metrics arithmetic --classifier eye")


def test_what_a_mixed_model_turns_along_is_told() -> None:
    """Red and tall share an axis, so who becomes red without growing must shrink elsewhere."""
    found, straight = (measured(lamps(axes), "arithmetic") for axes in (MIXED, AXES))
    assert found["arithmetic.red.kept"].value < straight["arithmetic.red.kept"].value - 3
    assert "tall" in found["arithmetic.red.kept"].title
    assert found["arithmetic.old"].value > 95


def test_the_same_seed_gives_the_same_figures() -> None:
    one, other = (measured(lamps(), "arithmetic") for _ in range(2))
    assert {k: v.value for k, v in one.items()} == {k: v.value for k, v in other.items()}


def test_a_model_with_an_encoder_takes_images_with_exact_attributes() -> None:
    task = lamps(able=("encode", "decode", "sample"))
    found = measured(task, "arithmetic")
    assert "3,800 train images with exact attributes" in found["arithmetic"].protocol
    assert found["arithmetic"].value > 99, "these means leave nothing to chance but the middle"


def test_a_classifier_of_labels_is_no_judge_of_attributes() -> None:
    task = lamps(target="labels")
    said: list[str] = []
    task.say = said.append
    assert not measured(task, "arithmetic")
    assert said == ["Arithmetic is judged by a classifier of attributes, not by eye"]


def test_attributes_that_never_differ_are_said_not_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arithmetic, "_DRAWN", 1)
    task = lamps(axes=torch.zeros(3, 8))  # half lit, all of them
    said: list[str] = []
    task.say = said.append
    assert not measured(task, "arithmetic")
    assert [sentence.split(" needs")[0] for sentence in said] == [
        f"Arithmetic with {name}" for name in NAMES
    ]


def test_baskets_are_alike_in_all_but_the_target() -> None:
    values = np.random.RandomState(1).random_sample((3000, 4))
    pool = Pool(values, margin=0.2)
    assert len(pool) == (abs(values - 0.5) >= 0.2).all(1).sum()
    trials = pool.trials(2, 50, 3, np.random.RandomState(0))
    assert len(trials) == 50
    others = [0, 1, 3]
    for trial in trials:
        having, lacking, start = (values[basket] > 0.5 for basket in trial)
        assert having[:, 2].all()
        assert not lacking[:, 2].any()
        assert not start[:, 2].any()
        assert (having[:, others] == lacking[:1, others]).all()
        assert (lacking[:, others] == lacking[:1, others]).all()
        assert (start[:, others] == start[:1, others]).all()
        assert (start[0, others] != lacking[0, others]).any(), "one begins elsewhere"
        assert all(len(set(basket)) == 3 for basket in trial)
        assert all((abs(values[basket] - 0.5) >= 0.2).all() for basket in trial)


def test_kinds_that_are_too_rare_are_not_drawn() -> None:
    values = np.array([[0.9, 0.9]] * 3 + [[0.1, 0.9]] * 3 + [[0.1, 0.1]] * 2)
    assert not Pool(values, 0.0).trials(0, 5, 3, np.random.RandomState(0)), "no other to begin with"
    enough = np.concatenate([values, [[0.1, 0.1]]])
    (trial,) = Pool(enough, 0.0).trials(0, 1, 3, np.random.RandomState(0))
    assert [sorted(basket) for basket in trial] == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
