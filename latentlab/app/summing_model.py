"""Arithmetic of an opened model: from an expression to a sheet. Blocking, for Python and cli."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from latentlab.app import arithmetic_rows, originals
from latentlab.app.arithmetic_plan import Basket, Sum, basket_of
from latentlab.app.arithmetic_sheet import document_of
from latentlab.app.opened_model import OpenedModel
from latentlab.app.query_rows import first_seed, judge_of, known_images, require_way
from latentlab.app.registry import Registry
from latentlab.app.sample_reader import Sample
from latentlab.app.sum_sheet import SumSheet
from latentlab.core import expression as expressions
from latentlab.core import label as labels
from latentlab.core import query
from latentlab.core.arithmetic import NOISE, Term
from latentlab.core.errors import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.query_rows import Judge, KnownImages
    from latentlab.core.expression import Weighted
    from latentlab.core.label import Given, Label
    from latentlab.data.dataset import Dataset

MOST_SAMPLES = 1_000


class SummingModel(OpenedModel):
    """A model whose latents can be added up."""

    def arithmetic(
        self,
        expression: str,
        n: int = 3,
        seed: int = 0,
        strength: float = 1.0,
        *,
        noise: float = NOISE,
        noise_seed: int = 0,
        row: bool = False,
        control: bool = False,
        control_seed: int = 0,
        span: float = 2.0,
        steps: int = 9,
        titles: Sequence[str] = (),
        label: Given = None,
    ) -> SumSheet:
        """Means of a few latents, added and taken away, as `mean(smile) - mean(no smile) + ...`.

        Rows are the samples of each term with their mean, then the result among eight with noise.
        Radford, Metz & Chintala 2016, arXiv:1511.06434, section 6.3.2.

        Args:
            expression: Terms of what images show, `mean(smile, no hat)`, `mean(7)`, or of samples,
                `mean(seed:1, seed:2)`, `seed:4`, `z(0.1, -1.5)`; weights as `0.5 * mean(beard)`.
            n: Samples that a query is answered with: images of the model's data, encoded; where
                there is no encoder samples of the prior that a classifier sees it in.
            seed: Which ones.
            strength: How far to go from the first term by way of all others.
            noise: Width of the uniform noise around the result.
            noise_seed: Which noise.
            row: Also the result at strengths from -span to span.
            control: Also what a random direction of the same length does.
            control_seed: Which direction.
            span: Of the row.
            steps: Pictures in the row, 2 to 32.
            titles: Of the terms; default: their queries.
            label: What a conditional model is told of everything without a label of its own.

        Raises:
            ConfigError: A mistake in the expression, with its place; a query that nothing shows.
            ModelError: Queries cannot be put to this model.
        """
        told = labels.one(label, self.manifest)
        told = labels.usual(self.manifest) if told is None else told
        found = expressions.parse(expression)
        self._check(found, n)
        baskets = tuple(self._basket(term, at, n, seed, told) for at, term in enumerate(found))
        named = zip(baskets, [*titles, *[""] * len(baskets)], strict=False)
        baskets = tuple(
            replace(basket, term=basket.term.model_copy(update={"name": title}))
            for basket, title in named
        )
        values = {
            "strength": strength, "noise": noise, "noise_seed": noise_seed, "span": span,
            "control": control, "control_seed": control_seed, "steps": steps,
        }  # fmt: skip
        document = document_of([basket.term for basket in baskets], values)
        whole = Sum(baskets, document)
        rows = arithmetic_rows.rows_of(whole, told, row=row, control=control)
        recipe = arithmetic_rows.with_command(
            self._recipe(rows), whole, self.manifest, told, row=row, control=control,
            on_cpu=self._on_cpu,
        )  # fmt: skip
        decode = lambda z, y: self._codec.decode(z, y, alone=True)  # noqa: E731
        return SumSheet(recipe, decode, whole, self._sum_judge, self._see_pictures)

    # -- inside --------------------------------------------------------------------------------

    def _check(self, found: Sequence[Weighted], n: int) -> None:
        """Everything that can be refused before the work is done."""
        if not 1 <= n <= MOST_SAMPLES:
            raise ConfigError(f"{n} samples of a term are asked for; choose 1 to {MOST_SAMPLES:,}.")
        for term in found:
            if not term.references:
                require_way(self.manifest, self._images, self._sum_judge)
                query.parse(term.inside, self._query_names, at=term.at)

    def _basket(self, term: Weighted, place: int, n: int, seed: int, label: Label) -> Basket:
        texts = term.references or tuple(self._filled(term, place, n, seed, label))
        samples = [self._sample(text, label) for text in texts]
        asked = "" if term.references else term.inside
        made = Term(weight=term.weight, basket=texts, query=asked)
        basket = basket_of(made, samples, self.latent_size)
        if basket.mean is None or basket.problem:
            raise ConfigError(f"at character {term.at}: {basket.problem}")
        return basket

    def _sample(self, text: str, label: Label) -> Sample:
        if text.startswith("seed:"):
            seed = int(text.partition(":")[2])
            return Sample(text, f"sample {seed}", self._codec.sample(1, seed)[0])
        end = self.endpoint(text, label)
        return Sample(text, end.title, end.z, missed=end.missed)

    def _filled(self, term: Weighted, place: int, n: int, seed: int, label: Label) -> list[str]:
        """References that satisfy a query, the same as the window finds."""
        if self._images is not None:
            return self._images.choose(term.inside, n, (seed, place), at=term.at)
        from latentlab.engine.device import using_threads
        from latentlab.engine.gather import gather

        assert self._sum_judge is not None  # `_check` has looked
        wanted = query.parse(term.inside, self._query_names, at=term.at)
        first = first_seed(seed, place)
        with using_threads(1):  # so that a sample is always judged alike
            search = gather(self._codec, self._seer, wanted, n, first=first, label=label)
            *_, last = search
        return [f"seed:{each}" for each in last.seeds]

    @property
    def _query_names(self) -> tuple[str, ...]:
        if self._images is not None:
            return self._images.names
        return () if self._sum_judge is None else self._sum_judge.names

    @cached_property
    def _sum_judge(self) -> Judge | None:
        return judge_of(Registry(self._library), self.manifest)

    @cached_property
    def _seer(self) -> Any:
        from latentlab.engine.codec import Codec  # imports torch

        assert self._sum_judge is not None  # whoever asks has looked
        return Codec.open(self._sum_judge.card.folder, self._codec.device.type)

    def _see_pictures(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        probabilities: NDArray[np.float32] = self._seer.judge(pictures)[0]
        return probabilities

    @cached_property
    def _images(self) -> KnownImages | None:
        """What is known of the images that this model can encode."""
        if "encode" not in self.manifest.capabilities:
            return None
        return known_images(self.manifest.data, self._originals, self._latents)

    @cached_property
    def _originals(self) -> Dataset | None:
        try:
            return originals.load_originals(self.manifest.data)
        except DataError:  # not here: the encoded images know their labels
            return None
