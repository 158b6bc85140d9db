"""The curves of a run as a table for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from latentlab.app.curves import Floats
    from latentlab.app.run_history import RunHistory, Split

_SPLITS: tuple[Split, ...] = ("train", "validation")


def arrays_of(history: RunHistory) -> dict[str, NDArray[np.generic]]:
    """term, split, epoch and value (n,) of all points that the window keeps."""
    points = list(_points(history))
    counts = [len(x) for _, _, x, _ in points]
    return {
        "term": np.repeat(np.array([term for term, *_ in points], str), counts),
        "split": np.repeat(np.array([split for _, split, *_ in points], str), counts),
        "epoch": np.concatenate([np.empty(0), *(x for _, _, x, _ in points)]),
        "value": np.concatenate([np.empty(0), *(y for *_, y in points)]),
    }


def _points(history: RunHistory) -> Iterator[tuple[str, Split, Floats, Floats]]:
    """Term, split, epochs (n,) and values (n,) of every curve that there is."""
    for term in history.terms:
        for split in _SPLITS:
            curve = history.curve(term, split)
            if curve is not None:
                yield term, split, *curve.points()
