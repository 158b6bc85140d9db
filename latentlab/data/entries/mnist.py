"""MNIST and the sets made in its image, as IDX files in the layout of torchvision."""

from __future__ import annotations

from functools import partial
from string import ascii_lowercase
from typing import TYPE_CHECKING

import numpy as np

from latentlab.data import idx
from latentlab.data.entry import DamagedDataError, Decoded, Entry, Job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_PARTS = ("images-idx3", "labels-idx1")


def _files(place: str, train: str, test: str, folder: Path) -> Sequence[Path]:
    """Images and labels of train, then of test; gzipped ones first, they carry a checksum."""
    stems = [f"{subset}-{part}-ubyte" for subset in (train, test) for part in _PARTS]
    wanted = [(folder / place / f"{stem}.gz", folder / place / stem) for stem in stems]
    found = [next((file for file in pair if file.is_file()), None) for pair in wanted]
    return [file for file in found if file is not None] if all(found) else []


def _decode(
    job: Job, names: tuple[str, ...], first_label: int = 0, turned: bool = False
) -> Decoded:
    images = [idx.read_images(file) for file in job.sources[0::2]]
    labels = [idx.read_labels(file).astype(np.int64) - first_label for file in job.sources[1::2]]
    for file, pictures, classes in zip(job.sources[0::2], images, labels, strict=True):
        _agree(file, pictures.shape, classes, len(names))
    pixels = np.concatenate(images)[:, None]
    cut, count = len(images[0]), len(pixels)
    job.report(count, count)
    return Decoded(
        np.ascontiguousarray(pixels.swapaxes(2, 3)) if turned else pixels,
        np.concatenate(labels),
        names,
        official={"test": np.arange(cut, count)},
    )


def _agree(
    file: Path,
    shape: tuple[int, ...],
    labels: np.ndarray[tuple[int], np.dtype[np.int64]],
    classes: int,
) -> None:
    if shape[1:] != (28, 28) or not shape[0]:
        raise DamagedDataError(
            f"'{file}' is not what it should be: {shape} instead of (n, 28, 28)."
        )
    if len(labels) != shape[0]:
        raise DamagedDataError(
            f"'{file}' holds {shape[0]} images, and its labels are {len(labels)}."
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise DamagedDataError(f"The labels of '{file}' are not those of {classes} classes.")


def _download_mnist(folder: Path) -> None:
    from torchvision.datasets import MNIST

    MNIST(folder, download=True)


def _download_fashion(folder: Path) -> None:
    from torchvision.datasets import FashionMNIST

    FashionMNIST(folder, download=True)


def _download_kmnist(folder: Path) -> None:
    from torchvision.datasets import KMNIST

    KMNIST(folder, download=True)


def _download_letters(folder: Path) -> None:
    from torchvision.datasets import EMNIST

    EMNIST(folder, split="letters", download=True)


def _like_mnist(
    name: str,
    title: str,
    description: str,
    licence: str,
    place: str,
    classes: tuple[str, ...],
    download: Callable[[Path], None],
) -> Entry:
    return Entry(
        name=name,
        title=title,
        description=description,
        licence=licence,
        decode=partial(_decode, names=classes),
        count=70_000,
        shape=(1, 28, 28),
        files=partial(_files, place, "train", "t10k"),
        download=download,
        place=place,
    )


MNIST = _like_mnist(
    "mnist",
    "MNIST",
    "Handwritten digits, the test bench of the field since 1998.",
    "CC BY-SA 3.0, Y. LeCun, C. Cortes and C. Burges",
    "MNIST/raw",
    tuple("0123456789"),
    _download_mnist,
)
FASHION = _like_mnist(
    "fashion-mnist",
    "Fashion-MNIST",
    "Clothes and shoes from the photographs of a shop.",
    "MIT, Zalando SE (H. Xiao, K. Rasul, R. Vollgraf 2017)",
    "FashionMNIST/raw",
    (
        *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
        *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
    _download_fashion,
)
KMNIST = _like_mnist(
    "kmnist",
    "Kuzushiji-MNIST",
    "Ten characters of cursive Japanese, each in several forms.",
    "CC BY-SA 4.0, ROIS-DS Center for Open Data in the Humanities (T. Clanuwat et al. 2018)",
    "KMNIST/raw",
    ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    _download_kmnist,
)
LETTERS = Entry(
    name="emnist-letters",
    title="EMNIST letters",
    description="Handwritten letters, capital and small ones as one class.",
    licence="Public domain (NIST Special Database 19), G. Cohen et al. 2017",
    # Labels count from 1, and the pictures lie on their side.
    decode=partial(_decode, names=tuple(ascii_lowercase), first_label=1, turned=True),
    count=145_600,
    shape=(1, 28, 28),
    files=partial(_files, "EMNIST/raw", "emnist-letters-train", "emnist-letters-test"),
    download=_download_letters,
    place="EMNIST/raw",
)
