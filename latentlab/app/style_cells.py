"""Which cells of a style sheet there are, and which of them are new; pure, Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab.engine import runs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.app.transfer import Column, Source, Transfer
    from latentlab.core.images import Pixels
    from latentlab.core.label import Label


@dataclass(frozen=True, eq=False)
class Sheet:
    """What is asked of the model: the rows that have a style, under every label."""

    folder: Path
    rows: tuple[int, ...]  # their places in the document
    matrix: Transfer

    @property
    def columns(self) -> tuple[Column, ...]:
        """What the columns are told."""
        return self.matrix.columns

    def place(self, row: int, column: int) -> int | None:
        """Number of a cell in the batch; `row` is a place of the document."""
        if row not in self.rows or not 0 <= column < len(self.columns):
            return None
        return self.rows.index(row) * len(self.columns) + column

    def fits(self, other: Sheet) -> bool:
        """Whether the pictures of one may stand in for those of the other."""
        mine, others = len(self.columns), len(other.columns)
        return (self.folder, self.rows, mine) == (other.folder, other.rows, others)

    def is_like(self, other: Sheet | None) -> bool:
        """Whether every picture of both is the same, and what stands beside them."""
        return (
            other is not None
            and not self.fresh(other).any()
            and self.columns == other.columns
            and [_words(each) for each in self.matrix.sources]
            == [_words(each) for each in other.matrix.sources]
        )

    def fresh(self, drawn: Sheet | None) -> NDArray[np.bool_]:
        """Which cells of the batch, (rows * columns,), are not those of another sheet.

        A slider of z changes one row, that of a blend one column.
        """
        every = (len(self.rows), len(self.columns))
        if drawn is None or not self.fits(drawn) or self._weights != drawn._weights:
            return np.ones(every, bool).ravel()
        moved = (self.matrix.z != drawn.matrix.z).any(1)
        told = (self.matrix.told != drawn.matrix.told).any(1)
        fresh: NDArray[np.bool_] = (moved[:, None] | told).ravel()
        return fresh

    @property
    def _weights(self) -> str | None:
        """A run that trains has others after every save."""
        return self.matrix.manifest.files.get(runs.WEIGHTS)


def merged(shown: Pixels | None, fresh: NDArray[np.bool_], images: Pixels) -> Pixels:
    """What is shown (n, C, H, W) with new pictures in the fresh places (n,)."""
    if shown is None or fresh.all():
        return images
    whole = shown.copy()
    whole[fresh] = images
    return whole


def _words(source: Source) -> tuple[str, Label, bool]:
    """What is told of a source beside its z."""
    return source.endpoint.reference, source.own, source.is_guess
