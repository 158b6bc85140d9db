"""Who is drawn: attributes that are known, and everything else about a face, which is not told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SWITCHES = ("smile", "glasses", "beard", "long_hair", "hat", "open_mouth")  # there or not
SHADES = ("dark_skin", "blond", "turned")  # from 0 to 1
ATTRIBUTES = SWITCHES + SHADES
_CHANCE = (
    ("x", -0.05, 0.05),  # of the face in the picture
    ("y", -0.04, 0.04),
    ("scale", 0.90, 1.01),
    ("width", 0.94, 1.06),  # of the face
    ("eyes_apart", 0.92, 1.08),
    ("brows_high", -0.02, 0.02),
    ("brows_tilt", -0.03, 0.03),
    ("parting", -1.0, 1.0),  # of the hair, left to right
    ("light", -1.0, 1.0),  # from the left or from the right
    ("backdrop", 0.0, 1.0),  # these three are places on rows of colours
    ("shirt", 0.0, 1.0),
    ("wool", 0.0, 1.0),
)


@dataclass(frozen=True)
class People:
    """n persons; every number is (n, 1, 1)."""

    smile: Floats
    glasses: Floats
    beard: Floats
    long_hair: Floats
    hat: Floats
    open_mouth: Floats
    dark_skin: Floats
    blond: Floats
    turned: Floats
    x: Floats
    y: Floats
    scale: Floats
    width: Floats
    eyes_apart: Floats
    brows_high: Floats
    brows_tilt: Floats
    parting: Floats
    light: Floats
    backdrop: Floats
    shirt: Floats
    wool: Floats

    @classmethod
    def of(cls, attributes: Floats, chance: Floats) -> People:
        """From rows of attributes and of what is left to chance, as `draw` gives them."""
        columns = np.concatenate([attributes, chance], axis=1).T
        return cls(*(column[:, None, None] for column in columns))


def draw(count: int, seed: int) -> tuple[Floats, Floats]:
    """Attributes (n, 9), each independent of all others, and the rest (n, 12).

    A larger count of the same seed begins with the same persons.
    """
    # RandomState is frozen (NEP 19): the same seed is the same dataset with every numpy.
    drawn = np.random.RandomState(seed).random_sample((count, len(ATTRIBUTES) + len(_CHANCE)))
    attributes, rest = np.split(drawn, [len(ATTRIBUTES)], axis=1)
    attributes[:, : len(SWITCHES)] = attributes[:, : len(SWITCHES)] < 0.5
    low, high = (np.array([row[i] for row in _CHANCE]) for i in (1, 2))
    return attributes.astype(np.float32), (low + rest * (high - low)).astype(np.float32)
