"""Rows of a model's encoded images and the places of the same images in their dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.core import reference as references
from latentlab.data.dataset import SPLITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.core.manifest import DataRecord
    from latentlab.core.reference import Reference
    from latentlab.data.dataset import Dataset

    Indices = NDArray[np.int64]


def reference_of(
    row: int, indices: Indices, record: DataRecord, dataset: Dataset | None
) -> Reference:
    """The image that a row of the encoded ones is; `indices` are their rows in the dataset.

    Its place in a split where that is known, else its place among all images.
    """
    index = int(indices[row])
    if dataset is not None:
        for split in (SPLITS[2], *SPLITS[:2]):
            place = int(np.searchsorted(dataset.splits[split], index))
            if place < len(dataset.splits[split]) and dataset.splits[split][place] == index:
                return references.of_data(record.name, split, place)
    elif _is_test_split(indices, record):
        return references.of_data(record.name, "test", row)
    return references.of_data(record.name, "all", index)


def row_of(named: Reference, indices: Indices, record: DataRecord) -> int | None:
    """The row of an image of the model's own dataset, which is not here; None: not encoded."""
    _, part, index = named.data
    if part == "test" and _is_test_split(indices, record):
        return index if index < len(indices) else None
    if part != "all":
        return None
    rows = np.flatnonzero(indices == index)
    return int(rows[0]) if len(rows) else None


def _is_test_split(indices: Indices, record: DataRecord) -> bool:
    """Whether the probe set is all of the test split: then both count alike."""
    return 0 < len(indices) == record.test_images
