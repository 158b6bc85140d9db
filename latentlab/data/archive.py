"""A strict reader of .npz datasets; objects, which could run code, are never read."""

from __future__ import annotations

import struct
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latentlab.core.errors import DataError
from latentlab.data import memory
from latentlab.data.entry import DamagedDataError, Decoded, words

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.data.dataset import Split

Arrays = Mapping[str, NDArray[Any]]
# Pairs of images and labels for each split, ours and that of Keras.
_KEYS: tuple[tuple[Split | None, str, str], ...] = (
    (None, "images", "labels"),
    ("train", "train_images", "train_labels"),
    ("validation", "validation_images", "validation_labels"),
    ("test", "test_images", "test_labels"),
    ("train", "x_train", "y_train"),
    ("test", "x_test", "y_test"),
)

# What a damaged head of an array, which is a Python literal, makes numpy stumble over.
_BROKEN_HEAD = (
    *(ValueError, SyntaxError, TypeError, KeyError, IndexError, AttributeError, RuntimeError),
    *(OverflowError, MemoryError, struct.error, tokenize.TokenError),
)


def read(file: Path) -> Decoded:
    """Images with labels, label_names, attributes and attribute_names where there are any.

    Keys: images and labels, or train_images, train_labels, test_images ..., or x_train, y_train ...
    Images: (n, h, w), (n, h, w, c) or (n, c, h, w), c one of 1, 3 and 4 (alpha, laid over black);
    whole numbers 0 to 255, fractions 0 to 1, or bools. Raises DamagedDataError or DataError.
    """
    arrays = _load(file)
    parts = [part for part in _KEYS if part[1] in arrays]
    if not parts:
        held = ", ".join(sorted(arrays)) or "nothing"
        what = "labels without images" if any("label" in key for key in arrays) else "no images"
        raise DataError(f"'{file}' holds {what} ({held}): name an array 'images' in it.")
    pixels = [_pixels(file, key, arrays[key]) for _, key, _ in parts]
    if len({part.shape[1:] for part in pixels}) > 1:
        raise DataError(f"'{file}' mixes images of the shapes {[p.shape[1:] for p in pixels]}.")
    labels, names = _labels(file, arrays, [key for _, _, key in parts])
    edges = np.cumsum([0, *(len(part) for part in pixels)])
    official: dict[Split, NDArray[np.int64]] = {
        split: np.arange(edges[i], edges[i + 1])
        for i, (split, _, _) in enumerate(parts)
        if split is not None and split != "train"
    }
    attributes, attribute_names = _attributes(file, arrays)
    images = np.concatenate(pixels)
    return Decoded(images, labels, names, attributes, attribute_names, official=official)


def _load(file: Path) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(file) as members:
            size = sum(member.file_size for member in members.infolist())
        memory.require(file.name, (size,))
        with np.load(file, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise DamagedDataError(f"'{file}' is damaged or no .npz file: {words(error)}.") from error
    except _BROKEN_HEAD as error:
        if "allow_pickle" in str(error):
            raise DataError(f"'{file}' holds Python objects, which are never read.") from error
        raise DamagedDataError(f"'{file}' is damaged: {words(error)}.") from error
    if not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise DamagedDataError(f"'{file}' is damaged or no .npz file: a part of it is no array.")
    return arrays


def _pixels(file: Path, key: str, array: NDArray[Any]) -> NDArray[np.uint8]:
    """uint8 (n, channels, height, width) of one array in any of the known forms."""
    if array.ndim == 3:
        array = array[:, None]
    elif array.ndim == 4 and array.shape[1] not in (1, 3, 4):
        array = np.moveaxis(array, 3, 1)
    if array.ndim != 4 or array.shape[1] not in (1, 3, 4) or 0 in array.shape:
        raise DataError(
            f"'{key}' in '{file}' is {array.shape}: images are (n, h, w), (n, h, w, c) or "
            "(n, c, h, w) with c 1, 3 or 4."
        )
    grey = _bytes(file, key, array)
    return _over_black(grey) if grey.shape[1] == 4 else np.ascontiguousarray(grey)


def _bytes(file: Path, key: str, array: NDArray[Any]) -> NDArray[np.uint8]:
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind not in "buif":
        raise DataError(f"'{key}' in '{file}' holds {array.dtype}: images are numbers.")
    low, high = float(array.min()), float(array.max())
    if array.dtype.kind == "b" or (array.dtype.kind == "f" and 0 <= low <= high <= 1):
        return np.asarray(np.rint(array * np.float32(255)), np.uint8)
    if 0 <= low <= high <= 255:
        return np.asarray(np.rint(array), np.uint8)
    raise DataError(
        f"'{key}' in '{file}' reaches from {low:g} to {high:g}: pixels are 0 to 255, or fractions "
        "0 to 1."
    )


def _over_black(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = images[:, 3:].astype(np.uint16)
    return ((images[:, :3] * alpha + 127) // 255).astype(np.uint8)


def _labels(
    file: Path, arrays: Arrays, keys: list[str]
) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    """One array of labels for all parts and its names; whole numbers or texts may be labels."""
    held = [arrays[key].reshape(-1) for key in keys if key in arrays]
    if not held:
        return None, ()
    if len(held) < len(keys):
        raise DataError(f"'{file}' has labels for some of its images: add {', '.join(keys)}.")
    raw = np.concatenate(held)
    if raw.dtype.kind not in "uifUb" or (raw.dtype.kind == "f" and not np.all(raw == np.rint(raw))):
        raise DataError(f"The labels in '{file}' are {raw.dtype}: whole numbers or texts.")
    if "label_names" in arrays and raw.dtype.kind != "U":
        names = tuple(str(name) for name in arrays["label_names"].reshape(-1))
        return raw.astype(np.int64), names
    if raw.dtype.kind != "U":
        raw = raw.astype(np.int64)
    kinds, indices = np.unique(raw, return_inverse=True)
    return indices.astype(np.int64), tuple(str(kind) for kind in kinds)


def _attributes(file: Path, arrays: Arrays) -> tuple[NDArray[np.float32] | None, tuple[str, ...]]:
    if "attributes" not in arrays:
        return None, ()
    values, names = arrays["attributes"], arrays.get("attribute_names", np.array([], "U1"))
    if values.dtype.kind not in "buif" or not np.isfinite(values).all():
        raise DataError(f"The attributes in '{file}' are not all numbers.")
    return values.astype(np.float32), tuple(str(name) for name in names.reshape(-1))
