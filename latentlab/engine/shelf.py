"""Keeps the number of sample files of a run bounded, evenly spread over its length."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_FILES = 200
_FEWEST_FILES = 20
_MOST_BYTES = 32 << 20
_RECENT = 3  # never removed: whoever follows the run may still be reading them


class Shelf:
    """Every stride-th file stays; when there are too many, the stride doubles."""

    def __init__(self, remove: Callable[[str], None]) -> None:
        self._remove = remove
        self._kept: dict[str, int] = {}  # path -> ordinal
        self._count = 0
        self._stride = 1

    def put(self, path: str, size_bytes: int) -> None:
        """A file was written; older ones may have to go."""
        self._kept[path] = self._count
        self._count += 1
        most = max(_FEWEST_FILES, min(_MOST_FILES, _MOST_BYTES // max(size_bytes, 1)))
        if len(self._kept) > most:
            self._stride *= 2
        for old, ordinal in list(self._kept.items())[:-_RECENT]:
            if ordinal % self._stride:
                self._remove(old)
                del self._kept[old]
