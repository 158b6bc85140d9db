"""From the recipe of a file back to the view that it was made from, as far as a State can say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from latentlab.app import arithmetic_sheet, calls, recipe_calls, style_sheet
from latentlab.app.exports import weights_of
from latentlab.app.state import PATH_KINDS, Homotopy, Style
from latentlab.app.transfer import MOST_STRENGTH
from latentlab.core import reference
from latentlab.core.errors import ConfigError, LatentlabError
from latentlab.core.recipe import Blend, Latents, Styled, Travel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.calls import Call
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.core.label import Label
    from latentlab.core.recipe import Recipe, Row


@dataclass(frozen=True)
class Replay:
    """Fields of the State to change, and what that shows, in words."""

    words: str
    fields: dict[str, Any] = field(default_factory=dict)


def show(lab: Lab, recipe: Recipe, name: str) -> None:
    """Go to what a file called `name` was made from; what stands in the way is told."""
    problem = _problem(lab, recipe, name)
    if problem and not _has_model(lab, recipe):
        lab.message.emit(problem, "error")
        return
    found = replay_of(recipe, lab.session.state)
    if found is None:
        words = f"{name} holds pictures as they were shown, and no place to go to."
        lab.message.emit(words, "info")
        return
    if recipe.model != lab.session.state.model:
        lab.choose_model(recipe.model)
    lab.session.history.seal()
    lab.session.update(moment=recipe.moment, **found.fields)
    lab.session.history.seal()
    if problem:
        lab.message.emit(problem, "warning")
    else:
        lab.message.emit(f"{name}: {found.words}", "info")


def replay_of(recipe: Recipe, state: State) -> Replay | None:
    """What to change in a document of the recipe's model; None where no latent is told."""
    call = _call_of(recipe)
    if call is not None and (shown := style_sheet.fields_of(call, recipe, state)) is not None:
        return Replay("its manifold is shown", shown)
    if call is not None and call.verb == "arithmetic":
        return Replay("its terms are set", arithmetic_sheet.fields_of(call, recipe, state))
    if call is not None and (found := _of_call(call, state)) is not None:
        return found
    return _of_rows(recipe.rows, state)


def _call_of(recipe: Recipe) -> Call | None:
    try:
        return calls.parse(recipe.command) if recipe.command else recipe_calls.call_of(recipe)
    except LatentlabError:  # of another version; the rows say it too
        return None


def _of_call(call: Call, state: State) -> Replay | None:
    """Homotopies, traversals and corner sheets by the names that made them."""
    given, old = call.values, state.homotopy
    changes: dict[str, Any]
    if call.verb == "homotopy":
        stops = (given["a"], *given.get("via", ()), given["b"])
        kinds = given.get("path") or old.rows
        changes = {
            "mode": "rows",
            "stops": stops,
            "locked": (),
            "steps": given.get("steps", old.steps),
            "easing": given.get("easing", "linear"),
            "closed": given.get("closed", False),
            "rows": tuple(kind for kind in PATH_KINDS if kind in kinds),
        }
        words = "its endpoints and rows are set"
    elif call.verb == "traverse":
        kept = {"start": given.get("start"), "basis": given.get("basis", "raw")}
        changes = {"mode": "traverse", "span": given.get("span", 3.0), **kept}
        words = "its traversals are set"
    elif call.verb == "grid" and given.get("corners"):
        join, side = given.get("join", "line"), given.get("n", 8)
        changes = {"mode": "corners", "corners": given["corners"]}
        changes |= {"corner_join": join, "corner_side": side}
        words = "its corners are set"
    else:
        return None
    return Replay(words, {"tab": "homotopy", "homotopy": _homotopy(old, changes)})


def _of_rows(rows: Sequence[Row], state: State) -> Replay | None:
    """By the numbers alone: the ends of a path, styles, or the first latent."""
    styles = [row for row in rows if isinstance(row, Styled)]
    if styles:
        style = _style(state.style, styles)
        return Replay("its styles are set", {"tab": "style", "style": style})
    paths = [row for row in rows if isinstance(row, Travel | Blend)]
    if paths:
        changes = {
            "mode": "rows",
            "stops": _ends_of(paths),
            "locked": (),
            "steps": min(max(len(paths[0].t), 2), 64),
            "rows": _kinds_of(paths),
        }
        homotopy = _homotopy(state.homotopy, changes)
        return Replay("its endpoints are set", {"tab": "homotopy", "homotopy": homotopy})
    for row in rows:
        if isinstance(row, Latents) and row.z:
            several = sum(len(each.z) for each in rows if isinstance(each, Latents))
            words = "the cursor is there" if several == 1 else f"the first of {several} places"
            label = row.labels[0] if row.labels else row.label
            return Replay(words, {"tab": "explore", "z": row.z[0], "label": label})
    return None


def _ends_of(paths: Sequence[Travel | Blend]) -> tuple[str, ...]:
    """References of the stops: given pictures say more than the latents they encode to."""
    for path in paths:
        if isinstance(path, Blend):
            return tuple(f"picture:{text}" for text in path.pictures)
    travels = [path for path in paths if isinstance(path, Travel)]
    fewest = min(travels, key=lambda path: len(path.route.knots))
    knots, labels = fewest.route.knots, fewest.labels or (fewest.label,)
    ends = reference.of_latent(knots[0], labels[0]), reference.of_latent(knots[-1], labels[-1])
    return str(ends[0]), str(ends[1])


def _kinds_of(paths: Sequence[Travel | Blend]) -> tuple[str, ...]:
    """A route of many knots cannot say whether a graph or a geodesic gave it; straight will do."""
    found = {
        "pixel" if isinstance(path, Blend) else "slerp" if path.route.join == "arc" else "latent"
        for path in paths
    }
    return tuple(kind for kind in PATH_KINDS if kind in found)


def _style(old: Style, rows: Sequence[Styled]) -> Style:
    """The matrix of these rows: sources, labels that were said, strength, sliders and blend."""
    mixes = [mix for label in rows[0].labels if (mix := _mix_of(label, rows[0].labels))]
    changes: dict[str, Any] = {
        "page": "transfer",
        "sources": tuple(row.source or f"picture:{row.picture}" for row in rows),
        "told": tuple(row.own if row.is_told else None for row in rows),
        "nudges": tuple(row.nudge for row in rows),
        "strength": min(rows[0].strength, MOST_STRENGTH),
        "row": 0,
        "blend": mixes[0][:2] if mixes else None,
        "share": mixes[0][2] if mixes else old.share,
    }
    try:
        return Style(**{**dict(old), **changes})
    except ValueError as error:
        raise ConfigError("The recipe asks for what this version cannot show.") from error


def _mix_of(label: Label, beside: Sequence[Label]) -> tuple[int, int, float] | None:
    """The two classes that a column mixes; attributes are numbers in every column."""
    if not isinstance(label, tuple) or not any(isinstance(other, int) for other in beside):
        return None
    parts = [place for place, share in enumerate(label) if share > 0]
    return (parts[0], parts[1], label[parts[1]]) if len(parts) == 2 else None


def _homotopy(old: Homotopy, changes: dict[str, Any]) -> Homotopy:
    """With these changes; those that no document can hold are left out."""
    try:
        return Homotopy(**{**dict(old), **{k: v for k, v in changes.items() if v is not None}})
    except ValueError as error:
        raise ConfigError("The recipe asks for what this version cannot show.") from error


def _has_model(lab: Lab, recipe: Recipe) -> bool:
    return not recipe.model or any(
        card.id == recipe.model and card.is_usable for card in lab.registry.cards()
    )


def _problem(lab: Lab, recipe: Recipe, name: str) -> str:
    """One sentence when the model is missing or changed, or an empty text."""
    if not recipe.model:
        return ""
    if not _has_model(lab, recipe):
        return (
            f"{name} was made by {recipe.model}, which is not in your library; import that model, "
            "then drop the file again."
        )
    manifest = lab.registry.find(recipe.model).require()
    if manifest.files.get(weights_of(recipe.moment), "") != recipe.weights:
        return (
            f"{recipe.model} has other weights than those that made {name}: you are at the same "
            "place, but it looks different now."
        )
    return ""
