"""Numbers of a model or a run, asked for by name: the same in the shell and in Python."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class DataCall:
    """What `latentlab latents` and `latentlab history` are asked for."""

    verb: Literal["latents", "history"]
    subject: str  # id of a model
    rows: tuple[int, ...] | None = None  # of the encoded images; None: all
    images: bool = False  # the originals too, where the format can hold them

    def command(self, out: str | Path, library: Path | None = None) -> str:
        """A line for a POSIX shell that makes the file `out`."""
        words = ["latentlab", *(["--library", str(library)] if library else [])]
        words += [self.verb, self.subject]
        words += [] if self.rows is None else ["--rows", written(self.rows)]
        words += ["--images"] if self._has_images(out) else []
        return shlex.join([*words, "-o", str(out)])

    def python(self, out: str | Path, library: Path | None = None) -> str:
        """Lines of Python that make the file `out`."""
        given = [json.dumps(self.subject)]
        given += [] if self.rows is None else [f'rows="{written(self.rows)}"']
        given += ["images=True"] if self._has_images(out) else []
        given += [f"library={json.dumps(str(library))}"] if library else []
        call = f"latentlab.{self.verb}({', '.join(given)})"
        return f"import latentlab\n\n{call}.save({json.dumps(str(out))})\n"

    def _has_images(self, out: str | Path) -> bool:
        return self.images and PurePath(out).suffix.lower() == ".npz"


def written(rows: Sequence[int]) -> str:
    """Row numbers in their order, neighbours as "from-to": (3, 4, 5, 8) is "3-5,8"."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ",".join(f"{low}" if low == high else f"{low}-{high}" for low, high in spans)


def read(text: str, count: int) -> list[int]:
    """The rows that `written` wrote, each below `count`; raises ConfigError."""
    rows: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"(\d+)(?:-(\d+))?", part.strip())
        if found is None:
            raise ConfigError(f"'{part}' names no rows; write them like 3-17,20.")
        first, last = int(found[1]), int(found[2] or found[1])
        if not first <= last < count:
            raise ConfigError(f"There are no rows {part}: they are 0 to {count - 1}, low first.")
        rows += range(first, last + 1)
    return rows
