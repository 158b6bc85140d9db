"""An arithmetic sheet of the window on its way out: all of it, the result, a row, a basket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app import arithmetic_rows, named_ends, proposals
from latentlab.app.exports import Proposal
from latentlab.core.recipe import Look

if TYPE_CHECKING:
    from latentlab.app.arithmetic_plan import Sum
    from latentlab.app.lab import Lab

_SCALE = 2  # of an exported sheet, when it is first offered
_SIDE = 3


def of_sheet(lab: Lab) -> Proposal | None:
    """Terms, neighbourhood and rows; None before the first basket has a mean."""
    whole, model = _whole(lab), lab.model
    if whole is None or model is None:
        return None
    state = lab.session.state
    parts = {"row": True, "control": state.arithmetic.control}
    rows = arithmetic_rows.rows_of(whole, state.label, **parts)
    look = Look(scale=_SCALE, captions=True, smooth=state.smooth)
    recipe = arithmetic_rows.with_command(
        lab.exports.recipe(rows, look), whole, model.require(), state.label,
        **parts, on_cpu=named_ends.is_cpu(lab),
    )  # fmt: skip
    return Proposal(f"{state.model}-arithmetic", recipe)


def of_result(lab: Lab) -> Proposal | None:
    """The sum alone."""
    whole, state = _whole(lab), lab.session.state
    if whole is None:
        return None
    return proposals.of_latents(lab, f"{state.model}-sum", whole.result, label=state.label)


def of_neighbourhood(lab: Lab) -> Proposal | None:
    """The sum among eight with noise."""
    whole, state = _whole(lab), lab.session.state
    if whole is None:
        return None
    name = f"{state.model}-sum-around"
    return proposals.of_latents(lab, name, whole.neighbours, label=state.label, columns=_SIDE)


def of_row(lab: Lab) -> Proposal | None:
    """From -span to span of strength, and where a control is wanted a random direction below."""
    whole, state = _whole(lab), lab.session.state
    if whole is None:
        return None
    document = state.arithmetic
    rows = arithmetic_rows.rows_of(whole, state.label, row=True, control=document.control)
    look = Look(scale=_SCALE, captions=document.control, smooth=state.smooth)
    kept = rows[-2:] if document.control else rows[-1:]
    return Proposal(f"{state.model}-strengths", lab.exports.recipe(kept, look))


def of_term(lab: Lab, place: int) -> Proposal | None:
    """The samples of a basket and their mean."""
    terms, state = lab.arithmetic.terms, lab.session.state
    if not 0 <= place < len(terms) or terms[place].mean is None:
        return None
    row = arithmetic_rows.term_row(terms[place], place, state.label)
    look = Look(scale=_SCALE, columns=len(row.z), smooth=state.smooth)
    return Proposal(f"{state.model}-term-{place + 1}", lab.exports.recipe([row], look))


def of_mean(lab: Lab, place: int) -> Proposal | None:
    """The mean of a basket alone."""
    terms, state = lab.arithmetic.terms, lab.session.state
    mean = terms[place].mean if 0 <= place < len(terms) else None
    if mean is None:
        return None
    return proposals.of_latents(lab, f"{state.model}-mean-{place + 1}", mean, label=state.label)


def of_sample(lab: Lab, place: int, at: int) -> Proposal | None:
    """A sample of a basket, decoded."""
    terms, state = lab.arithmetic.terms, lab.session.state
    samples = terms[place].samples if 0 <= place < len(terms) else ()
    if not 0 <= at < len(samples) or (z := samples[at].z) is None:
        return None
    name = f"{state.model}-{samples[at].reference.replace(':', '-').replace('/', '-')[:40]}"
    return proposals.of_latents(lab, name, z, label=state.label)


def _whole(lab: Lab) -> Sum | None:
    found = lab.arithmetic.sum
    return found if found is not None and found.is_whole else None
