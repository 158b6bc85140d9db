"""Numbers as files: CSV and npz of latents, selections, paths and the curves of runs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app.export import metadata, output, render
from latentlab.core import label as labels
from latentlab.core import recipe
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.app.export.output import Watch
    from latentlab.app.export.render import Decode
    from latentlab.engine.latents import Latents

ENDINGS = (".npz", ".csv")


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
    return output.write(output.named(path, ".npz"), _npz(arrays), overwrite=overwrite)


def of_recipe(suffix: str, made: recipe.Recipe, decode: Decode, watch: Watch) -> bytes:
    """What a recipe decodes, as a file that ends in ".csv" or ".npz".

    CSV: row, its title, step, t, label, z0, z1 ... of every picture; rows without latents (mixed
    or given pictures) have no z. npz: the same per row, as `row1_z`, `row1_t`, `row1_images` ...,
    and the recipe's text.
    """
    if suffix == ".csv":
        return _recipe_csv(made)
    arrays: dict[str, NDArray[np.generic] | None] = {KEY: np.array(metadata.text_of(made))}
    all_pictures = render.row_pictures(made, decode, watch)
    for i, (row, pictures) in enumerate(zip(made.rows, all_pictures, strict=True), start=1):
        arrays |= {
            f"row{i}_title": np.array(row.title),
            f"row{i}_images": pictures,
            f"row{i}_z": render.shown_latents(row),
            f"row{i}_t": _t(row),
            f"row{i}_label": _told(row),
        }
    return _npz(arrays)


def _recipe_csv(made: recipe.Recipe) -> bytes:
    latents = [render.shown_latents(row) for row in made.rows]
    width = max((z.shape[1] for z in latents if z is not None), default=0)
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(["row", "title", "step", "t", "label", *(f"z{i}" for i in range(width))])
    for i, (row, z) in enumerate(zip(made.rows, latents, strict=True), start=1):
        t, known = _t(row), [_written(label) for label in render.shown_labels(row)]
        for step in range(render.count_of(row)):
            numbers = [] if z is None else [f"{value:.9g}" for value in z[step]]
            at = "" if t is None else f"{t[step]:.17g}"
            table.writerow([i, row.title, step + 1, at, known[step], *numbers])
    return out.getvalue().encode()


def _told(row: recipe.Row) -> NDArray[Any] | None:
    """Classes (n,), -1 where none was told, or numbers (n, k); None where nothing was told."""
    told = render.shown_labels(row)
    width = max((len(label) for label in told if isinstance(label, tuple)), default=0)
    if set(told) == {None}:
        return None
    if not width:
        return np.array([-1 if label is None else label for label in told])
    nothing = (float("nan"),) * width
    return np.array([nothing if one is None else labels.numbers(one, width) for one in told])


def _written(label: labels.Label) -> str:
    """A label in a cell; several numbers with spaces between."""
    if isinstance(label, tuple):
        return " ".join(f"{value:.9g}" for value in label)
    return "" if label is None else str(label)


def _t(row: recipe.Row) -> NDArray[np.float64] | None:
    return np.array(row.t) if isinstance(row, recipe.Travel | recipe.Blend) else None


def _npz(arrays: Mapping[str, NDArray[np.generic] | None]) -> bytes:
    out = io.BytesIO()
    known = {name: array for name, array in arrays.items() if array is not None}
    np.savez_compressed(out, allow_pickle=False, **known)
    return out.getvalue()


def _chosen(latents: Latents, rows: Sequence[int]) -> NDArray[np.int64]:
    chosen = np.asarray(rows, np.int64)
    if not len(chosen):
        raise ConfigError("Nothing is selected; draw a box or a lasso around some points first.")
    if chosen.min() < 0 or chosen.max() >= len(latents):
        raise ConfigError(f"The selection names rows beyond the {len(latents)} of this model.")
    return chosen
