"""The pictures a model was trained on, where this machine has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab import data
from latentlab.core.errors import DataError

if TYPE_CHECKING:
    from latentlab.core.manifest import DataRecord
    from latentlab.data.dataset import Dataset


def load_originals(record: DataRecord) -> Dataset:
    """The dataset of a model, byte for byte; never downloads.

    Raises DataError in one sentence: not here, damaged, or not the same pictures.
    """
    try:
        dataset = data.load(record.name)
    except data.MissingDataError:
        raise DataError(
            f"{record.title} is not on this machine, so originals are not shown; "
            f"get it with `latentlab data fetch {record.name}`"
        ) from None
    if dataset.content_hash != record.content_hash:
        raise DataError(
            f"{record.title} on this machine is not what the model was trained on (its hash "
            "differs), so originals are not shown"
        )
    return dataset
