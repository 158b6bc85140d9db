"""Rows along axes as a value: their latents, and how they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app import named_ends, proposals, traversals
from latentlab.app.exports import Proposal
from latentlab.core import reference
from latentlab.core.route import steps as even_steps

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.core.axes import Axis
    from latentlab.core.label import Label


@dataclass(frozen=True, eq=False)
class Rows:
    """What is asked of the model: axes from a start, each in as many steps."""

    axes: tuple[Axis, ...]
    start: NDArray[np.float32]  # (latent,)
    span: float
    steps: int
    folder: Path
    label: Label

    @property
    def latents(self) -> NDArray[np.float32]:
        """The start, then one row after the other: (1 + rows * steps, latent)."""
        t = even_steps(self.steps)
        rows = [axis.route(self.start, self.span).at(t) for axis in self.axes]
        return np.concatenate([self.start[None], *rows])

    def is_like(self, other: Rows | None) -> bool:
        """Whether both are the same pictures."""
        return (
            other is not None
            and self.axes == other.axes  # by identity
            and (self.span, self.steps, self.folder, self.label)
            == (other.span, other.steps, other.folder, other.label)
            and np.array_equal(self.start, other.start)
        )

    def latent(self, row: int, step: int) -> NDArray[np.float32] | None:
        """Z of a picture, (latent,); None outside."""
        if not (0 <= row < len(self.axes) and 0 <= step < self.steps):
            return None
        t = even_steps(self.steps)[step]
        z: NDArray[np.float32] = self.axes[row].route(self.start, self.span).at(t)[0]
        return z

    def coordinate(self, step: int) -> float:
        """Of the pictures of a step, in sigma from the mean of the data."""
        return float((2 * even_steps(self.steps)[step] - 1) * self.span)


def propose(lab: Lab, rows: Rows, row: int | None = None) -> Proposal | None:
    """All rows, or one of them, ready to leave."""
    chosen = rows.axes if row is None else rows.axes[row : row + 1]
    if not chosen or lab.model is None:
        return None
    made = [
        each.model_copy(update={"label": rows.label})
        for each in traversals.rows_of(chosen, rows.start, rows.span, rows.steps)
    ]
    shape, smooth = lab.model.require().data.shape, lab.session.state.smooth
    look = proposals.look_of(shape, len(made) * rows.steps, smooth=smooth)
    recipe = lab.exports.recipe(made, look.model_copy(update={"columns": None}))
    start = str(reference.of_latent(rows.start))
    recipe = named_ends.traversal(recipe, start, chosen, rows.span, rows.steps)
    suffix = "" if row is None else f"-{row + 1}"
    return Proposal(f"{rows.folder.name}-traversal{suffix}", recipe)


def propose_picture(lab: Lab, rows: Rows, row: int, step: int) -> Proposal | None:
    """One picture, ready to leave."""
    z = rows.latent(row, step)
    if z is None:
        return None
    name = f"{rows.folder.name}-traversal-{row + 1}-{step + 1}"
    return proposals.of_latents(lab, name, z, label=rows.label)
