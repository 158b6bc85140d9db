"""The columns of a style sheet: what each tells the model, by name, by number, or mixed."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from latentlab.core import label as labels
from latentlab.core import transfer
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray

    from latentlab.app.state import Style
    from latentlab.core.label import Label
    from latentlab.core.manifest import Manifest
    from latentlab.engine.latents import Latents

    Blend = tuple[int, int, float]  # two labels, and the share of the second
    Reach = tuple[NDArray[np.float32], NDArray[np.float32]]  # smallest and largest, (k,) each

ALL = "all"
NONE = "none"  # of attributes: a column with all of them off
_AND = "+"  # between those that a column has switched on


@dataclass(frozen=True)
class Column:
    """What all pictures of a column are told."""

    label: Label  # a class, or numbers (k,): shares of classes, attributes
    title: str  # "7", "1 50%, 7 50%", "Smiling"


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
        amount = float(share or 0.5) if second else nan
    except ValueError:
        amount = nan
    if isnan(amount):
        raise ConfigError(f"'{text[:40]}' names no blend; write LABEL:LABEL:SHARE, as 1:7:0.5.")
    return _place(first, manifest), _place(second, manifest), amount


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


# -- inside ------------------------------------------------------------------------------------


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
