"""Options that several commands share: how pictures are laid out, how films move, where they go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.sheets import Sheet

OUT = click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True,
    help="The file to write; its ending says what it becomes.",
)  # fmt: skip
DEVICE = click.option(
    "--device", default="cpu", show_default=True, help="Pixels are the same only on the CPU."
)
LABEL = click.option(
    "--label", metavar="LABEL",
    help="What a conditional model is told: a name, a class by number, or numbers as 0.5,0.5 ...",
)  # fmt: skip
MOMENT = click.option("--moment", type=int, help="Images seen of a snapshot; default: the end.")
JSON = click.option("--json", "as_json", is_flag=True, help="Say what was written as JSON.")
_LOOKS = (
    click.option("--scale", type=click.IntRange(1, 64), help="Pixels per pixel; usually 4."),
    click.option("--columns", type=click.IntRange(1), help="Of a single row: wrap after so many."),
    click.option("--gap", type=click.IntRange(0, 64), help="Pixels between pictures; usually 1."),
    click.option("--border", type=click.IntRange(0, 64), help="Pixels around all."),
    click.option("--ground", type=click.IntRange(0, 255), help="Grey of gaps and border."),
    click.option("--captions", is_flag=True, default=None, help="Row titles and step numbers."),
    click.option("--smooth", is_flag=True, default=None, help="Interpolate when scaling."),
    click.option("--film", is_flag=True, help="Make a film of .webp, which can be both."),
    click.option("--fps", type=float, help="Frames per second of a film; usually 10."),
    click.option("--back", is_flag=True, default=None, help="Play a film to its end and back."),
    click.option("--once", is_flag=True, help="Do not begin a film again at its end."),
)


def shared(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several options as one decorator, in this order in the help."""

    def decorate(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


LOOK = shared(*_LOOKS)


def save(sheet: Sheet, out: Path, *, once: bool = False, **look: Any) -> Path:
    """Write a sheet with a bar on standard error while that takes time; `look`: as `LOOK` has it.

    Replaces what is there, as commands with -o do.
    """
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(out.name, total=1.0)
        return sheet.save(
            out,
            loop=False if once else None,
            progress=lambda share: bar.update(task, completed=share),
            **look,
        )


def say(out: Path, as_json: bool, **facts: Any) -> None:
    """Tell what was written, to a person or to a program."""
    if as_json:
        click.echo(json.dumps({"file": str(out), **facts}))
    else:
        click.echo(f"{out}: " + ", ".join(f"{key} {value}" for key, value in facts.items()))
