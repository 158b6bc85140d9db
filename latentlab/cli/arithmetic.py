"""Vector arithmetic: means of what pictures show, added and taken away, as a sheet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from latentlab.app import sheets
from latentlab.cli.looks import DEVICE, LABEL, LOOK, MOMENT, OUT, save, shared
from latentlab.core import expression as expressions

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("model")
@click.argument("expression")
@click.option("-n", default=3, show_default=True, help="Samples that a query is answered with.")
@click.option("--seed", default=0, show_default=True, help="Which ones.")
@click.option("--strength", default=1.0, show_default=True,
              help="How far to go from the first term by way of all others.")  # fmt: skip
@click.option("--noise", default=0.25, show_default=True,
              help="Width of the uniform noise around the result.")  # fmt: skip
@click.option("--noise-seed", default=0, show_default=True, help="Which noise.")
@click.option("--row", is_flag=True, help="Also the result from strength -span to span.")
@click.option("--control", is_flag=True, help="Also a random direction of the same length.")
@click.option("--control-seed", default=0, show_default=True, help="Which direction.")
@click.option("--span", default=2.0, show_default=True, help="Of the row.")
@click.option("--steps", default=9, show_default=True, help="Pictures in the row, 2 to 32.")
@click.option("--title", "titles", multiple=True, help="Of a term; as many as there are.")
@click.option("--json", "as_json", is_flag=True, help="Print what a classifier sees, as JSON.")
@shared(OUT, LABEL, LOOK, MOMENT, DEVICE)
@click.pass_obj
def arithmetic(
    library: Path,
    /,
    model: str,
    expression: str,
    out: Path,
    as_json: bool,
    moment: int | None,
    device: str,
    n: int,
    seed: int,
    strength: float,
    noise: float,
    noise_seed: int,
    row: bool,
    control: bool,
    control_seed: int,
    span: float,
    steps: int,
    titles: tuple[str, ...],
    label: str | None,
    **look: Any,
) -> None:
    """Add up means of MODEL's latents: "mean(smile, no hat) - mean(no smile, no hat) + seed:4".

    What stands in mean( ) is a query, as "smile, not glasses" or "7 or 9", or samples with commas
    between: seed:4, data:mnist/test/17, z(0.1, -1.5). Queries are answered with images of the
    model's data, which are encoded; where there is no encoder, with samples of the prior that a
    classifier of the same data sees it in. Rows: samples and mean of each term, then the result
    among eight with noise.
    """
    sheets.require_ending(out)
    expressions.parse(expression)  # before torch is there
    from latentlab.api import load

    opened = load(model, library, device, moment=moment)
    sheet = opened.arithmetic(
        expression, n, seed, strength, noise=noise, noise_seed=noise_seed, row=row,
        control=control, control_seed=control_seed, span=span, steps=steps, titles=titles,
        label=label,
    )  # fmt: skip
    written = save(sheet, out, **look)
    found = sheet.readings()
    if as_json:
        click.echo(json.dumps({"file": str(written), **found}, indent=1))
    else:
        click.echo(f"{written}: {_words(expression, found)}")


def _words(expression: str, found: dict[str, Any]) -> str:
    """What came of it, in one line."""
    if found["classifier"] is None:
        return f"{expression}; there is no classifier to say what is seen"
    return (
        f"{expression}; {found['classifier']} sees {_seen(found['result'])}, at the start "
        f"{_seen(found['start'])}, in a random direction {_seen(found['control'])}"
    )


def _seen(reading: dict[str, float]) -> str:
    """Those that are more likely than not, else the likeliest."""
    likely = [name for name, p in reading.items() if p > 0.5]
    return ", ".join(likely) or max(reading, key=lambda name: reading[name])
