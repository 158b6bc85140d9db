"""Downloading in a process of its own: torchvision stays out of this one, and it can be stopped.

The child is `latentlab.data.downloader`; its JSON lines are told there.
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
from typing import TYPE_CHECKING, Any

from latentlab.core import paths
from latentlab.core.errors import DataError
from latentlab.data import store
from latentlab.data.entry import Entry, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_POLL_S = 0.1
_DOWNLOADER = "latentlab.data.downloader"


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
        for other in filter(store.is_forgotten, home.glob(".*.part")):
            shutil.rmtree(other, ignore_errors=True)
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
    with _child([sys.executable, "-m", _DOWNLOADER, target, str(part)]) as messages:
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
