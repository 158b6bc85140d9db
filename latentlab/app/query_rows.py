"""Which images of a dataset a query takes, and by which names models can be asked at all.

Torch-free; for the window, the command line and Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app import probe_rows
from latentlab.core import query
from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.reference import of_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from latentlab.app.registry import ModelCard, Registry
    from latentlab.core.manifest import DataRecord, Manifest
    from latentlab.data.dataset import Dataset
    from latentlab.engine.latents import Latents

_APART = 4_096  # seeds between two searches, none of which looks at more
_PLACES = 64  # terms and walls that have seeds of their own


@dataclass(frozen=True)
class Judge:
    """A classifier, and the names of what it tells, in its order."""

    card: ModelCard
    names: tuple[str, ...]
    by_attributes: bool


@dataclass(frozen=True, eq=False)
class KnownImages:
    """Images whose attributes and labels are known exactly."""

    names: tuple[str, ...]
    values: NDArray[np.float32]  # (n, k), 0 to 1
    references: Sequence[str] | None  # of each; None: of the dataset, by its splits
    title: str
    dataset: Dataset | None = None

    def choose(self, text: str, n: int, seed: int | Sequence[int], *, at: int = 1) -> list[str]:
        """References of n images that satisfy a query, by chance, the same for the same seed.

        Test images where there are enough of them, else all. Raises ConfigError.
        """
        mask = query.parse(text, self.names, at=at).mask(self.values)
        rows = np.flatnonzero(mask)
        if not len(rows):
            raise ConfigError(f"No image of {self.title} is '{text}'; ask for something else.")
        if len(rows) < n:
            raise ConfigError(
                f"Only {len(rows)} images of {self.title} are '{text}', not {n}; ask for fewer."
            )
        rng = np.random.default_rng(seed)
        if self.references is not None:
            return [self.references[row] for row in rng.choice(rows, n, replace=False)]
        return self._of_dataset(mask, n, rng)

    def _of_dataset(self, mask: NDArray[np.bool_], n: int, rng: np.random.Generator) -> list[str]:
        assert self.dataset is not None  # or there would be references
        name, test = self.dataset.name, self.dataset.splits["test"]
        places = np.flatnonzero(mask[test])
        if len(places) >= n:
            chosen = rng.choice(places, n, replace=False).tolist()
            return [str(of_data(name, "test", place)) for place in chosen]
        chosen = rng.choice(np.flatnonzero(mask), n, replace=False).tolist()
        return [str(of_data(name, "all", place)) for place in chosen]


def known_images(
    record: DataRecord, dataset: Dataset | None, latents: Latents | None
) -> KnownImages | None:
    """The images that a model with an encoder can be asked for; None where nothing is known.

    Those of its dataset; where that is not here, the encoded ones by their labels.
    """
    if dataset is not None:
        names, columns = _columns(dataset)
        return KnownImages(names, columns, None, dataset.title, dataset) if names else None
    if latents is None or latents.labels is None or not record.label_names:
        return None
    texts = [
        str(probe_rows.reference_of(row, latents.indices, record, None))
        for row in range(len(latents))
    ]
    one_hot = np.eye(len(record.label_names), dtype=np.float32)[latents.labels]
    return KnownImages(record.label_names, one_hot, texts, record.title)


def judge_of(registry: Registry, manifest: Manifest) -> Judge | None:
    """The best classifier of a model's data: of attributes where there is one, else of labels."""
    for by_attributes in (True, False):
        card = registry.yardstick(manifest, attributes=by_attributes)
        if card is not None:
            known = card.require().data
            names = known.attribute_names if by_attributes else known.label_names
            return Judge(card, names, by_attributes)
    return None


def first_seed(seed: int, place: int) -> int:
    """Where the samples of a term begin: none is looked at for two terms, or under two seeds."""
    return (seed * _PLACES + place % _PLACES) * _APART


def require_way(manifest: Manifest, known: KnownImages | None, judge: Judge | None) -> None:
    """Refuse models that no query can be put to; ModelError says what is missing."""
    if known is not None or (judge is not None and "sample" in manifest.capabilities):
        return
    data = manifest.data.title
    if "sample" not in manifest.capabilities:
        raise ModelError(
            f"Nothing is known of the images of {data}, and {manifest.title} has no prior to "
            "sample from; fill baskets by hand."
        )
    raise ModelError(
        f"No classifier of {data} tells what samples of {manifest.title} show; train one with "
        f"`latentlab train classifier --data {manifest.data.name}`, or fill baskets by hand."
    )


def _columns(dataset: Dataset) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Attributes first, then each label as a column of 0 and 1."""
    names: tuple[str, ...] = ()
    parts = [np.empty((len(dataset.images), 0), np.float32)]
    if dataset.attributes is not None:
        names += tuple(dataset.attribute_names)
        parts.append(np.asarray(dataset.attributes, np.float32))
    if dataset.labels is not None and dataset.label_names:
        names += tuple(dataset.label_names)
        parts.append(np.eye(len(dataset.label_names), dtype=np.float32)[dataset.labels])
    return names, np.concatenate(parts, axis=1)
