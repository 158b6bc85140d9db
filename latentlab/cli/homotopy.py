"""Rows between pictures, along directions and between corners: strips, sheets and films."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from latentlab.app import sheets
from latentlab.app.registry import Registry
from latentlab.app.traversals import require_steps
from latentlab.cli.looks import DEVICE, JSON, LABEL, LOOK, MOMENT, OUT, save, say, shared
from latentlab.core import reference
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from latentlab.api import Model

_REF = "REF"  # core.reference tells the forms there are, when one is wrong


@click.command()
@click.argument("model")
@click.option("--from", "a", required=True, metavar=_REF, help="data:mnist/test/17, seed:42 ...")
@click.option("--to", "b", required=True, metavar=_REF, help="file:img.png, label:3 ...")
@click.option("--via", multiple=True, metavar=_REF, help="A stop on the way; any number of times.")
@click.option("--steps", default=10, show_default=True, help="Pictures in a row, ends included.")
@click.option("--path", default="pixel,latent", show_default=True,
              help="Rows, of: pixel, latent, slerp, graph, geodesic.")  # fmt: skip
@click.option("--easing", default="linear", type=click.Choice(["linear", "smooth"]),
              help="smooth: begin and end gently.")  # fmt: skip
@click.option("--closed", is_flag=True, help="Go back to the start at the end.")
@shared(OUT, LABEL, LOOK, MOMENT, DEVICE, JSON)
@click.pass_obj
def homotopy(
    library: Path,
    /,
    model: str,
    a: str,
    b: str,
    via: tuple[str, ...],
    steps: int,
    path: str,
    easing: Any,
    closed: bool,
    out: Path,
    label: str | None,
    moment: int | None,
    device: str,
    as_json: bool,
    **look: Any,
) -> None:
    """Go from one picture to another with MODEL, in several ways in step.

    The ends are references: data:mnist/test/17, file:img.png, z:0.1,0.3, seed:42, label:3 (the
    mean of its encoded images) or pin:NAME (of the window's Tray). With a conditional model the
    label moves from that of one end to that of the other, unless --label tells the same of all.
    """
    require_steps(steps)
    opened = _open(library, model, moment, device, out, (a, b, *via))
    kinds: Any = _words(path)
    sheet = opened.homotopy(
        a, b, steps, kinds, via=via, easing=easing, closed=closed,
        label=label,
    )  # fmt: skip
    written = save(sheet, out, **look)
    say(written, as_json, model=model, rows=list(sheet.titles), steps=steps)


@click.command()
@click.argument("model")
@click.option("--from", "start", metavar=_REF, help="Where to start; default: the data's mean.")
@click.option("--basis", default="raw", show_default=True,
              type=click.Choice(["raw", "pca", "named"]))  # fmt: skip
@click.option("--dims", metavar="0,1,...", help="Which directions; default: the first ten.")
@click.option("--span", default=3.0, show_default=True, help="Standard deviations to each side.")
@click.option("--steps", default=9, show_default=True, help="Pictures in a row, ends included.")
@shared(OUT, LABEL, LOOK, MOMENT, DEVICE, JSON)
@click.pass_obj
def traverse(
    library: Path,
    /,
    model: str,
    start: str | None,
    basis: Any,
    dims: str | None,
    span: float,
    steps: int,
    out: Path,
    label: str | None,
    moment: int | None,
    device: str,
    as_json: bool,
    **look: Any,
) -> None:
    """Show what each latent direction of MODEL does: a row per direction."""
    require_steps(steps)
    opened = _open(library, model, moment, device, out, [start] if start else [])
    chosen = None if dims is None else _words(dims)
    sheet = opened.traverse(start, basis, chosen, span, steps, label=label)
    written = save(sheet, out, **look)
    say(written, as_json, model=model, rows=list(sheet.titles), steps=steps)


@click.command()
@click.argument("model")
@click.option("--corners", nargs=4, metavar=f"{_REF} {_REF} {_REF} {_REF}",
              help="Top left, top right, bottom left, bottom right.")  # fmt: skip
@click.option("--x", metavar="LOW:HIGH", help="Without corners: the plane from left to right.")
@click.option("--y", metavar="LOW:HIGH", help="The plane from bottom to top.")
@click.option("--quantiles", is_flag=True,
              help="Without corners: the plane at equally probable places of N(0, I).")  # fmt: skip
@click.option("--plane", default="raw", show_default=True, type=click.Choice(["raw", "pca"]))
@click.option("--dims", default="0,1", show_default=True, help="Which two of the plane.")
@click.option("--from", "start", metavar=_REF, help="What the plane does not show is as here.")
@click.option("-n", default=8, show_default=True, help="Pictures in a row and in a column.")
@click.option("--join", default="line", show_default=True, type=click.Choice(["line", "arc"]))
@shared(OUT, LABEL, LOOK, MOMENT, DEVICE, JSON)
@click.pass_obj
def grid(
    library: Path,
    /,
    model: str,
    corners: tuple[str, ...] | None,
    x: str | None,
    y: str | None,
    quantiles: bool,
    plane: Any,
    dims: str,
    start: str | None,
    n: int,
    join: Any,
    out: Path,
    label: str | None,
    moment: int | None,
    device: str,
    as_json: bool,
    **look: Any,
) -> None:
    """Fill a square between four corners of MODEL, or with the decoded plane itself."""
    ranges = [None if text is None else _range(text) for text in (x, y)]
    named = [*(corners or ()), *([start] if start else [])]
    opened = _open(library, model, moment, device, out, named)
    sheet = opened.grid(
        corners or None, n, join=join, x=ranges[0], y=ranges[1], quantiles=quantiles, plane=plane,
        dims=_pair(dims), start=start, label=label,
    )  # fmt: skip
    written = save(sheet, out, **look)
    say(written, as_json, model=model, pictures=n * n)


def _open(
    library: Path, model: str, moment: int | None, device: str, out: Path, ends: Iterable[str]
) -> Model:
    """The model, once all that costs nothing has been looked at: torch takes seconds."""
    sheets.require_ending(out)
    for text in ends:
        reference.parse(text)
    Registry(library).find(model).require()
    from latentlab.api import load

    return load(model, library, device, moment=moment)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _range(text: str) -> tuple[float, float]:
    try:
        low, high = (float(number) for number in text.split(":"))
    except ValueError:
        raise ConfigError(f"'{text}' is no range; write LOW:HIGH, as -3:3.") from None
    return low, high


def _pair(text: str) -> tuple[int, int]:
    try:
        first, second = (int(number) for number in text.split(","))
    except ValueError:
        raise ConfigError(f"'{text}' names no two dimensions; write them as 0,1.") from None
    return first, second
