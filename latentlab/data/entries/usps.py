"""USPS digits: `usps.npz`, or the LIBSVM files that torchvision downloads."""

from __future__ import annotations

import bz2
from typing import TYPE_CHECKING

import numpy as np

from latentlab.data import archive
from latentlab.data.entry import DamagedDataError, Decoded, Entry, Job, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_LIBSVM = ("usps.bz2", "usps.t.bz2")  # train, test


def _files(folder: Path) -> Sequence[Path]:
    for names in (("usps.npz",), _LIBSVM):
        found = [folder / name for name in names]
        if all(file.is_file() for file in found):
            return found
    return []


def _decode(job: Job) -> Decoded:
    if len(job.sources) == 1:
        return archive.read(job.sources[0])
    (train, train_labels), (test, test_labels) = (_read(file) for file in job.sources)
    count = len(train) + len(test)
    return Decoded(
        np.concatenate([train, test]),
        np.concatenate([train_labels, test_labels]),
        tuple("0123456789"),
        official={"test": np.arange(len(train), count)},
    )


def _read(file: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Images (n, 1, 16, 16) and labels of lines "label 1:value ... 256:value", values -1 to 1."""
    try:
        with bz2.open(file, "rt", encoding="ascii") as lines:
            rows = [line.replace(":", " ").split() for line in lines]
        table = np.array(rows, np.float32)
    except (OSError, EOFError, ValueError) as error:
        raise DamagedDataError(
            f"'{file}' is damaged: {words(error)}; delete it and fetch it again."
        ) from error
    if table.shape[1:] != (513,) or not np.array_equal(table[0, 1::2], np.arange(1, 257)):
        raise DamagedDataError(f"'{file}' is damaged: its lines are not a label and 256 values.")
    values = (table[:, 2::2].reshape(-1, 1, 16, 16) + 1) * 127.5
    return np.rint(values).clip(0, 255).astype(np.uint8), table[:, 0].astype(np.int64) - 1


def _download(folder: Path) -> None:
    from torchvision.datasets import USPS

    for train in (True, False):
        USPS(folder, train=train, download=True)


ENTRY = Entry(
    name="usps",
    title="USPS",
    description="Digits scanned from envelopes by the U.S. Postal Service.",
    licence="Free for research, J. Hull 1994; LIBSVM copy",
    decode=_decode,
    count=9_298,
    shape=(1, 16, 16),
    files=_files,
    download=_download,
)
