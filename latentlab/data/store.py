"""A decoded dataset as a folder of plain arrays, opened memory-mapped and never half."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import shutil
import time
import uuid
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from latentlab.core.values import Value
from latentlab.data import arrays
from latentlab.data.dataset import SPLITS, Dataset, Split

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_log = logging.getLogger(__name__)
_META = "meta.json"
_DAY_S = 86_400
_CHUNK = 16 << 20  # bytes hashed at once


class _Meta(Value):
    title: str
    label_names: tuple[str, ...]
    attribute_names: tuple[str, ...]
    content_hash: str
    files: dict[str, tuple[int, int]]  # name: bytes, mtime in ns; tells a damaged cache


def scratch(folder: Path) -> Path:
    """A new empty folder beside `folder`, for `publish`; forgotten ones are swept after a day."""
    part = folder.parent / f".{folder.name}-{uuid.uuid4().hex}.part"
    part.mkdir(parents=True)
    return part


def write(part: Path, dataset: Dataset) -> None:
    """Write everything but the pixels (`images.npy` is there already) into a scratch folder."""
    arrays: dict[str, NDArray[Any] | None] = {name: dataset.splits[name] for name in SPLITS}
    arrays |= {"labels": dataset.labels, "attributes": dataset.attributes}
    for name, array in arrays.items():
        if array is not None:
            np.save(part / f"{name}.npy", array)
    files = {file.name: _mark(file) for file in part.glob("*.npy")}
    meta = _Meta(
        title=dataset.title,
        label_names=dataset.label_names,
        attribute_names=dataset.attribute_names,
        content_hash=dataset.content_hash,
        files=files,
    )
    (part / _META).write_text(meta.model_dump_json(), encoding="utf-8")


def publish(part: Path, folder: Path) -> None:
    """Give a finished scratch folder its name. Another process may have been faster: both do."""
    try:
        part.rename(folder)
    except OSError:
        if _intact(folder) is not None:
            return
        if not folder.exists():
            raise
        aside = scratch(folder)
        folder.rename(aside / "damaged")
        part.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)


def read(folder: Path, name: str, licence: str) -> Dataset | None:
    """Open a published folder; None when it is not there or damaged."""
    meta = _intact(folder)
    if meta is None:
        return None
    try:
        splits: dict[Split, NDArray[np.int64]] = {split: _load(folder, split) for split in SPLITS}
        return Dataset(
            name=name,
            title=meta.title,
            images=arrays.mapped(folder / "images.npy"),
            labels=_load(folder, "labels") if "labels.npy" in meta.files else None,
            label_names=meta.label_names,
            attributes=_load(folder, "attributes") if "attributes.npy" in meta.files else None,
            attribute_names=meta.attribute_names,
            splits=splits,
            content_hash=meta.content_hash,
            licence=licence,
        )
    except (OSError, ValueError) as error:
        _log.warning("the cache %s cannot be read and is made again: %s", folder, error)
        return None


def sweep(folder: Path) -> None:
    """Remove what lies beside `folder`: older versions of it and forgotten scratch folders."""
    for other in folder.parent.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process may sweep as well
            if other != folder and (is_forgotten(other) or not other.name.endswith(".part")):
                shutil.rmtree(other, ignore_errors=True)


def is_forgotten(part: Path) -> bool:
    """Whether a scratch folder is so old that its process must have been killed."""
    return time.time() - part.stat().st_mtime > _DAY_S


def content_hash(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64] | None,
    attributes: NDArray[np.float32] | None,
) -> str:
    """sha256, hex, over shapes, pixels, labels and attributes, whatever the file they were in."""
    digest = hashlib.sha256()
    for array in (images, labels, attributes):
        if array is None:
            digest.update(b"none")
            continue
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        rows = max(1, _CHUNK // max(1, array[:1].nbytes))
        for start in range(0, len(array), rows):
            digest.update(np.ascontiguousarray(array[start : start + rows]).data)
    return digest.hexdigest()


def _intact(folder: Path) -> _Meta | None:
    """What is known of a folder, when every file has the size and time it was written with."""
    try:
        meta = _Meta.model_validate_json((folder / _META).read_bytes())
        damaged = [name for name, mark in meta.files.items() if _mark(folder / name) != mark]
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        _log.warning("the cache %s is damaged and is made again: %s", folder, error)
        return None
    if damaged:
        _log.warning("the cache %s is damaged and is made again: %s", folder, damaged)
    return None if damaged else meta


def _mark(file: Path) -> tuple[int, int]:
    state = file.stat()
    return state.st_size, state.st_mtime_ns


def _load(folder: Path, name: str) -> NDArray[Any]:
    return arrays.read(folder / f"{name}.npy")
