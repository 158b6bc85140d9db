"""Losses shared by the families."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def squared_error(pictures: Tensor, x: Tensor) -> Tensor:
    """Of pictures (batch, C, H, W): summed over the numbers of one, mean over the batch."""
    return (pictures - x).square().flatten(1).sum(1).mean()
