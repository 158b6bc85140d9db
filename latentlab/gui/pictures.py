"""Pictures between numpy and Qt: to QImage, to the clipboard, to a drag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from latentlab.core.images import enlarge
from latentlab.core.points import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

COPY_SIZE = 280  # copied pictures are enlarged by an integer to about this many pixels


def to_qimage(picture: NDArray[np.uint8]) -> QImage:
    """A uint8 picture (C, H, W), C 1 or 3, or a point, as a QImage that owns its pixels."""
    picture = visible(picture)
    channels, height, width = picture.shape
    if channels == 1:
        pixels, kind = np.ascontiguousarray(picture[0]), QImage.Format.Format_Grayscale8
    else:
        pixels = np.ascontiguousarray(picture[:3].transpose(1, 2, 0))
        kind = QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], kind).copy()


def from_qimage(image: QImage) -> NDArray[np.uint8]:
    """A picture of another program as uint8 (C, H, W): C is 1 for grey, else 3, on black."""
    ground = QImage(image.size(), QImage.Format.Format_RGB888)
    ground.fill(Qt.GlobalColor.black)
    painter = QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    rows = np.array(ground.constBits(), np.uint8).reshape(ground.height(), -1)
    pixels = rows[:, : 3 * ground.width()].reshape(ground.height(), ground.width(), 3)
    channels = pixels[..., :1] if image.isGrayscale() else pixels
    return np.ascontiguousarray(channels.transpose(2, 0, 1))


def copy_factor(picture: NDArray[np.uint8]) -> int:
    """The integer zoom of a copied or dragged picture."""
    return max(1, COPY_SIZE // max(visible(picture).shape[1:]))


def mime(picture: NDArray[np.uint8]) -> QMimeData:
    """The picture as other programs take it, at integer zoom."""
    data = QMimeData()
    data.setImageData(to_qimage(enlarge(picture, copy_factor(picture))))
    return data


def copy(picture: NDArray[np.uint8]) -> None:
    """To the clipboard, at integer zoom."""
    QGuiApplication.clipboard().setMimeData(mime(picture))


def integer_rect(widget: QWidget, area: QRectF, width: int, height: int) -> QRectF:
    """Where width x height pixels lie, centred in `area`, each on whole device pixels.

    A picture larger than the area is shrunk to fit.
    """
    ratio = widget.devicePixelRatioF()
    zoom = min(area.width() * ratio / width, area.height() * ratio / height)
    zoom = float(int(zoom)) if zoom >= 1 else zoom
    w, h = zoom * width, zoom * height
    x = round(area.x() * ratio + (area.width() * ratio - w) / 2)
    y = round(area.y() * ratio + (area.height() * ratio - h) / 2)
    return QRectF(x / ratio, y / ratio, w / ratio, h / ratio)


def fit_rect(area: QRectF, width: int, height: int) -> QRectF:
    """The largest centred rectangle of this aspect, at any zoom."""
    zoom = min(area.width() / width, area.height() / height)
    w, h = zoom * width, zoom * height
    return QRectF(area.x() + (area.width() - w) / 2, area.y() + (area.height() - h) / 2, w, h)


def draw(
    painter: QPainter, widget: QWidget, area: QRectF, image: QImage, *, smooth: bool = False
) -> QRectF:
    """Draws into `area`, hard integer pixels or smooth, and says where it lies."""
    if smooth:
        target = fit_rect(area, image.width(), image.height())
    else:
        target = integer_rect(widget, area, image.width(), image.height())
    shrunk = target.width() * widget.devicePixelRatioF() < image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth or shrunk)
    painter.drawImage(target, image)
    return target


def thumbnail(picture: NDArray[np.uint8], size: int, ratio: float) -> QImage:
    """A square of `size` logical pixels on black, for item delegates and drags."""
    side = round(size * ratio)
    canvas = QImage(side, side, QImage.Format.Format_RGB32)
    canvas.fill(Qt.GlobalColor.black)
    image = to_qimage(picture)
    zoom = side / max(image.width(), image.height())
    zoom = float(int(zoom)) if zoom >= 1 else zoom
    w, h = int(image.width() * zoom), int(image.height() * zoom)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom < 1)
    painter.drawImage(QRectF((side - w) // 2, (side - h) // 2, w, h), image)
    painter.end()
    canvas.setDevicePixelRatio(ratio)
    return canvas
