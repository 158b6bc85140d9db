"""Which call makes the rows of a recipe, where their numbers alone tell it.

A call is given only when doing it again gives these very rows.
"""

from __future__ import annotations

from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.calls import Call
from latentlab.app.export.render import count_of
from latentlab.app.grids import corner_rows
from latentlab.app.homotopy_plan import Plan
from latentlab.core import images, reference
from latentlab.core.errors import LatentlabError
from latentlab.core.recipe import Blend, Latents, Styled, Travel
from latentlab.core.route import Easing, steps, through

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.state import PathKind
    from latentlab.core.recipe import Recipe, Row

_EASINGS: tuple[Easing, ...] = ("linear", "smooth")
_WIDEST = 20  # labels side by side; 62 of EMNIST become four blocks of 16
_KINDS: dict[str, PathKind] = {"line": "latent", "arc": "slerp"}


def is_told(row: Row) -> bool:
    """Whether a conditional model is told something of a row: no command line says it."""
    return isinstance(row, Latents | Travel) and (row.label is not None or bool(row.labels))


def usual_columns(rows: Sequence[Row]) -> int | None:
    """How many pictures stand side by side unless told otherwise: a lone row is made a square.

    Of styles so many labels as can be read, as evenly as they go.
    """
    labels = max((len(row.labels) for row in rows if isinstance(row, Styled)), default=0)
    if labels > _WIDEST:
        return ceil(labels / ceil(labels / _WIDEST))
    if len(rows) != 1 or not isinstance(rows[0], Latents):
        return None
    return max(1, ceil(sqrt(len(rows[0].z))))


def call_of(recipe: Recipe) -> Call | None:
    """The call that makes a recipe's pictures; None where it takes the recipe itself."""
    found = spoken(recipe)
    return None if found is None else found[0]


def spoken(recipe: Recipe) -> tuple[Call, Recipe] | None:
    """The call that makes a recipe's pictures, and a recipe of just what it makes.

    None where it takes the recipe itself.
    """
    rows = recipe.rows
    if not recipe.model or not rows or any(map(is_told, rows)):
        return None
    if all(isinstance(row, Latents) for row in rows):
        call = _corners(recipe) or _sample(recipe)
    else:
        call = _homotopy(recipe)
    return (call, _wrapped(recipe)) if call is not None else _decoded(recipe)


def _wrapped(recipe: Recipe) -> Recipe:
    """With columns in its look, where a lone row of latents has none: they would be made square."""
    row, look = recipe.rows[0], recipe.look
    if len(recipe.rows) > 1 or not isinstance(row, Latents) or look.columns:
        return recipe
    wide = look.model_copy(update={"columns": max(1, len(row.z))})
    return recipe.model_copy(update={"look": wide})


def _call(recipe: Recipe, verb: str, **values: object) -> Call:
    return Call(verb, recipe.model, recipe.moment, values)


def _sample(recipe: Recipe) -> Call | None:
    row = recipe.rows[0]
    if recipe.seed is None or len(recipe.rows) > 1 or not isinstance(row, Latents):
        return None
    return _call(recipe, "sample", n=len(row.z), seed=recipe.seed)


def _decoded(recipe: Recipe) -> tuple[Call, Recipe] | None:
    """Any rows of latents, one after the other: the same sheet, as long as nothing is written."""
    rows = [row for row in recipe.rows if isinstance(row, Latents | Travel)]
    widths = {count_of(row) for row in rows}
    if len(rows) < len(recipe.rows) or len(widths) > 1 or widths == {0}:
        return None
    is_written = recipe.look.captions and (len(rows) > 1 or rows[0].title)
    if is_written or (len(rows) > 1 and recipe.motion is not None):
        return None
    numbers = [z for row in rows for z in _numbers(row)]
    texts = tuple(map(_text_of, numbers))
    if not all(texts):
        return None
    made = recipe.model_copy(update={"rows": (Latents(z=tuple(map(tuple, numbers))),)})
    if len(rows) > 1:
        look = recipe.look.model_copy(update={"columns": widths.pop()})
        made = made.model_copy(update={"look": look})
    return _call(recipe, "decode", z=texts), _wrapped(made)


def _numbers(row: Latents | Travel) -> Sequence[Sequence[float]]:
    return row.z if isinstance(row, Latents) else row.route.at(row.t).tolist()


def _corners(recipe: Recipe) -> Call | None:
    """Of n rows of n latents: the corners, if the rest lies between them."""
    rows = [row for row in recipe.rows if isinstance(row, Latents)]
    n = len(rows)
    if n < 2 or any(len(row.z) != n for row in rows):
        return None
    ends = (rows[0].z[0], rows[0].z[-1], rows[-1].z[0], rows[-1].z[-1])
    texts = tuple(f"z:{text}" for z in ends if (text := _text_of(z)))
    if len(texts) < 4:
        return None
    for join in ("line", "arc"):
        again = corner_rows(np.asarray(ends, np.float32), n, join)
        if _same(again, rows, recipe):
            return _call(recipe, "grid", corners=texts, n=n, join=join)
    return None


def _homotopy(recipe: Recipe) -> Call | None:
    first = recipe.rows[0]
    t = first.t if isinstance(first, Blend | Travel) else ()
    easing = next((easing for easing in _EASINGS if tuple(steps(len(t), easing)) == t), None)
    if len(t) < 2 or easing is None:
        return None
    stops, plan = _stops(recipe.rows), None
    if all(isinstance(row, Travel) for row in recipe.rows):
        plan = _plan_of_latents(recipe.rows, len(t), easing)
    elif len(recipe.rows) == 1:
        plan = _plan_of_pictures(first, len(t), easing)
    if plan is None or len(stops) < 2 or not _same(plan.recipe_rows(), recipe.rows, recipe):
        return None
    return _call(
        recipe, "homotopy", a=stops[0], b=stops[-1], via=stops[1:-1], steps=len(t),
        path=plan.kinds, easing=easing,
    )  # fmt: skip


def _stops(rows: Sequence[Row]) -> tuple[str, ...]:
    """References of what the rows go through; empty where floats do not say it exactly."""
    row = rows[0]
    if isinstance(row, Travel):
        texts = [_text_of(knot, exact=True) for knot in row.route.knots]
        return tuple(f"z:{text}" for text in texts) if all(texts) else ()
    return tuple(f"picture:{text}" for text in row.pictures) if isinstance(row, Blend) else ()


def _plan_of_latents(rows: Sequence[Row], n: int, easing: Easing) -> Plan | None:
    """Straight lines and arcs through the same knots."""
    found = [row.route for row in rows if isinstance(row, Travel)]
    routes = {_KINDS[route.join]: through(found[0].knots, route.join) for route in found}
    return Plan(Path(), None, np.empty(0, np.uint8), routes, False, n, easing)


def _plan_of_pictures(row: Row, n: int, easing: Easing) -> Plan | None:
    try:
        stops = np.stack([images.read_png_text(text) for text in getattr(row, "pictures", ())])
    except (LatentlabError, ValueError):  # damaged, or of several shapes
        return None
    return Plan(Path(), None, stops, {}, True, n, easing)


def _same(again: Sequence[Row], rows: Sequence[Row], recipe: Recipe) -> bool:
    """Whether these are the recipe's rows; titles count where they are seen."""
    if recipe.look.captions:
        return list(again) == list(rows)
    bare = [[row.model_copy(update={"title": ""}) for row in part] for part in (again, rows)]
    return bare[0] == bare[1]


def _text_of(z: Sequence[float], *, exact: bool = False) -> str:
    """Numbers that give these float32 again; empty where z is finer than float32.

    `exact` where z is calculated with before it is rounded: then not even 0.1 will do.
    """
    rounded = np.asarray(z, np.float32)
    written = reference.of_latent(rounded)
    same = np.array_equal(rounded, np.asarray(z, np.float64))
    return written.text if same or (not exact and written.z == tuple(z)) else ""
