"""The datasets there are: every `Entry` in a module of `latentlab.data.entries`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latentlab.core import paths
from latentlab.core.plugins import modules
from latentlab.data import cache, download
from latentlab.data import entries as shipped
from latentlab.data.entry import DamagedDataError, Entry, MissingDataError, Progress
from latentlab.data.request import Request, parse

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from latentlab.data.dataset import Dataset

Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Info:
    """All that is known of one dataset on this machine."""

    name: str  # the spec in its one written form
    entry: Entry
    sources: tuple[Path, ...]
    dataset: Dataset | None  # None: not here


def discover(package: ModuleType) -> dict[str, Entry]:
    """The entries in the modules of a package: what needs nothing first, what needs a path last.

    A module that cannot be loaded is told to the log, and takes no other with it.
    """
    found: list[Entry] = []
    for module in modules(package.__name__, package.__path__, kind="dataset"):
        held = vars(module).values()
        found += [value for value in held if isinstance(value, Entry) and value not in found]
    found.sort(key=lambda entry: (entry.takes_path, entry.downloadable, entry.name))
    named = {entry.name: entry for entry in found}
    if len(named) < len(found):
        raise ValueError(f"two datasets in {package.__name__} have the same name")
    return named


def catalogue() -> list[Entry]:
    """Every dataset that can be named in a spec."""
    return list(discover(shipped).values())


def load(spec: str, progress: Report | None = None) -> Dataset:
    """Load a dataset by its spec: "digits", "mnist", "folder:/my pictures?size=32&color=grey".

    Decodes once, later calls map the cache. Never downloads. What `progress` raises stops the
    work and leaves nothing behind. Raises DataError: unknown, missing, damaged or too large.
    """
    return cache.load(parse(spec, discover(shipped)), progress or _ignore)


def info(spec: str, progress: Report | None = None) -> Info:
    """What is known of a dataset; loads it when its files are here."""
    request = parse(spec, discover(shipped))
    try:
        sources = tuple(request.entry.sources(request.path))
    except MissingDataError:
        return Info(request.name, request.entry, (), None)
    return Info(request.name, request.entry, sources, cache.load(request, progress or _ignore))


def fetch(
    spec: str,
    progress: Report | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Dataset:
    """Load a dataset, downloaded first when its files are missing or damaged.

    The download is verified, runs in a process of its own and goes to `core.paths.downloads()`.
    Raises DataError, after which nothing half is left; FetchCancelledError when `cancelled()`.
    """
    request = parse(spec, discover(shipped))
    try:
        return cache.load(request, progress or _ignore)
    except MissingDataError:
        if request.entry.download is None:
            raise
    except DamagedDataError:
        # A damaged copy in LATENTLAB_DATA is the user's: a download would stand behind it.
        if request.entry.download is None or not _downloaded(request):
            raise
    download.fetch(request.entry, progress or _ignore, cancelled or _never)
    return cache.load(request, progress or _ignore)


def _downloaded(request: Request) -> bool:
    return all(paths.downloads() in file.parents for file in request.entry.sources(request.path))


def _ignore(_: Progress) -> None:
    return None


def _never() -> bool:
    return False
