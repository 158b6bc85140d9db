"""One JSON file per document: written whole, and set aside, never lost, when it is broken."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from latentlab.core.values import Value
from latentlab.engine import files

if TYPE_CHECKING:
    from pathlib import Path

V = TypeVar("V", bound=Value)

log = logging.getLogger(__name__)


def read(path: Path, kind: type[V]) -> tuple[V, str]:
    """The document of a file and an empty string, or a fresh one and one sentence why.

    A missing file is a fresh document without a sentence. A file that is broken or from a newer
    version is renamed beside its place, so that nothing a person made is overwritten.
    """
    try:
        return kind.model_validate_json(path.read_bytes()), ""
    except FileNotFoundError:
        return kind(), ""
    except OSError as error:
        return kind(), f"{path} cannot be read ({error.strerror}); its defaults are used."
    except ValidationError as error:
        return kind(), f"{path.name} {reason(path, error)}; {_set_aside(path)}."


def write(path: Path, document: Value) -> None:
    """Write the document under a temporary name, then rename; raises OSError."""
    files.write_whole(path, document.model_dump_json(indent=1).encode() + b"\n")


def next_free(path: Path) -> Path:
    """`path`, or name-2, name-3 ... with the same ending: a place where nothing stands yet."""
    number, free = 1, path
    while free.exists() or free.is_symlink():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def reason(path: Path, error: ValidationError) -> str:
    """Why a file is no such document: "is damaged at ..."."""
    try:
        version = json.loads(path.read_bytes())["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return "is damaged"
    if isinstance(version, int) and version > 1:
        return "was written by a newer latentlab"
    field = ".".join(str(part) for part in error.errors()[0]["loc"])
    return f"is damaged at {field!r}"


def _set_aside(path: Path) -> str:
    kept = next_free(path.with_name(f"{path.stem}.kept{path.suffix}"))
    try:
        path.rename(kept)
    except OSError as error:
        log.warning("%s could not be set aside: %s", path, error)
        return "defaults are used, and it will be replaced"
    return f"it was kept as {kept.name} in {path.parent} and defaults are used"
