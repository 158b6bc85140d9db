"""The training pictures as one uint8 tensor, handed out in batches without a DataLoader."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from latentlab.data.dataset import Dataset

log = logging.getLogger(__name__)


def to_unit(images: Tensor) -> Tensor:
    """uint8 pictures to float32 in [0, 1], in one pass."""
    return images / 255


class ResidentPictures:
    """All training pictures and labels, on the device when they fit there."""

    def __init__(self, dataset: Dataset, device: torch.device) -> None:
        self._device = device
        self._images = self._settle(torch.from_numpy(dataset.subset("train")))
        self._labels: Tensor | None = None
        if dataset.labels is not None:
            labels = torch.from_numpy(dataset.labels[dataset.splits["train"]])
            self._labels = labels.to(self._images.device)

    def __len__(self) -> int:
        return len(self._images)

    def order(self, seed: int, epoch: int, batch_size: int) -> tuple[Tensor, ...]:
        """The batches of an epoch, a pure function of its arguments: a resume finds its place."""
        [mixed] = np.random.SeedSequence([seed, epoch]).generate_state(1)
        generator = torch.Generator().manual_seed(int(mixed))
        order = torch.randperm(len(self), generator=generator).to(self._images.device)
        return torch.split(order, batch_size)

    def batch(self, indices: Tensor) -> tuple[Tensor, Tensor | None]:
        """Pictures (batch, C, H, W) in [0, 1] and labels (batch,), on the device."""
        x = to_unit(self._images.index_select(0, indices).to(self._device))
        if self._labels is None:
            return x, None
        return x, self._labels.index_select(0, indices).to(self._device)

    def _settle(self, images: Tensor) -> Tensor:
        try:
            return images.to(self._device)
        except torch.OutOfMemoryError:
            log.warning("the pictures do not fit on %s; batches are sent to it", self._device)
            return images
