"""What makes a plot again: the words of `latentlab plot`, the same in the shell and in Python."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, get_args

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from PySide6.QtCore import QRectF, QSize

    from latentlab.app.state import State

Kind = Literal["map", "curves", "cloud", "plane", "verdicts", "loss", "homotopy", "paths"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NUMBERS = (".csv", ".npz")
USUAL_SCALE = 2  # pixels of a PNG per logical pixel
Range = tuple[float, float, float, float]  # left, right, bottom, top


@dataclass(frozen=True)
class PlotCall:
    """A plot as it is shown; `values` are arguments of `plot_command.plot` by name."""

    kind: Kind
    values: Mapping[str, Any]

    def command(
        self,
        out: str | Path,
        library: Path | None = None,
        *,
        light: bool = False,
        scale: int = USUAL_SCALE,
    ) -> str:
        """A line for a POSIX shell that makes the file `out`; `light`: in the colours of print."""
        words = ["latentlab", *(["--library", str(library)] if library else []), "plot", self.kind]
        for name, value in self._given(out, light=light, scale=scale).items():
            words += _words(f"--{name.removesuffix('s') if name == 'ranges' else name}", value)
        return shlex.join([*words, "-o", str(out)])

    def python(
        self,
        out: str | Path,
        library: Path | None = None,
        *,
        light: bool = False,
        scale: int = USUAL_SCALE,
    ) -> str:
        """Lines of Python that make the file `out`."""
        given = self._given(out, light=light, scale=scale)
        given |= {"library": str(library)} if library else {}
        arguments = [f"    {name}={_literal(value)}," for name, value in given.items()]
        head = f"latentlab.plot(\n    {_literal(self.kind)},\n    {_literal(str(out))},"
        return "\n".join(["import latentlab", "", head, *arguments, ")", ""])

    def _given(self, out: str | Path, *, light: bool, scale: int) -> dict[str, Any]:
        """The arguments that matter to this kind of file."""
        given, suffix = dict(self.values), PurePath(out).suffix.lower()
        if suffix in NUMBERS:
            return given
        dark = theme().dark
        given["colours"] = "print" if dark and light else "dark" if dark else "light"
        if theme().scale != 1:
            given["ui_scale"] = theme().scale
        if suffix == ".png":
            given["scale"] = scale
        return given


def state_of(state: State, *fields: str) -> dict[str, Any]:
    """These fields of the document where they are not as usual, and the model; JSON's own types."""
    known = set(fields)
    if "homotopy" in known and any(stop.startswith("pin:") for stop in state.homotopy.stops):
        known.add("pins")
    found = state.model_dump(mode="json", include=known, exclude_defaults=True)
    return {"model": state.model, **found}


def size_of(size: QSize) -> tuple[int, int]:
    """Width and height."""
    return size.width(), size.height()


def range_of(rect: QRectF) -> Range:
    """Of a rectangle in data units."""
    return rect.left(), rect.right(), rect.top(), rect.bottom()


def _words(flag: str, value: Any) -> Iterable[str]:
    flag = flag.replace("_", "-")
    if value is True:
        return [flag]
    if isinstance(value, dict):
        return [flag, json.dumps(value, separators=(",", ":"), ensure_ascii=False)]
    if flag == "--size":
        return [flag, "x".join(map(str, value))]
    if flag == "--range":
        return [word for one in value for word in (flag, ",".join(map(repr, one)))]
    if isinstance(value, tuple):
        return [word for one in value for word in (flag, str(one))]
    return [flag, str(value)]


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
