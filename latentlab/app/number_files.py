"""Latents of a model and curves of a run as arrays, and as the files that the window writes.

    >>> import latentlab
    >>> latentlab.latents("mnist-vae-2", rows="3-17,20").save("some.csv")
    >>> latentlab.history("mnist-vae-2").arrays["value"]

Torch-free.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app import columns, data_calls
from latentlab.app.curve_table import arrays_of
from latentlab.app.originals import load_originals
from latentlab.app.proposals import numbers_of
from latentlab.app.registry import Registry
from latentlab.app.run_record import RunRecord
from latentlab.core import paths
from latentlab.core.errors import ConfigError, ModelError
from latentlab.engine.latents import load_latents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Numbers:
    """Arrays by name, (n,) or (n, ...)."""

    arrays: Mapping[str, NDArray[Any]]

    def save(self, path: str | Path) -> Path:
        """Write .csv (a column for every number of a row) or .npz; replaces what is there.

        Raises ConfigError for another ending, LatentlabError when it cannot be written.
        """
        if Path(path).suffix.lower() not in (".csv", ".npz"):
            raise ConfigError(f"{path}: name a file that ends in .csv or .npz.")
        return columns.save_data(Path(path), self.arrays, overwrite=True)


def latents(
    model: str,
    rows: str | Sequence[int] | None = None,
    library: str | Path | None = None,
    *,
    images: bool = False,
) -> Numbers:
    """The encoded images of a model, as its map has them.

    Args:
        model: Id, such as "mnist-vae-2".
        rows: Which of them, "3-17,20" or numbers from 0 on; default: all.
        library: Folder of your models; default: $LATENTLAB_LIBRARY, else your home's.
        images: The originals too, uint8 (n, C, H, W), where the dataset is on this machine.

    Returns:
        row, index in the dataset, label and its name (n,), z and logvar (n, latent).

    Raises:
        ModelError: There is no such model, or it has no encoded images. ConfigError: no such row.
        DataError: The originals are wanted but not here.
    """
    card = Registry(paths.library(library)).find(model)
    record, found = card.require().data, load_latents(card.folder)
    text = rows if isinstance(rows, str) or rows is None else data_calls.written(rows)
    chosen = None if text is None else np.array(data_calls.read(text, len(found)), np.int64)
    arrays = numbers_of(found, record.label_names, chosen)
    if images:
        arrays["images"] = load_originals(record).images[arrays["index"]]
    return Numbers(arrays)


def history(run: str, library: str | Path | None = None) -> Numbers:
    """The curves of a run, unsmoothed, as the Train tab keeps them.

    Args:
        run: Id of its model.
        library: As for `latents`.

    Returns:
        term, split, epoch and value (n,) of all points of all curves.

    Raises:
        ModelError: There is no such run, or it has told nothing.
    """
    folder = Registry(paths.library(library)).find(run).folder
    told = arrays_of(RunRecord.open(folder).history)
    if not len(told["value"]):
        raise ModelError(f"{run} has no curves; train it for a step.")
    return Numbers(told)
