"""What every dataset ends as: one uint8 array with labels, attributes, splits and a hash."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")


@dataclass(frozen=True)
class Dataset:
    """Images with what is known about them. Arrays are read-only, usually memory-mapped."""

    name: str  # the spec that loads it again: "mnist", "folder:/pictures?size=32"
    title: str
    images: NDArray[np.uint8]  # (n, channels, height, width), channels 1 or 3
    labels: NDArray[np.int64] | None  # (n,) indices into label_names
    label_names: tuple[str, ...]
    attributes: NDArray[np.float32] | None  # (n, len(attribute_names))
    attribute_names: tuple[str, ...]
    splits: dict[Split, NDArray[np.int64]] = field(repr=False)  # indices into images
    content_hash: str  # sha256 over shape, pixels, labels and attributes
    licence: str  # licence and attribution of the data, one line

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height, width of one image."""
        _, channels, height, width = self.images.shape
        return channels, height, width

    def subset(self, split: Split) -> NDArray[np.uint8]:
        """The images of one split, (n_split, channels, height, width), copied into memory."""
        return np.ascontiguousarray(self.images[self.splits[split]])
