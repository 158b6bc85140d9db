"""Models in and out of the library: one zip file or one folder, trusted in nothing.

Only what the manifest lists, and the three files beside it, is ever copied. A copy is verified
under a hidden name, then renamed.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Protocol

from latentlab.core.errors import LatentlabError, ModelError
from latentlab.engine import files, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latentlab.core.manifest import Manifest

MOST_BYTES = 8 << 30  # of one model, unpacked
MOST_FILES = 20_000
MOST_GROWTH = 1000  # times a zip entry may grow; zlib itself ends near 1030
_CHUNK = 1 << 20
_BESIDE = (runs.MANIFEST, runs.EVENTS, runs.PREVIEW)
_REFUSED = {".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".npy", ".joblib", ".py", ".so"}


class _Source(Protocol):
    """A model in a place that is not trusted, by relative posix names."""

    def names(self) -> list[str]: ...
    def open(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]: ...


def import_model(source: Path, library: Path, name: str | None = None) -> Path:
    """Copy a model into the library and return its new folder.

    Raises ModelError in one sentence, after which the library is as before.
    """
    with _say(source), _hidden_place(library) as draft:
        with _opened(source) as opened:
            manifest = _copy(opened, draft, source)
        runs.verify(draft)
        return _place(draft, manifest, library, runs.make_id(name or manifest.id, source.stem))


def export_model(folder: Path, target: Path, *, overwrite: bool = False) -> Path:
    """Write a verified model folder as one zip file, whole or not at all; returns its path."""
    path = target if target.suffix == ".zip" else target.with_name(f"{target.name}.zip")
    if path.exists() and not overwrite:
        raise ModelError(f"{path} exists already; choose another name")
    runs.verify(folder)
    manifest = runs.read_manifest(folder)
    try:
        with (
            files.staged(path) as temporary,
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as file,
        ):
            for relative in _wanted(manifest):
                if (folder / relative).is_file():
                    file.write(folder / relative, f"{folder.name}/{relative}")
    except OSError as error:
        raise ModelError(files.explain(error, f"{folder.name} cannot be exported")) from error
    return path


# -- inside ------------------------------------------------------------------------------------


@contextlib.contextmanager
def _say(source: Path) -> Iterator[None]:
    """Failures of the disk and of the zip format in one sentence."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ModelError(f"{source} is a damaged zip file ({error}); get it again") from error
    except (NotImplementedError, RuntimeError) as error:  # unknown method; encrypted
        raise ModelError(f"{source} cannot be unpacked ({error}); pack it again") from error
    except OSError as error:
        raise ModelError(files.explain(error, f"{source} cannot be imported")) from error


@contextlib.contextmanager
def _hidden_place(library: Path) -> Iterator[Path]:
    """An empty folder in the library that no scan sees, gone afterwards."""
    library.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".import-", dir=library) as hidden:
        draft = Path(hidden) / "model"
        draft.mkdir()
        yield draft


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[_Source]:
    if source.is_dir():
        yield _Folder(source)
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as file:
            yield _Zip(file, source)
    elif source.exists():
        raise ModelError(f"{source} is neither a zip file nor a folder; choose an exported model")
    else:
        raise ModelError(f"{source} does not exist; choose a zip file or a folder")


class _Folder:
    """A model folder anywhere on disk; links are not followed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        found: list[str] = []
        for place, _, inside in os.walk(self._folder):
            found += [(Path(place) / name).relative_to(self._folder).as_posix() for name in inside]
            if len(found) > MOST_FILES:
                raise ModelError(f"{self._folder} holds too many files to be a model")
        return found

    def open(self, name: str) -> IO[bytes]:
        path = files.inside(self._folder, name)
        if path.is_symlink():
            raise ModelError(f"{path} is a link; a model folder holds files only")
        return path.open("rb")


class _Zip:
    """A zip file; a single folder around everything is taken off."""

    def __init__(self, file: zipfile.ZipFile, source: Path) -> None:
        self._file = file
        self._source = source
        entries = [info for info in file.infolist() if not info.is_dir()]
        self._refuse_tricks(entries)
        around = _folder_around([info.filename for info in entries])
        self._entries = {info.filename.removeprefix(around): info for info in entries}

    def names(self) -> list[str]:
        return list(self._entries)

    def open(self, name: str) -> IO[bytes]:
        return self._file.open(self._entries[name])

    def _refuse_tricks(self, entries: list[zipfile.ZipInfo]) -> None:
        """Names that leave the folder, links, and entries that explode."""
        for info in entries:
            pure = PurePosixPath(info.filename)
            odd = "\\" in info.filename or ":" in info.filename or "\0" in info.filename
            if pure.is_absolute() or ".." in pure.parts or odd:
                raise self._refusal(f"{info.filename!r} would be written outside its folder")
            if stat.S_ISLNK(info.external_attr >> 16):
                raise self._refusal(f"{info.filename!r} is a link")
            if info.file_size > max(_CHUNK, info.compress_size * MOST_GROWTH):
                raise self._refusal(f"{info.filename!r} would explode when unpacked")
        if len(entries) > MOST_FILES or sum(info.file_size for info in entries) > MOST_BYTES:
            raise self._refusal("it holds more than a model can")

    def _refusal(self, reason: str) -> ModelError:
        return ModelError(f"{self._source} was not unpacked: {reason}; get it from a safe source")


def _folder_around(names: list[str]) -> str:
    """The one folder that everything lies in, "id/"; empty when the manifest lies at the top."""
    if runs.MANIFEST in names:
        return ""
    tops = [name for name in names if name.endswith(f"/{runs.MANIFEST}") and name.count("/") == 1]
    return tops[0].removesuffix(runs.MANIFEST) if len(tops) == 1 else ""


def _copy(source: _Source, draft: Path, place: Path) -> Manifest:
    """Bring the manifest, then what it lists, into `draft`."""
    names = set(source.names())
    code = sorted(name for name in names if PurePosixPath(name).suffix.lower() in _REFUSED)
    if code:
        raise ModelError(
            f"{place} holds {code[0]}, which may run code when opened; nothing was imported, "
            "a model is tensors (safetensors), JSON and pictures only"
        )
    if runs.MANIFEST not in names:
        raise ModelError(f"{place} is no model: it has no {runs.MANIFEST}; choose another")
    budget = _write(source, runs.MANIFEST, draft, MOST_BYTES)
    manifest = runs.read_manifest(draft)
    for relative in _wanted(manifest):
        if relative in names and relative != runs.MANIFEST:
            budget = _write(source, relative, draft, budget)
    return manifest


def _wanted(manifest: Manifest) -> list[str]:
    return [*_BESIDE, *(name for name in manifest.files if name not in _BESIDE)]


def _write(source: _Source, name: str, draft: Path, budget: int) -> int:
    """Copy one file; returns how many bytes may still come. What an archive claims is not used."""
    path = files.inside(draft, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with source.open(name) as reader, path.open("xb") as writer:
        while chunk := reader.read(_CHUNK):
            budget -= len(chunk)
            if budget < 0:
                raise ModelError(f"{name} is larger than a model can be; nothing was imported")
            writer.write(chunk)
    return budget


def _place(draft: Path, manifest: Manifest, library: Path, wanted: str) -> Path:
    """Rename the draft to a free id and let its manifest say that id."""
    folder = runs.reserve(library, wanted)
    try:
        if manifest.id != folder.name:
            content = json.loads((draft / runs.MANIFEST).read_bytes())
            text = json.dumps({**content, "id": folder.name}, indent=2) + "\n"
            files.write_whole(draft / runs.MANIFEST, text.encode())
        folder.rmdir()  # the empty folder kept the name; not every system renames over it
        draft.rename(folder)
    except (OSError, LatentlabError):
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
        raise
    return folder
