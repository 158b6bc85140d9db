"""The rows of a style sheet: edits of the document, pure. A label and a nudge go with their row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app.state import Style
from latentlab.app.stops import fits
from latentlab.core import reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from latentlab.core.label import Label


def with_source(document: Style, place: int, text: str) -> Style:
    """Put a reference in a row, as it is; beyond the end it is added. Raises ConfigError."""
    place = min(max(place, 0), len(document.sources))
    rows = _rows(document)
    rows[place : place + 1] = [(str(reference.parse(text)), None, ())]
    return _of_rows(document, rows, place)


def with_sources(document: Style, texts: Iterable[str], *, add: bool = False) -> Style:
    """Other rows altogether, or more of them; raises ConfigError."""
    kept = _rows(document) if add else []
    new = [(str(reference.parse(text)), None, ()) for text in texts]
    return _of_rows(document, [*kept, *new], len(kept) if new else 0)


def without(document: Style, place: int) -> Style:
    """Take a row out; those below it move up."""
    if not 0 <= place < len(document.sources):
        return document
    rows = _rows(document)
    del rows[place]
    return _of_rows(document, rows, document.row - (document.row > place))


def with_nudge(document: Style, place: int, nudge: Sequence[float]) -> Style:
    """What the sliders add to z of a row; none: it stays as it was read."""
    rows = _rows(document)
    if not 0 <= place < len(rows):
        return document
    moved = tuple(float(value) for value in nudge)
    rows[place] = (*rows[place][:2], moved if any(moved) else ())
    return _of_rows(document, rows, document.row)


def with_told(document: Style, place: int, label: Label) -> Style:
    """The label that a row's picture is read with; None: its own, else what a classifier sees."""
    rows = _rows(document)
    if not 0 <= place < len(rows):
        return document
    rows[place] = (rows[place][0], label, rows[place][2])
    return _of_rows(document, rows, document.row)


def told_of(document: Style, place: int) -> Label:
    """The label that was chosen for a row."""
    return document.told[place] if place < len(document.told) else None


def nudge_of(document: Style, place: int) -> tuple[float, ...]:
    """What the sliders added to z of a row; empty: nothing."""
    return document.nudges[place] if place < len(document.nudges) else ()


def fitted(document: Style, latent_size: int) -> Style:
    """Without latents and nudges of another width; what names a picture or a label stays."""
    rows = [
        (text, label, nudge if len(nudge) == latent_size else ())
        for text, label, nudge in _rows(document)
        if fits(text, latent_size)
    ]
    return _of_rows(document, rows, document.row)


_Row = tuple[str, "Label", tuple[float, ...]]


def _rows(document: Style) -> list[_Row]:
    return [
        (text, told_of(document, at), nudge_of(document, at))
        for at, text in enumerate(document.sources)
    ]


def _of_rows(document: Style, rows: Sequence[_Row], chosen: int) -> Style:
    """A checked copy; tails of rows without label or nudge are not written down."""
    told, nudges = [row[1] for row in rows], [row[2] for row in rows]
    while told and told[-1] is None:
        told.pop()
    while nudges and not nudges[-1]:
        nudges.pop()
    fields = {
        "sources": tuple(row[0] for row in rows),
        "told": tuple(told),
        "nudges": tuple(nudges),
        "row": min(max(chosen, 0), max(len(rows) - 1, 0)),
    }
    return Style.model_validate({**dict(document), **fields})
