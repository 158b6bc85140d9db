"""The text that makes a file again: one command line, or a few lines of Python.

Told by the recipe alone. Where it names its ends (`recipe.command`) the text does; else latents
are written as numbers; where neither can say it, or it would be too long to read, the text builds
the file again from its own recipe.
"""

from __future__ import annotations

import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from latentlab.app import calls, recipe_calls, sheets
from latentlab.app.calls import MOST
from latentlab.app.export import saving
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import Look, Motion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from latentlab.app.calls import Call
    from latentlab.core.recipe import Recipe

_WIDTH = 88  # of a line of Python


def as_command(recipe: Recipe, out: str | Path, library: Path | None = None) -> str:
    """A line for a POSIX shell that makes the file `out`.

    `library` is named where models are not in the usual place. What would take more than 2,000
    letters is `latentlab replay` of the file itself.
    """
    program = ["latentlab", *(["--library", str(library)] if library else [])]
    said = _call_of(recipe)
    if said is not None:
        call, made = said
        words = [*_look_words(made, PurePath(out)), "-o", str(out)]
        text = shlex.join([*program, *call.words(), *words])
        if len(text) <= MOST:
            return text
    return shlex.join([*program, "replay", str(out), "-o", str(_again(out))])


def as_python(recipe: Recipe, out: str | Path, library: Path | None = None) -> str:
    """Lines of Python that make the file `out`; otherwise as `as_command`."""
    where = f", library={_literal(str(library))}" if library else ""
    said = _call_of(recipe)
    if said is not None:
        call, made = said
        given = ", ".join([_literal(str(out)), *_look_arguments(made, PurePath(out))])
        text = f"{_python_of(call, where)}\nsheet.save({given})\n"
        if len(text) <= MOST:
            return text
    first, second = _literal(str(out)), _literal(str(_again(out)))
    return f"import latentlab\n\nlatentlab.replay({first}{where}).save({second})\n"


def _call_of(recipe: Recipe) -> tuple[Call, Recipe] | None:
    if recipe.command:
        try:
            return calls.parse(recipe.command), recipe
        except ConfigError:  # of another version, or of something that makes no pictures
            return None
    return recipe_calls.spoken(recipe)


def _again(out: str | Path) -> PurePath:
    """A name beside `out`, for what is made from it."""
    path = PurePath(out)
    return path.with_name(f"{path.stem}-again{path.suffix}")


# -- look and motion -----------------------------------------------------------------------------


def _look_values(recipe: Recipe, out: PurePath) -> dict[str, Any]:
    """What differs from how the commands and `save` do it, by its name in Python."""
    usual = Look(scale=sheets.USUAL_SCALE, columns=recipe_calls.usual_columns(recipe.rows))
    values = {
        name: value
        for name, value in recipe.look.model_dump().items()
        if value != getattr(usual, name) and value is not None
    }
    if recipe.motion is None or not saving.is_film(out.suffix.lower(), recipe):
        return values
    motion = recipe.motion.model_dump().items()
    values |= {name: value for name, value in motion if value != getattr(Motion(), name)}
    return values | ({"film": True} if not sheets.is_film(out) else {})


def _look_words(recipe: Recipe, out: PurePath) -> Iterable[str]:
    for name, value in _look_values(recipe, out).items():
        if name == "loop":
            yield "--once"
        elif value is True:
            yield f"--{name}"
        else:
            yield from (f"--{name}", f"{value:g}" if isinstance(value, float) else str(value))


def _look_arguments(recipe: Recipe, out: PurePath) -> list[str]:
    return [f"{name}={value!r}" for name, value in _look_values(recipe, out).items()]


# -- python --------------------------------------------------------------------------------------


def _python_of(call: Call, where: str) -> str:
    which = where if call.moment is None else f"{where}, moment={call.moment}"
    lines = ["import latentlab", "", f"model = latentlab.load({_literal(call.model)}{which})"]
    match call.verb:
        case "sample":
            n, seed = call.values["n"], call.values["seed"]
            lines.append(f"sheet = model.sheet(model.sample({n}, seed={seed}))")
        case "decode":
            rows = [f"[{text.replace(',', ', ')}]" for text in call.values["z"]]
            lines.append(_broken("sheet = model.sheet([", rows, "])"))
        case verb:
            given = call.given
            ends = [_literal(given.pop(name)) for name in _positional(verb) if name in given]
            named = [f"{name}={_literal(value)}" for name, value in given.items()]
            lines.append(_broken(f"sheet = model.{verb}(", [*ends, *named], ")"))
    return "\n".join(lines)


def _positional(verb: str) -> tuple[str, ...]:
    first = {
        "traverse": "start", "grid": "corners", "transfer": "sources", "arithmetic": "expression",
    }  # fmt: skip
    return ("a", "b") if verb == "homotopy" else (first[verb],)


def _literal(value: Any) -> str:
    """A value as Python writes it, texts between double quotes where that is simple."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' * (len(value) == 1)})"
    plain = isinstance(value, str) and not set(value) & set("'\"\\") and value.isprintable()
    return f'"{value}"' if plain else repr(value)


def _broken(head: str, parts: list[str], tail: str) -> str:
    """On one line where it fits, else one part a line."""
    line = head + ", ".join(parts) + tail
    if len(line) <= _WIDTH:
        return line
    return "\n".join([head, *(f"    {part}," for part in parts), tail])
