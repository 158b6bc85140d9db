"""A request for pictures as a value: the same in the shell and in Python, written and read back.

`recipe.command` holds one as a command line without output file and look; both are added when it
is written out, as they may have been chosen since.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal[
    "text", "bare", "many", "four", "words", "dims", "integer", "number", "range", "flag"
]


@dataclass(frozen=True)
class Option:
    """One argument: its name in Python, its flag in the shell, how its value is written."""

    name: str
    flag: str
    kind: Kind
    default: Any = None  # left out when the value is this one

    def written(self, value: Any) -> list[str]:
        """The words of a shell."""
        match self.kind:
            case "flag":
                return [self.flag] if value else []
            case "bare":
                return [str(value)]
            case "many":
                return [word for one in value for word in (self.flag, str(one))]
            case "four":
                return [self.flag, *map(str, value)]
            case "words" | "dims":
                return [self.flag, ",".join(map(str, value))]
            case "range":
                return [self.flag, ":".join(map(_plain, value))]
            case "number":
                return [self.flag, _plain(value)]
            case _:
                return [self.flag, str(value)]

    def read(self, words: list[str], before: Any) -> Any:
        """The value of words taken from a command line; `before` is what an earlier one gave."""
        match self.kind:
            case "flag":
                return True
            case "many":
                return (*(before or ()), words[0])
            case "four":
                return tuple(words)
            case "words":
                return tuple(words[0].split(","))
            case "dims":
                parts = words[0].split(",")
                return tuple(int(part) if part.isdecimal() else part for part in parts)
            case "range":
                low, _, high = words[0].partition(":")
                return float(low), float(high)
            case "number":
                return float(words[0])
            case "integer":
                return int(words[0])
            case _:
                return words[0]

    @property
    def width(self) -> int:
        """Words that follow the flag."""
        return {"flag": 0, "four": 4}.get(self.kind, 1)


VERBS: Mapping[str, tuple[Option, ...]] = {
    "homotopy": (
        Option("a", "--from", "text"),
        Option("b", "--to", "text"),
        Option("via", "--via", "many", ()),
        Option("steps", "--steps", "integer"),
        Option("path", "--path", "words"),
        Option("easing", "--easing", "text", "linear"),
        Option("closed", "--closed", "flag", False),
    ),
    "traverse": (
        Option("start", "--from", "text"),
        Option("basis", "--basis", "text", "raw"),
        Option("dims", "--dims", "dims"),
        Option("span", "--span", "number", 3.0),
        Option("steps", "--steps", "integer", 9),
    ),
    "grid": (
        Option("corners", "--corners", "four"),
        Option("x", "--x", "range"),
        Option("y", "--y", "range"),
        Option("quantiles", "--quantiles", "flag", False),
        Option("plane", "--plane", "text", "raw"),
        Option("dims", "--dims", "dims", (0, 1)),
        Option("start", "--from", "text"),
        Option("n", "-n", "integer", 8),
        Option("join", "--join", "text", "line"),
        Option("label", "--label", "text"),
    ),
    "transfer": (
        Option("sources", "--from", "many"),
        Option("labels", "--labels", "words"),
        Option("strength", "--strength", "number", 1.0),
        Option("blend", "--blend", "text"),
        Option("label", "--label", "text"),
    ),
    "arithmetic": (
        Option("expression", "", "bare"),
        Option("n", "-n", "integer", 3),
        Option("seed", "--seed", "integer", 0),
        Option("strength", "--strength", "number", 1.0),
        Option("noise", "--noise", "number", 0.25),
        Option("noise_seed", "--noise-seed", "integer", 0),
        Option("row", "--row", "flag", False),
        Option("control", "--control", "flag", False),
        Option("control_seed", "--control-seed", "integer", 0),
        Option("span", "--span", "number", 2.0),
        Option("steps", "--steps", "integer", 9),
        Option("titles", "--title", "many", ()),
        Option("label", "--label", "text"),
    ),
    "sample": (Option("n", "-n", "integer"), Option("seed", "--seed", "integer")),
    "decode": (Option("z", "--z", "many"),),
}
MOST = 2_000  # letters; a longer text is nothing to read or to paste
PATHS = ("pixel", "latent", "slerp", "graph", "geodesic")
_MOMENT = Option("moment", "--moment", "integer")


@dataclass(frozen=True)
class Call:
    """What is asked of a model, by the names that Python has for it; None is left out."""

    verb: str
    model: str
    moment: int | None = None  # images seen of a snapshot; None: the final weights
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, Any]:
        """Values that differ from their defaults, in the order of the signature."""
        found = {}
        for option in VERBS[self.verb]:
            value = self.values.get(option.name)
            if value is not None and value != option.default:
                found[option.name] = value
        return found

    def command(self) -> str:
        """A command line for a POSIX shell, without -o."""
        return shlex.join(["latentlab", *self.words()])

    def words(self) -> list[str]:
        """What follows the program's name."""
        words = [self.verb, self.model]
        if self.moment is not None:
            words += _MOMENT.written(self.moment)
        given = self.given
        for option in VERBS[self.verb]:
            if option.name in given:
                words += option.written(given[option.name])
        return words


def parse(command: str) -> Call:
    """Read what `Call.command` wrote; raises ConfigError for anything else."""
    try:
        program, verb, model, *words = shlex.split(command)
        options = {option.flag: option for option in (*VERBS[verb], _MOMENT)}
        values: dict[str, Any] = {}
        while words:
            option = options[words.pop(0) if words[0] in options else ""]
            taken, words = words[: option.width], words[option.width :]
            values[option.name] = option.read(taken, values.get(option.name))
    except (ValueError, KeyError, IndexError) as error:
        raise ConfigError(f"'{command[:60]}' is no command that makes pictures.") from error
    if program != "latentlab":
        raise ConfigError(f"'{command[:60]}' is no command of latentlab.")
    return Call(verb, model, values.pop("moment", None), values)


def _plain(number: float) -> str:
    """3.0 as 3; every other float as Python writes it."""
    return str(int(number)) if number == int(number) else repr(float(number))


def require_paths(kinds: Sequence[str]) -> None:
    """Refuse kinds of path that nothing makes; ConfigError."""
    unknown = [kind for kind in kinds if kind not in PATHS]
    if unknown or not kinds:
        what = f"There is no path '{unknown[0]}'" if unknown else "No path is given"
        raise ConfigError(f"{what}; choose of {', '.join(PATHS)}.")
