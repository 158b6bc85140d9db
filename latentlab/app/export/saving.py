"""A recipe to a file, its kind by its ending: the one door of window, command line and Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app.export import films, metadata, output, pictures, render, tables
from latentlab.app.export.output import Cancel, Progress, Watch, never, unheard
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import Motion

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.export.render import Decode
    from latentlab.core.recipe import Recipe

ENDINGS = tuple(dict.fromkeys((*pictures.ENDINGS, *films.ENDINGS, *tables.ENDINGS)))

_DECODING = 0.5  # of a film's progress; a still picture is nothing but decoding


def save_recipe_file(
    path: Path,
    recipe: Recipe,
    decode: Decode,
    *,
    overwrite: bool = False,
    quality: int = 95,
    progress: Progress = unheard,
    cancel: Cancel = never,
) -> Path:
    """Make what a recipe says and write it with the recipe inside; the path with its ending.

    PNG, JPEG (at `quality`), WebP and TIFF become one picture; GIF, APNG, MP4, and WebP when the
    recipe has a motion, a film, in MP4 with even sides (a line of ground is added where needed);
    npz and CSV the latents, npz with the pictures. Nothing is left when it fails or is cancelled.
    Raises LatentlabError, ExportCancelledError.
    """
    target = path if path.suffix else path.with_name(f"{path.name}.png")
    suffix = target.suffix.lower()
    if suffix not in ENDINGS:
        raise ConfigError(
            f"'{target.suffix}' is no ending of a file that can be written; choose one of "
            f"{', '.join(ENDINGS)}."
        )
    watch = Watch(progress, cancel)
    watch.at(0, 1)
    with output.staged(target, overwrite=overwrite) as temporary:
        if is_film(suffix, recipe):
            _write_film(temporary, suffix, recipe, decode, watch)
        elif suffix in pictures.ENDINGS:
            temporary.write_bytes(_still(suffix, recipe, decode, watch, quality))
        else:
            temporary.write_bytes(tables.of_recipe(suffix, recipe, decode, watch))
        watch.at(1, 1)
    return target


def is_film(suffix: str, recipe: Recipe) -> bool:
    """Whether a file of this ending (".webp") becomes a film; WebP can be both."""
    moves = recipe.motion is not None or suffix not in pictures.ENDINGS
    return suffix in films.ENDINGS and moves


def _still(suffix: str, recipe: Recipe, decode: Decode, watch: Watch, quality: int) -> bytes:
    made = recipe.model_copy(update={"motion": None})
    picture = render.compose(made, render.row_pictures(made, decode, watch))
    return pictures.encoded(picture, suffix, metadata.text_of(made), quality)


def _write_film(path: Path, suffix: str, recipe: Recipe, decode: Decode, watch: Watch) -> None:
    motion = recipe.motion or Motion()
    made = recipe.model_copy(update={"motion": motion})
    decoding, writing = watch.stretch(0, _DECODING), watch.stretch(_DECODING, 1)
    frames = render.Frames(made, render.row_pictures(made, decode, decoding))
    text = metadata.text_of(made)
    films.write_film(path, suffix, frames, motion, text, writing, made.look.ground)
