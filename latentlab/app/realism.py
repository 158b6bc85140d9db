"""How far pictures are from real ones, and which label real ones near them have.

Along a cross-fade every step is small and equal, but its middle is no digit: the distance to the
nearest real image shows that, and the votes of the nearest ones show where a label changes.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app.nearest import Nearest
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.data.dataset import Dataset

MOST = 10_000  # real images compared with, so that figures of several datasets mean the same
_MEMORY = 64_000_000  # bytes of real images held; larger pictures are compared with fewer


class Realism:
    """Real images, made ready for questions. Immutable, so any thread may ask.

    Distances are Euclidean over all pixels in 0..1.
    """

    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.int64] | None = None) -> None:
        """Take images uint8 (n, C, H, W), n >= 1, and labels (n,); raises ConfigError."""
        if images.ndim != 4 or 0 in images.shape or images.dtype != np.uint8:
            raise ConfigError(
                "Distances to real images need at least one of them, as uint8 (n, C, H, W), but "
                f"{images.dtype} of shape {images.shape} was given; choose a dataset that has some."
            )
        if labels is not None and labels.shape != images.shape[:1]:
            raise ConfigError(f"{len(images)} images came with {len(labels)} labels; give as many.")
        self.shape = images.shape[1:]
        self.labels = labels
        self.images = images
        self._pixels = Nearest(_unit(images))

    @classmethod
    def of(cls, dataset: Dataset, *, seed: int = 0, most: int = MOST) -> Realism:
        """Up to `most` images of the train split, drawn by `seed`; fewer where they are large."""
        rows = dataset.splits["train"]
        room = _MEMORY // (4 * prod(dataset.shape))
        chosen = np.sort(np.random.RandomState(seed).permutation(rows)[: max(1, min(most, room))])
        labels = None if dataset.labels is None else np.asarray(dataset.labels[chosen])
        return cls(np.asarray(dataset.images[chosen]), labels)

    def __len__(self) -> int:
        return len(self._pixels)

    def nearest(
        self, pictures: NDArray[Any], *, check: Callable[[], None] | None = None
    ) -> NDArray[np.float32]:
        """Distance (n,) of each picture (n, C, H, W), uint8 or float in 0..1, to the nearest.

        `check` is called between blocks of some milliseconds and may raise to give up.
        """
        return self.neighbours(pictures, 1, check=check)[1][:, 0]

    def votes(
        self, pictures: NDArray[Any], k: int = 5, *, check: Callable[[], None] | None = None
    ) -> NDArray[np.int64]:
        """Label (n,) that most of the k nearest real images have; the nearer ones break a tie.

        Raises ConfigError when the images have no labels.
        """
        return self.vote(self.neighbours(pictures, k, check=check)[0])

    def vote(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Labels (n,) by majority of neighbours (n, k), nearest first, as `neighbours` gives."""
        if self.labels is None:
            raise ConfigError("These images have no labels to vote with; choose a labelled dataset")
        k = rows.shape[1]
        names, place = np.unique(self.labels, return_inverse=True)
        tally = np.zeros((len(rows), len(names)))
        # A later neighbour counts less, but all the differences together less than one vote.
        for rank in range(k):
            tally[np.arange(len(rows)), place[rows[:, rank]]] += 1 - rank / (k * k)
        return np.asarray(names[tally.argmax(axis=1)])

    def neighbours(
        self, pictures: NDArray[Any], k: int = 1, *, check: Callable[[], None] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and distances of the min(k, n) nearest real images, nearest first."""
        if pictures.ndim != 4 or pictures.shape[1:] != self.shape:
            raise ConfigError(
                f"The real images have shape {self.shape} (channels, height, width), but the "
                f"pictures {pictures.shape[1:]}; compare pictures of one shape."
            )
        return self._pixels.neighbours(_unit(pictures), k, check=check)


def _unit(images: NDArray[Any]) -> NDArray[np.float32]:
    """Flat rows in 0..1, (n, pixels)."""
    rows = images.reshape(len(images), prod(images.shape[1:])).astype(np.float32)
    if images.dtype == np.uint8:
        rows /= 255
    return rows
