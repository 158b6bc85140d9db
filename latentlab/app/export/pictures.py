"""Still pictures as files: PNG, WebP and TIFF without loss, JPEG at a quality."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from latentlab.app.export import metadata, output
from latentlab.core import images
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from latentlab.core.images import Pixels

MOST_PIXELS = 80_000_000  # of a picture; from 89 on Pillow takes a file for an attack
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")

_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF"}  # others are called as they end
_MOST_SIDE = {"JPEG": 65_500, "WEBP": 16_383, "GIF": 65_535}  # pixels, by the format's own law
_SETTINGS: dict[str, dict[str, Any]] = {
    "JPEG": {"subsampling": 0},
    "WEBP": {"lossless": True},
    "TIFF": {"compression": "tiff_adobe_deflate"},
}


def save_picture(
    path: Path,
    picture: NDArray[np.uint8],
    *,
    scale: int = 1,
    text: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> Path:
    """A uint8 (C, H, W) picture as PNG, every pixel a hard square of `scale` x `scale`.

    `text` goes into the file's head. Returns the path with its ending; raises LatentlabError.
    """
    check_size(picture.shape[-2:], scale)
    data = images.png_bytes(picture, scale, text)
    return output.write(output.named(path, ".png"), data, overwrite=overwrite)


def encoded(picture: Pixels, suffix: str, recipe: str, quality: int = 95) -> bytes:
    """A picture (C, H, W) as a file that ends in `suffix`, its recipe's text inside.

    `quality`, 1 to 100, is JPEG's; its colours keep every pixel of their own. Raises ConfigError
    for more pixels than the format holds.
    """
    kind = format_of(suffix)
    check_side(picture.shape[-2:], kind)
    settings = {"quality": quality} if kind == "JPEG" else {}
    settings |= _SETTINGS.get(kind, {}) | metadata.settings(kind, recipe)
    file = io.BytesIO()
    Image.fromarray(images.interleave(picture)).save(file, kind, **settings)
    return metadata.with_comments(file.getvalue(), recipe) if kind == "JPEG" else file.getvalue()


def format_of(suffix: str) -> str:
    """Pillow's name of the format that a file of this ending has."""
    return _FORMATS.get(suffix, suffix[1:].upper())


def check_side(shape: tuple[int, ...], kind: str) -> None:
    """Raise ConfigError for (height, width) of which one is longer than the format allows."""
    most = _MOST_SIDE.get(kind, MOST_PIXELS)
    if max(shape) > most:
        raise ConfigError(
            f"{shape[1]} x {shape[0]} pixels are more than {kind} can hold, {most:,} along a "
            "side; choose a smaller scale, more columns or PNG."
        )


def save_sheet(
    path: Path,
    pictures: NDArray[np.uint8],
    *,
    columns: int | None = None,
    gap: int = 1,
    scale: int = 1,
    overwrite: bool = False,
) -> Path:
    """A contact sheet of uint8 (n, C, H, W) pictures as PNG, about square by default."""
    if len(pictures) == 0:
        raise ConfigError("A sheet needs at least one picture; select some points first.")
    sheet = images.tile(pictures, columns, gap)
    return save_picture(path, sheet, scale=scale, overwrite=overwrite)


def check_size(shape: tuple[int, ...], scale: int) -> None:
    """Raise ConfigError for (height, width) that are too many pixels at this scale."""
    height, width = shape
    if scale < 1 or height * width * scale * scale > MOST_PIXELS:
        raise ConfigError(
            f"{width} x {height} pixels at scale {scale} are too many for one picture; choose a "
            f"scale of 1 to {max(1, int((MOST_PIXELS / (height * width)) ** 0.5))}."
        )
