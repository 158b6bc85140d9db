"""What a conditional model is told of the images of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from latentlab.core.label import Told
    from latentlab.core.manifest import Manifest
    from latentlab.data.dataset import Dataset


def own_labels(dataset: Dataset, rows: NDArray[np.int64], manifest: Manifest) -> Told:
    """Classes (n,) or attributes (n, k) of images, None for models that are told nothing.

    Raises DataError where the dataset has none, or others than the model knows.
    """
    if not manifest.told_names:
        return None
    by_attributes = manifest.is_told_attributes
    found = dataset.attributes if by_attributes else dataset.labels
    names = dataset.attribute_names if by_attributes else dataset.label_names
    if found is None or tuple(names) != manifest.told_names:
        what = "attributes" if by_attributes else "labels"
        why = f"has no {what}" if found is None else f"has other {what}"
        raise DataError(
            f"{dataset.title} {why}, but {manifest.title} must be told them; give --label."
        )
    return found[rows]
