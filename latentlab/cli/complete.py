"""Completion: the rest of pictures of which a model sees some quadrants, in several ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from latentlab.app import sheets
from latentlab.app.registry import Registry
from latentlab.cli.looks import DEVICE, JSON, LOOK, MOMENT, OUT, save, say, shared
from latentlab.core import quadrants, reference
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("model")
@click.option("--from", "sources", required=True, multiple=True, metavar="REF",
              help="data:mnist/test/17, file:half.png ...; any number.")  # fmt: skip
@click.option("--seen", metavar="QUADRANTS",
              help="0 to 3 in reading order, as 0,2; default: those with ink.")  # fmt: skip
@click.option("-n", "count", default=8, show_default=True, type=click.IntRange(1, 256),
              help="Answers to each.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0))
@shared(OUT, LOOK, MOMENT, DEVICE, JSON)
@click.pass_obj
def complete(
    library: Path,
    /,
    model: str,
    sources: tuple[str, ...],
    seen: str | None,
    count: int,
    seed: int,
    out: Path,
    moment: int | None,
    device: str,
    as_json: bool,
    **look: Any,
) -> None:
    """Complete each picture with MODEL: what it sees, the mean of many answers, some answers."""
    sheets.require_ending(out)
    for text in sources:
        reference.parse(text)
    chosen = () if seen is None else _quadrants(seen)
    Registry(library).find(model).require()
    from latentlab.api import load

    sheet = load(model, library, device, moment=moment).complete(sources, chosen, count, seed)
    say(save(sheet, out, **look), as_json, model=model, pictures=len(sources), answers=count)


def _quadrants(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise ConfigError(f"'{text[:40]}' names no quadrants; write them as 0,2.")
    chosen = tuple(map(int, parts))
    quadrants.flags(chosen)
    return chosen
