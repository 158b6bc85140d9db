"""Projection: the latents of a model whose pictures come nearest to given ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import Progress

from latentlab.app import sheets
from latentlab.app.registry import Registry
from latentlab.cli.looks import DEVICE, JSON, LABEL, LOOK, MOMENT, OUT, save, shared
from latentlab.core import reference

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("model")
@click.option("--from", "sources", required=True, multiple=True, metavar="REF",
              help="data:mnist/test/17, file:face.png ...; any number.")  # fmt: skip
@shared(LABEL, OUT, LOOK, MOMENT, DEVICE, JSON)
@click.pass_obj
def project(
    library: Path,
    /,
    model: str,
    sources: tuple[str, ...],
    label: str | None,
    out: Path,
    moment: int | None,
    device: str,
    as_json: bool,
    **look: Any,
) -> None:
    """Find the z of MODEL for each picture, above what it decodes to.

    An encoder tells z; without one, as in a GAN, it is searched for by gradient descent, a second
    or more each. --json prints z and the squared error per image.
    """
    sheets.require_ending(out)
    for text in sources:
        reference.parse(text)
    Registry(library).find(model).require()
    from latentlab.api import load

    opened, console = load(model, library, device, moment=moment), Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Searching", total=1.0)
        sheet = opened.project(
            sources, label, progress=lambda share: bar.update(task, completed=share)
        )
    save(sheet, out, **look)
    facts = [
        {"source": text, "z": z, "squared_error": error}
        for text, z, error in zip(sources, sheet.latents.tolist(), sheet.errors, strict=True)
    ]
    if as_json:
        click.echo(json.dumps({"file": str(out), "model": model, "projections": facts}))
        return
    for fact in facts:
        click.echo(f"{fact['source']}: squared error {fact['squared_error']:.4g}")
    click.echo(f"{out}: {len(facts)} of {model}")
