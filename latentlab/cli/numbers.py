"""Numbers that are there already, as files: encoded images of a model, curves of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from latentlab.app import number_files
from latentlab.cli.looks import JSON, OUT, say, shared

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("model")
@click.option("--rows", help="Which of them, as 3-17,20; default: all.")
@click.option("--images", is_flag=True, help="The originals too, in an .npz.")
@shared(OUT, JSON)
@click.pass_obj
def latents(
    library: Path, /, model: str, rows: str | None, images: bool, out: Path, as_json: bool
) -> None:
    """The encoded images of MODEL, as its map has them: .npz or .csv of z, labels, indices."""
    found = number_files.latents(model, rows, library, images=images)
    say(found.save(out), as_json, model=model, pictures=len(found.arrays["row"]))


@click.command()
@click.argument("run")
@shared(OUT, JSON)
@click.pass_obj
def history(library: Path, /, run: str, out: Path, as_json: bool) -> None:
    """The curves of RUN, the id of its model: .npz or .csv of term, split, epoch, value."""
    found = number_files.history(run, library)
    say(found.save(out), as_json, run=run, points=len(found.arrays["value"]))
