"""Style transfer as a value: sources (rows), columns (labels), and all that follows from both.

What it offers, torch-free and without waiting; the window, the command line and Python use it:

    require_labels(manifest, others)      one sentence for models that take no label, or only one
    columns(manifest, chosen, blend)      what the columns are told, with their titles
    columns_of(manifest, style, seen)     the same of the window's document
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

ALL = "all"
MOST_STRENGTH = 10
NONE = "none"  # of attributes: a column with all of them off


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

    def recipe_rows(self) -> tuple[Styled, ...]:
        """The rows of a file: the source's picture where any row has one, then its cells."""
        shown = any(source.endpoint.is_given for source in self.sources)
        return tuple(self._recipe_row(place, shown) for place in range(len(self.sources)))

    def _recipe_row(self, place: int, is_shown: bool) -> Styled:
        source = self.sources[place]
        nudge = self.nudges[place] if place < len(self.nudges) else ()
        return Styled(
            z=written(source.endpoint.z)[0],
            strength=self.strength,
            nudge=nudge if len(nudge) == len(source.endpoint.z) else (),
            labels=tuple(column.label for column in self.columns),
            heads=tuple(column.title for column in self.columns),
            own=source.own,
            picture=images.png_text(_face(source)) if is_shown else "",
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
    chosen: Iterable[Label] | None = None,
    blend: Blend | None = None,
    *,
    seen: Collection[int] | None = None,
) -> tuple[Column, ...]:
    """The chosen labels, each once, and a column more that mixes two.

    All labels by default, of attributes none and each alone; without those that no encoded image
    has, where `seen` tells them. Raises ConfigError for what the model cannot be told.
    """
    names = manifest.told_names
    told = _all(manifest, seen) if chosen is None else list(dict.fromkeys(chosen))
    for label in told:
        _require_known(label, manifest, seen if chosen is not None else None)
    if blend is not None:
        first, second, share = blend
        if not 0 <= share <= 1:
            raise ConfigError(f"A blend has a share of its second label from 0 to 1, not {share}.")
        told.append(transfer.blended(first, second, share, len(names)))
    if not told:
        raise ConfigError("No label is chosen, so there is nothing to show; choose at least one.")
    return tuple(Column(label, _title(label, manifest)) for label in told)


def columns_of(
    manifest: Manifest, style: Style, *, seen: Collection[int] | None = None
) -> tuple[Column, ...]:
    """What the window's document asks for; a blend of labels that this model lacks is left out."""
    count = len(manifest.told_names)
    if style.blend is None or max(style.blend) >= count or min(style.blend) < 0:
        return columns(manifest, seen=seen)
    return columns(manifest, blend=(*style.blend, style.share), seen=seen)


def read_columns(text: str, manifest: Manifest) -> tuple[Label, ...] | None:
    """Labels as a person lists them, by name or number; None for "all".

    Of attributes, a + joins what one column has: "Smiling,Male+Smiling,none". Raises ConfigError,
    ModelError.
    """
    if text.strip() == ALL:
        return None
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(_read(part, manifest) for part in parts)


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


def column_text(column: Column, manifest: Manifest) -> str:
    """A column as `read_columns` takes it; empty where it has no such words."""
    names = manifest.told_names
    label = column.label
    if isinstance(label, int):
        return str(label) if "," in names[label] else names[label]
    if not manifest.is_told_attributes or label is None or not set(label) <= {0.0, 1.0}:
        return ""
    return "" if "," in column.title else column.title


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


def _all(manifest: Manifest, seen: Collection[int] | None) -> list[Label]:
    count = len(manifest.told_names)
    if manifest.is_told_attributes:
        return list(labels.rows_of(labels.in_turn(count + 1, manifest), count + 1))
    return [label for label in range(count) if seen is None or label in seen]


def _require_known(label: Label, manifest: Manifest, seen: Collection[int] | None) -> None:
    names = manifest.told_names
    if label is None or not labels.fits(label, manifest):
        known = ", ".join(names[:12])
        raise ConfigError(f"{manifest.title} knows no label {label}; it has {known}.")
    if seen is not None and isinstance(label, int) and label not in seen:
        raise ConfigError(
            f"{manifest.title} never saw label {names[label]}: none of its encoded images has it; "
            "choose another one."
        )


def _title(label: Label, manifest: Manifest) -> str:
    if isinstance(label, tuple) and manifest.is_told_attributes:
        whole = [name for name, on in zip(manifest.told_names, label, strict=True) if on == 1]
        if sum(value != 0 for value in label) == len(whole):
            return "+".join(whole) or NONE
    return labels.words(label, manifest.told_names)


def _read(text: str, manifest: Manifest) -> Label:
    if not manifest.is_told_attributes:
        return labels.read(text, manifest)
    if text == NONE and NONE not in manifest.told_names:
        return labels.usual(manifest)
    return labels.read(text.replace("+", ","), manifest)


def _place(text: str, manifest: Manifest) -> int:
    """A label by name or number, as its place."""
    label = labels.read(text, manifest)
    if isinstance(label, tuple) and sorted(label)[-2:] == [0.0, 1.0]:
        return label.index(1.0)
    if not isinstance(label, int):
        raise ConfigError(f"'{text[:40]}' is no single label of {manifest.title}.")
    return label
