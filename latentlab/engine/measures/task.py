"""One evaluation: what is measured, on what, how, and what came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from latentlab.core.manifest import Metric
from latentlab.engine.conditions import batches
from latentlab.engine.resident import to_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from latentlab.core.manifest import Manifest
    from latentlab.data.dataset import Dataset, Split

    Batch = tuple[Tensor, Tensor | None, torch.Generator, float]

BATCH = 500


@dataclass(frozen=True)
class Measure:
    """One way to measure a model; it may keep several figures."""

    run: Callable[[Task], None]
    needs: frozenset[str] = frozenset()  # capabilities of the model


@dataclass
class Task:
    """What is measured, on what, how, and what came out."""

    model: Any  # a LikelihoodModel where a measure needs one
    manifest: Manifest
    dataset: Dataset
    indices: NDArray[Any]  # of the images in the dataset
    images: Tensor  # uint8 (n, C, H, W), on the model's device
    told: Tensor | None  # what a conditional model is told of them, (n, k)
    split: Split
    k: int
    seed: int
    tick: Callable[[float], None]  # told `share` before every piece of work; may raise to leave
    share: float = 0.0  # of the work, done for the measure that runs now
    found: dict[str, Metric] = field(default_factory=dict)

    def pictures(self) -> Iterator[Batch]:
        """Batches in [0, 1], what is told of them, their noise and their share of all."""
        noise = self.noise()
        self.share = 0.0
        for part, y in batches(self.images, self.told, BATCH):
            self.tick(self.share)
            yield to_unit(part), y, noise, len(part) / len(self.images)
            self.share += len(part) / len(self.images)

    def observed(self) -> Iterator[Batch]:
        """The same as the likelihood sees them, drawn alike at every call."""
        for x, y, noise, share in self.pictures():
            yield self.model.observe(x, noise), y, noise, share

    def posteriors(self) -> Iterator[Any]:
        """q(z|x) of every batch."""
        likely = "likelihood" in self.manifest.capabilities
        for x, y, _, _ in self.observed() if likely else self.pictures():
            yield self.model.encode(x, y)

    def noise(self) -> torch.Generator:
        """A fresh source of noise, the same at every call."""
        return torch.Generator(self.images.device).manual_seed(self.seed)

    def keep(self, name: str, value: float, title: str, unit: str, how: str, better: Any) -> None:
        """Note one figure with its protocol and its command line."""
        settings = f"--split {self.split} -n {len(self.images)} -k {self.k} --seed {self.seed}"
        self.found[name] = Metric(
            value=value,
            unit=unit,
            n=len(self.images),
            title=title,
            better=better,
            protocol=f"{how}, {self.split} split, seed {self.seed}",
            command=f"latentlab evaluate {self.manifest.id} {settings}",
        )

    @property
    def pixels(self) -> str:
        """How the likelihood sees a picture, in words."""
        binary = self.manifest.config.get("likelihood", "bernoulli") == "bernoulli"
        return "dynamic binarisation" if binary else "density of continuous pixels in 0..1"
