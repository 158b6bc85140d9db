"""Lines of pictures laid out as one picture: gaps, border, captions, grey and colour together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from latentlab.app.export import captions
from latentlab.app.export import pictures as files
from latentlab.core import images
from latentlab.core.points import visible

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
    heads: tuple[str, ...] = ()  # what stands above each; empty: numbers
    marks: tuple[bool, ...] = ()  # which of them are framed where captions are written
    lead: int = 0  # so many of the first stand before every block


def wrapped(line: Line, columns: int) -> list[Line]:
    """One long line as several, each of `columns` pictures at most."""
    return [
        Line("" if start else line.title, line.first + start, line.pictures[start:][:columns])
        for start in range(0, len(line.pictures), columns)
    ]


def part(line: Line, place: int, number: int) -> Line:
    """One picture of a line, as the frame of a film that has this number shows it."""
    one = slice(place, place + 1)
    return Line(line.title, number, line.pictures[one], line.heads[one], line.marks[one])


def blocks(lines: Sequence[Line], columns: int) -> list[Line]:
    """All lines with so many columns, then all with the next ones, behind what leads them."""
    most = max(len(line.pictures) - line.lead for line in lines)
    starts = range(0, max(most, 1), columns)
    return [_block(line, start, columns) for start in starts for line in lines]


def _block(line: Line, start: int, columns: int) -> Line:
    begin = line.lead + start
    there = [*range(line.lead), *range(begin, min(begin + columns, len(line.pictures)))]
    heads = tuple(line.heads[i] for i in there) if line.heads else ()
    marks = tuple(line.marks[i] for i in there) if line.marks else ()
    first = line.first + start
    return Line(line.title, first, line.pictures[there], heads, marks, line.lead)


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
    lines = [line._replace(pictures=visible(line.pictures)) for line in lines]
    shape = common_shape(line.pictures for line in lines)
    columns = max(len(line.pictures) for line in lines)
    files.check_size(_size(len(lines), columns, shape, look), look.scale)
    bands = [_band(line, columns, shape, look) for line in lines]
    margin, marks = look.border * look.scale, []
    if look.captions:
        bare, cell = bands[0].shape, (shape[1] * look.scale, shape[2] * look.scale)
        bands = captions.around(bands, lines, cell, look.gap * look.scale, look.ground)
        marks = _corners(bands, lines, bare, cell, look.gap * look.scale)
        if any(line.marks for line in lines):  # also of a film's frame in which none is marked
            margin = max(margin, captions.frame_of(look.gap * look.scale))
    gap = np.full((shape[0], look.gap * look.scale, bands[0].shape[2]), look.ground, np.uint8)
    stacked = np.concatenate([part for band in bands for part in (gap, band)][1:], axis=1)
    margins = ((0, 0), (margin, margin), (margin, margin))
    sheet = np.pad(stacked, margins, constant_values=look.ground)
    for top, left in marks:
        captions.frame(sheet, (margin + top, margin + left), cell, look.gap * look.scale)
    return sheet


def _corners(
    bands: Sequence[Pixels],
    lines: Sequence[Line],
    bare: tuple[int, ...],
    cell: tuple[int, int],
    gap: int,
) -> list[tuple[int, int]]:
    """Top left of each marked picture, in bands below each other; `bare`: one without captions."""
    found, top = [], 0
    for band, line in zip(bands, lines, strict=True):
        at = top + band.shape[1] - bare[1], band.shape[2] - bare[2]
        places = [place for place, is_marked in enumerate(line.marks) if is_marked]
        found += [(at[0], at[1] + place * (cell[1] + gap)) for place in places]
        top += band.shape[1] + gap
    return found


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
