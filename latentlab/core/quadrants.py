"""The four quadrants of a picture, by which a model that completes pictures is told what is seen.

They are numbered in reading order: 0 top left, 1 top right, 2 bottom left, 3 bottom right. Of an
odd side the second half is the larger. After Sohn, Lee & Yan 2015, section 5.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

COUNT = 4
NAMES = ("top left", "top right", "bottom left", "bottom right")
USUAL = (0, 2)  # the left half: seen before anybody chose


def flags(seen: Iterable[int]) -> NDArray[np.float32]:
    """Which quadrants are seen, (4,), 0 or 1; raises ConfigError where nothing is left to do."""
    chosen = sorted(set(seen))
    if not chosen or not set(chosen) < set(range(COUNT)):
        raise ConfigError(
            "A model that completes pictures must see one, two or three of the quadrants 0 to 3; "
            f"{', '.join(map(str, chosen)) or 'none'} is given."
        )
    return np.array([float(place in chosen) for place in range(COUNT)], np.float32)


def masks(height: int, width: int) -> NDArray[np.bool_]:
    """Which pixels belong to each quadrant, (4, height, width)."""
    number = 2 * (np.arange(height) >= height // 2)[:, None] + (np.arange(width) >= width // 2)
    found: NDArray[np.bool_] = number == np.arange(COUNT)[:, None, None]
    return found


def shown(picture: NDArray[np.uint8], seen: Sequence[int]) -> NDArray[np.uint8]:
    """A picture (C, H, W) with black where it is not seen."""
    mask = masks(*picture.shape[1:])[list(seen)].any(0)
    return picture * mask.astype(np.uint8)
