"""An arithmetic sheet on its way to a file: rows of latents, and the command that makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app.calls import Call
from latentlab.app.letters import letters
from latentlab.app.proposals import written
from latentlab.core import expression, reference
from latentlab.core import label as labels
from latentlab.core.recipe import Latents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from latentlab.app.arithmetic_plan import Basket, Sum
    from latentlab.app.sample_reader import Sample
    from latentlab.core.label import Label
    from latentlab.core.manifest import Manifest
    from latentlab.core.recipe import Recipe

_SIDE = 3  # of the neighbourhood
_LONGEST = 40_000  # letters of a command that is kept to come back to the sheet


def row_of(z: ArrayLike, title: str, label: Label) -> Latents:
    """Latents (n, latent) as a row that a model is told `label` of."""
    return Latents(z=written(z), title=title, label=label)


def term_row(basket: Basket, place: int, label: Label) -> Latents:
    """The good samples of a basket, then their mean."""
    mean = [] if basket.mean is None else [basket.mean]
    z = [sample.z for sample in basket.samples if sample.z is not None]
    return row_of([*z, *mean], _title(basket, place), label)


def rows_of(
    whole: Sum, label: Label = None, *, row: bool = False, control: bool = False
) -> tuple[Latents, ...]:
    """Terms, the result among its neighbours in three rows, and what else is asked for.

    `row`: from -span to span of strength; `control`: the same, or with no row only the one picture,
    in a random direction.
    """
    around = whole.neighbours.reshape(_SIDE, _SIDE, -1)
    rows = [
        term_row(basket, place, label)
        for place, basket in enumerate(whole.baskets)
        if basket.mean is not None
    ]
    rows += [row_of(z, "result" if at == 1 else "", label) for at, z in enumerate(around)]
    if row:
        rows.append(row_of(whole.row, _strengths(whole), label))
    if control:
        beside = whole.control_row if row else whole.control[None]
        rows.append(row_of(beside, "random direction", label))
    return tuple(rows)


def with_command(
    recipe: Recipe,
    whole: Sum,
    manifest: Manifest,
    label: Label = None,
    *,
    row: bool = False,
    control: bool = False,
    on_cpu: bool = True,
) -> Recipe:
    """The recipe of `rows_of` with its command, which names every sample: no classifier is asked.

    Concepts have no words, nor have sheets that would take too many.
    """
    if whole.shift is not None or not recipe.model:
        return recipe
    document, known = whole.document, [each for each in whole.baskets if each.mean is not None]
    terms = [
        basket.term.model_copy(
            update={"basket": tuple(_portable(each, on_cpu) for each in _good(basket))}
        )
        for basket in known
    ]
    titles = tuple(basket.term.name or basket.term.query for basket in known)
    values = {
        "expression": expression.written(terms),
        "strength": document.strength,
        "noise": document.noise,
        "noise_seed": document.noise_seed,
        "row": row,
        "control": control,
        "control_seed": document.control_seed if control else 0,
        "span": document.span if row else 2.0,
        "steps": document.steps if row else 9,
        "titles": titles if any(titles) else (),
        "label": labels.written(label, manifest) or None,
    }
    command = Call("arithmetic", recipe.model, recipe.moment, values).command()
    return recipe if len(command) > _LONGEST else recipe.model_copy(update={"command": command})


def _good(basket: Basket) -> Sequence[Sample]:
    return [sample for sample in basket.samples if sample.z is not None]


def _portable(sample: Sample, on_cpu: bool) -> str:
    """The reference of a sample where it means the same on another machine, else its numbers."""
    named = reference.parse(sample.reference)
    if named.kind in ("z", "label") or (named.kind == "seed" and on_cpu):
        return sample.reference
    if named.kind == "data" and ":" not in named.data[0] and sample.missed is None:
        return sample.reference
    assert sample.z is not None  # only good samples are asked for
    return str(reference.of_latent(sample.z))


def _title(basket: Basket, place: int) -> str:
    """For people: "A smile, long_hair, mean last", "- 0.5 B, mean last"."""
    weight, factor = basket.term.weight, abs(basket.term.weight)
    sign = "− " if weight < 0 else "+ " if place else ""
    words = basket.term.name or basket.term.query
    return (
        f"{sign}{'' if factor == 1 else f'{factor:g} '}{letters(place)} {words}".strip()
        + ", mean last"
    )


def _strengths(whole: Sum) -> str:
    return f"strength {-whole.document.span:g} to {whole.document.span:g}"
