"""Styles for somebody who has chosen none yet, and many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.homotopy_first import images_to_come
from latentlab.core import reference as references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.sources import Sources
    from latentlab.app.style_sources import Row
    from latentlab.engine.latents import Latents

COUNT = 10  # rows to begin with
_FIRST_LABEL = 1 / 9  # place among the labels: of ten digits the 1, as in the lecture


def first_sources(lab: Lab, sources: Sources) -> tuple[str, ...]:
    """Ten test images of one label, from one end of its styles to the other; else samples.

    Empty while the encoded images are still to come, or when the model offers nothing.
    """
    if lab.latents is not None and len(lab.latents):
        return _named(lab, _varied_rows(lab.latents))
    waits = images_to_come(lab)
    return () if waits or not sources.has("sample") else samples(COUNT)


def samples(count: int, first: int = 1) -> tuple[str, ...]:
    """Draws from the prior, by their seeds."""
    return tuple(f"seed:{seed}" for seed in range(first, first + count))


def of_label(lab: Lab, label: int, count: int, rng: np.random.Generator) -> tuple[str, ...]:
    """Random images of a label, no two the same; fewer where there are not so many."""
    rows = _rows_of(lab.latents, label)
    return _named(lab, rng.permutation(rows)[:count])


def one_per_label(lab: Lab, rng: np.random.Generator) -> tuple[str, ...]:
    """A random image of each label, in their order."""
    if lab.latents is None or lab.latents.labels is None:
        return ()
    known = np.unique(lab.latents.labels).tolist()
    return tuple(text for label in known for text in of_label(lab, label, 1, rng))


def others(
    lab: Lab, rows: Sequence[Row], sources: Sources, rng: np.random.Generator
) -> tuple[str, ...]:
    """As many rows by chance: images keep their labels, samples stay samples."""
    found: list[str] = []
    for row in rows:
        label = row.source.endpoint.label if row.source is not None else None
        images = np.zeros(0, np.int64) if label is None else _rows_of(lab.latents, label)
        free = [text for text in _named(lab, rng.permutation(images)[:64]) if text not in found]
        fresh = free[0] if free else sources.random_image() if lab.latents is not None else ""
        found.append(sources.random_sample() if row.reference.startswith("seed:") else fresh)
    return tuple(text or row.reference for text, row in zip(found, rows, strict=True))


def mean_of_selection(lab: Lab) -> str:
    """The average style of the selected images: their mean z, with their label if they share one.

    Empty without a selection.
    """
    latents, selection = lab.latents, list(lab.session.state.selection)
    if latents is None or not selection:
        return ""
    z = latents.mu[selection].mean(axis=0, dtype=np.float64)
    shown = {lab.own_label(row) for row in selection}
    return str(references.of_latent(z, shown.pop() if len(shown) == 1 else None))


def _varied_rows(latents: Latents) -> NDArray[np.int64]:
    """Images of one label, evenly along the direction in which their styles differ most."""
    rows = np.arange(len(latents))
    if latents.labels is not None and len(known := np.unique(latents.labels)):
        rows = _rows_of(latents, int(known[round(_FIRST_LABEL * (len(known) - 1))]))
    z = latents.mu[rows] - latents.mu[rows].mean(axis=0)
    main = np.linalg.svd(z, full_matrices=False)[2][0]
    order = rows[np.argsort(z @ main, kind="stable")]
    places = np.linspace(0.02, 0.98, min(COUNT, len(order))) * (len(order) - 1)
    return np.asarray(order[places.round().astype(int)])


def _rows_of(latents: Latents | None, label: int) -> NDArray[np.int64]:
    if latents is None or latents.labels is None:
        return np.zeros(0, np.int64)
    return np.flatnonzero(latents.labels == label)


def _named(lab: Lab, rows: Sequence[int] | NDArray[np.int64]) -> tuple[str, ...]:
    from latentlab.app.endpoints import reference_of_row

    return tuple(str(reference_of_row(lab, int(row))) for row in rows)
