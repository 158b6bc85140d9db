"""One evaluation: what is measured, on what, how, and what came out."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import torch

from latentlab.core.manifest import Metric
from latentlab.data.splits import stratified
from latentlab.engine.conditions import batches
from latentlab.engine.resident import to_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from latentlab.core.manifest import Manifest
    from latentlab.core.metrics import Kind
    from latentlab.data.dataset import Dataset, Split
    from latentlab.engine.measures.yardstick import Yardstick

    Batch = tuple[Tensor, Tensor | None, torch.Generator, float]

log = logging.getLogger(__name__)

BATCH = 500
T = TypeVar("T")


@dataclass(frozen=True)
class Measure:
    """How a model is measured, and what that asks of it."""

    run: Callable[[Task], None]
    kind: Kind


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
    say: Callable[[str], None] = log.info  # told in a sentence what could not be measured
    yardstick: Yardstick | None = None  # given to all measures that are `judged`
    asked: str = ""  # what the command line must say more for the measure that runs now
    share: float = 0.0  # of its work that is done
    found: dict[str, Metric] = field(default_factory=dict)
    shown: dict[str, NDArray[Any]] = field(default_factory=dict)  # what figures were read from
    _made: dict[str, Any] = field(default_factory=dict)

    def begin(self, name: str, measure: Measure) -> None:
        """Figures from here on are those of this measure."""
        self.share, self.asked = 0.0, ""
        kind = measure.kind
        if kind.slow or kind.judged:
            self.asked = f" --metrics {name}"
        if kind.judged and self.yardstick is not None:
            self.asked += f" --classifier {self.yardstick.id}"

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

    def span(self, start: float, stop: float) -> Callable[[float], None]:
        """A tick for a part of the measure that runs now, which is told shares of that part."""
        return lambda share: self.tick(start + (stop - start) * share)

    def noise(self) -> torch.Generator:
        """A fresh source of noise, the same at every call."""
        return torch.Generator(self.images.device).manual_seed(self.seed)

    def once(self, what: str, make: Callable[[], T]) -> T:
        """What several measures need and only the first one makes."""
        if what not in self._made:
            self._made[what] = make()
        made: T = self._made[what]
        return made

    def unmeasured(self, count: int) -> NDArray[Any]:
        """Up to `count` images of the train split, by label, that are not among the measured."""
        rest = np.setdiff1d(self.dataset.splits["train"], self.indices)
        return stratified(rest, self.dataset.labels, count, seed=0) if len(rest) else rest

    def keep(
        self,
        name: str,
        value: float,
        title: str,
        unit: str,
        how: str,
        better: Any,
        n: int | None = None,
    ) -> None:
        """Note one figure with its protocol and its command line; n: if not one per image."""
        settings = f"--split {self.split} -n {len(self.images)} -k {self.k} --seed {self.seed}"
        self.found[name] = Metric(
            value=value,
            unit=unit,
            n=len(self.images) if n is None else n,
            title=title,
            better=better,
            protocol=f"{how}, {self.split} split, seed {self.seed}",
            command=f"latentlab evaluate {self.manifest.id} {settings}{self.asked}",
        )

    def show(self, name: str, array: NDArray[Any]) -> None:
        """Keep an array that a figure was read from, for plots: "<measure>.<what>"."""
        self.shown[name] = array

    @property
    def pixels(self) -> str:
        """How the likelihood sees a picture, in words."""
        binary = self.manifest.config.get("likelihood", "bernoulli") == "bernoulli"
        return "dynamic binarisation" if binary else "density of continuous pixels in 0..1"
