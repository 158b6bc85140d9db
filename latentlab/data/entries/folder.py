"""`folder:PATH`: pictures in a folder; subfolders, where there are any, are the classes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from latentlab.core.errors import DataError
from latentlab.data import pictures
from latentlab.data.entry import Decoded, Entry, Job, Options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_DEFAULT_SIZE = 32
_LARGEST_KEPT = 64  # pictures that all have one square size up to this keep it
_UNSORTED = "(unsorted)"  # pictures beside class folders
_REPORT_EVERY = 64


class FolderOptions(Options):
    """How pictures become one array; what is left open follows from the pictures."""

    size: int | None = Field(
        None, ge=8, le=256, description="Pixels of a side; pictures are cropped to their centre."
    )
    color: Literal["auto", "grey", "rgb"] = Field(
        "auto", description="grey, rgb, or auto: grey when every picture is."
    )


@dataclass(frozen=True)
class _Skipped:
    """Files that could not be read, the first of them with its reason."""

    names: list[str]
    reasons: list[str]

    def add(self, file: Path, error: pictures.PictureError) -> None:
        self.names.append(file.name)
        self.reasons.append(error.reason)

    def note(self, total: int) -> str:
        if not self.names:
            return ""
        more = ", ..." if len(self.names) > 1 else ""
        return (
            f"{len(self.names)} of {total} files skipped: {self.names[0]} {self.reasons[0]}{more}"
        )


def _files(root: Path) -> Sequence[Path]:
    """Every picture below `root`, in the order of their names; links are followed once."""
    if not root.is_dir():
        raise DataError(f"There is no folder '{root}': write 'folder:' and the path of a folder.")
    found: list[Path] = []
    seen: set[tuple[int, int]] = set()
    for parent, folders, names in os.walk(root, followlinks=True, onerror=_refuse):
        state = Path(parent).stat()
        if (state.st_dev, state.st_ino) in seen:
            folders.clear()
            continue
        seen.add((state.st_dev, state.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(parent, name) for name in names if pictures.is_picture(name)]
    if not found:
        raise DataError(_emptiness(root))
    return sorted(found, key=lambda file: file.relative_to(root).parts)


def _refuse(error: OSError) -> None:
    raise DataError(f"The folder '{error.filename}' cannot be read: {error.strerror}.") from error


def _emptiness(root: Path) -> str:
    classes = sorted(item.name for item in root.iterdir() if item.is_dir())
    held = f"class folders ({', '.join(classes[:5])}) but no pictures" if classes else "no pictures"
    return f"'{root}' holds {held}: put {', '.join(sorted(pictures.SUFFIXES))} files into it."


def _decode(job: Job) -> Decoded:
    options, root = job.options, job.path
    assert isinstance(options, FolderOptions)
    assert root is not None
    skipped = _Skipped([], [])
    facts = _measure(job.sources, skipped)
    sizes = {fact.size for fact in facts.values()}
    side = options.size or _common_side(sizes)
    grey = all(fact.grey for fact in facts.values()) if options.color == "auto" else False
    channels = 1 if grey or options.color == "grey" else 3
    images = job.allocate((max(1, len(facts)), channels, side, side))
    kept = _fill(images, list(facts), job, skipped)
    if not kept:
        raise DataError(f"No picture in '{root}' can be read: {skipped.note(len(job.sources))}.")
    labels, names = _classes([file.relative_to(root).parts for file in kept])
    moving = sum(facts[file].animated for file in kept)
    notes = [skipped.note(len(job.sources)), f"{moving} animated, first frame used" * bool(moving)]
    note = "; ".join(filter(None, notes))
    return Decoded(images[: len(kept)], labels, names, title=root.name or str(root), note=note)


def _measure(files: Sequence[Path], skipped: _Skipped) -> dict[Path, pictures.Facts]:
    facts: dict[Path, pictures.Facts] = {}
    for file in files:
        try:
            facts[file] = pictures.measure(file)
        except pictures.PictureError as error:
            skipped.add(file, error)
    return facts


def _common_side(sizes: set[tuple[int, int]]) -> int:
    if len(sizes) == 1:
        width, height = next(iter(sizes))
        if width == height and 8 <= width <= _LARGEST_KEPT:
            return width
    return _DEFAULT_SIZE


def _fill(images: NDArray[np.uint8], files: list[Path], job: Job, skipped: _Skipped) -> list[Path]:
    """Decode into the first rows; the files that could be read, one for each row."""
    _, channels, side, _ = images.shape
    kept: list[Path] = []
    for i, file in enumerate(files):
        try:
            images[len(kept)] = pictures.read(file, side, channels)
            kept.append(file)
        except pictures.PictureError as error:
            skipped.add(file, error)
        if i % _REPORT_EVERY == 0:
            job.report(i, len(files))
    job.report(len(files), len(files))
    return kept


def _classes(parts: list[tuple[str, ...]]) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    """Labels and class names: the first folder below the root; None for a flat folder."""
    held = [part[0] if len(part) > 1 else _UNSORTED for part in parts]
    names = sorted(set(held), key=_natural)
    if names == [_UNSORTED]:
        return None, ()
    index = {name: i for i, name in enumerate(names)}
    return np.array([index[name] for name in held], np.int64), tuple(names)


def _natural(name: str) -> tuple[bool, int, str]:
    """Numbers by value and first: 2 before 10."""
    return (False, int(name), name) if name.isdecimal() else (True, 0, name)


ENTRY = Entry(
    name="folder",
    title="Folder of pictures",
    description="folder:PATH with PNG, JPEG, WebP or BMP files, in class subfolders or flat.",
    licence="The owner's",
    decode=_decode,
    options=FolderOptions,
    takes_path=True,
    files=_files,
)
