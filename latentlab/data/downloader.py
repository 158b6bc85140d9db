"""The process that downloads: `python -m latentlab.data.downloader MODULE:FUNCTION FOLDER`.

It prints one JSON line for every step, [bytes done, bytes in all or null], and {"error": ...} as
its last: empty when all went well.
"""

from __future__ import annotations

import importlib
import json
import socket
import sys
from pathlib import Path
from typing import IO, Any

_REPORT_BYTES = 1 << 18
_SILENCE_S = 60  # a server that says nothing for so long is gone


def main(arguments: list[str], out: IO[str]) -> None:
    """The child: call MODULE:FUNCTION with FOLDER and tell how it goes."""
    module, _, function = arguments[0].partition(":")
    socket.setdefaulttimeout(_SILENCE_S)
    try:
        _listen(out)
        getattr(importlib.import_module(module), function)(Path(arguments[1]))
        reason = ""
    except (RuntimeError, OSError, ValueError, ImportError) as error:
        reason = str(error) or type(error).__name__
    _tell(out, {"error": reason})


def _tell(out: IO[str], message: object) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


def _listen(out: IO[str]) -> None:
    """Make torchvision report to `out`: it shows every download with the `tqdm` of this module."""
    from torchvision.datasets import utils

    class Bar:
        def __init__(self, *_: Any, total: int | None = None, **__: Any) -> None:
            self._done, self._told, self._total = 0, 0, total

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            self._report()

        def update(self, count: int) -> None:
            self._done += count
            if self._done - self._told >= _REPORT_BYTES:
                self._report()

        def _report(self) -> None:
            self._told = self._done
            _tell(out, [self._done, self._total])

    utils.tqdm = Bar


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdout)
