"""Class colours: Paul Tol's bright set, widened for ten classes, then as far apart as possible.

Source of the first ten: P. Tol, "Colour schemes", SRON technical note EPS/TN/09-002 (bright and
light sets). Beyond ten, colours are chosen greedily: the next is the one farthest, in Oklab
(B. Ottosson 2020), from all before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOL_TEN = (
    "#4477aa",
    "#ee6677",
    "#228833",
    "#ccbb44",
    "#66ccee",
    "#aa3377",
    "#ee9944",
    "#77aadd",
    "#99ddaa",
    "#bbbbbb",
)
MAX_CLASSES = 62
_LMS_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)


def class_colors(n: int) -> tuple[str, ...]:
    """`#rrggbb` of n classes, n >= 0; from the 63rd class on they repeat."""
    table = TOL_TEN if n <= len(TOL_TEN) else _extended()
    return tuple(table[i % len(table)] for i in range(n))


def class_rgb(n: int) -> NDArray[np.uint8]:
    """The same colours as an array (n, 3)."""
    return np.array([_rgb(color) for color in class_colors(n)], np.uint8).reshape(n, 3)


def oklab(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """From sRGB (n, 3) to Oklab (n, 3), where distance is close to perceived difference."""
    c = rgb / 255.0
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    lms = np.cbrt(linear @ np.array(_TO_LMS).T)
    return np.asarray(lms @ np.array(_LMS_TO_LAB).T)


@lru_cache(maxsize=1)
def _extended() -> tuple[str, ...]:
    """62 colours that start with the ten and stay readable on black and on white."""
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    lab = oklab(cube)
    readable = (lab[:, 0] > 0.42) & (lab[:, 0] < 0.88)
    cube, lab = cube[readable], lab[readable]
    chosen = class_rgb(len(TOL_TEN))
    nearest = _distance(lab, oklab(chosen)).min(axis=1)
    while len(chosen) < MAX_CLASSES:
        best = int(nearest.argmax())
        chosen = np.vstack([chosen, cube[best]])
        nearest = np.minimum(nearest, _distance(lab, lab[best : best + 1])[:, 0])
    return tuple(f"#{r:02x}{g:02x}{b:02x}" for r, g, b in chosen)


def _distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(a[:, None] - b[None], axis=-1))


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
