"""What the widgets of the Arithmetic tab show, made from `lab.arithmetic`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.letters import letters
from latentlab.gui.arithmetic.readings import Reading
from latentlab.gui.arithmetic.term_card import TermView

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

    from latentlab.app.arithmetics import Arithmetics
    from latentlab.app.fillings import Filling
    from latentlab.app.lab import Lab

    Pixels = NDArray[np.uint8]

_NO_JUDGE = "No classifier of this data is there to say what it sees. Train one: "


class Stacks:
    """Single pictures as one array, the same array as long as the pictures are."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[tuple[Pixels | None, ...], Pixels | None]] = {}

    def of(self, key: Hashable, shown: Sequence[Pixels | None]) -> Pixels | None:
        """(n, C, H, W), black where a picture is still to come; None: all are."""
        found = tuple(shown)
        before = self._known.get(key)
        if before is not None and len(before[0]) == len(found) and _same(before[0], found):
            return before[1]
        first = next((each for each in found if each is not None), None)
        made = None
        if first is not None:
            made = np.stack([np.zeros_like(first) if each is None else each for each in found])
        self._known[key] = found, made
        return made


def term_views(lab: Lab, stacks: Stacks) -> list[TermView]:
    """One for each term of the document."""
    return [term_view(lab, stacks, place) for place in range(len(lab.arithmetic.terms))]


def term_view(lab: Lab, stacks: Stacks, place: int) -> TermView:
    """What a card shows."""
    sums, document = lab.arithmetic, lab.session.state.arithmetic
    basket = sums.terms[place]
    filling = next((each for each in sums.fillings if each.place == place), None)
    pictures = [sums.picture_of_sample(place, at) for at in range(len(basket.samples))]
    return TermView(
        weight=basket.term.weight,
        name=basket.term.name,
        query=basket.term.query,
        references=tuple(sample.reference for sample in basket.samples),
        tips=tuple(_sample_words(sums, place, at) for at in range(len(basket.samples))),
        pictures=stacks.of(("term", place), pictures),
        mean=sums.picture_of_mean(place),
        problem=_problem(basket.problem, filling, is_empty=not basket.samples),
        gathered=_share(filling),
        is_chosen=place == document.chosen,
        words=_search_words(filling) or read(sums, sums.reading_of_mean(place)),
    )


def read(sums: Arithmetics, reading: tuple[float, ...] | None) -> str:
    """What the classifier sees, in a few words; empty: nothing yet."""
    return "" if reading is None else sums.reading_words(reading)


def readings(lab: Lab) -> tuple[Reading, ...]:
    """Of the start, the result and the control, attribute by attribute; empty: not yet."""
    sums, document = lab.arithmetic, lab.session.state.arithmetic
    start, result = reading_of_start(sums), sums.reading_of_result()
    control = sums.reading_of_control() if document.control else None
    if not document.judged or start is None or result is None:
        return ()
    controls = control or (None,) * len(result)
    return tuple(
        Reading(*each) for each in zip(sums.reading_names, start, result, controls, strict=True)
    )


def reading_of_start(sums: Arithmetics) -> tuple[float, ...] | None:
    """Of the row at strength 0, else of the first mean."""
    at = np.flatnonzero(np.abs(sums.strengths) < 1e-9)
    if len(at) and (found := sums.reading_of_row(int(at[0]))) is not None:
        return found
    return sums.reading_of_mean(0) if sums.terms else None


def no_readings(lab: Lab) -> str:
    """Why there are none, where that is to be said."""
    sums, state = lab.arithmetic, lab.session.state
    if sums.result is None or not state.arithmetic.judged:
        return ""
    if sums.yardstick is None:
        model = lab.model
        spec = model.manifest.data.name if model is not None and model.manifest else "DATA"
        return f"{_NO_JUDGE}latentlab train classifier --data {spec}"
    return "The classifier is looking…"


def difference_words(lab: Lab) -> str:
    """How long the way to the result is."""
    sums = lab.arithmetic
    if sums.result is None or sums.sum is None:
        return ""
    return f"Δz {float(np.linalg.norm(sums.sum.direction)):.2g}"


def leads_anywhere(sums: Arithmetics) -> bool:
    """Whether there is a way to go: one term alone has none."""
    return sums.result is not None and sums.sum is not None and bool(sums.sum.direction.any())


def note(lab: Lab) -> tuple[str, bool]:
    """One sentence above the sheet, and whether it tells a problem."""
    sums = lab.arithmetic
    if sums.obstacle:
        return sums.obstacle, True
    return (sums.problem, True) if sums.problem else (_about_labels(lab), False)


def obeys_labels(lab: Lab) -> bool:
    """Whether the current model is told a label, so that z holds the rest only."""
    manifest = lab.model.manifest if lab.model is not None else None
    return manifest is not None and bool(manifest.told_names) and not manifest.is_told_attributes


def _about_labels(lab: Lab) -> str:
    label = lab.session.state.label
    if not obeys_labels(lab) or not isinstance(label, int) or lab.model is None:
        return ""
    name = lab.model.require().told_names[label]
    return f"{lab.model.id} is told its label (now {name}): baskets hold styles, so does the sum."


def query_hint(lab: Lab) -> str:
    """An example of what can be asked for."""
    names = lab.arithmetic.query_names
    if len(names) < 2:
        return names[0] if names else "no names known"
    by_attributes = lab.model is not None and bool(lab.model.require().data.attribute_names)
    return f"{names[0]} and not {names[1]}" if by_attributes else f"as {names[0]} or {names[1]}"


def query_check(sums: Arithmetics) -> Callable[[str], str]:
    """A text to the sentence of what is wrong with it; empty: it can be asked."""
    return lambda text: sums.query_problem(text) if text else ""


def expression_problem(sums: Arithmetics, text: str) -> str:
    """The same of a whole sheet in one line."""
    return sums.expression_problem(text) if text else ""


def title(lab: Lab, place: int) -> str:
    """A term for menus: its letter and what it is called."""
    term = lab.session.state.arithmetic.terms[place]
    words = term.name or term.query
    return f"{letters(place)}, {words}" if words else letters(place)


def _sample_words(sums: Arithmetics, place: int, at: int) -> str:
    sample = sums.terms[place].samples[at]
    if sample.problem:
        return f"{sample.title}: {sample.problem}"
    return "\n".join(filter(None, (sample.title, read(sums, sums.reading_of_sample(place, at)))))


def _problem(sentence: str, filling: Filling | None, *, is_empty: bool) -> str:
    """An empty basket is no mistake: the card says what to do."""
    found = "" if filling is None else filling.problem
    return found or ("" if is_empty else sentence)


def _search_words(filling: Filling | None) -> str:
    """How far a search by a classifier is."""
    if filling is None or filling.problem or not filling.looked:
        return ""
    return f"{filling.found} of {filling.looked:,} fit"


def _share(filling: Filling | None) -> float | None:
    """Of the samples that are looked for; None: nothing is under way."""
    if filling is None or filling.problem:
        return None
    return min(1.0, filling.found / max(1, filling.wanted))


def _same(old: Sequence[Pixels | None], new: Sequence[Pixels | None]) -> bool:
    """Whether all are at the same places in memory; what was there before is kept there."""
    return all(_place(before) == _place(now) for before, now in zip(old, new, strict=True))


def _place(picture: Pixels | None) -> int | None:
    return None if picture is None else int(picture.__array_interface__["data"][0])
