"""The terms of an arithmetic sheet: edits of the document, pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from latentlab.app.state import Arithmetic
from latentlab.app.stops import fits
from latentlab.core import reference
from latentlab.core.arithmetic import MOST_WEIGHT, Term
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_SAMPLES = 1_000  # of a basket: what a click puts there, and what one can look through


def with_term(
    document: Arithmetic,
    basket: Iterable[str] = (),
    *,
    weight: float | None = None,
    name: str = "",
    query: str = "",
) -> Arithmetic:
    """One term more, which is then the chosen one; by default A - B + C + D. Raises ConfigError."""
    usual = -1.0 if len(document.terms) == 1 else 1.0
    term = Term(
        weight=usual if weight is None else _weight(weight),
        basket=_checked(basket),
        name=name,
        query=query,
    )
    return _of_terms(document, [*document.terms, term], len(document.terms))


def with_terms(document: Arithmetic, terms: Iterable[Term]) -> Arithmetic:
    """Other terms altogether; raises ConfigError."""
    new = [term.model_copy(update={"basket": _checked(term.basket)}) for term in terms]
    return _of_terms(document, new, 0)


def without(document: Arithmetic, place: int) -> Arithmetic:
    """Take a term out; those behind it move up."""
    if not 0 <= place < len(document.terms):
        return document
    terms = [term for at, term in enumerate(document.terms) if at != place]
    return _of_terms(document, terms, document.chosen - (document.chosen > place))


def moved(document: Arithmetic, place: int, to: int) -> Arithmetic:
    """Put a term at another place; the first one is where the way begins."""
    if not 0 <= place < len(document.terms):
        return document
    terms = list(document.terms)
    to = min(max(to, 0), len(terms) - 1)
    terms.insert(to, terms.pop(place))
    return _of_terms(document, terms, to)


def with_fields(document: Arithmetic, place: int, **fields: Any) -> Arithmetic:
    """Change weight, name or query of a term; a weight that is not finite is ignored."""
    if not 0 <= place < len(document.terms):
        return document
    if "weight" in fields:
        weight = float(fields["weight"])
        if not math.isfinite(weight):
            return document
        fields["weight"] = _weight(weight)
    old = document.terms[place]
    return _with(document, place, Term(**{**dict(old), **fields}))


def with_basket(
    document: Arithmetic, place: int, references: Iterable[str], *, query: str = ""
) -> Arithmetic:
    """Other samples altogether; beyond the end a term is added. Raises ConfigError."""
    if not 0 <= place < len(document.terms):
        return with_term(document, references, query=query)
    changed = {"basket": _checked(references), "query": query}
    return _with(document, place, document.terms[place].model_copy(update=changed))


def with_samples(document: Arithmetic, place: int | None, references: Iterable[str]) -> Arithmetic:
    """More samples in a basket, by default the chosen one's, each once. Raises ConfigError.

    Beyond the end a term is added. A basket that was changed by hand is no longer that of a query.
    """
    at = document.chosen if place is None else place
    if not 0 <= at < len(document.terms):
        return with_term(document, references)
    kept = document.terms[at].basket
    more = _checked([*kept, *references])
    return document if more == kept else with_basket(document, at, more)


def without_sample(document: Arithmetic, place: int, at: int) -> Arithmetic:
    """Take a sample out of a basket."""
    if not 0 <= place < len(document.terms):
        return document
    basket = document.terms[place].basket
    if not 0 <= at < len(basket):
        return document
    return with_basket(document, place, basket[:at] + basket[at + 1 :])


def with_concept(document: Arithmetic, name: str, sigma: float) -> Arithmetic:
    """How much of a named direction is added, in its sigma; 0 takes it away."""
    if not math.isfinite(sigma):
        return document
    kept = [(each, value) for each, value in document.concepts if each != name]
    places = [each for each, _ in document.concepts]
    if sigma:
        at = places.index(name) if name in places else len(kept)
        kept.insert(at, (name, float(sigma)))
    return document.model_copy(update={"concepts": tuple(kept)})


def fitted(document: Arithmetic, latent_size: int) -> Arithmetic:
    """Without latents of another width; what names a picture, a label or a seed stays."""
    if not lost(document, latent_size):
        return document
    terms = [
        term.model_copy(
            update={"basket": tuple(text for text in term.basket if fits(text, latent_size))}
        )
        for term in document.terms
    ]
    return _of_terms(document, terms, document.chosen)


def lost(document: Arithmetic, latent_size: int) -> int:
    """How many samples mean nothing to a model with latents of this size."""
    return sum(not fits(text, latent_size) for term in document.terms for text in term.basket)


def _with(document: Arithmetic, place: int, term: Term) -> Arithmetic:
    terms = list(document.terms)
    terms[place] = term
    return _of_terms(document, terms, document.chosen)


def _of_terms(document: Arithmetic, terms: Sequence[Term], chosen: int) -> Arithmetic:
    last = max(len(terms) - 1, 0)
    fields = {"terms": tuple(terms), "chosen": min(max(chosen, 0), last)}
    return Arithmetic.model_validate({**dict(document), **fields})


def _checked(references: Iterable[str]) -> tuple[str, ...]:
    """Each once, in their order."""
    basket = tuple(dict.fromkeys(str(reference.parse(text)) for text in references))
    if len(basket) > MOST_SAMPLES:
        raise ConfigError(
            f"A basket of {len(basket):,} samples is too large; it holds {MOST_SAMPLES:,}."
        )
    return basket


def _weight(weight: float) -> float:
    return min(max(float(weight), -MOST_WEIGHT), MOST_WEIGHT)
