"""CIFAR-10 in the layout of torchvision, its pickled batches read without trusting them."""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.data.entry import DamagedDataError, Decoded, Entry, Job, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_PLACE = "cifar-10-batches-py"
_BATCHES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")
_NAMES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
_ARRAYS = {  # all that the pickle of a plain array needs; numpy 2 renamed core to _core
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
}

# What a damaged stream of instructions makes an unpickler stumble over.
_BROKEN = (
    *(pickle.UnpicklingError, EOFError, ValueError, TypeError, LookupError),
    *(AttributeError, ImportError, OverflowError, MemoryError),
)


class _Arrays(pickle.Unpickler):
    """An unpickler that can make arrays, lists, dicts and text, and call nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ARRAYS:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return super().find_class(module.replace("numpy.core.", "numpy._core."), name)


def _files(folder: Path) -> Sequence[Path]:
    found = [folder / _PLACE / name for name in _BATCHES]
    return found if all(file.is_file() for file in found) else []


def _decode(job: Job) -> Decoded:
    batches = [_read(file) for file in job.sources]
    images = np.concatenate([pixels for pixels, _ in batches])
    job.report(len(images), len(images))
    labels = np.concatenate([classes for _, classes in batches])
    cut = len(images) - len(batches[-1][0])
    return Decoded(images, labels, _NAMES, official={"test": np.arange(cut, len(images))})


def _read(file: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    try:
        batch = _Arrays(io.BytesIO(file.read_bytes()), encoding="latin1").load()
        pixels, labels = batch["data"], np.array(batch["labels"], np.int64)
        if pixels.dtype != np.uint8 or pixels.shape != (len(labels), 3072):
            raise ValueError("not 32 x 32 colour images with a label each")
        if not 0 <= labels.min() <= labels.max() < len(_NAMES):
            raise ValueError("labels of no class")
    except _BROKEN as error:
        raise DamagedDataError(
            f"'{file}' is damaged: {words(error)}; delete it and fetch it again."
        ) from error
    return pixels.reshape(-1, 3, 32, 32), labels


def _download(folder: Path) -> None:
    from torchvision.datasets import CIFAR10

    CIFAR10(folder, download=True)


ENTRY = Entry(
    name="cifar10",
    title="CIFAR-10",
    description="Small colour photographs of ten kinds of things.",
    licence="Free for research, A. Krizhevsky 2009",
    decode=_decode,
    count=60_000,
    shape=(3, 32, 32),
    files=_files,
    download=_download,
    place=_PLACE,
)
