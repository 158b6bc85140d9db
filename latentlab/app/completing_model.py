"""Completion by an opened model: from references to a sheet. Blocking, for Python and cli."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab import data
from latentlab.app import endpoints, sheets
from latentlab.app.blocking_decode import no_decode
from latentlab.app.given_arrays import reference_of
from latentlab.app.opened_model import OpenedModel
from latentlab.app.reference_reader import Known, picture_of
from latentlab.app.sheets import Sheet
from latentlab.app.style_complete import seen_of
from latentlab.core import images, quadrants, reference
from latentlab.core.recipe import Look, Pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from latentlab.app.reference_reader import Found

    Where = str | NDArray[Any]


class CompletingModel(OpenedModel):
    """A model that tells the rest of a picture from some of its quadrants."""

    def complete(
        self,
        sources: Where | Sequence[Where],
        seen: Sequence[int] = (),
        n: int = 8,
        seed: int = 0,
    ) -> Sheet:
        """What pictures may be of which some quadrants are seen. Sohn, Lee & Yan 2015.

        A row for each: what is seen, the mean of many answers, and `n` answers, (n + 2, C, H, W);
        what is seen stays as it is.

        Args:
            sources: One reference or picture (C, H, W), or several in a list.
            seen: Quadrants, 0 to 3 in reading order; none: those of each picture with ink, or
                its left half where all have some.
            n: Answers, 1 to 256.
            seed: The same gives the same answers.

        Raises:
            ModelError: The model does something else. ConfigError: No quadrant is seen, or all; a
                reference that is no picture.
        """
        several = [sources] if isinstance(sources, str | np.ndarray) else sources
        rows = [self._completed(self._read(each), seen, n, seed) for each in several]
        look = Look(scale=sheets.USUAL_SCALE)
        nobody = {"model": "", "weights": "", "moment": None, "dataset": ""}
        return Sheet(self._recipe(rows, look=look, **nobody), no_decode)

    def _completed(self, found: Found, seen: Sequence[int], n: int, seed: int) -> Pictures:
        picture: NDArray[np.uint8] = np.asarray(found.picture)
        given = tuple(seen) or seen_of((), picture)
        answers, mean = self._codec.complete(picture[None], given, n, seed)
        shown = [quadrants.shown(picture, given), mean[0], *answers[0]]
        return Pictures(pictures=tuple(map(images.png_text, shown)), title=found.title)

    def _read(self, source: Where) -> Found:
        text = (
            source if isinstance(source, str) else reference_of(np.asarray(source), self.manifest)
        )
        pins = endpoints.saved_pins() if reference.parse(text).kind == "pin" else ()
        return picture_of(text, Known(self.manifest, None, pins, data.load))
