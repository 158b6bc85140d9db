"""What an arithmetic sheet shows, by where it stands: latents, pictures, readings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from latentlab.core.arithmetic import AROUND, MIDDLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.arithmetic_plan import Basket, Sum
    from latentlab.app.fillings import Filling
    from latentlab.app.picture_batch import PictureBatch
    from latentlab.app.sample_wall import SampleWall
    from latentlab.app.state import Arithmetic
    from latentlab.core.images import Pixels

    Vector = NDArray[np.float32]
    Reading = tuple[float, ...]  # in the order of `reading_names`

_SURE = 0.5
_MOST_WORDS = 3


class ArithmeticViews(ABC):
    """The lookups of `Arithmetics`; None: that is still to come, or there is nothing."""

    sum: Sum | None
    terms: tuple[Basket, ...]
    _batches: dict[str, PictureBatch]
    _wall: SampleWall

    @property
    @abstractmethod
    def _document(self) -> Arithmetic:
        """The document that is shown."""

    @property
    @abstractmethod
    def reading_names(self) -> tuple[str, ...]:
        """What a reading tells of, in its order."""

    @property
    @abstractmethod
    def reads_attributes(self) -> bool:
        """Whether each number of a reading stands for itself."""

    # -- latents -------------------------------------------------------------------------------

    @property
    def _whole(self) -> Sum | None:
        return self.sum if self.sum is not None and self.sum.is_whole else None

    @property
    def result(self) -> Vector | None:
        """The sum, (latent,)."""
        return None if self._whole is None else self._whole.result

    @property
    def start(self) -> Vector | None:
        """The first term, (latent,)."""
        return None if self._whole is None else self._whole.start

    @property
    def control(self) -> Vector | None:
        """The start, moved at random as far as the result is, (latent,)."""
        return None if self._whole is None else self._whole.control

    @property
    def neighbours(self) -> Vector | None:
        """The result, in the middle, and eight around it, (9, latent)."""
        return None if self._whole is None else self._whole.neighbours

    @property
    def row(self) -> Vector | None:
        """From the start both ways along the direction, (steps, latent)."""
        return None if self._whole is None else self._whole.row

    @property
    def control_row(self) -> Vector | None:
        """The same along a random direction, (steps, latent)."""
        return None if self._whole is None else self._whole.control_row

    @property
    def strengths(self) -> tuple[float, ...]:
        """Of the steps of both rows."""
        return self._whole.strengths if self._whole is not None else ()

    # -- pictures ------------------------------------------------------------------------------

    def picture_of_sample(self, term: int, place: int) -> Pixels | None:
        """A sample of a basket, decoded."""
        return self._batches["parts"].picture(self._sample_at(term, place))

    def picture_of_mean(self, term: int) -> Pixels | None:
        """The mean z of a basket, decoded."""
        return self._batches["parts"].picture(self._mean_at(term))

    def picture_of_result(self) -> Pixels | None:
        """The sum, decoded."""
        return self.picture_of_neighbour(MIDDLE)

    def picture_of_neighbour(self, place: int) -> Pixels | None:
        """One of nine, the result is the fifth."""
        return self._batches["result"].picture(place) if place < AROUND else None

    def picture_of_control(self) -> Pixels | None:
        """The start, moved at random."""
        return self._batches["result"].picture(AROUND)

    def picture_of_row(self, step: int) -> Pixels | None:
        """A step along the direction."""
        return self._batches["rows"].picture(step) if step < self._document.steps else None

    def picture_of_control_row(self, step: int) -> Pixels | None:
        """A step along the random direction."""
        return self._batches["rows"].picture(self._document.steps + step)

    # -- readings ------------------------------------------------------------------------------

    def reading_of_sample(self, term: int, place: int) -> Reading | None:
        """What the classifier sees in a sample."""
        return self._batches["parts"].reading(self._sample_at(term, place))

    def reading_of_mean(self, term: int) -> Reading | None:
        """What it sees in the mean of a basket."""
        return self._batches["parts"].reading(self._mean_at(term))

    def reading_of_result(self) -> Reading | None:
        """What it sees in the sum."""
        return self.reading_of_neighbour(MIDDLE)

    def reading_of_neighbour(self, place: int) -> Reading | None:
        """What it sees in one of nine."""
        return self._batches["result"].reading(place) if place < AROUND else None

    def reading_of_control(self) -> Reading | None:
        """What it sees where chance leads."""
        return self._batches["result"].reading(AROUND)

    def reading_of_row(self, step: int) -> Reading | None:
        """What it sees in a step along the direction."""
        return self._batches["rows"].reading(step) if step < self._document.steps else None

    def reading_of_control_row(self, step: int) -> Reading | None:
        """What it sees in a step along the random direction."""
        return self._batches["rows"].reading(self._document.steps + step)

    def reading_words(self, reading: Reading | None) -> str:
        """A reading for people: "smile 98 %, long_hair 91 %", "7 99 %"; empty: nothing yet."""
        if reading is None:
            return ""
        return words_of(reading, self.reading_names, by_attributes=self.reads_attributes)

    # -- wall ----------------------------------------------------------------------------------

    @property
    def wall(self) -> tuple[str, ...]:
        """References of the samples of the wall."""
        return self._wall.references

    @property
    def wall_problem(self) -> str:
        """One sentence: why there is nothing, or less than was asked for."""
        return self._wall.problem

    @property
    def wall_progress(self) -> Filling | None:
        """The search for samples that the wall waits for."""
        return self._wall.progress

    def z_of_wall(self, place: int) -> Vector | None:
        """A sample of the wall, (latent,)."""
        return self._wall.z(place)

    def picture_of_wall(self, place: int) -> Pixels | None:
        """A sample of the wall."""
        return self._wall.picture(place)

    def reading_of_wall(self, place: int) -> Reading | None:
        """What the classifier sees in it."""
        return self._wall.reading(place)

    # -- inside --------------------------------------------------------------------------------

    def _sample_at(self, term: int, place: int) -> int:
        samples = self.terms[term].samples if 0 <= term < len(self.terms) else ()
        z = samples[place].z if 0 <= place < len(samples) else None
        return self._batches["parts"].place_of(z)

    def _mean_at(self, term: int) -> int:
        mean = self.terms[term].mean if 0 <= term < len(self.terms) else None
        return self._batches["parts"].place_of(mean)


def words_of(reading: Reading, names: tuple[str, ...], *, by_attributes: bool) -> str:
    """The attributes that are more likely than not, surest first; of labels the likeliest."""
    pairs = sorted(zip(reading, names, strict=False), reverse=True)
    if not by_attributes:
        return f"{pairs[0][1]} {pairs[0][0]:.0%}".replace("%", " %") if pairs else ""
    shown = [f"{name} {p:.0%}".replace("%", " %") for p, name in pairs if p > _SURE]
    return ", ".join(shown[:_MOST_WORDS]) or "none"
