"""A recipe to a file, still or film by its ending: the one door of window, CLI and Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app.export import metadata, output, render
from latentlab.app.export.output import Cancel, Progress, never, unheard
from latentlab.core import images
from latentlab.core.recipe import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.export.render import Decode
    from latentlab.core.recipe import Recipe


def save_recipe_file(
    path: Path,
    recipe: Recipe,
    decode: Decode,
    *,
    overwrite: bool = False,
    progress: Progress = unheard,
    cancel: Cancel = never,
) -> Path:
    """Make what a recipe says and write it with the recipe inside; the path with its ending.

    Nothing is left when it fails or is cancelled. Raises LatentlabError, ExportCancelled.
    """
    target = output.named(path, ".png")
    with output.staged(target, overwrite=overwrite) as temporary:
        picture = render.picture_of(recipe, decode, progress, cancel)
        text = {KEY: metadata.text_of(recipe)}
        temporary.write_bytes(images.png_bytes(picture, 1, text))
    return target
