"""Pictures of a square sheet as one image: a thousand drawn in the time of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from latentlab.core.points import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray


def mosaic(pictures: NDArray[np.uint8], side: int, zoom: int = 1, gap: int = 0) -> QImage:
    """Up to side * side pictures (n, C, H, W) in rows of `side`, each pixel a square of `zoom`.

    Every picture lies in the middle of a square on black; `gap` pixels are between two of them.
    """
    shown = visible(pictures[: side * side])
    count, channels, height, width = shown.shape
    colours, edge = (3 if channels >= 3 else 1), max(height, width)
    top, left = (edge - height) // 2, (edge - width) // 2
    squares = np.zeros((count, edge, edge, colours), np.uint8)
    squares[:, top : top + height, left : left + width] = shown[:, :colours].transpose(0, 2, 3, 1)
    large, pitch = edge * zoom, edge * zoom + gap
    cells = np.zeros((side * side, pitch, pitch, colours), np.uint8)
    cells[:count, :large, :large] = squares.repeat(zoom, 1).repeat(zoom, 2)
    grid = cells.reshape(side, side, pitch, pitch, colours).swapaxes(1, 2)
    whole = grid.reshape(side * pitch, side * pitch, colours)
    pixels = np.ascontiguousarray(whole[: side * pitch - gap, : side * pitch - gap])
    kind = QImage.Format.Format_RGB888 if colours == 3 else QImage.Format.Format_Grayscale8
    high, wide, _ = pixels.shape
    return QImage(pixels.data, wide, high, pixels.strides[0], kind).copy()
