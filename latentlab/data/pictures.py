"""One picture to uint8 of a wanted shape, whatever its size, mode and depth.

16-bit greys are scaled, not cut. Transparent pixels are laid over black, the ground of our
datasets. Of an animation the first frame is taken. EXIF rotation is applied. A picture of other
proportions is cropped to its centre, then resized (Lanczos).
"""

from __future__ import annotations

import io
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

    Shape = tuple[int, int, int]

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
_MOST_PIXELS = 64_000_000  # below where Pillow warns; a file can claim more than memory holds
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
_MORE_FORMATS = (*_FORMATS, "GIF", "TIFF")  # of a single picture that somebody points at
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
    return _decoded(file, None, (channels, side, side), _FORMATS)


def fitted(file: Path, shape: Shape, data: bytes | None = None) -> NDArray[np.uint8]:
    """Decode a picture to `shape` (channels, height, width), channels 1 or 3; GIF and TIFF too.

    With `data` these bytes are decoded, and `file` only names them. Raises PictureError.
    """
    return _decoded(file, data, shape, _MORE_FORMATS)


def refitted(pixels: NDArray[np.uint8], shape: Shape) -> NDArray[np.uint8]:
    """Pixels (c, h, w), c 1 or 3, as a model of another `shape` takes them."""
    from PIL import Image

    if pixels.shape == shape:
        return pixels
    flat = pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)
    return _shaped(Image.fromarray(np.ascontiguousarray(flat)), shape)


def _decoded(
    file: Path, data: bytes | None, shape: Shape, formats: tuple[str, ...]
) -> NDArray[np.uint8]:
    from PIL import ImageOps

    _, height, width = shape
    with _opened(file, data, formats) as image:
        if image.format == "PNG":
            image.verify()  # the only format with checksums; the file must be opened again
    with _opened(file, data, formats) as image:
        image.draft(None, (2 * width, 2 * height))
        image.load()
        return _shaped(ImageOps.exif_transpose(_opaque(image)), shape)


def _shaped(picture: Image, shape: Shape) -> NDArray[np.uint8]:
    from PIL import Image, ImageOps

    channels, height, width = shape
    flat = picture.convert("L" if channels == 1 else "RGB")
    if flat.size != (width, height):
        exact = _unenlarged(flat, (width, height))
        flat = exact or ImageOps.fit(flat, (width, height), Image.Resampling.LANCZOS)
    pixels = np.asarray(flat, np.uint8)
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)


def _unenlarged(picture: Image, size: tuple[int, int]) -> Image | None:
    """What was enlarged to hard squares, as we copy and export it; None where nothing was."""
    from PIL.Image import Resampling

    factor = picture.width // size[0]
    if factor < 2 or picture.size != (factor * size[0], factor * size[1]):
        return None
    small = picture.resize(size, Resampling.NEAREST)
    same = small.resize(picture.size, Resampling.NEAREST).tobytes() == picture.tobytes()
    return small if same else None


@contextmanager
def _opened(
    file: Path, data: bytes | None = None, formats: tuple[str, ...] = _FORMATS
) -> Iterator[Image]:
    """The open picture; whatever its bytes make Pillow stumble over becomes a PictureError."""
    from PIL import Image, UnidentifiedImageError

    try:
        source = file if data is None else io.BytesIO(data)
        with Image.open(source, formats=formats) as image:
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
