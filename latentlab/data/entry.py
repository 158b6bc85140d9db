"""What one dataset of the catalogue is: words about it, where its files lie, how they decode."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from latentlab.core import paths
from latentlab.core.errors import DataError
from latentlab.core.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from latentlab.data.dataset import Split


class MissingDataError(DataError):
    """The files of a dataset are not on this machine."""


class DamagedDataError(DataError):
    """The files of a dataset are there and cannot be what they should be."""


def words(error: Exception, most: int = 120) -> str:
    """What an exception says, on one line and not too long."""
    said = " ".join(str(error).split()) or type(error).__name__
    return said if len(said) <= most else f"{said[:most]}..."


class Options(Value):
    """What may stand behind the "?" of a spec; a dataset without settings uses this one."""


@dataclass(frozen=True)
class Progress:
    """How far a load or a fetch is."""

    text: str  # for people: "decoding MNIST"
    done: int
    total: int | None  # None: not known
    unit: Literal["images", "bytes"] = "images"

    @property
    def fraction(self) -> float | None:
        """0 to 1, or None when the total is not known."""
        return self.done / self.total if self.total else None


@dataclass(frozen=True)
class Decoded:
    """What decoding gives. Images made with `Job.allocate` are on disk already."""

    images: NDArray[np.uint8]  # (n, channels, height, width), channels 1 or 3
    labels: NDArray[np.int64] | None = None  # (n,) indices into label_names
    label_names: tuple[str, ...] = ()
    attributes: NDArray[np.float32] | None = None  # (n, len(attribute_names))
    attribute_names: tuple[str, ...] = ()
    official: Mapping[Split, NDArray[np.int64]] = field(default_factory=dict)  # splits that exist
    title: str = ""  # when the entry's own says too little
    note: str = ""  # what the user must know: "2 of 90 files skipped ..."


@dataclass(frozen=True)
class Job:
    """What a decoder is given."""

    title: str
    path: Path | None  # of `folder:PATH`; None for a named dataset
    sources: Sequence[Path]
    options: Options
    report: Callable[[int, int], None]  # images done, images in all
    allocate: Callable[[tuple[int, int, int, int]], NDArray[np.uint8]]  # refuses what is too large


@dataclass(frozen=True)
class Entry:
    """One dataset. A module of `latentlab.data.entries` that holds one puts it into the catalogue.

    `files` names the files that decoding reads, in a fixed order, or none when they are not there:
    inside the data folder it is given, or of the path of a spec when `takes_path`. Without `files`
    the dataset needs none. `download` fills a folder so that `files` finds everything; it runs in
    a process of its own and may import torchvision. Raise `version` when `decode` changes.
    """

    name: str
    title: str
    description: str
    licence: str
    decode: Callable[[Job], Decoded] = field(repr=False)
    count: int | None = None
    shape: tuple[int, int, int] | None = None  # channels, height, width
    options: type[Options] = Options
    takes_path: bool = False
    files: Callable[[Path], Sequence[Path]] | None = field(default=None, repr=False)
    download: Callable[[Path], None] | None = field(default=None, repr=False)
    place: str = ""  # where `files` looks inside a data folder, "MNIST/raw"
    version: int = 1

    @property
    def downloadable(self) -> bool:
        """Whether `latentlab.data.fetch` can bring it."""
        return self.download is not None

    @property
    def here(self) -> bool:
        """Whether it loads without a download; False for entries that need a path."""
        return not self.takes_path and (self.files is None or bool(self._search()))

    def sources(self, path: Path | None) -> list[Path]:
        """The files to decode; raises MissingDataError when they are not on this machine."""
        if self.files is None:
            return []
        found = self._search() if path is None else list(self.files(path))
        if not found:
            raise MissingDataError(self._absence())
        return found

    def _search(self) -> list[Path]:
        assert self.files is not None
        found = (list(self.files(folder)) for folder in paths.data_sources())
        return next(filter(None, found), [])

    def _absence(self) -> str:
        looked = " or ".join(f"'{folder / self.place}'" for folder in paths.data_sources())
        ways = [f"run `latentlab data fetch {self.name}`"] if self.downloadable else []
        ways += ["name a folder that holds it in LATENTLAB_DATA"]
        return f"The files of {self.name} are not in {looked}: {', or '.join(ways)}."
