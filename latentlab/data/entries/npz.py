"""`npz:PATH`: arrays in a NumPy archive."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latentlab.core.errors import DataError
from latentlab.data import archive
from latentlab.data.entry import Decoded, Entry, Job

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def _files(path: Path) -> Sequence[Path]:
    if not path.is_file():
        raise DataError(f"There is no file '{path}': write 'npz:' and the path of an .npz file.")
    return [path]


def _decode(job: Job) -> Decoded:
    (file,) = job.sources
    return replace(archive.read(file), title=file.stem)


ENTRY = Entry(
    name="npz",
    title="NumPy archive",
    description="npz:PATH with images and labels, or train_images, train_labels, test_images ...",
    licence="The owner's",
    decode=_decode,
    takes_path=True,
    files=_files,
)
