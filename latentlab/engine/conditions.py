"""What conditional models are told of the pictures of a dataset."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from latentlab.data.dataset import Dataset
    from latentlab.models.family import Reads


class Conditions:
    """Rows y (k,) of a dataset's images, float32 on a device; None for models that read nothing."""

    def __init__(self, dataset: Dataset, reads: Reads, device: torch.device) -> None:
        self._dataset, self._device = dataset, device
        self.reads = reads

    def of(self, indices: NDArray[np.int64]) -> Tensor | None:
        """What is told of these images, (n, k)."""
        if self.reads == "labels":
            assert self._dataset.labels is not None  # or the network could not have been built
            labels = torch.from_numpy(self._dataset.labels[indices])
            return one_hot(labels, len(self._dataset.label_names)).to(self._device)
        if self.reads == "attributes":
            assert self._dataset.attributes is not None
            return torch.from_numpy(self._dataset.attributes[indices]).to(self._device)
        return None

    def in_turn(self, n: int) -> Tensor | None:
        """What n samples are told: each class in turn, or what is told of images far apart."""
        if self.reads == "labels":
            classes = len(self._dataset.label_names)
            return one_hot(torch.arange(n) % classes, classes).to(self._device)
        places = np.linspace(0, len(self._dataset.images) - 1, n).round().astype(np.int64)
        return self.of(places)


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Classes (n,) as rows (n, classes) of float32 with a single 1."""
    return torch.nn.functional.one_hot(labels.long(), classes).float()


def batches(images: Tensor, y: Tensor | None, size: int) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Images (n, C, H, W) and what is told of them, `size` at a time."""
    parts = torch.split(images, size)
    return zip(parts, repeat(None) if y is None else torch.split(y, size), strict=False)
