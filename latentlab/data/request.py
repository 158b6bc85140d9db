"""Reading a dataset spec: `mnist`, `shapes?size=32`, `folder:/my pictures?size=32&color=grey`."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from latentlab.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latentlab.data.entry import Entry, Options

_OPTIONS = re.compile(r"\w+=[^&=?/\\]*(&\w+=[^&=?/\\]*)*")


@dataclass(frozen=True)
class Request:
    """A spec, understood."""

    entry: Entry
    path: Path | None  # absolute
    options: Options

    @property
    def name(self) -> str:
        """The spec in its one written form; it loads the same dataset from any folder."""
        place = "" if self.path is None else f":{self.path}"
        chosen = self.options.model_dump(mode="json", exclude_unset=True)
        return f"{self.entry.name}{place}{_written(chosen)}"


def parse(spec: str, entries: Mapping[str, Entry]) -> Request:
    """Understand a spec; raises DataError for an unknown name, option or value."""
    name, colon, rest = spec.strip().partition(":")
    if not colon:
        name, rest = (spec.strip().partition("?")[0], spec.strip().partition("?")[2])
    entry = entries.get(name.strip().lower())
    if entry is None:
        raise DataError(_unknown(spec.strip(), name.strip(), entries))
    if entry.takes_path != bool(colon):
        form = f"{entry.name}:PATH" if entry.takes_path else entry.name
        raise DataError(f"'{spec}' is not complete or says too much: write '{form}'.")
    if not entry.takes_path:
        return Request(entry, None, _options(entry, rest))
    place, options = _split(rest)
    if not place.strip():
        raise DataError(f"'{spec}' names no path: write '{entry.name}:PATH'.")
    return Request(entry, Path(place).expanduser().absolute(), _options(entry, options))


def _split(rest: str) -> tuple[str, str]:
    """Path and options. A path may hold "?" itself: what exists is a path, and not an option."""
    place, mark, options = rest.rpartition("?")
    if not mark or Path(rest).expanduser().exists() or not _OPTIONS.fullmatch(options):
        return rest, ""
    return place, options


def _options(entry: Entry, text: str) -> Options:
    if text and not _OPTIONS.fullmatch(text):
        raise DataError(f"'{text}' is no setting of {entry.name}: write '?key=value&key=value'.")
    pairs = dict(pair.split("=", 1) for pair in text.split("&")) if text else {}
    try:
        return entry.options.model_validate_strings(pairs)
    except ValidationError as error:
        raise DataError(_refusal(entry, pairs, error)) from None


def _refusal(entry: Entry, pairs: Mapping[str, str], error: ValidationError) -> str:
    problem = error.errors()[0]
    key = str(problem["loc"][0])
    if problem["type"] == "extra_forbidden":
        known = ", ".join(entry.options.model_fields) or "none"
        return f"{entry.name} has no setting '{key}'; it has: {known}."
    return f"{entry.name}: {key}={pairs.get(key)} does not do: {problem['msg'].lower()}."


def _written(chosen: Mapping[str, object]) -> str:
    return "?" + "&".join(f"{key}={value}" for key, value in chosen.items()) if chosen else ""


def _unknown(spec: str, name: str, entries: Mapping[str, Entry]) -> str:
    place = Path(spec).expanduser()
    if spec and place.exists():
        kind = "folder" if place.is_dir() else "npz"
        return f"'{spec}' is a path and not a dataset: write '{kind}:{spec}'."
    near = difflib.get_close_matches(name.lower(), entries, n=3)
    advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(entries)}."
    return f"There is no dataset '{name}': {advice}"
