"""Arrays as data files: npz, or CSV with a column for every number of a row."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app.export import output, save_npz
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray


def save_columns(path: Path, arrays: Mapping[str, NDArray[Any]], *, overwrite: bool) -> Path:
    """Arrays (n,) and (n, k) as CSV: `name` and `name0`, `name1` ...; others have no columns.

    Raises ConfigError when none has; LatentlabError when it cannot be written.
    """
    count = max((len(array) for array in arrays.values() if array.ndim in (1, 2)), default=0)
    columns: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        if array.ndim == 1 and len(array) == count:
            columns[name] = array
        elif array.ndim == 2 and len(array) == count:
            columns |= {f"{name}{i}": column for i, column in enumerate(array.T)}
    if not columns:
        raise ConfigError("This has no numbers that make a table; choose npz.")
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(columns)
    table.writerows(zip(*(_texts(column) for column in columns.values()), strict=True))
    return output.write(output.named(path, ".csv"), out.getvalue().encode(), overwrite=overwrite)


def save_data(path: Path, arrays: Mapping[str, NDArray[Any]], *, overwrite: bool) -> Path:
    """CSV or npz, by the ending."""
    if path.suffix.lower() == ".csv":
        return save_columns(path, arrays, overwrite=overwrite)
    return save_npz(path, arrays, overwrite=overwrite)


def _texts(column: NDArray[Any]) -> list[str]:
    """Nine digits bring every float32 back; whole numbers and words as they are."""
    if np.issubdtype(column.dtype, np.floating):
        return ["" if np.isnan(value) else f"{value:.9g}" for value in column]
    return [str(value) for value in column]
