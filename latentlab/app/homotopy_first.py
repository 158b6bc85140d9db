"""Stops for somebody who has chosen none yet, and others by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.engine import runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.sources import Sources
    from latentlab.app.state import Homotopy
    from latentlab.engine.latents import Latents

_FIRST_LABELS = (1 / 9, 5 / 9)  # places among the labels: of ten digits a 1 and a 5


def first_stops(lab: Lab, sources: Sources) -> tuple[str, ...]:
    """Two pins when there are two, else two typical images of different labels, else samples.

    Empty while the encoded images are still to come, or when the model offers nothing.
    """
    pins = [pin.reference for pin in sources.pins()]
    if len(pins) >= 2:
        return pins[0], pins[1]
    if lab.latents is not None and len(lab.latents) >= 2:
        from latentlab.app.endpoints import reference_of_row

        a, b = typical_rows(lab.latents)
        return str(reference_of_row(lab, a)), str(reference_of_row(lab, b))
    waits = images_to_come(lab)
    return () if waits or not sources.has("sample") else ("seed:1", "seed:2")


def images_to_come(lab: Lab) -> bool:
    """Whether the current model's encoded images will be there by themselves, soon."""
    model = lab.model
    if model is None or model.manifest is None or lab.latents is not None or lab.latents_problem:
        return False
    return runs.LATENTS in model.manifest.files


def typical_rows(latents: Latents) -> tuple[int, int]:
    """Two rows: near the means of two labels, or without labels far from each other."""
    if latents.labels is None or len(np.unique(latents.labels)) < 2:
        return farthest_pair(latents.mu)
    known = np.unique(latents.labels)
    a, b = (known[round(share * (len(known) - 1))] for share in _FIRST_LABELS)
    if a == b:
        a, b = known[-1], known[0]
    return typical_row(latents, int(a)), typical_row(latents, int(b))


def farthest_pair(z: NDArray[np.float32]) -> tuple[int, int]:
    """The row farthest from the mean, and the row farthest from that one."""
    a = int(np.linalg.norm(z - z.mean(axis=0), axis=1).argmax())
    b = int(np.linalg.norm(z - z[a], axis=1).argmax())
    return a, b if b != a else (a + 1) % len(z)


def other_stops(
    document: Homotopy, sources: Sources, latents: Latents | None, rng: np.random.Generator
) -> tuple[str, ...]:
    """The chain with random test images of different labels where it is not locked.

    Random samples where no image is encoded; at least two stops.
    """
    count = max(2, len(document.stops))
    labels = _shuffled_labels(latents, count, rng)
    stops: list[str] = []
    for place in range(count):
        kept = document.stops[place] if place < len(document.stops) else ""
        if place in document.locked and kept:
            stops.append(kept)
            continue
        new = sources.random_image(labels[place])
        if not new and sources.has("sample"):
            new = sources.random_sample()
        stops.append(new or kept)
    return tuple(stops) if all(stops) else document.stops


def _shuffled_labels(
    latents: Latents | None, count: int, rng: np.random.Generator
) -> list[int | None]:
    """As many labels as stops, none twice in a row where there are two."""
    if latents is None or latents.labels is None:
        return [None] * count
    known = rng.permutation(np.unique(latents.labels))
    return [int(known[place % len(known)]) for place in range(count)]


def typical_row(latents: Latents, label: int) -> int:
    """The image nearest to its label's mean."""
    rows = np.flatnonzero(latents.labels == label)
    mean = latents.mu[rows].mean(axis=0)
    return int(rows[np.linalg.norm(latents.mu[rows] - mean, axis=1).argmin()])
