"""A run as the line that starts it in a shell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def command_line(
    family: str,
    data: str,
    config: Mapping[str, Any],
    recipe: Mapping[str, Any],
    device: str = "auto",
    name: str | None = None,
) -> str:
    """The same run as one line for a shell; settings are those that differ from the defaults."""
    words = ["latentlab", "train", family, "--data", data]
    options = {"epochs": "--epochs", "seed": "--seed"}
    for key, value in {**config, **recipe}.items():
        given = value if isinstance(value, str) else json.dumps(value)
        words += [options[key], given] if key in options else ["-s", f"{key}={given}"]
    words += ["--device", device] if device != "auto" else []
    words += ["--name", name] if name else []
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    """Double quotes where a shell, cmd.exe included, would split or expand a word."""
    safe = all(letter.isalnum() or letter in "-_=.:/,+@%" for letter in word)
    return word if safe and word else '"' + word.replace('"', '\\"') + '"'
