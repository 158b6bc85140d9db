"""Pictures as arrays: fractions to bytes, many into one sheet, PNG with hard pixels.

A picture is uint8 (channels, height, width), channels 1 or 3; many are (n, channels, h, w). Points
of a plane, (2, 1, 1), are drawn as dots wherever they become pixels: core/points.py.
"""

from __future__ import annotations

import base64
import io
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latentlab.core.errors import LatentlabError
from latentlab.core.points import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.PngImagePlugin import PngInfo

Pixels = NDArray[np.uint8]


def to_uint8(values: NDArray[Any]) -> Pixels:
    """Fractions 0 to 1 as bytes 0 to 255, rounded; what is outside is clipped, NaN is black."""
    scaled = np.asarray(values, np.float32) * np.float32(255)
    shown = np.nan_to_num(scaled, nan=0, posinf=255, neginf=0).clip(0, 255)
    return np.asarray(np.rint(shown), np.uint8)


def to_unit(pixels: Pixels) -> NDArray[np.float32]:
    """Bytes 0 to 255 as float32 fractions 0 to 1."""
    return pixels.astype(np.float32) / np.float32(255)


def interleave(picture: Pixels) -> Pixels:
    """(channels, h, w) as what screens and files want: (h, w) for grey, (h, w, 3) for colour."""
    picture = visible(picture)
    flat = picture[0] if picture.shape[0] == 1 else picture.transpose(1, 2, 0)
    return np.ascontiguousarray(flat)


def tile(images: Pixels, columns: int | None = None, gap: int = 0, ground: int = 0) -> Pixels:
    """One sheet (channels, h, w) of (n, channels, h, w) pictures, row by row.

    `columns` is by default what makes the sheet about square; `gap` pixels of value `ground` lie
    between pictures, and the cells left over are `ground` as well.
    """
    images = visible(images)
    count, channels, height, width = images.shape
    columns = columns or max(1, ceil(sqrt(count)))
    rows = max(1, ceil(count / columns))
    cells = np.full((rows * columns, channels, height + gap, width + gap), ground, np.uint8)
    cells[:count, :, :height, :width] = images
    grid = cells.reshape(rows, columns, channels, height + gap, width + gap)
    sheet = grid.transpose(2, 0, 3, 1, 4).reshape(channels, rows * (height + gap), -1)
    return np.ascontiguousarray(sheet[:, : rows * (height + gap) - gap, : sheet.shape[2] - gap])


def enlarge(picture: Pixels, scale: int, *, smooth: bool = False) -> Pixels:
    """Every pixel of (..., h, w) as a square of `scale` x `scale` pixels, or bicubic between."""
    picture = visible(picture)
    if not smooth or scale == 1:
        return picture.repeat(scale, axis=-2).repeat(scale, axis=-1)
    from PIL import Image

    *lead, height, width = picture.shape
    size = (width * scale, height * scale)
    planes = [
        np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC))
        for plane in picture.reshape(-1, height, width)
    ]
    return np.stack(planes).reshape(*lead, size[1], size[0])


def png_bytes(picture: Pixels, scale: int = 1, text: Mapping[str, str] | None = None) -> bytes:
    """A PNG file of a (channels, h, w) picture; `text` (a recipe, say) goes into its head."""
    from PIL import Image

    file = io.BytesIO()
    head = png_head(text or {})
    Image.fromarray(interleave(enlarge(picture, scale))).save(file, "PNG", pnginfo=head)
    return file.getvalue()


def png_head(text: Mapping[str, str]) -> PngInfo:
    """Texts as Pillow wants them for the head of a PNG, in iTXt chunks."""
    from PIL.PngImagePlugin import PngInfo

    head = PngInfo()
    for key, value in text.items():
        head.add_itxt(key, value)
    return head


def png_text(picture: Pixels) -> str:
    """A (channels, h, w) picture as text: a PNG file in base64, as references and recipes hold."""
    return base64.b64encode(png_bytes(picture)).decode()


def read_png_text(text: str) -> Pixels:
    """The inverse of `png_text`; raises LatentlabError."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise LatentlabError(f"This is no picture as base64: {error}.") from error
    return read_png(data)[0]


def read_png(data: bytes) -> tuple[Pixels, dict[str, str]]:
    """The picture, grey or colour, and the texts of a PNG file; raises LatentlabError."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            image.load()
            texts = {str(key): str(value) for key, value in getattr(image, "text", {}).items()}
            pixels = np.asarray(image.convert("L" if image.mode in {"1", "L"} else "RGB"))
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise LatentlabError(f"This is no PNG that can be read: {error}.") from error
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1), texts
