"""Row titles beside, step numbers above: drawn with the font inside Pillow, the same everywhere."""

from __future__ import annotations

import unicodedata
from functools import cache
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.export.sheet import Line
    from latentlab.core.images import Pixels

Cell = tuple[int, int]  # height and width of a picture, in pixels of the sheet

_SMALLEST = 9  # pixels of a letter's body that can still be read
_FRAME_ON_LIGHT = 128  # black would be lost beside a picture whose own ground is black
_LONGEST = 40  # letters of a title
_SIGNS = str.maketrans({"→": "->", "×": "x", "–": "-", "−": "-", "…": "...", "≤": "<=", "·": "-"})


def around(
    bands: Sequence[Pixels], lines: Sequence[Line], cell: Cell, gap: int, ground: int
) -> list[Pixels]:
    """The bands (C, h, w) of lines with their titles and, where they change, their numbers."""
    size = max(_SMALLEST, cell[0] // 9)
    titles = [_written(plain(line.title), size) for line in lines]
    left = max(title.shape[1] for title in titles)
    left += size if left else 0  # half of it before the titles, half behind
    spans = [(line.first, len(line.pictures), line.heads) for line in lines]
    told = [i == 0 or span != spans[i - 1] for i, span in enumerate(spans)]
    return [
        _framed(band, title, _above(line, cell[1], gap, size) if tell else None, left, ground)
        for band, title, line, tell in zip(bands, titles, lines, told, strict=True)
    ]


def frame_of(gap: int) -> int:
    """How thick a frame is that keeps within half a gap of so many pixels."""
    return (gap + 1) // 2


def frame(out: Pixels, corner: tuple[int, int], cell: Cell, gap: int) -> None:
    """Frame a picture of a sheet (C, H, W) in the gap around it; no pixel of a picture changes."""
    width = frame_of(gap)
    (top, left), (height, broad) = corner, cell
    for side in (
        (slice(top - width, top), slice(left - width, left + broad + width)),
        (slice(top + height, top + height + width), slice(left - width, left + broad + width)),
        (slice(top, top + height), slice(left - width, left)),
        (slice(top, top + height), slice(left + broad, left + broad + width)),
    ):
        place = out[:, side[0], side[1]]
        place[...] = np.where(place < 128, 255, _FRAME_ON_LIGHT)


def plain(text: str) -> str:
    """A text in the letters that Pillow's own font has: ASCII; Greek letters by their names."""
    spelled = "".join(map(_spelled, text.translate(_SIGNS)))
    return spelled if len(spelled) <= _LONGEST else f"{spelled[: _LONGEST - 3]}..."


def _spelled(sign: str) -> str:
    if sign.isascii():
        return sign if sign.isprintable() else " "
    name = unicodedata.name(sign, "").split()
    if name[:1] == ["GREEK"] and "LETTER" in name:
        return name[name.index("LETTER") + 1].lower()
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"


def _framed(band: Pixels, title: Pixels, numbers: Pixels | None, left: int, ground: int) -> Pixels:
    """A band (C, h, w) with room at its left and above, and what is written there."""
    top = 0 if numbers is None else numbers.shape[0]
    channels, height, width = band.shape
    out = np.full((channels, top + height, left + width), ground, np.uint8)
    out[:, top:, left:] = band
    if numbers is not None:
        _ink(out, numbers, 0, left)
    _ink(out, title, top + max(0, (height - title.shape[0]) // 2), title.shape[0] // 3)
    return out


def _ink(out: Pixels, mask: Pixels, top: int, left: int) -> None:
    """Black on a light ground, white on a dark one, through a mask (h, w) of opacity."""
    place = out[:, top : top + mask.shape[0], left : left + mask.shape[1]]
    ground = place.astype(np.float32)
    ink = np.where(ground < 128, 255, 0)
    opacity = mask[: place.shape[1], : place.shape[2]].astype(np.float32) / 255
    place[...] = np.rint(ground + (ink - ground) * opacity)


def _above(line: Line, width: int, gap: int, size: int) -> Pixels:
    """What stands above the pictures of a line: its heads, else their numbers."""
    if not line.heads:
        return _numbers(line.first, len(line.pictures), width, gap, size)
    font, pitch = _font(size), width + gap
    image = Image.new("L", (len(line.heads) * pitch - gap, _height(size) + size // 4))
    pen = ImageDraw.Draw(image)
    for i, head in enumerate(line.heads):
        text = plain(head)
        while text and font.getlength(text) > width:
            text = text[:-1]
        pen.text((i * pitch + width / 2, 0), text, fill=255, font=font, anchor="ma")
    return np.asarray(image)


def _numbers(first: int, count: int, width: int, gap: int, size: int) -> Pixels:
    """Step numbers over `count` pictures, as many as fit beside each other, as a mask (h, w)."""
    font = _font(size)
    pitch = width + gap
    every = ceil((font.getlength(str(first + count - 1)) + size // 3) / pitch)
    image = Image.new("L", (count * pitch - gap, _height(size) + size // 4))
    pen = ImageDraw.Draw(image)
    for i in range(0, count, max(1, every)):
        pen.text((i * pitch + width / 2, 0), str(first + i), fill=255, font=font, anchor="ma")
    return np.asarray(image)


def _written(text: str, size: int) -> Pixels:
    """A text as a mask (h, w); without any, of no width."""
    font = _font(size)
    image = Image.new("L", (ceil(font.getlength(text)), _height(size)))
    ImageDraw.Draw(image).text((0, 0), text, fill=255, font=font)
    return np.asarray(image)


def _height(size: int) -> int:
    return sum(_font(size).getmetrics())


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return font
