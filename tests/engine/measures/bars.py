"""A model whose every figure is known: z is the lean and width of a bar, the label its light."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from latentlab.core.manifest import DataRecord
from latentlab.data.dataset import Dataset
from latentlab.engine.measures import METRICS, Task
from latentlab.engine.measures.yardstick import Verdict
from latentlab.engine.probe import looking_at
from latentlab.models.family import LatentModel, Posterior
from tests.helpers import manifest_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.core.manifest import Manifest, Metric

SIDE = 24
LIGHTS = np.array([90, 150, 210])  # of classes
STEPS = np.array([60, 100])  # by which attributes add to a light of 90


def draw(z: NDArray[np.float32], light: NDArray[Any]) -> NDArray[np.uint8]:
    """Bars (n, 1, SIDE, SIDE) that lean by z0 and are 5 + z1 columns wide."""
    rows = np.arange(4, SIDE - 4)[None, :, None]
    middle = SIDE / 2 + 0.1 * z[:, :1, None] * ((SIDE - 1) / 2 - rows)
    half = (5 + 0.5 * z[:, 1:2, None]) / 2
    covered = np.diff(np.clip(np.arange(SIDE + 1.0), middle - half, middle + half), axis=2)
    pictures = np.zeros((len(z), 1, SIDE, SIDE), np.uint8)
    pictures[:, 0, 4:-4] = np.rint(covered * np.asarray(light)[:, None, None])
    return pictures


def lights(y: NDArray[Any], reads: str) -> NDArray[Any]:
    """How bright bars are that are told y (n, k)."""
    return LIGHTS[y.argmax(1)] if reads == "labels" else 90 + (y > 0.5) @ STEPS


class Bars(LatentModel):
    """Decodes what it is told, but for the labels or attributes that it is deaf to."""

    latent_shape = (2,)

    def __init__(
        self, known: dict[bytes, NDArray[np.float32]], reads: Any = "labels", deaf: int = -1
    ) -> None:
        super().__init__()
        self.reads, self.deaf = reads, deaf
        self.known = known  # z of each picture: a lookup is the perfect encoder
        self.leaks = False
        self.narrow = 1.0

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        assert y is not None
        pictures = (x * 255).round().to(torch.uint8).numpy()
        z = torch.from_numpy(np.stack([self.known[each.tobytes()] for each in pictures]))
        return Posterior(torch.cat([z, y], 1) if self.leaks else z)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        assert y is not None
        heard = y.clone()
        if self.deaf >= 0:
            heard[:, self.deaf] = 0
        found = draw(z.numpy(), lights(heard.numpy(), self.reads))
        return torch.from_numpy(found) / 255

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        return self.narrow * torch.randn(n, 2, generator=generator)


class Eye:
    """A classifier that is never wrong about bars."""

    id = "eye"
    stamp = "eye (sha256 0123456789ab)"

    def __init__(self, reads: str) -> None:
        self.reads = reads

    def judge(self, images: NDArray[Any], tick: Callable[[float], None]) -> Verdict:
        tick(0.0)
        bytes_ = images if images.dtype == np.uint8 else 255 * images
        light = bytes_.max((1, 2, 3)).astype(int)
        if self.reads == "labels":
            seen = (
                np.abs(light[:, None] - LIGHTS) == np.abs(light[:, None] - LIGHTS).min(1)[:, None]
            )
        else:
            seen = np.stack([(light - 90) % 100 > 30, light - 90 > 80], 1)
        ink = bytes_.reshape(len(images), -1).astype(np.float32)
        features = np.stack([ink.mean(1), ink.std(1), ink.max(1)], 1)
        return Verdict(seen.astype(np.float32), features)


def bars(count: int = 240, reads: Any = "labels", **model: Any) -> Task:
    """An evaluation of such a model on the second half of a dataset of bars."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=(count, 2)).astype(np.float32)
    labels = np.arange(count) % 3
    attributes = rng.integers(0, 2, (count, 2)).astype(np.float32)
    light = LIGHTS[labels] if reads == "labels" else lights(attributes, reads)
    images = draw(z, light)
    known = {image.tobytes(): row for image, row in zip(images, z, strict=True)}
    halves = {"train": np.arange(count // 2), "test": np.arange(count // 2, count)}
    by_label = reads == "labels"
    dataset = Dataset(
        name="bars", title="Bars", images=images, labels=labels, label_names=("dim", "grey", "lit"),
        attributes=None if by_label else attributes,
        attribute_names=() if by_label else ("some", "more"),
        splits={**halves, "validation": np.empty(0, np.int64)}, content_hash="", licence="",
    )  # fmt: skip
    chosen = halves["test"]
    told = np.eye(3, dtype=np.float32)[labels] if by_label else attributes
    return Task(
        Bars(known, reads, **model), _manifest(dataset, reads), dataset, chosen,
        torch.from_numpy(images[chosen]), torch.from_numpy(told[chosen]),
        "test", 5, 0, lambda _share: None, [].append, yardstick=Eye(reads),
    )  # type: ignore[arg-type]  # fmt: skip


def measured(task: Task, *names: str) -> dict[str, Metric]:
    """The figures of some measures."""
    with looking_at(task.model):
        for name in names:
            task.begin(name, METRICS[name])
            METRICS[name].run(task)
    return task.found


def _manifest(dataset: Dataset, reads: str) -> Manifest:
    record = DataRecord(
        name="bars", title="Bars", content_hash="", shape=dataset.shape,
        label_names=dataset.label_names, attribute_names=dataset.attribute_names,
    )  # fmt: skip
    able = ("encode", "decode", "sample", "label")
    return manifest_of("bars-model", capabilities=able, config={"condition": reads}, data=record)
