"""Style transfer as a value: sources (rows), columns (labels), and all that follows from both.

What it offers, torch-free and without waiting; the window, the command line and Python use it:

    require_labels(manifest, others)      one sentence for models that take no label, or only one
    columns(manifest, chosen, blend)      what the columns are told, with their titles
    columns_of(manifest, style, seen, reach)   the same of the window's document
    read_columns(text, manifest)          "all", "0,3,7", of attributes "Smiling,Male+Smiling,none"
    read_blend(text, manifest)            "1:7:0.5"
    column_text(column, manifest)         the same words of one column
    seen_labels(latents)                  classes that at least one encoded image has
    require_ink(picture, name)            refuses empty drawings
    guessed(probabilities, manifest)      the label that a classifier's answer means
    Source, Transfer                      rows; the matrix: z, told, own, pictures, recipe rows
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.portable import portable
from latentlab.app.proposals import written
from latentlab.core import images, transfer
from latentlab.core import label as labels
from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.recipe import Styled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from latentlab.app.endpoints import Endpoint
    from latentlab.app.registry import ModelCard
    from latentlab.app.state import Style
    from latentlab.core.images import Pixels
    from latentlab.core.label import Label
    from latentlab.core.manifest import Manifest
    from latentlab.engine.latents import Latents

    Blend = tuple[int, int, float]  # two labels, and the share of the second
    Reach = tuple[NDArray[np.float32], NDArray[np.float32]]  # smallest and largest, (k,) each

ALL = "all"
MOST_STRENGTH = 3
NONE = "none"  # of attributes: a column with all of them off
_AND = "+"  # between those that a column has switched on


@dataclass(frozen=True)
class Column:
    """What all pictures of a column are told."""

    label: Label  # a class, or numbers (k,): shares of classes, attributes
    title: str  # "7", "1 50%, 7 50%", "Smiling"


@dataclass(frozen=True, eq=False)
class Source:
    """Where the style of a row comes from."""

    endpoint: Endpoint
    own: Label  # what its picture was read with; None: a latent that has no label
    is_guess: bool = False  # a classifier found it

    def title(self, names: Sequence[str]) -> str:
        """For people: "MNIST test 17, label 7"."""
        if self.own is None:
            return self.endpoint.title
        how = "seen as" if self.is_guess else "label"
        return f"{self.endpoint.title}, {how} {labels.words(self.own, names)}"


@dataclass(frozen=True, eq=False)
class Transfer:
    """The matrix of styles and labels: n sources, m columns."""

    manifest: Manifest
    sources: tuple[Source, ...]
    columns: tuple[Column, ...]
    strength: float = 1.0
    nudges: tuple[tuple[float, ...], ...] = ()

    @cached_property
    def z(self) -> NDArray[np.float32]:
        """Of every row, made stronger and moved, (n, latent)."""
        read = np.stack([source.endpoint.z for source in self.sources])
        return transfer.styled(read, self.strength, self.nudges)

    @cached_property
    def told(self) -> NDArray[np.float32]:
        """Of every column, as numbers (m, k)."""
        count = len(self.manifest.told_names)
        numbers = [labels.numbers(column.label, count) for column in self.columns]
        return np.array(numbers, np.float32)

    @property
    def own(self) -> tuple[int | None, ...]:
        """By row, the column that has its own label; None where none does."""
        known = [column.label for column in self.columns]
        return tuple(transfer.column_of(source.own, known) for source in self.sources)

    def batch(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Every cell, row by row: z (n * m, latent) and what is told (n * m, k)."""
        return transfer.pairs(self.z, self.told)

    def matrix(self, decoded: Pixels) -> Pixels:
        """The pictures of `batch` as (n, m, C, H, W)."""
        return decoded.reshape(len(self.sources), len(self.columns), *decoded.shape[1:])

    def recipe_rows(
        self, given: Collection[int] = (), *, on_cpu: bool = True
    ) -> tuple[Styled, ...]:
        """The rows of a file: the source's picture where any row has one, then its cells.

        `given`: places of the rows whose label somebody said. `on_cpu`: whether a CPU drew the
        samples; another device draws others.
        """
        shown = any(source.endpoint.is_given for source in self.sources)
        rows = (self._recipe_row(place, shown, on_cpu) for place in range(len(self.sources)))
        return tuple(
            row.model_copy(update={"is_told": place in given}) for place, row in enumerate(rows)
        )

    def _recipe_row(self, place: int, is_shown: bool, on_cpu: bool) -> Styled:
        source = self.sources[place]
        nudge = self.nudges[place] if place < len(self.nudges) else ()
        named = portable(source.endpoint, seeds=on_cpu)
        return Styled(
            z=written(source.endpoint.z)[0],
            strength=self.strength,
            nudge=nudge if len(nudge) == len(source.endpoint.z) else (),
            labels=tuple(column.label for column in self.columns),
            heads=tuple(column.title for column in self.columns),
            own=source.own,
            picture=images.png_text(_face(source)) if is_shown else "",
            source="" if is_shown and named.startswith("picture:") else named,
            title=source.title(self.manifest.told_names),
        )


# -- columns -----------------------------------------------------------------------------------


def require_labels(manifest: Manifest, others: Iterable[str] = ()) -> None:
    """Refuse models that no style can be transferred with; `others`: ids of some that can.

    Raises ModelError in one sentence.
    """
    names = manifest.told_names
    if not names:
        other = next(iter(others), "")
        train = "train a conditional model, as with `latentlab train cvae`"
        advice = f"choose a conditional model, such as {other}" if other else train
        raise ModelError(f"{manifest.title} takes no label; {advice}.")
    if len(names) < 2 and not manifest.is_told_attributes:
        raise ModelError(
            f"{manifest.title} knows one label only, {names[0]}; a style is carried from one label "
            "to another, so choose a model of data with several."
        )
    if "decode" not in manifest.capabilities:
        raise ModelError(f"{manifest.title} makes no pictures; choose a model that does.")


def conditional_models(cards: Iterable[ModelCard]) -> list[str]:
    """Ids of the models that styles can be transferred with, for `require_labels`."""
    return [
        card.id
        for card in cards
        if card.manifest is not None
        and card.is_usable
        and len(card.manifest.told_names) > 1
        and "decode" in card.manifest.capabilities
    ]


def require_strength(strength: float) -> None:
    """Refuse what is no factor of z; ConfigError."""
    if not 0 <= strength <= MOST_STRENGTH:
        raise ConfigError(f"The strength of a style is 0 to {MOST_STRENGTH}, not {strength}.")


def columns(
    manifest: Manifest,
    chosen: Iterable[Label | Column] | None = None,
    blend: Blend | None = None,
    *,
    seen: Collection[int] | None = None,
    reach: Reach | None = None,
) -> tuple[Column, ...]:
    """The chosen labels, each once, and a column more that mixes two.

    All labels by default, of attributes none and each alone; without those that no encoded image
    has, where `seen` tells them. `reach`: smallest and largest of each attribute in the data,
    where that is known: off and on; else 0 and 1. Raises ConfigError for what the model cannot be
    told.
    """
    if chosen is None:
        told = _all(manifest, seen, reach)
    else:
        told = [_known(each, manifest, seen) for each in dict.fromkeys(chosen)]
    if blend is not None:
        told.append(_blended(manifest, blend))
    if not told:
        raise ConfigError("No label is chosen, so there is nothing to show; choose at least one.")
    return tuple(told)


def columns_of(
    manifest: Manifest,
    style: Style,
    *,
    seen: Collection[int] | None = None,
    reach: Reach | None = None,
) -> tuple[Column, ...]:
    """What the window's document asks for; a blend of labels that this model lacks is left out."""
    count = len(manifest.told_names)
    pair = style.blend
    is_there = pair is not None and 0 <= min(pair) <= max(pair) < count
    blend = (*pair, style.share) if pair is not None and is_there else None
    return columns(manifest, blend=blend, seen=seen, reach=reach)


def read_columns(
    text: str, manifest: Manifest, *, reach: Reach | None = None
) -> tuple[Column, ...] | None:
    """Columns as a person lists them, by name or number; None for "all".

    Of attributes, a + joins what one column has: "Smiling,Male+Smiling,none". Raises ConfigError,
    ModelError.
    """
    if text.strip() == ALL:
        return None
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(read_column(part, manifest, reach=reach) for part in parts)


def read_column(text: str, manifest: Manifest, *, reach: Reach | None = None) -> Column:
    """One of them; `reach` as of `columns`."""
    if not manifest.is_told_attributes:
        label = labels.read(text, manifest)
        return Column(label, labels.words(label, manifest.told_names))
    if text == NONE and NONE not in manifest.told_names:
        return _switched((0.0,) * len(manifest.told_names), text, reach)
    names = text.split(_AND)
    if unknown := [name for name in names if name not in manifest.told_names]:
        labels.read(unknown[0], manifest)  # tells what there is
        raise ConfigError(f"'{text[:40]}' names no attribute of {manifest.title}.")
    return _switched(tuple(float(name in names) for name in manifest.told_names), text, reach)


def read_blend(text: str, manifest: Manifest) -> Blend:
    """Two labels and the share of the second, "1:7:0.5"; "1:7" mixes them evenly."""
    first, _, rest = text.partition(":")
    second, _, share = rest.partition(":")
    try:
        return _place(first, manifest), _place(second, manifest), float(share or 0.5)
    except ValueError:
        raise ConfigError(
            f"'{text[:40]}' names no blend; write LABEL:LABEL:SHARE, as 1:7:0.5."
        ) from None


def column_text(column: Column, manifest: Manifest, *, reach: Reach | None = None) -> str:
    """A column as `read_column` takes it; empty where no words say it."""
    text = column.title
    if isinstance(column.label, int) and "," in text:
        return str(column.label)
    try:
        again = None if "," in text else read_column(text, manifest, reach=reach)
    except ConfigError:
        return ""
    return text if again == column else ""


def seen_labels(latents: Latents | None) -> frozenset[int] | None:
    """Classes that at least one encoded image has; None where that is not known."""
    if latents is None or latents.labels is None:
        return None
    return frozenset(np.unique(latents.labels).tolist())


# -- sources -----------------------------------------------------------------------------------


def require_ink(picture: Pixels, name: str) -> None:
    """Refuse a picture (C, H, W) whose pixels are all equal: there is no style in it."""
    if (picture == picture[:, :1, :1]).all():
        raise ConfigError(f"{name} is empty, so it has no style; draw or choose something.")


def guessed(probabilities: NDArray[np.floating], manifest: Manifest) -> Label:
    """What a classifier's answer (k,) for one picture means: its likeliest class, or attributes."""
    if manifest.is_told_attributes:
        return tuple((np.asarray(probabilities) > 0.5).astype(float).tolist())
    return int(np.argmax(probabilities))


# -- inside ------------------------------------------------------------------------------------


def _face(source: Source) -> Pixels:
    """What stands for a source beside its row; nothing for a latent without a label."""
    end = source.endpoint
    return end.picture if end.is_given or source.own is not None else np.zeros_like(end.picture)


def _all(manifest: Manifest, seen: Collection[int] | None, reach: Reach | None) -> list[Column]:
    names = manifest.told_names
    if not manifest.is_told_attributes:
        there = [place for place in range(len(names)) if seen is None or place in seen]
        return [Column(place, names[place]) for place in there]
    turns = labels.rows_of(labels.in_turn(len(names) + 1, manifest), len(names) + 1)
    known = [each for each in turns if isinstance(each, tuple)]
    return [_switched(each, name, reach) for each, name in zip(known, (NONE, *names), strict=True)]


def _switched(switches: tuple[float, ...], title: str, reach: Reach | None) -> Column:
    """Attributes off (0) or on (1), as far as the data reaches."""
    if reach is None:
        return Column(switches, title)
    low, high = (np.asarray(ends, np.float64) for ends in reach)
    return Column(tuple(np.where(switches, high, low).tolist()), title)


def _known(each: Label | Column, manifest: Manifest, seen: Collection[int] | None) -> Column:
    label, names = each.label if isinstance(each, Column) else each, manifest.told_names
    if label is None or not labels.fits(label, manifest):
        known = ", ".join(names[:12])
        raise ConfigError(f"{manifest.title} knows no label {label}; it has {known}.")
    if seen is not None and isinstance(label, int) and label not in seen:
        raise ConfigError(
            f"{manifest.title} never saw label {names[label]}: none of its encoded images has it; "
            "choose another one."
        )
    return each if isinstance(each, Column) else Column(label, labels.words(label, names))


def _blended(manifest: Manifest, blend: Blend) -> Column:
    first, second, share = blend
    if manifest.is_told_attributes:
        raise ConfigError(f"{manifest.title} is told attributes, and a blend mixes two classes.")
    if not 0 <= share <= 1:
        raise ConfigError(f"A blend has a share from 0 to 1 of its second label, not {share}.")
    label = transfer.blended(first, second, share, len(manifest.told_names))
    return Column(label, labels.words(label, manifest.told_names))


def _place(text: str, manifest: Manifest) -> int:
    """A label by name or number, as its place."""
    label = labels.read(text, manifest)
    if not isinstance(label, int):
        raise ConfigError(f"'{text[:40]}' is no single label of {manifest.title}.")
    return label
