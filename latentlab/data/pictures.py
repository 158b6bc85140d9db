"""One picture file to a square of uint8, whatever its size, mode and depth.

16-bit greys are scaled, not cut. Transparent pixels are laid over black, the ground of our
datasets. Of an animation the first frame is taken. EXIF rotation is applied. A picture that is not
square is cropped to its centre, then resized (Lanczos).
"""

from __future__ import annotations

import struct
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from latentlab.data.entry import DamagedDataError, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PIL.Image import Image

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
_MOST_PIXELS = 64_000_000  # below where Pillow warns; a file can claim more than memory holds
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
_GREY_MODES = frozenset({"1", "L", "LA", "La", "I", "F"})
_BROKEN = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError),
    *(OverflowError, struct.error, zlib.error),
)


class PictureError(DamagedDataError):
    """A file is no picture that can be read."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"'{file}' {reason}: replace or remove it.")
        self.reason = reason


@dataclass(frozen=True)
class Facts:
    """What the head of a file tells."""

    size: tuple[int, int]  # width, height
    grey: bool
    animated: bool


def is_picture(name: str) -> bool:
    """Whether a file name is one we read; hidden files are none."""
    return not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES


def measure(file: Path) -> Facts:
    """Read the head of a picture file; raises PictureError."""
    with _opened(file) as image:
        grey = image.mode in _GREY_MODES or image.mode.startswith("I;16")
        return Facts(image.size, grey or _grey_palette(image), getattr(image, "n_frames", 1) > 1)


def read(file: Path, side: int, channels: int) -> NDArray[np.uint8]:
    """Decode to (channels, side, side); raises PictureError."""
    from PIL import Image, ImageOps

    with _opened(file) as image:
        if image.format == "PNG":
            image.verify()  # the only format with checksums; the file must be opened again
    with _opened(file) as image:
        image.draft(None, (2 * side, 2 * side))
        image.load()
        upright = ImageOps.exif_transpose(_opaque(image))
        flat = upright.convert("L" if channels == 1 else "RGB")
        if flat.size != (side, side):
            flat = ImageOps.fit(flat, (side, side), Image.Resampling.LANCZOS)
        pixels = np.asarray(flat, np.uint8)
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)


@contextmanager
def _opened(file: Path) -> Iterator[Image]:
    """The open picture; whatever its bytes make Pillow stumble over becomes a PictureError."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file, formats=_FORMATS) as image:
            _limit(file, image)
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(file, f"has more than {_MOST_PIXELS:,} pixels") from None
    except FileNotFoundError:
        raise PictureError(file, "is not there") from None
    except UnidentifiedImageError:
        raise PictureError(file, "is empty or no picture") from None
    except PictureError:
        raise
    except _BROKEN as error:
        raise PictureError(file, f"is damaged ({words(error)})") from error


def _limit(file: Path, image: Image) -> None:
    if image.width * image.height > _MOST_PIXELS:
        raise PictureError(file, f"has more than {_MOST_PIXELS:,} pixels")


def _opaque(picture: Image) -> Image:
    """The picture in 8 bits, transparent pixels laid over black."""
    from PIL import Image

    if picture.mode.startswith("I"):
        levels = np.asarray(picture).astype(np.int64).clip(0, 65_535)
        return Image.fromarray(((levels * 255 + 32_767) // 65_535).astype(np.uint8))
    if not picture.has_transparency_data:
        return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")
    ground = Image.new("RGBA", picture.size, (0, 0, 0, 255))
    ground.alpha_composite(picture.convert("RGBA"))
    return ground.convert("RGB")


def _grey_palette(image: Image) -> bool:
    if image.mode != "P":
        return False
    colours = np.array(image.getpalette("RGB") or [0, 1, 2]).reshape(-1, 3)
    return bool((colours == colours[:, :1]).all())
