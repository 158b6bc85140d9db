"""Where an exported file comes to stand, and how long work is watched and given up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latentlab.app.documents import next_free
from latentlab.core.errors import LatentlabError
from latentlab.engine import files, runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Progress = Callable[[float], None]  # told 0 to 1, never falling
Cancel = Callable[[], bool]  # asked again and again; True: give up


class ExportCancelledError(LatentlabError):
    """The user gave up; nothing was written."""


def unheard(_share: float) -> None:
    """Progress that nobody follows."""


def never() -> bool:
    """Work that nobody gives up."""
    return False


@dataclass(frozen=True)
class Watch:
    """Long work, or a stretch of it from `low` to `high`, as others see it."""

    progress: Progress = unheard
    cancel: Cancel = never
    low: float = 0.0
    high: float = 1.0

    def at(self, done: int, of: int) -> None:
        """So much is done; raises ExportCancelledError when the user has given up."""
        self.check()
        self.progress(self.low + (self.high - self.low) * (done / of if of else 1.0))

    def check(self) -> None:
        """Raise ExportCancelledError when the user has given up."""
        if self.cancel():
            raise ExportCancelledError("The export was cancelled; nothing was written.")

    def stretch(self, low: float, high: float) -> Watch:
        """A part of this stretch, by its shares."""
        width = self.high - self.low
        return Watch(self.progress, self.cancel, self.low + width * low, self.low + width * high)


def next_free_name(folder: Path, name: str, suffix: str) -> Path:
    """A path in `folder` made from what people call a thing, where nothing stands yet.

    `suffix` with its dot: ".png".
    """
    return next_free(folder / f"{runs.make_id(name, 'latentlab')}{suffix}")


def named(path: Path, *suffixes: str) -> Path:
    """`path`, with the first suffix added when it ends with none of them."""
    return path if path.suffix.lower() in suffixes else path.with_name(path.name + suffixes[0])


@contextmanager
def staged(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """A temporary file beside `path` to write into; it becomes `path` when the block ends well.

    Otherwise nothing is left. Raises LatentlabError where the disk says no, and, unless told to
    overwrite, when something stands there before or by then.
    """
    try:
        _refuse_taken(path, overwrite)
        path.parent.mkdir(parents=True, exist_ok=True)
        with files.staged(path) as temporary:
            yield temporary
            _refuse_taken(path, overwrite)
    except OSError as error:  # named after the file wanted, not after the temporary one
        plain = OSError(error.errno, error.strerror) if error.errno else OSError(str(error))
        raise LatentlabError(files.explain(plain, f"{path} cannot be saved")) from error


def write(path: Path, data: bytes, *, overwrite: bool) -> Path:
    """Write bytes whole or not at all; the path, as `staged`."""
    with staged(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(data)
    return path


def _refuse_taken(path: Path, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        raise LatentlabError(f"{path} exists already; choose another name.")
