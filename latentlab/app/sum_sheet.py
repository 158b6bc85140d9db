"""An arithmetic sheet in Python: latents, pictures, a file, and what a classifier sees in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app.sheets import Sheet
from latentlab.core.arithmetic import MIDDLE
from latentlab.core.expression import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.app.arithmetic_plan import Basket, Sum
    from latentlab.app.export import Decode
    from latentlab.app.query_rows import Judge
    from latentlab.core.recipe import Recipe

    See = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


class SumSheet(Sheet):
    """Terms and their sum, as `Model.arithmetic` gives it."""

    def __init__(
        self, recipe: Recipe, decode: Decode, whole: Sum, judge: Judge | None, see: See
    ) -> None:
        """Use `Model.arithmetic` instead."""
        super().__init__(recipe, decode)
        self._whole, self._judge, self._see = whole, judge, see

    @property
    def means(self) -> NDArray[np.float32]:
        """The mean z of each term, (terms, latent)."""
        known = [basket.mean for basket in self._whole.baskets]
        return np.stack([mean for mean in known if mean is not None])

    @property
    def start(self) -> NDArray[np.float32]:
        """The first term, (latent,)."""
        return self._whole.start

    @property
    def direction(self) -> NDArray[np.float32]:
        """What strength 1 adds to it, (latent,)."""
        return self._whole.direction

    @property
    def result(self) -> NDArray[np.float32]:
        """The sum, (latent,)."""
        return self._whole.result

    @property
    def expression(self) -> str:
        """What was added up, every sample by its name."""
        return written(basket.term for basket in self._whole.baskets)

    def readings(self) -> dict[str, Any]:
        """Figures as plain numbers and words, as `latentlab arithmetic --json` writes them.

        model, weights, expression, strength; classifier: its id, None where there is none: then
        nothing is read. terms: weight, query, samples, and what is read in the mean; result, start
        and control: name to probability; neighbours: nine of those, and rows, where they are shown.
        """
        whole = self._whole
        found: dict[str, Any] = {
            "model": self._recipe.model,
            "weights": self._recipe.weights,
            "expression": self.expression,
            "strength": whole.document.strength,
            "classifier": None if self._judge is None else self._judge.card.id,
            "length": round(float(np.linalg.norm(whole.direction)), 6),
            "terms": [_told(basket) for basket in whole.baskets],
        }
        if self._judge is None:
            return found
        for term, reading in zip(found["terms"], self._read(self.means), strict=True):
            term["mean"] = reading
        around = self._read(whole.neighbours)
        found["result"], found["neighbours"] = around[MIDDLE], around
        found["start"], found["control"] = self._read(np.stack([whole.start, whole.control]))
        found["strengths"] = list(whole.strengths)
        found["row"] = self._read(whole.row)
        found["control_row"] = self._read(whole.control_row)
        return found

    def _read(self, z: NDArray[np.float32]) -> list[dict[str, float]]:
        """What the classifier sees in what latents (n, latent) decode to."""
        assert self._judge is not None  # `readings` has looked
        label = getattr(self._recipe.rows[0], "label", None)
        seen = self._see(self._decode(z, label))
        names = self._judge.names
        return [
            {name: round(float(p), 4) for name, p in zip(names, row, strict=True)} for row in seen
        ]


def _told(basket: Basket) -> dict[str, Any]:
    term = basket.term
    return {"weight": term.weight, "query": term.query, "samples": list(term.basket)}
