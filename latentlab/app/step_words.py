"""Steps of the history in words, as the History panel lists them."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from latentlab.app import arithmetic_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from latentlab.app.history import Kind
    from latentlab.app.state import Homotopy, Pin, State

OPENED = "opened"  # the kind of a step that opened a session's file
_LONG = 40  # letters of a value
_NAMES = {
    "moment": "moment",
    "label": "label",
    "smooth": "smooth pictures",
    "sampled": "drawn latents",
    "map.plane": "plane",
    "map.dims": "axes",
    "map.colour_by": "colour by",
    "map.hidden_labels": "hidden labels",
    "map.solo_label": "only label",
    "map.manifold": "manifold",
    "map.manifold_opacity": "manifold opacity",
    "map.prior": "prior rings",
    "map.posterior": "posterior ellipses",
    "map.density": "density",
    "homotopy.mode": "homotopy mode",
    "homotopy.locked": "locks",
    "homotopy.closed": "back to A",
    "homotopy.labels_move": "labels move",
    "homotopy.easing": "easing",
    "homotopy.steps": "steps",
    "homotopy.t": "t",
    "homotopy.rows": "rows",
    "homotopy.curve": "curve",
    "homotopy.on_map": "paths on the map",
    "homotopy.corner_join": "corner grid",
    "homotopy.corner_side": "corner grid side",
    "homotopy.basis": "traversals along",
    "homotopy.span": "traversals to ± sigma",
    "style.page": "page of Style",
    "style.strength": "strength of style",
    "style.share": "share of the blend",
    "style.judged": "judged by a classifier",
    "style.pool": "plain model beside",
    "style.side": "side of the manifold",
    "style.spacing": "places of the manifold",
    "style.through": "plane of the manifold through",
    "style.answers": "answers",
    "style.seed": "seed of the answers",
    **arithmetic_words.NAMES,
}


def words_of(before: State, after: State, kind: Kind) -> str:
    """One step, from one document to the next; `kind` names the fields that it touched."""
    if OPENED in kind:
        return "opened a session"
    if "model" in kind:
        return f"model: {after.model}"
    parts = sorted(kind, key=_rank)
    told = [words for part in parts if (words := _words_of_part(before, after, part))]
    return ", ".join(told[:3]) or "no change"


def _words_of_part(before: State, after: State, part: str) -> str:
    special = _SPECIAL.get(part)
    if special is not None:
        return special(before, after)
    old, new = _value(before, part), _value(after, part)
    name = _NAMES.get(part, part.rpartition(".")[2].replace("_", " "))
    if old == new:
        return ""
    if isinstance(new, bool):
        return f"{name} {'on' if new else 'off'}"
    return f"{name} {_short(old)} → {_short(new)}"


def _value(document: State, part: str) -> Any:
    found: Any = document
    for name in part.split("."):
        found = getattr(found, name)
    return found


def _short(value: object) -> str:
    if value is None or value in ((), ""):
        return "none"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, tuple):
        return _cut(", ".join(_short(each) for each in value))
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def reference_words(reference: str) -> str:
    """A reference for people: long ones are named by their kind."""
    if not reference:
        return "none"
    kind = reference.partition(":")[0]
    return "a picture" if kind == "picture" else _cut(reference)


# -- what has words of its own -----------------------------------------------------------------


def _cursor(_before: State, after: State) -> str:
    place = ", ".join(f"{value:+.2f}" for value in after.z[:2])
    return f"moved the cursor to {place}{' …' if len(after.z) > 2 else ''}"


def _pins(before: State, after: State) -> str:
    old = {pin.id: pin for pin in before.pins}
    new = {pin.id: pin for pin in after.pins}
    words = [f"pinned {pin.name}" for pin in after.pins if pin.id not in old]
    words += [f"removed pin {pin.name}" for pin in before.pins if pin.id not in new]
    words += [_changed_pin(old[key], pin) for key, pin in new.items() if old.get(key, pin) != pin]
    if not words and before.pins != after.pins:
        words = [f"order of pins {', '.join(pin.name for pin in after.pins[:6])}"]
    return ", ".join(words[:3])


def _changed_pin(old: Pin, new: Pin) -> str:
    return f"renamed pin {old.name} to {new.name}" if old.name != new.name else f"pin {new.name}"


def _selection(_before: State, after: State) -> str:
    count = len(after.selection)
    return f"selected {count:,} image{'s' if count != 1 else ''}" if count else "selected nothing"


def _stops(before: State, after: State) -> str:
    old, new = before.homotopy, after.homotopy
    if len(old.stops) > 1 and old.stops[::-1] == new.stops:
        return "swapped the endpoints"
    if len(old.stops) == len(new.stops):
        return _renewed(old.stops, new.stops, lambda place: _stop_name(new, place))
    if len(new.stops) < len(old.stops):
        gone = [stop for stop in old.stops if stop not in new.stops]
        return f"removed {reference_words(gone[0]) if gone else 'a stop'}"
    place = next(
        (i for i, (a, b) in enumerate(zip(new.stops, old.stops, strict=False)) if a != b),
        len(old.stops),
    )
    return f"{_stop_name(new, place)}: {reference_words(new.stops[place])}"


def _stop_name(homotopy: Homotopy, place: int) -> str:
    if place == 0:
        return "endpoint A"
    return "endpoint B" if place == len(homotopy.stops) - 1 else f"waypoint {place}"


def _corners(before: State, after: State) -> str:
    return _renewed(
        before.homotopy.corners, after.homotopy.corners, lambda place: f"corner {place + 1}"
    )


def _renewed(old: Sequence[str], new: Sequence[str], name: Callable[[int], str]) -> str:
    """The places that got another reference."""
    known = [*old, *[""] * (len(new) - len(old))]
    words = [
        f"{name(place)}: {reference_words(after)}"
        for place, (before, after) in enumerate(zip(known, new, strict=False))
        if before != after
    ]
    return ", ".join(words[:2])


def _drawn(_before: State, after: State) -> str:
    return "drew a path" if after.homotopy.drawn else "removed the drawn path"


def _start(_before: State, after: State) -> str:
    start = after.homotopy.start
    return f"traversals start at {reference_words(start) if start else 'the cursor'}"


def _sources(before: State, after: State) -> str:
    old, new = before.style.sources, after.style.sources
    if len(old) == len(new):
        return _renewed(old, new, lambda place: f"style {place + 1}")
    if len(new) == len(old) + 1 and new[: len(old)] == old:
        return f"added style {reference_words(new[-1])}"
    if len(new) + 1 == len(old):
        gone = next((text for text in old if text not in new), old[-1])
        return f"removed style {reference_words(gone)}"
    return f"{len(new)} style{'s' if len(new) != 1 else ''}" if new else "removed all styles"


def _nudged(before: State, after: State) -> str:
    """Which row moved; what goes with another source is told with that."""
    if before.style.sources != after.style.sources:
        return ""
    at = _first_unlike(before.style.nudges, after.style.nudges, ())
    still = at < len(after.style.nudges) and any(after.style.nudges[at])
    return f"{'moved' if still else 'moved back'} style {at + 1}"


def _told(before: State, after: State) -> str:
    if before.style.sources != after.style.sources:
        return ""
    told = after.style.told
    at = _first_unlike(before.style.told, told, None)
    label = told[at] if at < len(told) else None
    if label is None:
        return f"style {at + 1} read with its own label"
    return f"style {at + 1} read with label {_short(label)}"


def _first_unlike(old: Sequence[object], new: Sequence[object], nothing: object) -> int:
    pairs = enumerate(zip_longest(old, new, fillvalue=nothing))
    return next((at for at, (a, b) in pairs if a != b), 0)


def _row(before: State, after: State) -> str:
    """A row that came is chosen by itself."""
    return "" if before.style.sources != after.style.sources else f"style {after.style.row + 1}"


def _blend(_before: State, after: State) -> str:
    mixed = after.style.blend
    return "no blend of labels" if mixed is None else f"blend of labels {mixed[0]} and {mixed[1]}"


def _seen(_before: State, after: State) -> str:
    given = after.style.seen
    return f"quadrants given: {', '.join(str(place + 1) for place in given) or 'none'}"


def _drawing(_before: State, after: State) -> str:
    return f"half a drawing: {reference_words(after.style.drawing)}"


_SPECIAL: dict[str, Callable[[State, State], str]] = {
    "z": _cursor,
    "pins": _pins,
    "selection": _selection,
    "homotopy.stops": _stops,
    "homotopy.corners": _corners,
    "homotopy.drawn": _drawn,
    "homotopy.start": _start,
    "style.sources": _sources,
    "style.nudges": _nudged,
    "style.row": _row,
    "style.told": _told,
    "style.blend": _blend,
    "style.seen": _seen,
    "style.drawing": _drawing,
    **arithmetic_words.SPECIAL,
}


def _rank(part: str) -> tuple[int, str]:
    """What a person did stands before what followed from it."""
    return (0 if part in _SPECIAL and part != "z" else 1, part)
