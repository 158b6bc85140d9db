"""What the manifolds of a run are asked for: one sheet of a 2-D latent for each label.

The sheets are small, so that they can be made at every look and kept with the other pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt, prod
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from latentlab.core.latent import quantile_grid
from latentlab.core.projection import RawPlane

if TYPE_CHECKING:
    from latentlab.data.dataset import Dataset
    from latentlab.models.family import LatentModel

MOST_SIDE, LEAST_SIDE = 8, 4  # pictures in a row of a sheet
MOST_LABELS = 16
MOST_BYTES = 1_000_000  # of all sheets together
_LATENT_SHAPE = (2,)


@dataclass(frozen=True, eq=False)
class Asked:
    """Latents z (labels * side * side, 2), sheet by sheet, and what is told of them, y."""

    z: Tensor
    y: Tensor | None  # (len(z), k)
    labels: int
    side: int


def ask(model: LatentModel, dataset: Dataset) -> Asked | None:
    """What a model with a 2-D latent is asked to decode; None for any other.

    Sheets of the first labels, or of no attribute and then of each alone, over equally probable
    places of N(0, I); a model that is told nothing has one.
    """
    rows = _told(model, dataset)
    if tuple(model.latent_shape) != _LATENT_SHAPE or rows is None:
        return None
    labels, side = fitting(len(rows), prod(dataset.shape))
    plane = RawPlane(*_LATENT_SHAPE)
    z = torch.from_numpy(quantile_grid(plane, (0.0, 0.0), side)).repeat(labels, 1)
    y = rows[:labels].repeat_interleave(side * side, 0) if model.reads else None
    return Asked(z, y, labels, side)


def fitting(labels: int, picture_bytes: int) -> tuple[int, int]:
    """How many labels, and pictures a side, stay within the limits."""
    most = MOST_BYTES // (LEAST_SIDE**2 * picture_bytes)
    labels = max(1, min(labels, MOST_LABELS, most))
    side = isqrt(MOST_BYTES // (labels * picture_bytes))
    return labels, max(1, min(MOST_SIDE, side))


def _told(model: LatentModel, dataset: Dataset) -> Tensor | None:
    """What each sheet is told, (labels, k); None where that cannot be said by a label."""
    if model.reads == "labels":
        return torch.eye(len(dataset.label_names))
    if model.reads == "attributes":
        count = len(dataset.attribute_names)
        return torch.cat([torch.zeros(1, count), torch.eye(count)])
    return torch.zeros(1, 0) if not model.reads else None
