"""What the Train tab shows of a dataset before anything is trained on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab import data
from latentlab.core import points

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.data import Dataset, Entry, Progress

PICTURES = 16
POINTS = 1_000  # in one picture


@dataclass(frozen=True)
class Choice:
    """One dataset of the list."""

    spec: str
    title: str
    description: str
    here: bool
    downloadable: bool


@dataclass(frozen=True)
class Preview:
    """A dataset in one line and a few pictures; without pictures it must be fetched first."""

    spec: str
    words: str
    licence: str = ""
    pictures: NDArray[np.uint8] | None = None  # (PICTURES or fewer, C, H, W)
    downloadable: bool = False

    @property
    def here(self) -> bool:
        """Whether it can be trained on."""
        return self.pictures is not None


def choices() -> list[Choice]:
    """The datasets that need no path, those that are here first."""
    named = [_choice(entry) for entry in data.catalogue() if not entry.takes_path]
    return sorted(named, key=lambda choice: not choice.here)


def preview(spec: str, report: Callable[[Progress], None] | None = None) -> Preview:
    """Open a dataset, decoding it the first time; raises DataError in one sentence."""
    found = data.info(spec, report)
    if found.dataset is None:
        return _absent(spec, found.entry)
    return _present(spec, found.dataset)


def fetch(spec: str, report: Callable[[Progress], None], cancelled: Callable[[], bool]) -> Preview:
    """Download and open; raises DataError, after which nothing half is left."""
    return _present(spec, data.fetch(spec, report, cancelled))


def _choice(entry: Entry) -> Choice:
    return Choice(entry.name, entry.title, entry.description, entry.here, entry.downloadable)


def _absent(spec: str, entry: Entry) -> Preview:
    way = "fetch it, or" if entry.downloadable else "or"
    words = f"Not on this machine: {way} name its folder in the preferences."
    return Preview(spec, words.replace(": or", ":"), entry.licence, None, entry.downloadable)


def _present(spec: str, dataset: Dataset) -> Preview:
    words = _size_words(dataset)
    if dataset.label_names:
        words.append(f"{len(dataset.label_names)} labels")
    if dataset.attribute_names:
        words.append(f"{len(dataset.attribute_names)} attributes")
    pictures = _glimpse(dataset)
    return Preview(spec, " · ".join(words), dataset.licence, pictures)


def _size_words(dataset: Dataset) -> list[str]:
    channels, height, width = dataset.shape
    if points.is_points(dataset.shape):
        return [f"{len(dataset.images):,} points", "a plane"]
    colour = "grey" if channels == 1 else "colour"
    return [f"{len(dataset.images):,} images", f"{height}×{width} {colour}"]


def _glimpse(dataset: Dataset) -> NDArray[np.uint8]:
    """A few training images; of points many, in one picture."""
    if points.is_points(dataset.shape):
        return points.together(dataset.images[dataset.splits["train"][:POINTS]])
    return np.ascontiguousarray(dataset.images[_spread(dataset)])


def _spread(dataset: Dataset) -> NDArray[np.int64]:
    """A few training images, one label after the other where there are labels."""
    train = dataset.splits["train"]
    train = train if len(train) else np.arange(len(dataset.images))
    if dataset.labels is None:
        return np.sort(train[np.linspace(0, len(train) - 1, min(PICTURES, len(train))).astype(int)])
    head = train[: 200 * PICTURES]
    labels = dataset.labels[head]
    _, first = np.unique(labels, return_index=True)
    second = [
        rows[1] for label in labels[first] if len(rows := np.flatnonzero(labels == label)) > 1
    ]
    return np.asarray(head[[*first, *second][:PICTURES]])
