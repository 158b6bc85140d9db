"""Many pictures painted at once: layers of colour, anti-aliased by their signed distances.

A distance is negative inside a shape, in the units of a face, y down. Distances of ellipses are
those to first order, which is exact at the rim, where the pixels are that matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]  # float32
    Number = float | Floats  # one for all faces, or (n, 1, 1)

_TINY = 1e-6  # keeps the centre of an ellipse from being 0 / 0


class Canvas:
    """n pictures of faces that stand at places and scales of their own."""

    def __init__(self, size: int, x: Floats, y: Floats, scale: Floats) -> None:
        """Place (n, 1, 1) of each face's centre and its scale, in a picture from -1 to 1."""
        axis = (np.arange(size, dtype=np.float32) * 2 + 1) / size - 1
        self.x = (axis - x) / scale  # (n, 1, size)
        self.y = (axis[:, None] - y) / scale  # (n, size, 1)
        self._sharpness = scale * size / 2  # pixels in a unit
        self.picture = np.zeros((len(x), 3, size, size), np.float32)

    def paint(self, distance: Floats, colour: Floats, cover: Number = 1.0) -> None:
        """Lay colour (n, 3, 1, 1) over the inside of a shape, `cover` of it opaque."""
        inside = 0.5 - distance * self._sharpness
        self._lay(np.clip(inside, 0, 1, out=inside) * cover, colour)

    def blush(self, distance: Floats, colour: Floats, cover: Number, softness: float) -> None:
        """The same with a rim as wide as `softness`."""
        inside = 0.5 - distance / softness
        self._lay(np.clip(inside, 0, 1, out=inside) * cover, colour)

    def bytes(self) -> NDArray[np.uint8]:
        """The pictures (n, 3, size, size)."""
        return (np.clip(self.picture, 0, 1) * 255 + 0.5).astype(np.uint8)

    def _lay(self, alpha: Floats, colour: Floats) -> None:
        step = colour - self.picture
        step *= alpha[:, None]
        self.picture += step

    # -- shapes --------------------------------------------------------------------------------

    def disc(self, x: Number, y: Number, radius: Number) -> Floats:
        """A circle."""
        return length(self.x - x, self.y - y) - radius

    def ellipse(self, x: Number, y: Number, rx: Number, ry: Number) -> Floats:
        """One with upright axes."""
        u, v = (self.x - x) / rx, (self.y - y) / ry
        reach = length(u, v)
        found: Floats = reach * (reach - 1) / (length(u / rx, v / ry) + _TINY)
        return found

    def box(self, x: Number, y: Number, half: tuple[Number, Number], radius: float) -> Floats:
        """A rectangle with round corners."""
        across, down = abs(self.x - x) - half[0] + radius, abs(self.y - y) - half[1] + radius
        outside = length(np.maximum(across, 0), np.maximum(down, 0))
        return outside + np.minimum(np.maximum(across, down), 0) - radius

    def above(self, y: Number) -> Floats:
        """All that lies higher."""
        return self.y - y

    def bow(self, x: Number, y: Number, half: Number, rise: Number, thick: Number) -> Floats:
        """A stroke along a parabola: its middle at (x, y), its ends `rise` higher."""
        across, down = self.from_bow(x, y, half, rise)
        return length(np.maximum(across, 0), down) - thick

    def from_bow(self, x: Number, y: Number, half: Number, rise: Number) -> tuple[Floats, Floats]:
        """How far beyond the ends of that parabola, and how far below it, each point lies."""
        u = (self.x - x) / half
        near = np.clip(u, -1, 1)
        slope = near * (rise * 2 / half)
        down = (self.y - y + rise * (near * near)) / np.sqrt(slope * slope + 1)
        return (abs(u) - 1) * half, down


def length(x: Floats, y: Floats) -> Floats:
    """Euclidean, of points."""
    found: Floats = np.sqrt(x * x + y * y)
    return found


def both(a: Floats, b: Floats) -> Floats:
    """What two shapes share."""
    found: Floats = np.maximum(a, b)
    return found


def either(a: Floats, b: Floats) -> Floats:
    """Two shapes as one."""
    found: Floats = np.minimum(a, b)
    return found
