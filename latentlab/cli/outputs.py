"""`-o FILE`: arrays and pictures to a file whose suffix says the format, whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latentlab.core import images
from latentlab.core.errors import LatentlabError
from latentlab.engine import files

if TYPE_CHECKING:
    from pathlib import Path

Columns = Mapping[str, NDArray[Any]]


def require_suffix(path: Path, allowed: tuple[str, ...]) -> None:
    """Raise before the work is done, not after it, when the file's format is none of `allowed`."""
    if path.suffix.lower() not in allowed:
        raise LatentlabError(f"{path}: write to a file that ends in {' or '.join(allowed)}.")
    if not path.absolute().parent.is_dir():
        raise LatentlabError(f"{path.parent} is no folder; create it or name another.")


def write_columns(path: Path, columns: Columns) -> None:
    """Arrays of equal length as npz, or as CSV with one column per number."""
    if path.suffix.lower() == ".npz":
        packed = io.BytesIO()
        np.savez_compressed(packed, **columns)  # type: ignore[arg-type]
        return _write(path, packed.getvalue())
    return _write(path, _csv(columns).encode())


def write_pictures(path: Path, pictures: images.Pixels, scale: int) -> None:
    """Pictures (n, C, H, W) as one PNG sheet with hard pixels, or as `images` in an npz."""
    if path.suffix.lower() == ".npz":
        return write_columns(path, {"images": pictures})
    gap = 1 if len(pictures) > 1 else 0
    return _write(path, images.png_bytes(images.tile(pictures, gap=gap), scale))


def _csv(columns: Columns) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    widths = {name: values.shape[1:] for name, values in columns.items()}
    writer.writerow(
        [
            name if not width else f"{name}_{i + 1}"
            for name, width in widths.items()
            for i in range(width[0] if width else 1)
        ]
    )
    flat = [values.reshape(len(values), -1) for values in columns.values()]
    for row in zip(*flat, strict=True):
        writer.writerow([number.item() for part in row for number in part])
    return text.getvalue()


def _write(path: Path, data: bytes) -> None:
    try:
        files.write_whole(path.absolute(), data)
    except OSError as error:
        raise LatentlabError(files.explain(error, f"{path} cannot be written")) from error
