"""What a classifier sees in a style sheet: whether the label that was told is the one it sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.transfer import guessed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from latentlab.app.style_cells import Sheet
    from latentlab.core.label import Label
    from latentlab.core.manifest import Manifest

LOW = 0.9  # obedience below this is told in words, in the colour of a warning


@dataclass(frozen=True, eq=False)
class Scores:
    """Of one sheet. Blends have no single label to obey and are not counted."""

    sheet: Sheet
    seen: tuple[tuple[Label, ...], ...]  # by row and column: the class, or the attributes
    obeyed: NDArray[np.bool_]  # (rows, columns); True where nothing was to be obeyed
    counted: tuple[bool, ...]  # by column

    @property
    def by_column(self) -> tuple[float | None, ...]:
        """Share of rows that obey, None of a blend."""
        shares = self.obeyed.mean(0).tolist()
        return tuple(
            share if is_counted else None
            for share, is_counted in zip(shares, self.counted, strict=True)
        )

    @property
    def overall(self) -> float | None:
        """Share of all cells that obey; None where none counts."""
        known = self.obeyed[:, np.array(self.counted)]
        return float(known.mean()) if known.size else None

    @property
    def wrong(self) -> int:
        """How many cells do not."""
        return int((~self.obeyed).sum())

    @property
    def cells(self) -> int:
        """How many count."""
        return len(self.obeyed) * sum(self.counted)

    def worst(self) -> int | None:
        """The column that obeys least, None where all obey."""
        shares = [1.0 if share is None else share for share in self.by_column]
        return None if not shares or min(shares) == 1 else int(np.argmin(shares))


def score(sheet: Sheet, probabilities: NDArray[np.float32]) -> Scores:
    """Probabilities (rows * columns, k) of the pictures of a sheet, by rows."""
    manifest, count = sheet.matrix.manifest, len(sheet.columns)
    seen = [guessed(each, manifest) for each in probabilities]
    rows = tuple(tuple(seen[at : at + count]) for at in range(0, len(seen), count))
    told = [_target(column.label, manifest) for column in sheet.columns]
    obeyed = [[one in (None, each) for one, each in zip(told, row, strict=True)] for row in rows]
    return Scores(sheet, rows, np.array(obeyed, bool), tuple(one is not None for one in told))


def _target(label: Label, manifest: Manifest) -> Label:
    """What ought to be seen; None of a blend, which is no single label."""
    if isinstance(label, tuple):
        return guessed(np.array(label), manifest) if manifest.is_told_attributes else None
    return label


def obedience_words(scores: Scores, names: Sequence[str]) -> str:
    """For people: "98 of 100 pictures show the label that was told; fewest under label 4"."""
    if scores.overall is None:
        return "Nothing to obey: every column is a blend."
    right = scores.cells - scores.wrong
    if not scores.wrong:
        return f"All {scores.cells:,} pictures show the label that was told."
    words = f"{right:,} of {scores.cells:,} pictures show the label that was told"
    at = scores.worst()
    assert at is not None  # one is wrong
    of = int(scores.obeyed[:, at].sum())
    return f"{words}; fewest under label {names[at]} ({of} of {len(scores.obeyed)})."


def obedience_brief(scores: Scores, names: Sequence[str]) -> str:
    """The same where there is little room: "98 of 100 obey, fewest: 4"."""
    if scores.overall is None:
        return "Nothing to obey."
    at = scores.worst()
    if not scores.wrong or at is None:
        return f"All {scores.cells:,} obey."
    return f"{scores.cells - scores.wrong:,} of {scores.cells:,} obey, fewest: {names[at]}"
