"""What conditional models are told of the pictures of a dataset."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from latentlab.core.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from latentlab.core.manifest import Manifest
    from latentlab.data.dataset import Dataset
    from latentlab.models.family import Reads


class Conditions:
    """Rows y (k,) of a dataset's images, float32 on a device; None for models that read nothing.

    Models that read quadrants get None, too: they take their part from the picture itself.
    """

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

    def whole_turns(self, most: int) -> int:
        """How many samples come near `most` and give every class as many, where there is room."""
        classes = len(self._dataset.label_names) if self.reads == "labels" else 1
        return most // classes * classes or most

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


def told_rows(manifest: Manifest, label: ArrayLike | None, n: int) -> NDArray[np.float32] | None:
    """What a model is told beside n rows, (n, k): one row per picture, as numbers from 0 to 1.

    `label` is a class, classes (n,) as whole numbers, or numbers (k,) or (n, k): shares of classes,
    or attributes. None for models that read nothing. Raises ModelError where a label is needed or
    not taken, ConfigError where it is none of the model's.
    """
    names = manifest.told_names
    if not names:
        if label is not None:
            raise ModelError(f"{manifest.title} takes no label; go without one.")
        return None
    if label is None:
        raise ModelError(f"{manifest.title} must be told a label: {_choices(names)}.")
    given = np.asarray(label)
    if given.dtype.kind in "iu" and given.ndim < 2:
        return _classes(manifest, given, n)
    numbers = np.atleast_2d(given.astype(np.float32))
    if numbers.ndim != 2 or numbers.shape[1] != len(names) or len(numbers) not in (1, n):
        raise ConfigError(
            f"{manifest.title} is told {len(names)} numbers for each of {n} pictures, but an array "
            f"of shape {given.shape} was given; give ({len(names)},) or ({n}, {len(names)})."
        )
    if not np.isfinite(numbers).all():
        raise ConfigError("A label holds a number that is not finite; give finite numbers.")
    return np.ascontiguousarray(np.broadcast_to(numbers, (n, len(names))))


def _classes(manifest: Manifest, labels: NDArray[Any], n: int) -> NDArray[np.float32]:
    names = manifest.told_names
    if manifest.is_told_attributes:
        raise ConfigError(
            f"{manifest.title} is told attributes, not a class; give {len(names)} numbers."
        )
    if labels.ndim and len(labels) != n:
        raise ConfigError(f"{len(labels)} labels were given for {n} pictures; give one for each.")
    if labels.size and not 0 <= labels.min() <= labels.max() < len(names):
        unknown = labels.min() if labels.min() < 0 else labels.max()
        raise ConfigError(f"{manifest.title} knows no label {unknown}; it has {_choices(names)}.")
    rows = np.zeros((n, len(names)), np.float32)
    rows[np.arange(n), labels] = 1
    return rows


def _choices(names: tuple[str, ...], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
