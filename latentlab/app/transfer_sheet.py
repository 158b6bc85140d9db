"""A style sheet in Python: pictures, a file, and how well the told labels are obeyed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app.sheets import Sheet
from latentlab.app.style_cells import Sheet as Asked
from latentlab.app.style_scores import score
from latentlab.core import label as labels
from latentlab.core.moments import slants, thicknesses

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.app.export import Decode
    from latentlab.app.registry import ModelCard
    from latentlab.app.style_scores import Scores
    from latentlab.app.transfer import Transfer
    from latentlab.app.transfer_sources import Judge
    from latentlab.core.recipe import Recipe
    from latentlab.engine.leakage import Leakage


class StyleSheet(Sheet):
    """Rows of styles, columns of labels, as `Model.transfer` gives it.

    `scores()` tells whether a classifier sees the labels that were told, and how much of the
    label a linear probe reads from the model's z.
    """

    def __init__(
        self,
        recipe: Recipe,
        decode: Decode,
        transfer: Transfer,
        yardstick: ModelCard | None,
        judge: Judge | None,
        probe: Callable[[], Leakage | None],
    ) -> None:
        """Use `Model.transfer` instead."""
        super().__init__(recipe, decode)
        self.transfer = transfer
        self._yardstick, self._judge, self._probe = yardstick, judge, probe

    @property
    def cells(self) -> NDArray[np.uint8]:
        """The pictures of every style under every label, uint8 (rows, columns, C, H, W)."""
        return self.pictures[:, -len(self.transfer.columns) :]

    def scores(self) -> dict[str, Any]:
        """Figures as plain numbers and words, as `latentlab transfer --json` writes them.

        model, weights, strength; classifier: its id, or None where there is none, then nothing of
        it follows. sources: reference, title, label and `is_guess`. columns: title, and the share
        of rows that obey (None of a blend). cells: for each row and column the probability of the
        told label (None of a blend), what the classifier sees and how sure it is. obedience: of
        all cells. style, of grey pictures: slant and thickness (core.moments) of sources and cells,
        and their correlation over cells with another label than the source's. probe: accuracy of
        reading the label from z, and chance.
        """
        known = self.transfer
        found: dict[str, Any] = {
            "model": known.manifest.id,
            "weights": self.recipe().weights,
            "strength": known.strength,
            "classifier": None if self._yardstick is None else self._yardstick.id,
            "sources": [
                {
                    "reference": source.endpoint.reference[:200],
                    "title": source.title(known.manifest.told_names),
                    "label": self._words(source.own),
                    "is_guess": source.is_guess,
                }
                for source in known.sources
            ],
            "columns": [{"title": column.title} for column in known.columns],
        }
        found |= self._seen() | ({} if self.cells.shape[2] != 1 else {"style": self._style()})
        return found | {"probe": _probe_figures(self.leakage)}

    @cached_property
    def leakage(self) -> Leakage | None:
        """How well a linear probe reads the label from z; None where nothing is encoded."""
        return self._probe()

    # -- inside --------------------------------------------------------------------------------

    @cached_property
    def _probabilities(self) -> NDArray[np.float32] | None:
        """What the classifier sees in every cell, (rows, columns, k)."""
        if self._judge is None:
            return None
        cells = self.cells
        found = self._judge(cells.reshape(-1, *cells.shape[2:]))
        return found.reshape(*cells.shape[:2], -1)

    def _seen(self) -> dict[str, Any]:
        p = self._probabilities
        if p is None:
            return {}
        asked = Asked(Path(), tuple(range(len(p))), self.transfer)
        scores = score(asked, p.reshape(-1, p.shape[-1]))
        shares = zip(self.transfer.columns, scores.by_column, strict=True)
        return {
            "columns": [{"title": column.title, "obedience": share} for column, share in shares],
            "obedience": scores.overall,
            "cells": [
                [self._cell(scores, p[i, j], i, j) for j in range(p.shape[1])]
                for i in range(p.shape[0])
            ],
        }

    def _style(self) -> dict[str, Any]:
        """What of the style can be measured, in sources and cells."""
        pictures = np.stack([source.endpoint.picture for source in self.transfer.sources])
        cells = self.cells.reshape(-1, *pictures.shape[1:])
        return {
            name: self._measured(measure(pictures), measure(cells))
            for name, measure in (("slant", slants), ("thickness", thicknesses))
        }

    def _measured(self, before: NDArray[np.float64], flat: NDArray[np.float64]) -> dict[str, Any]:
        from latentlab.engine.measures.transfer import correlation  # imports torch

        known, after = self.transfer, flat.reshape(len(before), -1)
        places = np.arange(len(known.columns))
        others = np.array([places != (-1 if own is None else own) for own in known.own])
        others &= np.array([[source.own is not None] for source in known.sources])
        spread = np.broadcast_to(before[:, None], after.shape)
        return {
            "kept": correlation(spread[others], after[others]),
            "sources": [_plain(value) for value in before],
            "cells": [[_plain(value) for value in row] for row in after],
        }

    def _cell(
        self, scores: Scores, p: NDArray[np.float32], row: int, column: int
    ) -> dict[str, Any]:
        by_attributes = self.transfer.manifest.is_told_attributes
        told = self.transfer.told[column] > 0.5
        right = np.where(told, p, 1 - p)
        target = float(right.min() if by_attributes else p[told].sum())
        return {
            "probability": round(target, 6) if scores.counted[column] else None,
            "sees": self._words(scores.seen[row][column]),
            "sure": round(float(np.maximum(p, 1 - p).min() if by_attributes else p.max()), 6),
            "obeyed": bool(scores.obeyed[row, column]) if scores.counted[column] else None,
        }

    def _words(self, label: labels.Label) -> str | None:
        return None if label is None else labels.words(label, self.transfer.manifest.told_names)


def _plain(value: np.floating[Any]) -> float | None:
    """A number for JSON, which knows no NaN."""
    return round(float(value), 4) if np.isfinite(value) else None


def _probe_figures(found: Leakage | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "accuracy": found.accuracy,
        "chance": found.chance,
        "uniform": found.uniform,
        "n": found.n,
    }
