"""A strict reader of IDX files, the format of MNIST (LeCun, Cortes, Burges), plain or gzipped.

Two zero bytes, a type byte (8: unsigned bytes), the number of axes, each axis as a big-endian
32-bit count, then the values. A file must hold exactly that: a longer or shorter one is damaged.
"""

from __future__ import annotations

import gzip
import zlib
from math import prod
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from latentlab.data import memory
from latentlab.data.entry import DamagedDataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_UNSIGNED_BYTE = 8
_DEFLATE_RATIO = 1032  # the most that deflate can pack; a header that claims more is wrong


def read_images(file: Path) -> NDArray[np.uint8]:
    """(n, height, width) of an image file; raises DamagedDataError with what is wrong."""
    return _read(file, axes=3)


def read_labels(file: Path) -> NDArray[np.uint8]:
    """(n,) of a label file; raises DamagedDataError with what is wrong."""
    return _read(file, axes=1)


def _read(file: Path, axes: int) -> NDArray[np.uint8]:
    try:
        with _open(file) as stream:
            return _parse(file, stream, axes)
    except EOFError:
        raise _damaged(file, "it is truncated") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(file, f"its gzip check fails ({error})") from None


def _open(file: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(file, "rb")) if file.suffix == ".gz" else file.open("rb")


def _parse(file: Path, stream: BinaryIO, axes: int) -> NDArray[np.uint8]:
    header = stream.read(4 + 4 * axes)
    if len(header) >= 4 and header[:4] != bytes((0, 0, _UNSIGNED_BYTE, axes)):
        raise _damaged(file, f"it does not begin as IDX bytes with {axes} axes")
    if len(header) < 4 + 4 * axes:
        raise EOFError
    shape = tuple(int(size) for size in np.frombuffer(header, ">u4", axes, offset=4))
    if prod(shape) > file.stat().st_size * _DEFLATE_RATIO:
        raise _damaged(file, f"its header announces {prod(shape):,} bytes, more than fit into it")
    memory.require(file.name, shape)
    body = stream.read(prod(shape))
    # One byte more than announced: also makes gzip read its trailer and check the sum.
    surplus = stream.read(1)
    if len(body) != prod(shape) or surplus:
        found = f"{len(body):,}" if not surplus else f"more than {len(body):,}"
        raise _damaged(file, f"its header announces {prod(shape):,} bytes and it holds {found}")
    return np.frombuffer(body, np.uint8).reshape(shape)


def _damaged(file: Path, reason: str) -> DamagedDataError:
    return DamagedDataError(
        f"'{file}' is damaged: {reason}; replace or delete it and fetch it again."
    )
