"""The training pictures as one uint8 tensor, handed out in batches without a DataLoader."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from latentlab.engine.conditions import Conditions

if TYPE_CHECKING:
    from latentlab.data.dataset import Dataset
    from latentlab.models.family import Reads

log = logging.getLogger(__name__)


def to_unit(images: Tensor) -> Tensor:
    """uint8 pictures to float32 in [0, 1], in one pass."""
    return images / 255


class ResidentPictures:
    """All training pictures, on the device when they fit there, and what is told of them."""

    def __init__(self, dataset: Dataset, device: torch.device, reads: Reads = "") -> None:
        self._device = device
        self._images = self._settle(torch.from_numpy(dataset.subset("train")))
        told = Conditions(dataset, reads, self._images.device)
        self._told = told.of(dataset.splits["train"])

    def __len__(self) -> int:
        return len(self._images)

    def order(self, seed: int, epoch: int, batch_size: int) -> tuple[Tensor, ...]:
        """The batches of an epoch, a pure function of its arguments: a resume finds its place."""
        [mixed] = np.random.SeedSequence([seed, epoch]).generate_state(1)
        generator = torch.Generator().manual_seed(int(mixed))
        order = torch.randperm(len(self), generator=generator).to(self._images.device)
        return torch.split(order, batch_size)

    def batch(self, indices: Tensor) -> tuple[Tensor, Tensor | None]:
        """Pictures (batch, C, H, W) in [0, 1] and what is told of them (batch, k)."""
        x = to_unit(self._images.index_select(0, indices).to(self._device))
        if self._told is None:
            return x, None
        return x, self._told.index_select(0, indices).to(self._device)

    def _settle(self, images: Tensor) -> Tensor:
        try:
            return images.to(self._device)
        except torch.OutOfMemoryError:
            log.warning("the pictures do not fit on %s; batches are sent to it", self._device)
            return images
