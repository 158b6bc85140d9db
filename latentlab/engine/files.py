"""Files of a model folder, without torch: written whole or not at all, read without trust."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from latentlab.core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Arrays = dict[str, NDArray[np.generic]]

_DISGUISES = {  # first bytes of formats that would run code or unpack when opened
    b"PK\x03\x04": "a zip archive, as torch.save writes it with a pickle inside",
    b"\x80\x02": "a pickle",
    b"\x80\x03": "a pickle",
    b"\x80\x04": "a pickle",
    b"\x80\x05": "a pickle",
}
_SENTENCES = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EFBIG: "the file would be larger than allowed here; raise the limit or free some space",
    errno.EACCES: "writing is not permitted there; change its permissions or choose another folder",
    errno.EPERM: "writing is not permitted there; change its permissions or choose another folder",
    errno.EROFS: "that disk is read-only; choose another folder",
    errno.ENOENT: "the folder is gone; it was moved or deleted",
    errno.EEXIST: "a file stands where the folder should be; choose another folder",
    errno.ENOTDIR: "a file stands where the folder should be; choose another folder",
    errno.EISDIR: "a folder of that name stands there; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> str:
    """Write under a temporary name, then rename; returns the sha256 of `data`.

    A reader sees the old file or the new one; `durable` also outlives a power cut. Raises OSError
    and leaves no temporary file.
    """
    write_together(path.parent, {path.name: data}, durable=durable)
    return hashlib.sha256(data).hexdigest()


def write_together(folder: Path, contents: Mapping[str, bytes], *, durable: bool = True) -> None:
    """Several files as one: none is renamed before all are on the disk. The last one seals."""
    temporary = {folder / name: _beside(folder / name) for name in contents}
    try:
        for path, data in zip(temporary.values(), contents.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data, durable=durable)
        for path, written in temporary.items():
            written.replace(path)
    finally:
        for written in temporary.values():
            written.unlink(missing_ok=True)


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` for writers that want one; renamed when the block ends well.

    What was written is on the disk before it is renamed. The folder must exist. Raises OSError
    and leaves no temporary file, whatever happens in the block.
    """
    temporary = _beside(path)
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def pack_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """Arrays as the bytes of one safetensors file."""
    packed: bytes = safetensors.numpy.save(
        {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    )
    return packed


def _write(path: Path, data: bytes, *, durable: bool) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        if durable:
            os.fsync(file.fileno())


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inside(folder: Path, relative: str) -> Path:
    """`folder / relative`; raises ModelError when that would lie outside the folder."""
    pure = PurePosixPath(relative)
    path = folder / pure
    escapes = pure.is_absolute() or ".." in pure.parts or "\\" in relative or ":" in relative
    if not relative or escapes or not path.resolve().is_relative_to(folder.resolve()):
        raise ModelError(
            f"{folder.name} refers to {relative!r}, which lies outside the model's folder; "
            "do not use this model, get it again from its source"
        )
    return path


def refuse_disguise(path: Path) -> None:
    """Raise ModelError when the file does not start like safetensors; nothing is executed."""
    try:
        with path.open("rb") as file:
            head = file.read(9)
    except FileNotFoundError:
        raise ModelError(f"{path} is missing; get the model again from its source") from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error
    if head[8:] == b"{":  # after the header's length, which may look like anything
        return
    kinds = (kind for magic, kind in _DISGUISES.items() if head.startswith(magic))
    raise ModelError(
        f"{path} is {next(kinds, 'not a safetensors file')}; it was not opened, "
        "get the model again from its source"
    )


def read_arrays(folder: Path, relative: str) -> Arrays:
    """All arrays of one safetensors file of a model folder; raises ModelError, runs nothing."""
    path = inside(folder, relative)
    refuse_disguise(path)
    try:
        return safetensors.numpy.load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"{path} is damaged ({error}); get the model again from its source"
        ) from error


def explain(error: OSError, what: str) -> str:
    """One sentence for a file that could not be written or read."""
    where = f" ({error.filename})" if error.filename else ""
    reason = _SENTENCES.get(error.errno or 0, error.strerror or str(error))
    return f"{what}{where}: {reason}."
