"""Datasets decoded once: found by what their source files are, made again when those change."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
from functools import partial
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from latentlab.core import paths
from latentlab.core.errors import DataError
from latentlab.core.points import is_points
from latentlab.data import arrays, memory, splits, store
from latentlab.data.dataset import Dataset
from latentlab.data.entry import Decoded, Job, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from latentlab.data.request import Request

_TRIES = 3  # another process may just be putting its own copy in the place of ours
_HEADER_BYTES = 128  # of an .npy file
_LAYOUT = 1  # of the cache folder; raise it when store.py writes something else


def load(request: Request, progress: Callable[[Progress], None]) -> Dataset:
    """The dataset of a request, from the cache, decoded first where needed."""
    sources = request.entry.sources(request.path)
    folder = _folder(request, sources)
    for attempt in range(_TRIES):
        if attempt:
            _make(request, sources, folder, progress)
        dataset = store.read(folder, request.name, request.entry.licence)
        if dataset is not None:
            memory.require(dataset.title, dataset.images.shape)
            return dataset
    raise DataError(f"The cache '{folder}' cannot be written and read: check that disk.")


def _folder(request: Request, sources: Sequence[Path]) -> Path:
    place = hashlib.sha256(request.name.encode(errors="surrogatepass")).hexdigest()[:8]
    readable = re.sub(r"[^a-z0-9-]+", "-", request.entry.name)
    options = request.options.model_dump(mode="json")
    key = json.dumps([_LAYOUT, request.entry.version, options, [_identity(s) for s in sources]])
    digest = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:16]
    return paths.cache() / "data" / f"{readable}-{place}" / digest


def _identity(file: Path) -> tuple[str, int, int]:
    try:
        state = file.stat()
    except OSError:  # a dangling link: decoding names it, here it only has to count
        return str(file), -1, -1
    return str(file), state.st_size if file.is_file() else 0, state.st_mtime_ns


def _make(
    request: Request,
    sources: Sequence[Path],
    folder: Path,
    progress: Callable[[Progress], None],
) -> None:
    """Decode into a scratch folder and publish it; nothing stays when anything goes wrong."""
    part: Path | None = None
    try:
        part = store.scratch(folder)
        store.write(part, _decode(request, sources, part, progress))
        store.publish(part, folder)
        store.sweep(folder)
    except OSError as error:
        raise DataError(_obstacle(request, error)) from error
    except MemoryError as error:
        raise DataError(f"{request.name} does not fit into the free memory.") from error
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)


def _obstacle(request: Request, error: OSError) -> str:
    place, cache = Path(error.filename or paths.cache()), paths.cache()
    if place != cache and cache not in place.parents:
        return f"{request.name} cannot be read: {error.strerror} ('{place}'); mend that."
    return (
        f"{request.name} cannot be decoded into '{cache}': {error.strerror or error}; mend that, "
        "or name another folder in LATENTLAB_CACHE."
    )


def _decode(
    request: Request, sources: Sequence[Path], part: Path, progress: Callable[[Progress], None]
) -> Dataset:
    entry = request.entry
    text = f"decoding {entry.title}"
    job = Job(
        title=entry.title,
        path=request.path,
        sources=sources,
        options=request.options,
        report=lambda done, total: progress(Progress(text, done, total)),
        allocate=partial(_allocate, entry.title, part / "images.npy"),
    )
    decoded = entry.decode(job)
    _check(request.name, decoded)
    # From here on mapped for reading only: a writable map may touch the file's time when it closes.
    images = _saved(part / "images.npy", decoded.images)
    parts = splits.divide(len(images), decoded.labels, decoded.official)
    return Dataset(
        name=request.name,
        title=_title(decoded, entry.title, held_out=len(parts["test"])),
        images=images,
        labels=decoded.labels,
        label_names=decoded.label_names,
        attributes=decoded.attributes,
        attribute_names=decoded.attribute_names,
        splits=parts,
        content_hash=store.content_hash(images, decoded.labels, decoded.attributes),
        licence=entry.licence,
    )


def _title(decoded: Decoded, fallback: str, held_out: int) -> str:
    """The name people read, with what they must know of this dataset behind it."""
    few = "" if held_out else "too few images to hold any out for a test"
    notes = "; ".join(note for note in (decoded.note, few) if note)
    title = decoded.title or fallback
    return f"{title} ({notes})" if notes else title


def _allocate(title: str, file: Path, shape: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    memory.require(title, shape)
    _reserve(file, prod(shape) + _HEADER_BYTES)
    return np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8, shape=shape)


def _reserve(file: Path, size: int) -> None:
    """Raise OSError when the disk is too full: writing to a map of such a file ends the process."""
    if shutil.disk_usage(file.parent).free < size:
        raise OSError(errno.ENOSPC, f"{memory.readable(size)} do not fit on the disk", str(file))


def _saved(file: Path, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The pixels in `file`; written there unless they are exactly what was allocated in it."""
    if isinstance(images, np.memmap) and file.exists():
        images.flush()
    if not file.exists() or arrays.mapped(file).shape != images.shape:
        fresh = file.with_suffix(".new.npy")
        np.save(fresh, images)
        fresh.replace(file)
    return arrays.mapped(file)


def _check(name: str, decoded: Decoded) -> None:
    """Raise DataError for arrays that do not belong together, whoever made them."""
    images, labels, attributes = decoded.images, decoded.labels, decoded.attributes
    problem = ""
    known = images.ndim == 4 and (images.shape[1] in (1, 3) or is_points(images.shape))
    if images.dtype != np.uint8 or not known:
        problem = f"images are {images.dtype} {images.shape} and not uint8 (n, 1 or 3, h, w)"
    elif 0 in images.shape:
        problem = "there are no images"
    elif labels is not None and labels.shape != images.shape[:1]:
        problem = f"there are {len(images)} images and {len(labels)} labels"
    elif labels is not None and not 0 <= labels.min() <= labels.max() < len(decoded.label_names):
        problem = f"labels reach from {labels.min()} to {labels.max()}, label names do not"
    elif attributes is not None and attributes.shape != (len(images), len(decoded.attribute_names)):
        problem = f"attributes are {attributes.shape}, images {len(images)}"
    if problem:
        raise DataError(f"{name} is no dataset: {problem}.")
