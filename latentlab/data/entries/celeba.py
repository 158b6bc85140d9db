"""CelebA faces with their forty attributes, in the layout of torchvision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from latentlab.data import pictures
from latentlab.data.dataset import SPLITS
from latentlab.data.entry import DamagedDataError, Decoded, Entry, Job, Options, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_FACES = "img_align_celeba"
_ATTRIBUTES, _PARTITION = "list_attr_celeba.txt", "list_eval_partition.txt"
_REPORT_EVERY = 256


class CelebaOptions(Options):
    """How large the faces become."""

    size: int = Field(64, ge=8, le=128, description="Pixels of a side, of the centre square.")


def _files(folder: Path) -> Sequence[Path]:
    """The two tables and the folder of faces, whose time stands for the 202,599 files in it."""
    found = [folder / "celeba" / name for name in (_ATTRIBUTES, _PARTITION, _FACES)]
    return found if all(file.exists() for file in found) else []


def _decode(job: Job) -> Decoded:
    assert isinstance(job.options, CelebaOptions)
    attribute_table, partition_table, faces = job.sources
    header, files, attributes = _table(attribute_table, header_row=1)
    _, listed, partition = _table(partition_table, header_row=None)
    if files != listed:
        raise DamagedDataError(f"'{attribute_table}' and '{partition_table}' list different files.")
    images = job.allocate((len(files), 3, job.options.size, job.options.size))
    for i, name in enumerate(files):
        images[i] = pictures.read(faces / name, job.options.size, channels=3)
        if i % _REPORT_EVERY == 0:
            job.report(i, len(files))
    return Decoded(
        images,
        attributes=(attributes > 0).astype(np.float32),
        attribute_names=header,
        official={split: np.flatnonzero(partition[:, 0] == i) for i, split in enumerate(SPLITS)},
    )


def _table(
    file: Path, header_row: int | None
) -> tuple[tuple[str, ...], list[str], NDArray[np.int64]]:
    """Header, file names and the whole numbers of each row."""
    rows = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    try:
        header = () if header_row is None else tuple(rows[header_row])
        body = rows if header_row is None else rows[header_row + 1 :]
        values = np.array([row[1:] for row in body], np.int64)
    except (ValueError, IndexError) as error:
        raise DamagedDataError(
            f"'{file}' is damaged: {words(error)}; delete it and fetch it again."
        ) from error
    if values.ndim != 2 or (header and values.shape[1] != len(header)):
        raise DamagedDataError(f"'{file}' is damaged: a row is too short or too long.")
    return header, [row[0] for row in body], values


def _download(folder: Path) -> None:
    from torchvision.datasets import CelebA

    CelebA(str(folder), download=True)


ENTRY = Entry(
    name="celeba",
    title="CelebA",
    description="Faces of celebrities with forty attributes: smiling, eyeglasses, blond hair ...",
    licence="Non-commercial research only, Z. Liu, P. Luo, X. Wang and X. Tang 2015",
    decode=_decode,
    count=202_599,
    shape=(3, 64, 64),
    options=CelebaOptions,
    files=_files,
    download=_download,
    place="celeba",
)
