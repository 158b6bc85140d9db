"""A style sheet on its way out: all of it, a row, a column, a cell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latentlab.app import named_ends, proposals
from latentlab.app.exports import Proposal
from latentlab.app.recipe_calls import usual_columns
from latentlab.app.style_edits import told_of
from latentlab.core.recipe import Look

if TYPE_CHECKING:
    from latentlab.app.lab import Lab
    from latentlab.app.style_cells import Sheet
    from latentlab.app.transfer import Column, Transfer

_SCALE = 2  # of an exported sheet, when it is first offered


def of_sheet(lab: Lab, sheet: Sheet) -> Proposal:
    """Every style under every label."""
    return _proposal(lab, sheet.matrix, _given(lab, sheet.rows), "styles")


def of_row(lab: Lab, sheet: Sheet, row: int) -> Proposal | None:
    """One style under every label; `row` is a place of the document."""
    if row not in sheet.rows:
        return None
    at, matrix = sheet.rows.index(row), sheet.matrix
    part = replace(matrix, sources=(matrix.sources[at],), nudges=matrix.nudges[at : at + 1])
    return _proposal(lab, part, _given(lab, (row,)), f"style-{row + 1}")


def of_column(lab: Lab, sheet: Sheet, column: int) -> Proposal | None:
    """Every style under one label, or under the blend."""
    if not 0 <= column < len(sheet.columns):
        return None
    chosen, given = sheet.columns[column], _given(lab, sheet.rows)
    part = replace(sheet.matrix, columns=(chosen,))
    return _proposal(lab, part, given, f"styles-{chosen.title}", (chosen,))


def of_cell(lab: Lab, sheet: Sheet, row: int, column: int) -> Proposal | None:
    """One style under one label."""
    if sheet.place(row, column) is None:
        return None
    chosen = sheet.columns[column]
    name = f"{lab.session.state.model}-style-{row + 1}-{chosen.title}"
    z = sheet.matrix.z[sheet.rows.index(row)]
    return proposals.of_latents(lab, name, z, label=chosen.label)


def _proposal(
    lab: Lab,
    matrix: Transfer,
    given: tuple[int, ...],
    what: str,
    chosen: tuple[Column, ...] | None = None,
) -> Proposal:
    """`given`: places of rows whose label somebody chose; `chosen`: columns, None for all."""
    on_cpu, document = named_ends.is_cpu(lab), lab.session.state.style
    rows, smooth = matrix.recipe_rows(given, on_cpu=on_cpu), lab.session.state.smooth
    look = Look(scale=_SCALE, captions=True, smooth=smooth, columns=usual_columns(rows))
    recipe = lab.exports.recipe(rows, look)
    pair = document.blend if chosen is None else None
    blend = None if pair is None else (*pair, document.share)
    recipe = named_ends.transfer(
        recipe, matrix, chosen, blend, given=given, reach=lab.attribute_reach, on_cpu=on_cpu
    )
    return Proposal(f"{lab.session.state.model}-{what}", recipe)


def _given(lab: Lab, rows: tuple[int, ...]) -> tuple[int, ...]:
    """Which of these rows are read with a label that somebody chose."""
    document = lab.session.state.style
    return tuple(at for at, row in enumerate(rows) if told_of(document, row) is not None)
