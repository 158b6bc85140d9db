"""A run as the line that starts it in a shell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latentlab.core.spec import TrainSpec

_OPTIONS = {"epochs": "--epochs", "seed": "--seed"}


def command_of(spec: TrainSpec) -> str:
    """The run as one line; settings are those of the spec, which differ from the defaults."""
    words = ["latentlab", "train", spec.family, "--data", spec.data]
    for key, value in {**spec.config, **spec.recipe}.items():
        given = value if isinstance(value, str) else json.dumps(value)
        words += [_OPTIONS[key], given] if key in _OPTIONS else ["-s", f"{key}={given}"]
    words += ["--device", spec.device] if spec.device != "auto" else []
    words += ["--name", spec.name] if spec.name else []
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    """Double quotes where a shell, cmd.exe included, would split or expand a word."""
    safe = all(letter.isalnum() or letter in "-_=.:/,+@%" for letter in word)
    return word if safe and word else '"' + word.replace('"', '\\"') + '"'
