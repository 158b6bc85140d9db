"""Array files, read by one thread at a time.

numpy reads the header of an array file with `ast.literal_eval`, and CPython 3.11 counts the depth
of that in one place for all threads, so that two at once can fail with "AST constructor recursion
depth mismatch" (python/cpython issue 106905).
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_reading = Lock()


def read(file: Path) -> NDArray[Any]:
    """The array of a .npy file, read-only, in memory; raises OSError and ValueError."""
    with _reading:
        array: NDArray[Any] = np.load(file, allow_pickle=False)
    array.setflags(write=False)
    return array


def mapped(file: Path) -> NDArray[Any]:
    """The same, on disk until it is looked at."""
    with _reading:
        array: NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
    return array
