"""What the export dialog lets one choose, and the recipe that comes of it. Qt-free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from latentlab.app.export import render
from latentlab.core.recipe import Blend, Look, Motion, Travel
from latentlab.core.values import Value

if TYPE_CHECKING:
    from latentlab.core.recipe import Recipe, Row

Kind = Literal["picture", "sheet", "film", "data", "plot"]

FORMATS: dict[Kind, dict[str, str]] = {
    "picture": {".png": "PNG", ".jpg": "JPEG", ".webp": "WebP", ".tiff": "TIFF"},
    "sheet": {".png": "PNG", ".jpg": "JPEG", ".webp": "WebP", ".tiff": "TIFF"},
    "film": {".gif": "GIF", ".webp": "WebP", ".apng": "APNG", ".mp4": "MP4"},
    "data": {".npz": "npz", ".csv": "CSV"},
    "plot": {".svg": "SVG", ".pdf": "PDF", ".png": "PNG"},
}
NOTES = {
    ".png": "exact pixels, carries its recipe",
    ".jpg": "small, not exact; carries its recipe",
    ".webp": "exact pixels, small; carries its recipe",
    ".tiff": "exact pixels, carries its recipe",
    ".gif": "plays everywhere, 256 colours",
    ".apng": "exact pixels, plays in browsers",
    ".mp4": "small, plays everywhere, not exact",
    ".npz": "NumPy arrays",
    ".csv": "a table for any program",
    ".svg": "lines and letters; more than 5,000 points become one picture",
    ".pdf": "lines and letters, for papers; more than 5,000 points become one picture",
}
MOST_FRAMES = 600


class Choice(Value):
    """All that can be chosen; what a kind does not have is left alone."""

    kind: Kind
    suffix: str
    look: Look = Look()
    motion: Motion = Motion()
    frames: int = 0  # of a film along a path; 0: as many as the recipe has
    light: bool = False  # of a plot: dark ink on white, for print


def kinds_of(recipe: Recipe) -> tuple[Kind, ...]:
    """What a recipe can become, the most natural first."""
    counts = [render.count_of(row) for row in recipe.rows]
    still: Kind = "sheet" if sum(counts) > 1 else "picture"
    if max(counts, default=0) < 2:
        return still, "data"
    films: tuple[Kind, ...] = ("film", still) if recipe.motion else (still, "film")
    return (*films, "data")


def kind_of(suffix: str, kinds: tuple[Kind, ...]) -> Kind:
    """The kind that writes an ending; the first one where none does."""
    return next((kind for kind in kinds if suffix in FORMATS[kind]), kinds[0])


def first_choice(recipe: Recipe, kind: Kind, suffix: str) -> Choice:
    """As the recipe has it."""
    motion, frames = recipe.motion or Motion(), frames_of(recipe)
    return Choice(kind=kind, suffix=suffix, look=recipe.look, motion=motion, frames=frames)


def frames_of(recipe: Recipe) -> int:
    """Pictures from one end to the other; 0 where their number is fixed by what they are."""
    along = [row for row in recipe.rows if isinstance(row, Travel | Blend)]
    return max((len(row.t) for row in along), default=0)


def order(recipe: Recipe) -> list[int]:
    """Which pictures the frames of a film show, one after the other."""
    return render.order_of(recipe)


def chosen(recipe: Recipe, choice: Choice) -> Recipe:
    """The recipe of the file that is wanted."""
    if choice.kind != "film":
        return recipe.model_copy(update={"look": choice.look, "motion": None})
    rows = tuple(_with_frames(row, choice.frames) for row in recipe.rows)
    changes = {"look": choice.look, "motion": choice.motion, "rows": rows}
    if rows != recipe.rows:
        changes["command"] = ""  # it names another number of steps
    return recipe.model_copy(update=changes)


def _with_frames(row: Row, count: int) -> Row:
    """Another number of steps along a path, eased as before."""
    if not isinstance(row, Travel | Blend) or count < 2 or count == len(row.t):
        return row
    places = np.linspace(0, len(row.t) - 1, count)
    t = np.interp(places, np.arange(len(row.t)), row.t)
    return row.model_copy(update={"t": tuple(t.tolist())})
