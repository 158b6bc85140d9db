"""A drawing with a soft round brush, stroke by stroke, at more pixels than any model sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.core import centring

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.core.images import Pixels

Place = tuple[float, float]  # x and y in pixels of the drawing

SIDE = 280  # the drawing's longer side is at least this
MOST_UNDO = 100
_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow's
_SOFT = 0.6  # of the radius: the width of the brush's rim


class Ink:
    """Bright ink on black. Each stroke, and every other change, is one step of undo."""

    def __init__(self, size: tuple[int, int] = (28, 28)) -> None:
        """A drawing for a field of `size` (height, width), several times finer."""
        fine = max(4, SIDE // max(size))
        self.size = size
        self._pixels: Pixels = np.zeros((size[0] * fine, size[1] * fine), np.uint8)
        self._undo: list[Pixels] = []

    @property
    def pixels(self) -> Pixels:
        """The drawing (height, width), 0 to 255; do not change it."""
        return self._pixels

    @property
    def fineness(self) -> int:
        """Pixels of the drawing along one of the field."""
        return int(self._pixels.shape[0]) // self.size[0]

    @property
    def is_blank(self) -> bool:
        """Whether there is no ink."""
        return not self._pixels.any()

    @property
    def can_undo(self) -> bool:
        """Whether there was a change."""
        return bool(self._undo)

    def begin(self) -> None:
        """What follows can be undone as one."""
        self._undo = [*self._undo[1 - MOST_UNDO :], self._pixels.copy()]

    def line(self, start: Place, end: Place, width: float, *, erase: bool = False) -> None:
        """Draw with a brush of `width` pixels of the field; what lies outside is cut off."""
        radius = width * self.fineness / 2
        window = self._window(start, end, radius * (1 + _SOFT))
        share = _brush(window, start, end, radius)
        part = self._pixels[window]
        mark = np.rint(255 * (1 - share if erase else share)).astype(np.uint8)
        part[...] = np.minimum(part, mark) if erase else np.maximum(part, mark)

    def load(self, picture: Pixels) -> None:
        """Go on with a picture (channels, h, w) of the field's aspect; colours become grey."""
        grey = picture[0] if len(picture) == 1 else np.tensordot(_LUMA, picture[:3], 1)
        self._change(_bytes(centring.resize(grey, self._pixels.shape)))

    def clear(self) -> None:
        """Take a clean sheet."""
        if not self.is_blank:
            self._change(np.zeros_like(self._pixels))

    def invert(self) -> None:
        """Swap ink and ground, as a scan of dark ink on paper needs."""
        self._change(255 - self._pixels)

    def undo(self) -> None:
        """Back before the last stroke or change."""
        if self._undo:
            self._pixels = self._undo.pop()

    def picture(self, channels: int = 1, *, centred: bool = True) -> Pixels:
        """The drawing as a model sees it, (channels, height, width).

        Centred as MNIST does it, else as it lies. Raises ConfigError when blank.
        """
        centring.crop(self._pixels)
        plane = centring.centre(self._pixels, self.size) if centred else self._shrunk()
        return np.repeat(plane[None], channels, axis=0)

    def _change(self, pixels: Pixels) -> None:
        self.begin()
        self._pixels = pixels

    def _shrunk(self) -> Pixels:
        return _bytes(centring.resize(self._pixels, self.size))

    def _window(self, start: Place, end: Place, reach: float) -> tuple[slice, slice]:
        """Rows and columns that a stroke can touch."""
        edges = []
        for axis, most in ((1, self._pixels.shape[0]), (0, self._pixels.shape[1])):
            low, high = sorted((start[axis], end[axis]))
            first = min(max(int(low - reach), 0), most)
            edges.append(slice(first, max(first, min(int(high + reach) + 2, most))))
        return edges[0], edges[1]


def _brush(
    window: tuple[slice, slice], start: Place, end: Place, radius: float
) -> NDArray[np.float64]:
    """Coverage 0 to 1 of the window's pixels by a line: full inside, falling over the rim."""
    rows, columns = (np.arange(part.start, part.stop) + 0.5 for part in window)
    x, y = columns[None, :] - start[0], rows[:, None] - start[1]
    along = end[0] - start[0], end[1] - start[1]
    length = along[0] ** 2 + along[1] ** 2
    t = np.clip((x * along[0] + y * along[1]) / length, 0, 1) if length > 0 else 0.0
    distance = np.hypot(x - t * along[0], y - t * along[1])
    rim = max(1.0, radius * _SOFT)
    return np.asarray(np.clip((radius - distance) / rim + 0.5, 0, 1))


def _bytes(values: NDArray[np.float64]) -> Pixels:
    return np.asarray(np.rint(values).clip(0, 255), np.uint8)
