"""Downloading in a process of its own: torchvision stays out of this one, and it can be stopped.

The child, `python -m latentlab.data.download MODULE:FUNCTION FOLDER`, prints one JSON line for
every step: [bytes done, bytes in all], or {"error": ...} as its last.
"""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import sys
import threading
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from latentlab.core import paths
from latentlab.core.errors import DataError
from latentlab.data.entry import Entry, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_POLL_S = 0.1
_SILENCE_S = 60  # a server that says nothing for so long is gone


class FetchCancelledError(DataError):
    """The user stopped a download; nothing of it was kept."""


def fetch(
    entry: Entry, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> None:
    """Download an entry into `paths.downloads()`, complete or not at all; raises DataError."""
    assert entry.download is not None
    home = paths.downloads()
    part = home / f".{entry.name}-{uuid.uuid4().hex}.part"
    try:
        part.mkdir(parents=True)
        reason = _run(entry, part, progress, cancelled)
        if reason:
            raise DataError(_failure(entry, reason))
        for item in sorted(part.iterdir()):
            _move(item, home / item.name)
    except OSError as error:
        raise DataError(_failure(entry, str(error))) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _run(
    entry: Entry, part: Path, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> str:
    """Drive the child; what went wrong, or nothing."""
    assert entry.download is not None
    target = f"{entry.download.__module__}:{entry.download.__qualname__}"
    with _child([sys.executable, "-m", __name__, target, str(part)]) as messages:
        progress(Progress(f"connecting for {entry.title}", 0, None, "bytes"))
        while True:
            if cancelled():
                raise FetchCancelledError(f"Fetching {entry.name} was cancelled; nothing was kept.")
            try:
                message = messages.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if isinstance(message, dict):
                return str(message["error"])
            done, total = message
            progress(Progress(f"downloading {entry.title}", done, total, "bytes"))


@contextmanager
def _child(command: list[str]) -> Iterator[queue.Queue[Any]]:
    """A process whose messages come through a queue; it ends with the block."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    messages: queue.Queue[Any] = queue.Queue()
    reader = threading.Thread(target=_forward, args=(process, messages), daemon=True)
    reader.start()
    try:
        yield messages
    finally:
        process.kill()
        reader.join()
        process.wait()


def _forward(process: subprocess.Popen[str], messages: queue.Queue[Any]) -> None:
    """Queue every JSON line, and at the end an error made of the last line that is none."""
    assert process.stdout is not None
    complaint = "the downloader ended without a word"
    with process.stdout:
        for line in process.stdout:
            try:
                messages.put(json.loads(line))
            except ValueError:
                complaint = line.strip() or complaint
    messages.put({"error": complaint})


def _move(item: Path, target: Path) -> None:
    """Put a downloaded file or folder in its place; an older one gives way."""
    old = item.with_name(f"{item.name}.old")
    if target.exists():
        target.rename(old)
    item.rename(target)


def _failure(entry: Entry, reason: str) -> str:
    place = paths.downloads() / entry.place
    return (
        f"{entry.name} could not be downloaded ({' '.join(reason.split())}): check the network and "
        f"try again, or put its files into '{place}' yourself."
    )


def main(arguments: list[str], out: IO[str]) -> None:
    """The child: call MODULE:FUNCTION with FOLDER and tell how it goes."""
    import importlib
    import socket

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
            if self._done - self._told >= 1 << 18:
                self._report()

        def _report(self) -> None:
            self._told = self._done
            _tell(out, [self._done, self._total])

    utils.tqdm = Bar


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdout)
