"""A sheet for somebody who has none yet, in the words that `Arithmetics.show_expression` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FACES = ("smile", "long_hair", "beard")
_DIGITS = ("7", "1", "4")
_FEW = 3  # samples of a term, as in the paper


def example(names: Sequence[str], *, by_attributes: bool) -> str:
    """Three terms of what the model's data know: A - B + C.

    `names` may be asked for by a query, of attributes or of labels; without any the terms are
    samples of the prior.
    """
    if not names:
        first, second, third = (
            ", ".join(f"seed:{seed}" for seed in range(start, start + _FEW))
            for start in (1, 1 + _FEW, 1 + 2 * _FEW)
        )
        return f"mean({first}) - mean({second}) + mean({third})"
    return _of_attributes(names) if by_attributes else _of_labels(names)


def _of_attributes(names: Sequence[str]) -> str:
    if set(_FACES) <= set(names):
        smile, hair, beard = _FACES
        return f"mean({smile}, {hair}) - mean(no {smile}, {hair}) + mean(no {smile}, {beard})"
    if len(names) == 1:
        return f"mean({_named(names[0])}) - mean(no {_named(names[0])})"
    first, second = (_named(name) for name in names[:2])
    return f"mean({first}, {second}) - mean(no {first}, {second}) + mean(no {first}, no {second})"


def _of_labels(names: Sequence[str]) -> str:
    chosen = _DIGITS if set(_DIGITS) <= set(names) else tuple(names[:3])
    first, *rest = (f"mean({_named(name)})" for name in chosen)
    return "".join((first, *(f" {sign} {term}" for sign, term in zip("-+", rest, strict=False))))


def _named(name: str) -> str:
    """Between quotes where it is more than a word."""
    return name if name.replace("_", "").isalnum() else f'"{name}"'
