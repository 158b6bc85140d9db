"""The last used codecs, opened anew when their weights change: a running run is a model too."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING

from latentlab.core.errors import LatentlabError
from latentlab.engine.codec import Codec, locate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_KEPT = 8
Stamp = tuple[int, int, int]

log = logging.getLogger(__name__)


class CodecCache:
    """Codecs by folder, the least recently used one dropped."""

    def __init__(self, opener: Callable[[Path], Codec], kept: int = _KEPT) -> None:
        self._open = opener
        self._kept = kept
        self._codecs: OrderedDict[Path, tuple[Stamp, Codec]] = OrderedDict()

    def get(self, folder: Path) -> Codec:
        """The codec of a folder's present weights.

        While a run replaces its files they may not fit each other for a moment: its codec of
        before serves on. Otherwise raises what opening raises.
        """
        stamp = _stamp(folder)
        known = self._codecs.get(folder)
        if known is None or known[0] != stamp:
            known = self._reopen(folder, stamp, known)
        self._codecs[folder] = known
        self._codecs.move_to_end(folder)
        while len(self._codecs) > self._kept:
            self._codecs.popitem(last=False)
        return known[1]

    def _reopen(
        self, folder: Path, stamp: Stamp, known: tuple[Stamp, Codec] | None
    ) -> tuple[Stamp, Codec]:
        self._codecs.pop(folder, None)
        try:
            return stamp, self._open(folder)
        except LatentlabError:
            if known is None or known[1].manifest.state not in ("running", "paused"):
                raise
            log.info("%s is being written; its codec of before serves on", folder)
            return known  # with its old stamp, so that the next request tries again


def _stamp(folder: Path) -> Stamp:
    """What changes when the weights are replaced; zeros when they are missing."""
    home, weights = locate(folder)
    try:
        found = (home / weights).stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino
