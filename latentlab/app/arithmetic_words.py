"""Steps of the history that changed the arithmetic sheet, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app.letters import letters

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.state import State
    from latentlab.core.arithmetic import Term

_LONG = 40
NAMES = {
    "arithmetic.strength": "strength of the sum",
    "arithmetic.noise": "noise around the result",
    "arithmetic.noise_seed": "seed of the noise",
    "arithmetic.control": "random direction beside",
    "arithmetic.control_seed": "seed of the random direction",
    "arithmetic.span": "row from ± strength",
    "arithmetic.steps": "steps of the row",
    "arithmetic.judged": "judged by a classifier",
    "arithmetic.wall_seed": "samples of the wall",
    "arithmetic.wall_query": "wall shows",
}


def _terms(before: State, after: State) -> str:
    old, new = before.arithmetic.terms, after.arithmetic.terms
    if len(new) == len(old) + 1 and new[: len(old)] == old:
        return f"added term {letters(len(old))}"
    if len(new) + 1 == len(old):
        gone = next((at for at, term in enumerate(new) if term != old[at]), len(new))
        return f"removed term {letters(gone)}"
    if len(old) != len(new):
        return f"{len(new)} terms" if new else "removed all terms"
    if sorted(map(repr, old)) == sorted(map(repr, new)):
        return "order of terms"
    words = [
        f"term {letters(at)}: {_term(was, now)}"
        for at, (was, now) in enumerate(zip(old, new, strict=True))
        if was != now
    ]
    return ", ".join(words[:2])


def _term(old: Term, new: Term) -> str:
    if old.basket != new.basket:
        count = len(new.basket)
        return new.query or f"{count} sample{'s' * (count != 1)}"
    if old.weight != new.weight:
        return f"weight {old.weight:.3g} → {new.weight:.3g}"
    return (new.name or new.query or "no name")[:_LONG]


def _chosen(before: State, after: State) -> str:
    """A term that came is chosen by itself."""
    same = before.arithmetic.terms == after.arithmetic.terms
    return f"term {letters(after.arithmetic.chosen)}" if same else ""


def _concepts(before: State, after: State) -> str:
    old, new = dict(before.arithmetic.concepts), dict(after.arithmetic.concepts)
    words = [
        f"{name[:_LONG]} {old.get(name, 0.0):.3g} → {new.get(name, 0.0):.3g}"
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]
    return ", ".join(words[:2]) or "order of concepts"


SPECIAL: dict[str, Callable[[State, State], str]] = {
    "arithmetic.terms": _terms,
    "arithmetic.chosen": _chosen,
    "arithmetic.concepts": _concepts,
}
