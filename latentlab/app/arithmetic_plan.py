"""An arithmetic sheet as a value: baskets with their means, and every latent that is shown.

Pure; the window, the command line and Python use it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from latentlab.core import arithmetic
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from latentlab.app.sample_reader import Sample
    from latentlab.app.state import Arithmetic
    from latentlab.core.arithmetic import Term

    Vector = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Basket:
    """A term of the document, its samples, and their mean z (latent,) where there is one."""

    term: Term
    samples: tuple[Sample, ...] = ()
    mean: Vector | None = None
    problem: str = ""  # one sentence: why there is no mean, or what it leaves out

    @property
    def is_awaited(self) -> bool:
        """Whether samples are still on their way."""
        return any(sample.is_awaited for sample in self.samples)


def basket_of(term: Term, samples: Sequence[Sample], latent_size: int) -> Basket:
    """The mean of the samples that are known and good; whatever is wrong is told."""
    basket = Basket(term, tuple(samples))
    if not samples:
        return replace(basket, problem="This basket is empty; drop samples here, or ask for some.")
    wrong = [sample.problem for sample in samples if sample.problem]
    known = [each.z for each in samples if each.z is not None and len(each.z) == latent_size]
    wrong += ["A latent has another width."] * (
        sum(sample.z is not None for sample in samples) - len(known)
    )
    problem = wrong[0] if wrong else ""
    if wrong and len(samples) > 1:
        problem = f"{len(wrong)} of {len(samples)} samples left out: {problem}"
    if basket.is_awaited or not known:
        return replace(basket, problem=problem)
    try:
        return replace(basket, mean=arithmetic.mean(np.stack(known)), problem=problem)
    except ConfigError as error:
        return replace(basket, problem=str(error))


@dataclass(frozen=True, eq=False)
class Sum:
    """What baskets add up to. Baskets without a mean are left out; the first must have one."""

    baskets: tuple[Basket, ...]
    document: Arithmetic
    shift: Vector | None = None  # (latent,) that concepts add to everything

    @property
    def _counted(self) -> list[Basket]:
        return [basket for basket in self.baskets if basket.mean is not None]

    @property
    def is_whole(self) -> bool:
        """Whether there is something to show."""
        return bool(self.baskets) and self.baskets[0].mean is not None

    @cached_property
    def start(self) -> Vector:
        """Where the way begins, (latent,): the first term, with the concepts."""
        return self._shifted(arithmetic.start(*self._numbers))

    @cached_property
    def direction(self) -> Vector:
        """What strength 1 adds, (latent,)."""
        return arithmetic.direction(*self._numbers)

    @cached_property
    def chance(self) -> Vector:
        """A random direction as long, (latent,)."""
        return arithmetic.control(self.direction, self.document.control_seed)

    @cached_property
    def result(self) -> Vector:
        """The sum, (latent,)."""
        return self._shifted(arithmetic.result(*self._numbers, self.document.strength))

    @property
    def control(self) -> Vector:
        """The start, and chance as far as the result is, (latent,)."""
        moved: Vector = self.start + np.float32(self.document.strength) * self.chance
        return moved

    @property
    def neighbours(self) -> Vector:
        """The result among eight with noise, (9, latent)."""
        document = self.document
        return arithmetic.neighbourhood(self.result, document.noise, document.noise_seed)

    @property
    def strengths(self) -> tuple[float, ...]:
        """Of the steps of the rows."""
        document = self.document
        return tuple(arithmetic.strengths(document.span, document.steps).tolist())

    @property
    def row(self) -> Vector:
        """Along the direction, (steps, latent)."""
        return self._row(self.direction)

    @property
    def control_row(self) -> Vector:
        """Along chance, (steps, latent)."""
        return self._row(self.chance)

    def difference(self, places: Sequence[int]) -> Vector:
        """The sum of some terms only, (latent,); raises ConfigError."""
        chosen = [self.baskets[place] for place in places if place < len(self.baskets)]
        means = [basket.mean for basket in chosen if basket.mean is not None]
        if len(means) < len(places):
            raise ConfigError("A chosen term has no mean yet; fill its basket first.")
        weights = [basket.term.weight for basket in chosen]
        return arithmetic.difference(means, weights, range(len(means)))

    @property
    def _numbers(self) -> tuple[NDArray[np.float32], list[float]]:
        known = self._counted
        means = np.stack([basket.mean for basket in known if basket.mean is not None])
        return means, [basket.term.weight for basket in known]

    def _row(self, way: Vector) -> Vector:
        return arithmetic.row(self.start, way, self.document.span, self.document.steps)

    def _shifted(self, z: Vector) -> Vector:
        moved: Vector = z if self.shift is None else z + self.shift
        return moved


def parts_of(baskets: Sequence[Basket]) -> Vector:
    """Samples and means of all baskets in one batch, each once: (n, latent), or (0, 0)."""
    known = {z.tobytes(): z for basket in baskets for z in _latents(basket)}
    return np.stack(list(known.values())) if known else np.empty((0, 0), np.float32)


def _latents(basket: Basket) -> Iterator[Vector]:
    for sample in basket.samples:
        if sample.z is not None:
            yield sample.z
    if basket.mean is not None:
        yield basket.mean
