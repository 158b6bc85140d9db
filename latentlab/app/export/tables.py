"""Numbers as files: CSV and npz of latents and selections."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app.export import output
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.engine.latents import Latents


def save_table(
    path: Path,
    latents: Latents,
    rows: Sequence[int],
    label_names: Sequence[str] = (),
    *,
    overwrite: bool = False,
) -> Path:
    """Selected rows as CSV: row, index in the dataset, label, its name, z0, z1 ..."""
    chosen = _chosen(latents, rows)
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(["row", "index", "label", "name", *(f"z{i}" for i in range(latents.size))])
    for row in chosen:
        label = None if latents.labels is None else int(latents.labels[row])
        name = "" if label is None or label >= len(label_names) else label_names[label]
        z = (f"{value:.9g}" for value in latents.mu[row])
        table.writerow([row, latents.indices[row], "" if label is None else label, name, *z])
    return output.write(output.named(path, ".csv"), out.getvalue().encode(), overwrite=overwrite)


def save_arrays(
    path: Path,
    latents: Latents,
    rows: Sequence[int],
    pictures: NDArray[np.uint8] | None = None,
    *,
    overwrite: bool = False,
) -> Path:
    """Selected rows as npz: rows, indices, mu, and logvar, labels, images where there are some."""
    chosen = _chosen(latents, rows)
    arrays: dict[str, NDArray[Any] | None] = {
        "rows": chosen,
        "indices": latents.indices[chosen],
        "mu": latents.mu[chosen],
        "logvar": None if latents.logvar is None else latents.logvar[chosen],
        "labels": None if latents.labels is None else latents.labels[chosen],
        "images": pictures,
    }
    return save_npz(path, arrays, overwrite=overwrite)


def save_npz(
    path: Path, arrays: Mapping[str, NDArray[np.generic] | None], *, overwrite: bool = False
) -> Path:
    """Arrays by name as npz; those that are None are left out."""
    out = io.BytesIO()
    known = {name: array for name, array in arrays.items() if array is not None}
    np.savez_compressed(out, allow_pickle=False, **known)
    return output.write(output.named(path, ".npz"), out.getvalue(), overwrite=overwrite)


def _chosen(latents: Latents, rows: Sequence[int]) -> NDArray[np.int64]:
    chosen = np.asarray(rows, np.int64)
    if not len(chosen):
        raise ConfigError("Nothing is selected; draw a box or a lasso around some points first.")
    if chosen.min() < 0 or chosen.max() >= len(latents):
        raise ConfigError(f"The selection names rows beyond the {len(latents)} of this model.")
    return chosen
