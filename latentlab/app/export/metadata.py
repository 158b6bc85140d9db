"""The recipe inside a file: where each format keeps it, and reading it back without trust.

PNG and APNG hold it as an iTXt chunk, WebP as EXIF's ImageDescription, TIFF as its
ImageDescription, JPEG and GIF as comments, MP4 as a metadata tag, npz as an array.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from pydantic import ValidationError

from latentlab.core import images
from latentlab.core.errors import LatentlabError
from latentlab.core.recipe import KEY, VERSION, Recipe
from latentlab.engine import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MARK = f"{KEY}:"  # before the recipe where a format has one nameless place for text
_DESCRIPTION = 0x010E  # EXIF and TIFF: ImageDescription
_COMMENT = b"\xff\xfe"  # JPEG: COM
_MOST_COMMENT = 65_000  # bytes; a JPEG's segment holds 65,533, so long recipes take several
_MOST_BYTES = 64 << 20  # of a recipe that is read
_PICTURES = ("PNG", "JPEG", "WEBP", "TIFF", "GIF")


def text_of(recipe: Recipe) -> str:
    """A recipe as JSON in ASCII, which every format can hold; floats are kept exactly."""
    text = recipe.model_dump_json()
    return re.sub(r"[^\x00-\x7f]", lambda sign: json.dumps(sign[0])[1:-1], text)


def settings(kind: str, text: str) -> dict[str, Any]:
    """What Pillow's `save` needs to put a recipe's text into a file of its format `kind`."""
    if kind == "PNG":
        return {"pnginfo": images.png_head({KEY: text})}
    if kind == "WEBP":
        exif = Image.Exif()
        exif[_DESCRIPTION] = _MARK + text
        return {"exif": exif.tobytes()}
    if kind == "TIFF":
        return {"tiffinfo": {_DESCRIPTION: _MARK + text}}
    if kind == "GIF":
        return {"comment": (_MARK + text).encode("ascii")}
    return {}


def with_comments(jpeg: bytes, text: str) -> bytes:
    """A JPEG file with a recipe's text in as many comments as it takes, each with the mark."""
    data = text.encode("ascii")
    parts = [data[i : i + _MOST_COMMENT] for i in range(0, len(data), _MOST_COMMENT)]
    comments = b"".join(_segment(_MARK.encode() + part) for part in parts)
    head = 4 + int.from_bytes(jpeg[4:6], "big")  # behind the JFIF segment, which must be first
    return jpeg[:head] + comments + jpeg[head:]


def parse(text: str, name: str) -> Recipe:
    """The recipe of a text found in the file `name`; raises LatentlabError."""
    try:
        version = json.loads(text).get("version")
    except (ValueError, AttributeError, RecursionError) as error:
        raise LatentlabError(f"The recipe in {name} is damaged and cannot be read.") from error
    if version != VERSION:
        raise LatentlabError(
            f"The recipe in {name} is of version {str(version)[:20]}, and this latentlab reads "
            f"version {VERSION}; use the latentlab that made the file, or a newer one."
        )
    try:
        return Recipe.model_validate_json(text)
    except ValidationError as error:
        raise LatentlabError(f"The recipe in {name} is not valid: {_first(error)}.") from error


def read_recipe(path: Path) -> Recipe:
    """The recipe that a file of latentlab carries, whatever its ending says.

    Raises LatentlabError: the file cannot be read, is damaged, carries none, or one that is not
    valid or of another version.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
        text = _reader_of(head)(path)
    except OSError as error:
        raise _unread(path, error) from error
    if not text:
        raise LatentlabError(
            f"{path.name} carries no recipe of latentlab; choose a file that latentlab exported, "
            "not a copy that another program saved anew."
        )
    if len(text) > _MOST_BYTES:
        raise LatentlabError(f"The recipe in {path.name} is too large to be one of latentlab.")
    return parse(text, path.name)


# -- inside ------------------------------------------------------------------------------------


def _reader_of(head: bytes) -> Callable[[Path], str]:
    """By the first bytes of the content."""
    if head[4:8] == b"ftyp":
        return _of_film
    return _of_arrays if head.startswith(b"PK") else _of_picture


def _of_picture(path: Path) -> str:
    """Found in the head: pixels that are damaged further on do not matter."""
    try:
        with Image.open(path, formats=_PICTURES) as image:
            return _text_in(image)
    except (SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise _damaged(path, error) from error


def _text_in(image: Image.Image) -> str:
    match image.format:
        case "PNG":
            return str(image.info.get(KEY) or getattr(image, "text", {}).get(KEY, ""))
        case "JPEG":
            segments = getattr(image, "applist", [])
            return "".join(_unmarked(data) for name, data in segments if name == "COM")
        case "GIF":
            return _unmarked(image.info.get("comment", b""))
        case _:
            return _unmarked(image.getexif().get(_DESCRIPTION, ""))


def _of_film(path: Path) -> str:
    import av

    try:
        with av.open(str(path), format="mp4", metadata_errors="replace") as film:
            return str(film.metadata.get(KEY, ""))
    except av.error.FFmpegError as error:
        raise _damaged(path, error) from error


def _of_arrays(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as arrays:
            entry = arrays.getinfo(f"{KEY}.npy")
            if entry.file_size > 4 * _MOST_BYTES:  # numpy's letters take four bytes
                raise _damaged(path, "a recipe of that size")
            with arrays.open(entry) as file:
                return str(np.lib.format.read_array(file, allow_pickle=False))
    except KeyError:
        return ""
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(path, error) from error


def _unmarked(found: object) -> str:
    text = found.decode("ascii", "replace") if isinstance(found, bytes) else str(found)
    return text.removeprefix(_MARK) if text.startswith(_MARK) else ""


def _segment(data: bytes) -> bytes:
    return _COMMENT + (len(data) + 2).to_bytes(2, "big") + data


def _unread(path: Path, error: OSError) -> LatentlabError:
    if isinstance(error, FileNotFoundError):
        return LatentlabError(f"{path} does not exist; choose another file.")
    if error.errno:
        return LatentlabError(files.explain(error, f"{path.name} cannot be read"))
    return _damaged(path, "no picture, film or table was found in it")


def _damaged(path: Path, why: object) -> LatentlabError:
    return LatentlabError(f"{path} cannot be read, it is damaged or of another kind: {why}.")


def _first(error: ValidationError) -> str:
    detail: Any = error.errors()[0]
    place = ".".join(str(part) for part in detail["loc"])
    return f"{place}: {detail['msg']}" if place else str(detail["msg"])
