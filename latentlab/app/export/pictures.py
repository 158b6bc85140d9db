"""Still pictures as files: PNG, JPEG, WebP and TIFF, every pixel a hard square."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app.export import output
from latentlab.core import images
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

MOST_PIXELS = 100_000_000  # of a picture: 10,000 x 10,000; more is a slip of the hand


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
