"""A recipe to pixels: rows to latents, latents to pictures, pictures to one sheet or a film.

The same recipe and a decoder that decodes each latent alone give the same pixels, always.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from latentlab.app.export import sheet
from latentlab.app.export.output import Cancel, Progress, Watch, never, unheard
from latentlab.core import blend as blending
from latentlab.core import images, recipe, transfer
from latentlab.core import label as labels
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from latentlab.core.images import Pixels

Decode = Callable[[NDArray[np.float32], labels.Told], NDArray[np.uint8]]
"""Latents (n, latent) and labels to uint8 pictures (n, C, H, W), each as if it were alone."""

Made = recipe.Latents | recipe.Travel | recipe.Styled
"""Rows that a model decodes."""

_CHUNK = 32  # latents between two looks at whether the user has given up


def latents_of(row: Made) -> NDArray[np.float32]:
    """The z that a row decodes, (n, latent); raises ConfigError when they are no latents."""
    if isinstance(row, recipe.Travel):
        z = row.route.at(row.t)
    elif isinstance(row, recipe.Styled):
        z = np.repeat(transfer.styled(row.z, row.strength, (row.nudge,)), len(row.labels), 0)
    elif len({len(numbers) for numbers in row.z}) > 1:
        raise ConfigError("The latents of a row differ in width; give latents of one model.")
    else:
        z = np.asarray(row.z, np.float32)
    if not z.size:
        raise ConfigError("A row has no latents, so there is nothing to show; give at least one.")
    if not np.isfinite(z).all():
        raise ConfigError("A latent holds a number that is not finite; give finite numbers.")
    return z


def told_of(row: Made) -> labels.Told:
    """What a conditional model is told of a row's pictures: one label, or an array of them."""
    if isinstance(row, recipe.Styled):
        return labels.joined(row.labels)
    if not row.labels:
        return row.label
    if isinstance(row, recipe.Latents):
        if len(row.labels) != len(row.z):
            raise ConfigError(f"A row has {len(row.labels)} labels for {len(row.z)} latents.")
        return labels.joined(row.labels)
    if len({len(shares) for shares in row.labels}) > 1:
        raise ConfigError("The labels of a row differ in width; give labels of one model.")
    return labels.mixed(row.labels, row.t)


def shown_latents(row: recipe.Row) -> NDArray[np.float32] | None:
    """The z of every picture of a row, (n, latent); None of rows that no latent made.

    Of a picture that a style was read from it is z as it was read.
    """
    if not isinstance(row, Made):
        return None
    z = latents_of(row)
    if not isinstance(row, recipe.Styled) or not row.picture:
        return z
    return np.concatenate([np.array(row.z, np.float32, ndmin=2), z])


def shown_labels(row: recipe.Row) -> tuple[labels.Label, ...]:
    """What was told of every picture of a row; None where nothing was."""
    if not isinstance(row, Made):
        return (None,) * count_of(row)
    told = told_of(row)
    if not isinstance(row, recipe.Styled):
        return labels.rows_of(told, count_of(row))
    cells = labels.rows_of(told, len(row.labels))
    return (row.own, *cells) if row.picture else cells


def blend(row: recipe.Blend) -> Pixels:
    """The pictures of a blend, (n, C, H, W): (1 - t) a + t b in float64, rounded once.

    Ends and stops are exact; all legs take equal time, as on a `Route`.
    """
    stops = [images.read_png_text(text) for text in row.pictures]
    if len({picture.shape for picture in stops}) > 1:
        raise ConfigError("Pictures of different shape cannot be mixed; resize them first.")
    if not row.t or not np.isfinite(row.t).all():
        raise ConfigError("A blend needs at least one t, and numbers from 0 to 1.")
    return blending.blend(np.stack(stops) if stops else np.empty((0, 1, 1, 1), np.uint8), row.t)


def count_of(row: recipe.Row) -> int:
    """How many pictures a row shows."""
    match row:
        case recipe.Latents():
            return len(row.z)
        case recipe.Pictures():
            return len(row.pictures)
        case recipe.Styled():
            return bool(row.picture) + len(row.labels)
        case _:
            return len(row.t)


def pictures_of(row: recipe.Row, decode: Decode, watch: Watch = Watch()) -> Pixels:  # noqa: B008
    """The pictures of a row, (n, C, H, W)."""
    match row:
        case recipe.Blend():
            return blend(row)
        case recipe.Pictures():
            return _given(row.pictures)
        case recipe.Styled():
            cells = _decoded(latents_of(row), told_of(row), decode, watch)
            return _joined([*_given((row.picture,)), *cells]) if row.picture else cells
        case _:
            return _decoded(latents_of(row), told_of(row), decode, watch)


def compose(made: recipe.Recipe, pictures: Sequence[Pixels]) -> Pixels:
    """One sheet (C, H, W) of each row's pictures (n, C, H, W)."""
    look = made.look
    lines = [_line(row, each) for row, each in zip(made.rows, pictures, strict=True)]
    if look.columns and all(isinstance(row, recipe.Styled) for row in made.rows):
        lines = sheet.blocks(lines, look.columns)
    elif look.columns and len(lines) == 1:
        lines = sheet.wrapped(lines[0], look.columns)
    return sheet.lay_out(lines, look)


def order_of(made: recipe.Recipe) -> list[int]:
    """Which picture of the rows each frame shows: forth, and back when the motion says so.

    A film that loops does not show its first picture twice.
    """
    n = max((count_of(row) for row in made.rows), default=0)
    motion = made.motion or recipe.Motion()
    back = range(n - 2, 0 if motion.loop else -1, -1) if motion.back else range(0)
    return [*range(n), *back]


class Frames(Sequence[NDArray[np.uint8]]):
    """The frames (C, H, W) of a film, all of one size, each laid out when it is asked for."""

    def __init__(self, made: recipe.Recipe, pictures: Sequence[Pixels]) -> None:
        """`pictures` of each row, (n, C, H, W); a shorter row stays at its last picture."""
        self._made = made
        self._pictures = pictures
        self._order = order_of(made)

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Pixels: ...
    @overload
    def __getitem__(self, place: slice) -> list[Pixels]: ...
    def __getitem__(self, place: int | slice) -> Pixels | list[Pixels]:
        """One frame, or several."""
        if isinstance(place, slice):
            return [self._frame(i) for i in self._order[place]]
        return self._frame(self._order[place])

    def _frame(self, i: int) -> Pixels:
        lines = [
            sheet.part(_line(row, pictures), min(i, len(pictures) - 1), i + 1)
            for row, pictures in zip(self._made.rows, self._pictures, strict=True)
        ]
        head = lines[0].heads  # one for all, or frames would differ in height
        return sheet.lay_out([line._replace(heads=head) for line in lines], self._made.look)


def picture_of(
    made: recipe.Recipe, decode: Decode, progress: Progress = unheard, cancel: Cancel = never
) -> Pixels:
    """The one picture (C, H, W) of a recipe, all rows; raises LatentlabError."""
    return compose(made, row_pictures(made, decode, Watch(progress, cancel)))


def frames_of(
    made: recipe.Recipe, decode: Decode, progress: Progress = unheard, cancel: Cancel = never
) -> Frames:
    """The frames (C, H, W) of a recipe's film: all is decoded, each is laid out when read."""
    return Frames(made, row_pictures(made, decode, Watch(progress, cancel)))


def row_pictures(made: recipe.Recipe, decode: Decode, watch: Watch) -> list[Pixels]:
    """The pictures of every row, (n, C, H, W) each; raises LatentlabError."""
    if not made.rows:
        raise ConfigError("This recipe has no rows, so there is nothing to show.")
    n = len(made.rows)
    pictures = [
        pictures_of(row, decode, watch.stretch(i / n, (i + 1) / n))
        for i, row in enumerate(made.rows)
    ]
    watch.at(1, 1)
    return pictures


def _decoded(z: NDArray[np.float32], told: labels.Told, decode: Decode, watch: Watch) -> Pixels:
    parts = []
    for start in range(0, len(z), _CHUNK):
        watch.at(start, len(z))
        these = slice(start, start + _CHUNK)
        parts.append(decode(z[these], told[these] if isinstance(told, np.ndarray) else told))
    return np.concatenate(parts)


def _line(row: recipe.Row, pictures: Pixels) -> sheet.Line:
    """A row as it is laid out; of styles with what stands above the columns, and the own label."""
    if not isinstance(row, recipe.Styled):
        return sheet.Line(row.title, 1, pictures)
    lead = int(bool(row.picture))
    heads = ("source",) * lead + row.heads if row.heads else ()
    marks = [row.own is not None and label == row.own for label in row.labels]
    return sheet.Line(row.title, 1, pictures, heads, (*[False] * lead, *marks), lead)


def _given(texts: Sequence[str]) -> Pixels:
    if not texts:
        raise ConfigError("A row has no pictures, so there is nothing to show; give at least one.")
    return _joined([images.read_png_text(text) for text in texts])


def _joined(pictures: Sequence[Pixels]) -> Pixels:
    """Pictures (C, H, W), each in the middle of a shape that holds all, (n, C, H, W)."""
    shape = sheet.common_shape(pictures)
    return np.stack([sheet.fitted(picture, shape) for picture in pictures])
