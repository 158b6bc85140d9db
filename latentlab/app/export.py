"""Everything that leaves the window as a file: pictures, sheets, tables, arrays.

Written whole or not at all, and never over something else unless told to.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app.documents import next_free
from latentlab.core import images
from latentlab.core.errors import ConfigError, LatentlabError
from latentlab.engine import files, runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.app.latents import Latents

MOST_PIXELS = 100_000_000  # of a PNG: 10,000 x 10,000; more is a slip of the hand


def next_free_name(folder: Path, name: str, suffix: str) -> Path:
    """A path in `folder` made from what people call a thing, where nothing stands yet.

    `suffix` with its dot: ".png".
    """
    return next_free(folder / f"{runs.make_id(name, 'latentlab')}{suffix}")


def save_picture(
    path: Path,
    picture: NDArray[np.uint8],
    *,
    scale: int = 1,
    text: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> Path:
    """A uint8 (C, H, W) picture as PNG, every pixel a hard square of `scale` x `scale`.

    `text` goes into the file's head. Returns the path with its ending; raises LatentlabError.
    """
    _check_picture(picture, scale)
    data = images.png_bytes(picture, scale, text)
    return _write(path, ".png", data, overwrite=overwrite)


def save_sheet(
    path: Path,
    pictures: NDArray[np.uint8],
    *,
    columns: int | None = None,
    gap: int = 1,
    scale: int = 1,
    overwrite: bool = False,
) -> Path:
    """A contact sheet of uint8 (n, C, H, W) pictures as PNG, about square by default."""
    if len(pictures) == 0:
        raise ConfigError("A sheet needs at least one picture; select some points first.")
    sheet = images.tile(pictures, columns, gap)
    return save_picture(path, sheet, scale=scale, overwrite=overwrite)


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
    return _write(path, ".csv", out.getvalue().encode(), overwrite=overwrite)


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
    return _write(path, ".npz", out.getvalue(), overwrite=overwrite)


def _chosen(latents: Latents, rows: Sequence[int]) -> NDArray[np.int64]:
    chosen = np.asarray(rows, np.int64)
    if not len(chosen):
        raise ConfigError("Nothing is selected; draw a box or a lasso around some points first.")
    if chosen.min() < 0 or chosen.max() >= len(latents):
        raise ConfigError(f"The selection names rows beyond the {len(latents)} of this model.")
    return chosen


def _check_picture(picture: NDArray[np.uint8], scale: int) -> None:
    _, height, width = picture.shape
    if scale < 1 or height * width * scale * scale > MOST_PIXELS:
        raise ConfigError(
            f"{width} x {height} pixels at scale {scale} are too many for one picture; choose a "
            f"scale of 1 to {max(1, int((MOST_PIXELS / (height * width)) ** 0.5))}."
        )


def _write(path: Path, suffix: str, data: bytes, *, overwrite: bool) -> Path:
    """Whole or not at all, under a name that ends as its content asks."""
    target = path if path.suffix.lower() == suffix else path.with_name(f"{path.name}{suffix}")
    if target.exists() and not overwrite:
        raise LatentlabError(f"{target} exists already; choose another name.")
    try:
        files.write_whole(target, data)
    except OSError as error:
        raise LatentlabError(files.explain(error, f"{target.name} cannot be saved")) from error
    return target
