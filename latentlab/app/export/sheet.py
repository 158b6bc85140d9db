"""Lines of pictures laid out as one picture: gaps, border, captions, grey and colour together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from latentlab.app.export import captions
from latentlab.app.export import pictures as files
from latentlab.core import images

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from latentlab.core.images import Pixels
    from latentlab.core.recipe import Look

Shape = tuple[int, int, int]  # channels, height, width


class Line(NamedTuple):
    """Pictures side by side."""

    title: str
    first: int  # the number of its first picture
    pictures: Pixels  # (n, C, H, W)


def wrapped(line: Line, columns: int) -> list[Line]:
    """One long line as several, each of `columns` pictures at most."""
    return [
        Line("" if start else line.title, line.first + start, line.pictures[start:][:columns])
        for start in range(0, len(line.pictures), columns)
    ]


def common_shape(pictures: Iterable[Pixels]) -> Shape:
    """The least shape that holds every picture (..., C, H, W)."""
    channels, height, width = np.max([picture.shape[-3:] for picture in pictures], axis=0)
    return int(channels), int(height), int(width)


def fitted(picture: Pixels, shape: Shape, ground: int = 0) -> Pixels:
    """A picture (..., C, H, W) in the middle of a shape that holds it; grey becomes colour."""
    *lead, _, height, width = picture.shape
    if picture.shape[-3:] == shape:
        return picture
    cell = np.full((*lead, *shape), ground, np.uint8)
    top, left = (shape[1] - height) // 2, (shape[2] - width) // 2
    cell[..., top : top + height, left : left + width] = picture
    return cell


def lay_out(lines: Sequence[Line], look: Look) -> Pixels:
    """One picture (C, H, W) of lines below each other, at the look's scale."""
    shape = common_shape(line.pictures for line in lines)
    columns = max(len(line.pictures) for line in lines)
    files.check_size(_size(len(lines), columns, shape, look), look.scale)
    bands = [_band(line, columns, shape, look) for line in lines]
    if look.captions:
        cell = (shape[1] * look.scale, shape[2] * look.scale)
        bands = captions.around(bands, lines, cell, look.gap * look.scale, look.ground)
    gap = np.full((shape[0], look.gap * look.scale, bands[0].shape[2]), look.ground, np.uint8)
    stacked = np.concatenate([part for band in bands for part in (gap, band)][1:], axis=1)
    border = look.border * look.scale
    margins = ((0, 0), (border, border), (border, border))
    return np.pad(stacked, margins, constant_values=look.ground)


def _size(lines: int, columns: int, shape: Shape, look: Look) -> tuple[int, int]:
    """Height and width before scaling, without captions."""
    _, height, width = shape
    around = 2 * look.border - look.gap
    return lines * (height + look.gap) + around, columns * (width + look.gap) + around


def _band(line: Line, columns: int, shape: Shape, look: Look) -> Pixels:
    """One line (C, h, w), what it lacks of `columns` left empty."""
    pictures = fitted(line.pictures, shape, look.ground)
    cells = images.enlarge(pictures, look.scale, smooth=look.smooth)
    empty = np.full((columns - len(cells), *cells.shape[1:]), look.ground, np.uint8)
    return images.tile(np.concatenate([cells, empty]), columns, look.gap * look.scale, look.ground)
