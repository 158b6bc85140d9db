"""From the command of an arithmetic sheet back to the document that shows it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from latentlab.app.state import Arithmetic
from latentlab.core import expression
from latentlab.core.arithmetic import Term
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import Latents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.calls import Call
    from latentlab.app.state import State
    from latentlab.core.recipe import Recipe

TAB = "arithmetic"
_KEPT = ("strength", "noise", "noise_seed", "control_seed", "span", "steps", "control")


def fields_of(call: Call, recipe: Recipe, state: State) -> dict[str, Any]:
    """What to change in a document to see an exported sheet again; raises ConfigError."""
    given, row = call.values, recipe.rows[0]
    terms = terms_of(given["expression"], given.get("titles", ()))
    values = {name: given[name] for name in _KEPT if name in given}
    told = {"label": row.label} if isinstance(row, Latents) and row.label is not None else {}
    return {"tab": TAB, "arithmetic": document_of(terms, values, state.arithmetic), **told}


def terms_of(text: str, titles: Sequence[str] = ()) -> tuple[Term, ...]:
    """The terms of an expression; baskets of queries are empty."""
    found = expression.parse(text)
    return tuple(
        Term(
            weight=term.weight,
            basket=term.references,
            name=title,
            query="" if term.references else term.inside,
        )
        for term, title in zip_longest(found, titles[: len(found)], fillvalue="")
        if isinstance(term, expression.Weighted)
    )


def document_of(
    terms: Sequence[Term], values: dict[str, Any], old: Arithmetic | None = None
) -> Arithmetic:
    """A checked document with these terms and values; raises ConfigError in one sentence."""
    usual = {name: getattr(Arithmetic(), name) for name in (*_KEPT, "chosen", "concepts")}
    kept = dict(old or Arithmetic())
    try:
        return Arithmetic(**{**kept, **usual, **values, "terms": tuple(terms)})
    except ValueError as error:
        first = error.errors()[0]  # type: ignore[attr-defined]
        name = str(first["loc"][0]).replace("_", " ")
        raise ConfigError(
            f"A {name} of {first['input']} does not do: {str(first['msg']).lower()}."
        ) from error
