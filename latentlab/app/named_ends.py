"""Recipes that remember what their ends were called, so that copied text can name them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from latentlab.app import traversals
from latentlab.app.calls import MOST, PATHS, Call
from latentlab.app.portable import portable
from latentlab.app.recipe_calls import is_told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.endpoints import Endpoint
    from latentlab.app.lab import Lab
    from latentlab.core.axes import Axis
    from latentlab.core.recipe import Recipe
    from latentlab.core.route import Easing, Join


def homotopy(
    recipe: Recipe,
    ends: Sequence[Endpoint],
    kinds: Sequence[str],
    steps: int,
    easing: Easing = "linear",
    *,
    closed: bool = False,
    on_cpu: bool = True,
) -> Recipe:
    """The recipe of these kinds of path from the first end by way of all others to the last.

    `on_cpu`: whether a CPU found the ends; another device draws other samples.
    """
    names = [portable(end, seeds=on_cpu) for end in ends]
    if not set(kinds) <= set(PATHS):  # a drawn path has no words
        return recipe
    return _told(
        recipe, "homotopy", a=names[0], b=names[-1], via=tuple(names[1:-1]), steps=steps,
        path=tuple(kinds), easing=easing, closed=closed,
    )  # fmt: skip


def shown_homotopy(lab: Lab, recipe: Recipe, kinds: Sequence[str]) -> Recipe:
    """The recipe of rows of the Homotopy tab, with the names that its stops have there."""
    document = lab.session.state.homotopy
    ends = [stop.endpoint for stop in lab.homotopy.stops if stop.endpoint is not None]
    if len(ends) < max(2, len(lab.homotopy.stops)):
        return recipe
    return homotopy(
        recipe, ends, kinds, document.steps, document.easing,
        closed=document.closed, on_cpu=is_cpu(lab),
    )  # fmt: skip


def is_cpu(lab: Lab) -> bool:
    """Whether the window's codec process works on a CPU."""
    return lab.codec.device_title.startswith("CPU")


def corners(
    recipe: Recipe, ends: Sequence[Endpoint], n: int, join: Join = "line", *, on_cpu: bool = True
) -> Recipe:
    """The recipe of a sheet between four ends."""
    names = tuple(portable(end, seeds=on_cpu) for end in ends)
    return _told(recipe, "grid", corners=names, n=n, join=join)


def manifold(
    recipe: Recipe,
    start: Endpoint | str,
    n: int,
    x: tuple[float, float] | None,
    y: tuple[float, float] | None,
    plane: str,
    dims: tuple[int, int],
    *,
    label: str = "",
    on_cpu: bool = True,
) -> Recipe:
    """The recipe of a rectangle of a plane, without ranges of equally probable places.

    `start` may be a reference that is portable already; `label` is what all of it is told.
    """
    name = start if isinstance(start, str) else portable(start, seeds=on_cpu)
    return _told(
        recipe, "grid", label=label or None, n=n, x=x, y=y, quantiles=x is None or y is None,
        plane=plane, dims=tuple(dims), start=name,
    )  # fmt: skip


def traversal(
    recipe: Recipe,
    start: Endpoint | str,
    chosen: Sequence[Axis],
    span: float,
    steps: int,
    *,
    on_cpu: bool = True,
) -> Recipe:
    """The recipe of rows along directions; `start` may be a reference that is portable already."""
    name = start if isinstance(start, str) else portable(start, seeds=on_cpu)
    return _told(
        recipe, "traverse", start=name, basis=traversals.basis_of(chosen),
        dims=traversals.names_of(chosen), span=float(span), steps=steps,
    )  # fmt: skip


def _told(recipe: Recipe, verb: str, **values: Any) -> Recipe:
    """With its command, unless that would be too long to read, or would leave out a label."""
    if not recipe.model or (any(map(is_told, recipe.rows)) and not values.get("label")):
        return recipe
    command = Call(verb, recipe.model, recipe.moment, values).command()
    return recipe if len(command) > MOST else recipe.model_copy(update={"command": command})
