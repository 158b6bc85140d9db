"""Dataset files that tests write: IDX, torchvision folders, pictures of many kinds."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    """The IDX file of an array."""
    head = bytes((0, 0, 8, array.ndim)) + np.array(array.shape, ">u4").tobytes()
    return head + array.tobytes()


def noise(*shape: int, seed: int = 0) -> NDArray[np.uint8]:
    """Random bytes."""
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def write_mnist(
    folder: Path,
    train: int = 80,
    test: int = 20,
    stems: tuple[str, str] = ("train", "t10k"),
    zipped: bool = True,
    first_label: int = 0,
    classes: int = 10,
) -> dict[str, NDArray[np.uint8]]:
    """Files in MNIST's layout under `folder`; returns what is in them."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[np.uint8]] = {}
    for stem, count in zip(stems, (train, test), strict=True):
        arrays[f"{stem}-images-idx3-ubyte"] = noise(count, 28, 28, seed=count)
        labels = np.arange(count) % classes + first_label
        arrays[f"{stem}-labels-idx1-ubyte"] = labels.astype(np.uint8)
    for name, array in arrays.items():
        body = idx_bytes(array)
        if zipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(body))
        else:
            (folder / name).write_bytes(body)
    return arrays


def save_picture(path: Path, array: NDArray[Any], **options: Any) -> Path:
    """Write pixels (h, w) or (h, w, c) in the format that the name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)
    return path


def picture_folder(root: Path, classes: tuple[str, ...] = ("a", "b"), each: int = 6) -> Path:
    """`each` grey 8 x 8 PNGs in a folder for each class."""
    for i, name in enumerate(classes):
        for j in range(each):
            save_picture(root / name / f"{j}.png", noise(8, 8, seed=i * 100 + j))
    return root


def write_celeba(folder: Path, count: int = 12) -> None:
    """Noise in the layout of torchvision: images of two attributes, 8 to train, 2 and 2."""
    place = folder / "celeba"
    names = [f"{i:06}.jpg" for i in range(count)]
    for i, name in enumerate(names):
        save_picture(place / "img_align_celeba" / name, noise(218, 178, 3, seed=i))
    rows = [f"{name} {1 if i % 2 else -1}  {-1 if i % 3 else 1}" for i, name in enumerate(names)]
    head = f"{count}\nSmiling Young\n"
    (place / "list_attr_celeba.txt").write_text(head + "\n".join(rows))
    split = [f"{name} {0 if i < 8 else 1 if i < 10 else 2}" for i, name in enumerate(names)]
    (place / "list_eval_partition.txt").write_text("\n".join(split))
