"""Recipes that remember what their ends were called, so that copied text can name them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from latentlab.app import traversals
from latentlab.app.calls import MOST, PATHS, Call
from latentlab.app.portable import brings_label, portable
from latentlab.app.recipe_calls import is_told
from latentlab.app.transfer_columns import column_text
from latentlab.core import label as labels
from latentlab.core import reference

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from latentlab.app.endpoints import Endpoint
    from latentlab.app.lab import Lab
    from latentlab.app.transfer import Source, Transfer
    from latentlab.app.transfer_columns import Blend, Column, Reach
    from latentlab.core.axes import Axis
    from latentlab.core.manifest import Manifest
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


def transfer(
    recipe: Recipe,
    matrix: Transfer,
    chosen: Sequence[Column] | None = None,
    blend: Blend | None = None,
    *,
    given: Collection[int] = (),
    reach: Reach | None = None,
    on_cpu: bool = True,
) -> Recipe:
    """The recipe of styles under labels: all of them where `chosen` is None, and a blend.

    `given`: places of the sources that were told a label which is not their own. A command has
    one such label and no sliders, and calls sources by their references; where there is more to
    say, or what is called so is on this machine only, the recipe alone says it.
    """
    sources, manifest = matrix.sources, matrix.manifest
    names = tuple(source.endpoint.reference for source in sources)
    strange = names != tuple(portable(source.endpoint, seeds=on_cpu) for source in sources)
    told = {source.own for source in sources if not source.is_guess and _is_bare(source)}
    told |= {sources[place].own for place in given}
    guessed = any(source.is_guess for source in sources)
    words = None
    if chosen is not None:
        words = tuple(column_text(each, manifest, reach=reach) for each in chosen)
    overruled = any(_has_own(sources[place]) for place in given)
    strange |= overruled or any(map(any, matrix.nudges))
    if strange or len(told) > 1 or (told and guessed) or "" in (words or ()):
        return recipe
    mixed = None if blend is None else ":".join([*_names(blend[:2], manifest), repr(blend[2])])
    return _told(
        recipe, "transfer", sources=names, labels=words, strength=matrix.strength, blend=mixed,
        label=labels.written(next(iter(told), None), manifest) or None,
    )  # fmt: skip


def _is_bare(source: Source) -> bool:
    """Whether what it is called tells no label, so that a command has to."""
    return source.own is None or not brings_label(source.endpoint.reference)


def _has_own(source: Source) -> bool:
    """Whether its reference brings a label, which no command overrules."""
    end = source.endpoint
    is_data = reference.parse(end.reference).kind == "data"
    known = end.is_own or end.label is not None
    return known if is_data else brings_label(end.reference)


def _names(places: Sequence[int], manifest: Manifest) -> list[str]:
    """Names, or places where a name would be read as several."""
    names = manifest.told_names
    return [str(i) if set(names[i]) & set(",:+") else names[i] for i in places]


def _told(recipe: Recipe, verb: str, **values: Any) -> Recipe:
    """With its command, unless that would be too long to read, or would leave out a label."""
    if not recipe.model or (any(map(is_told, recipe.rows)) and not values.get("label")):
        return recipe
    command = Call(verb, recipe.model, recipe.moment, values).command()
    return recipe if len(command) > MOST else recipe.model_copy(update={"command": command})
