"""What a selection holds, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.gui.explore.scene import Facts

SHEET = 48  # pictures on the contact sheet at most


@dataclass(frozen=True)
class Share:
    """One class within a selection."""

    label: int
    name: str
    count: int


@dataclass(frozen=True, eq=False)
class Summary:
    """Count, classes (largest first), mean latent and the rows for the contact sheet."""

    rows: NDArray[np.int64]
    title: str  # "1,234 selected"
    shares: tuple[Share, ...]
    mean: NDArray[np.float32]  # (latent,)
    sheet: NDArray[np.int64]  # the first rows

    def sheet_title(self, kind: str) -> str:
        """How many of how many pictures, and of which kind."""
        if len(self.sheet) == len(self.rows):
            return f"all {len(self.rows):,} {kind}"
        return f"first {len(self.sheet)} of {len(self.rows):,} {kind}"


def summarise(facts: Facts, selection: tuple[int, ...]) -> Summary | None:
    """The summary of selected rows; None when there are none."""
    rows = np.array([row for row in selection if 0 <= row < len(facts.latents)], np.int64)
    if not len(rows):
        return None
    mean = facts.latents.mu[rows].mean(axis=0)
    return Summary(rows, f"{len(rows):,} selected", _shares(facts, rows), mean, rows[:SHEET])


def _shares(facts: Facts, rows: NDArray[np.int64]) -> tuple[Share, ...]:
    labels = facts.latents.labels
    if labels is None:
        return ()
    values, counts = np.unique(labels[rows], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    names = facts.label_names
    return tuple(
        Share(label, names[label] if 0 <= label < len(names) else str(label), int(counts[at]))
        for at in order
        for label in (int(values[at]),)
    )
