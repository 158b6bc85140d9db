"""Make a file of latentlab again from the recipe inside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from latentlab.app import export, sheets
from latentlab.app.registry import Registry
from latentlab.cli.looks import DEVICE, JSON, LOOK, OUT, save, say, shared

if TYPE_CHECKING:
    from latentlab.core.recipe import Recipe


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--anyway", is_flag=True, help="Also with a model whose weights have changed.")
@shared(OUT, LOOK, DEVICE, JSON)
@click.pass_obj
def replay(
    library: Path, /, file: Path, anyway: bool, out: Path, device: str, as_json: bool, **look: Any
) -> None:
    """Make FILE again from the recipe inside it: on the CPU, every pixel of a PNG is the same."""
    sheets.require_ending(out)
    _look_for_model(library, export.read_recipe(file))
    from latentlab.api import replay as again

    sheet = again(file, library, device, anyway=anyway)
    written = save(sheet, out, **look)
    recipe = sheet.recipe()
    say(written, as_json, model=recipe.model, rows=len(recipe.rows))


def _look_for_model(library: Path, recipe: Recipe) -> None:
    """Torch need not be imported for a model that is missing."""
    if recipe.model:
        Registry(library).find(recipe.model).require()
