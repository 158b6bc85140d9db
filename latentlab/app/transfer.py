"""Style transfer as a value: sources (rows), columns (labels), and all that follows from both.

What it offers, torch-free and without waiting; the window, the command line and Python use it:

    Source, Transfer                      rows; the matrix: z, told, own, pictures, recipe rows
    require_labels(manifest, others)      one sentence for models that take no label, or only one
    require_ink(picture, name)            refuses empty drawings
    guessed(probabilities, manifest)      the label that a classifier's answer means
and of `app.transfer_columns`
    columns(manifest, chosen, blend, seen=, reach=)   what the columns are told, with titles
    columns_of(manifest, style, seen=, reach=)        the same of the window's document
    read_columns(text, manifest)          "all", "0,3,7", of attributes "Smiling,Male+Smiling,none"
    read_blend(text, manifest)            "1:7:0.5"
    seen_labels(latents)                  classes that at least one encoded image has
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.portable import brings_label, portable
from latentlab.app.proposals import written
from latentlab.app.transfer_columns import (
    ALL,
    Column,
    column_text,
    columns,
    columns_of,
    read_blend,
    read_column,
    read_columns,
    seen_labels,
)
from latentlab.core import images, transfer
from latentlab.core import label as labels
from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.recipe import Styled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from latentlab.app.endpoints import Endpoint
    from latentlab.app.registry import ModelCard
    from latentlab.core.images import Pixels
    from latentlab.core.label import Label
    from latentlab.core.manifest import Manifest

__all__ = [
    "ALL",
    "MOST_STRENGTH",
    "Column",
    "Source",
    "Transfer",
    "column_text",
    "columns",
    "columns_of",
    "conditional_models",
    "guessed",
    "read_blend",
    "read_column",
    "read_columns",
    "require_ink",
    "require_labels",
    "require_strength",
    "seen_labels",
]

MOST_STRENGTH = 3


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
            row.model_copy(update={"is_told": True}) if place in given else row
            for place, row in enumerate(rows)
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
            is_told=source.own is not None and not source.is_guess and not brings_label(named),
            picture=images.png_text(_face(source)) if is_shown else "",
            source="" if is_shown and named.startswith("picture:") else named,
            title=source.title(self.manifest.told_names),
        )


# -- what is refused, and what is seen ---------------------------------------------------------


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


def require_ink(picture: Pixels, name: str) -> None:
    """Refuse a picture (C, H, W) whose pixels are all equal: there is no style in it."""
    if (picture == picture[:, :1, :1]).all():
        raise ConfigError(f"{name} is empty, so it has no style; draw or choose something.")


def guessed(probabilities: NDArray[np.floating], manifest: Manifest) -> Label:
    """What a classifier's answer (k,) for one picture means: its likeliest class, or attributes."""
    if manifest.is_told_attributes:
        return tuple((np.asarray(probabilities) > 0.5).astype(float).tolist())
    return int(np.argmax(probabilities))


def _face(source: Source) -> Pixels:
    """What stands for a source beside its row; nothing for a latent without a label."""
    end = source.endpoint
    return end.picture if end.is_given or source.own is not None else np.zeros_like(end.picture)
