"""A style sheet on its way out: all of it, a row, a column, a cell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latentlab.app import proposals
from latentlab.app.exports import Proposal
from latentlab.core.recipe import Look

if TYPE_CHECKING:
    from latentlab.app.lab import Lab
    from latentlab.app.styles import Sheet
    from latentlab.app.transfer import Transfer

_SCALE = 2  # of an exported sheet, when it is first offered


def of_sheet(lab: Lab, sheet: Sheet) -> Proposal:
    """Every style under every label."""
    return _proposal(lab, sheet.matrix, "styles")


def of_row(lab: Lab, sheet: Sheet, row: int) -> Proposal | None:
    """One style under every label; `row` is a place of the document."""
    if row not in sheet.rows:
        return None
    at, matrix = sheet.rows.index(row), sheet.matrix
    nudges = matrix.nudges[at : at + 1]
    part = replace(matrix, sources=(matrix.sources[at],), nudges=nudges)
    return _proposal(lab, part, f"style-{row + 1}")


def of_column(lab: Lab, sheet: Sheet, column: int) -> Proposal | None:
    """Every style under one label."""
    if not 0 <= column < len(sheet.columns):
        return None
    chosen = sheet.columns[column]
    return _proposal(lab, replace(sheet.matrix, columns=(chosen,)), f"styles-{chosen.title}")


def of_cell(lab: Lab, sheet: Sheet, row: int, column: int) -> Proposal | None:
    """One style under one label."""
    if sheet.place(row, column) is None:
        return None
    chosen = sheet.columns[column]
    name = f"{lab.session.state.model}-style-{row + 1}-{chosen.title}"
    z = sheet.matrix.z[sheet.rows.index(row)]
    return proposals.of_latents(lab, name, z, label=chosen.label)


def _proposal(lab: Lab, matrix: Transfer, what: str) -> Proposal:
    look = Look(scale=_SCALE, captions=True, smooth=lab.session.state.smooth)
    recipe = lab.exports.recipe(matrix.recipe_rows(), look)
    return Proposal(f"{lab.session.state.model}-{what}", recipe)
