"""What a conditional model is told beside a latent or a picture: a class, or numbers.

Numbers are shares of the classes, or attributes. Torch-free: documents, recipes and the window
hold labels; `engine.conditions.told_rows` makes them what a network reads.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latentlab.core.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.core.manifest import Manifest

Label = int | tuple[float, ...] | None
"""A class, numbers (k,), or None of models that are told nothing."""

Told = Label | NDArray[Any]
"""One label for all, or an array with one for each picture: classes (n,) or numbers (n, k)."""

Given = str | ArrayLike | None
"""A label as Python gives it: a name, a class, shares or attributes, or one for each picture."""

_MOST = 12  # names that a sentence lists


def usual(manifest: Manifest) -> Label:
    """What a model is told before anybody chose: its first class, or no attribute at all."""
    if not manifest.told_names:
        return None
    return (0.0,) * len(manifest.told_names) if manifest.is_told_attributes else 0


def fits(label: Label, manifest: Manifest) -> bool:
    """Whether a model can be told this; None fits those that are told nothing."""
    count = len(manifest.told_names)
    if label is None or not count:
        return label is None and not count
    if isinstance(label, int):
        return 0 <= label < count and not manifest.is_told_attributes
    return len(label) == count and bool(np.isfinite(label).all())


def numbers(label: Label, count: int) -> tuple[float, ...]:
    """A label as shares or attributes, (count,): a class has a single 1."""
    if isinstance(label, tuple):
        return label
    return tuple(float(place == label) for place in range(count))


def plain(shares: tuple[float, ...], manifest: Manifest) -> Label:
    """Shares as the class that has all of it; others, and attributes, stay."""
    whole = not manifest.is_told_attributes and sorted(shares)[:-1] == [0.0] * (len(shares) - 1)
    return shares.index(1.0) if whole and max(shares) == 1.0 else shares


def mixed(labels: Sequence[Sequence[float]], t: ArrayLike) -> NDArray[np.float32]:
    """Numbers (n, k) at each t (n,) on the way through labels (m, k), equal time for each leg."""
    known = np.asarray(labels, np.float64)
    t = np.asarray(t, np.float64)
    places = np.linspace(0.0, 1.0, len(known))
    return np.stack([np.interp(t, places, column) for column in known.T], 1).astype(np.float32)


def joined(labels: Sequence[Label]) -> Told:
    """Labels of several pictures as one array: classes (n,), or numbers (n, k).

    A single label that all share stays what it is. Raises ConfigError where only some are known.
    """
    if not labels or all(label == labels[0] for label in labels):
        return labels[0] if labels else None
    if all(isinstance(label, int) for label in labels):
        return np.array(labels, np.int64)
    widths = {len(label) for label in labels if isinstance(label, tuple)}
    if None in labels or len(widths) != 1:
        raise ConfigError("Some of these pictures have a label and some have none; tell it of all.")
    width = widths.pop()
    return np.array([numbers(label, width) for label in labels], np.float32)


def rows_of(told: Told, n: int) -> tuple[Label, ...]:
    """One label for each of n pictures; the inverse of `joined`."""
    if not isinstance(told, np.ndarray):
        return (told,) * n
    if told.ndim == 1:
        return tuple(int(label) for label in told)
    return tuple(tuple(float(str(share)) for share in row) for row in told)


def read(text: str, manifest: Manifest) -> Label:
    """A label as a person writes it: a name, a class by number, numbers, or names of attributes.

    Names come first, so that a digit's name may differ from its place. Raises ModelError for a
    model that is told nothing, ConfigError for what is none of its labels.
    """
    names = manifest.told_names
    if not names:
        raise ModelError(f"{manifest.title} takes no label; go without one.")
    clean = text.strip()
    if manifest.is_told_attributes:
        return _attributes(clean, manifest)
    if clean in names:
        return names.index(clean)
    if clean.isdecimal() and int(clean) < len(names):
        return int(clean)
    found = _numbers(clean)
    if len(found) < 2:
        raise ConfigError(f"'{clean[:40]}' is no label of {manifest.title}; {_near(clean, names)}.")
    return _fitting(found, manifest)


def written(label: Label, manifest: Manifest) -> str:
    """A label as `read` takes it: the name of a class, or numbers; "" for None."""
    if isinstance(label, tuple):
        return ",".join(repr(float(value)) for value in label)
    return "" if label is None else manifest.told_names[label]


def given(label: Given, manifest: Manifest) -> Told:
    """What Python gives as a label: text as `read` takes it, a class, or arrays of either kind.

    Raises ModelError for a model that is told nothing, ConfigError for text that is no label.
    """
    if label is None or isinstance(label, str):
        return None if label is None else read(label, manifest)
    array = np.asarray(label)
    if array.ndim == 0:
        return int(array)
    if array.dtype.kind in "iub" and not (array.ndim == 1 and manifest.is_told_attributes):
        return array.astype(np.int64 if array.ndim == 1 else np.float32)
    numbers = array.astype(np.float32)
    return tuple(float(str(v)) for v in numbers) if numbers.ndim == 1 else numbers


def one(label: Given, manifest: Manifest) -> Label:
    """The same where there can be only one for all; ConfigError for several."""
    told = given(label, manifest)
    if isinstance(told, np.ndarray):
        raise ConfigError("Give one label here: a class, its name, or numbers for all of them.")
    return told


def in_turn(n: int, manifest: Manifest) -> Told:
    """Labels of n samples: each class in turn; attributes: none, then each alone in turn."""
    count = len(manifest.told_names)
    if not count:
        return None
    if not manifest.is_told_attributes:
        return np.arange(n) % count
    return np.eye(count + 1, dtype=np.float32)[np.arange(n) % (count + 1), 1:]


def words(label: Label, names: Sequence[str]) -> str:
    """A label for people: "7", or its largest parts, "3 60 %, 8 40 %"."""
    if label is None:
        return "none"
    if isinstance(label, int):
        return names[label] if 0 <= label < len(names) else str(label)
    parts = sorted(zip(label, names, strict=False), key=lambda part: -part[0])
    return ", ".join(f"{name} {share:.0%}" for share, name in parts[:4] if share > 0) or "none"


def _attributes(text: str, manifest: Manifest) -> Label:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    names = manifest.told_names
    if found := _numbers(text):
        return _fitting(found, manifest)
    unknown = [part for part in parts if part not in names]
    if unknown:
        raise ConfigError(
            f"'{unknown[0][:40]}' is no attribute of {manifest.title}; {_near(unknown[0], names)}."
        )
    return tuple(float(name in parts) for name in names)


def _fitting(found: tuple[float, ...], manifest: Manifest) -> Label:
    if not fits(found, manifest):
        raise ConfigError(
            f"{manifest.title} is told {len(manifest.told_names)} finite numbers, but "
            f"{len(found)} were given; the order is {_listed(manifest.told_names)}."
        )
    return found


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        return ()


def _near(text: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(text, names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?"[:-1] if near else f"it has {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"{', '.join(names[:_MOST])}{more}"
