"""How a picture or a latent is named: `data:mnist/test/17`, `file:img.png`, `z:0.1,0.3` ...

A latent of a conditional model may bring what is told beside it, a class or numbers: `z:0.1,0.3@7`.

The same words serve the command line, the window's endpoints, the pins and the Python API.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from latentlab.core.errors import ConfigError
from latentlab.core.values import Value

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from latentlab.core.label import Label

Kind = Literal["data", "file", "picture", "z", "seed", "label", "pin"]
Part = Literal["train", "validation", "test", "all"]

FORMS = "data:mnist/test/17, file:img.png, picture:BASE64, z:0.1,0.3, seed:42, label:3 or pin:NAME"


class Reference(Value):
    """What a text names. `text` is what follows the colon, checked; `str()` gives the whole."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.text}"

    @property
    def data(self) -> tuple[str, Part, int]:
        """Of a `data` reference: the dataset's spec, its part, and the place in that part."""
        name, part, index = self.text.rsplit("/", 2)
        return name, cast("Part", part), int(index)

    @property
    def z(self) -> tuple[float, ...]:
        """Of a `z` reference: the numbers."""
        return _numbers(self.text.partition("@")[0])

    @property
    def told(self) -> Label:
        """Of a `z` reference: the class or the numbers after @, None without."""
        text = self.text.partition("@")[2]
        if not text:
            return None
        return int(text) if text.isdecimal() else _numbers(text)


def parse(text: str) -> Reference:
    """Read a reference; raises ConfigError that names the forms there are."""
    kind, colon, rest = text.strip().partition(":")
    rest = rest.strip()
    check = _CHECKS.get(kind)
    if not (colon and rest and check):
        raise ConfigError(f"'{text[:60]}' names no picture or latent; write {FORMS}.")
    check(rest)
    return Reference(kind=cast("Kind", kind), text=rest)


def of_data(name: str, part: Part, index: int) -> Reference:
    """The image at a place of a part of a dataset; "all" counts all images as they are stored."""
    return Reference(kind="data", text=f"{name}/{part}/{index}")


def of_latent(z: ArrayLike, label: Label = None) -> Reference:
    """A latent by its numbers, (latent,), every float32 kept exactly, and what is told beside."""
    text = ",".join(str(number) for number in np.asarray(z, np.float32).ravel())
    if isinstance(label, int):
        text += f"@{label}"
    elif label is not None:
        text += f"@{','.join(str(float(number)) for number in label)}"
    return Reference(kind="z", text=text)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(number) for number in text.split(","))


def _check_data(text: str) -> None:
    parts = text.rsplit("/", 2)
    known = ("train", "validation", "test", "all")
    if len(parts) != 3 or not parts[0] or parts[1] not in known or not parts[2].isdecimal():
        raise ConfigError(
            f"'data:{text}' names no image; write data:DATASET/SPLIT/NUMBER, as "
            f"data:mnist/test/17, where SPLIT is one of {', '.join(known)}."
        )


def _check_z(text: str) -> None:
    latent, at, label = text.partition("@")
    try:
        numbers = [*_numbers(latent), *(_numbers(label) if at else ())]
    except ValueError:
        numbers = [math.nan]
    if not all(math.isfinite(number) for number in numbers):
        raise ConfigError(
            f"'z:{text[:60]}' is no latent; write numbers with commas between, as z:0.1,-1.5."
        )


def _check_seed(text: str) -> None:
    if not text.isdecimal():
        raise ConfigError(f"'seed:{text}' is no seed; write a whole number from 0 on, as seed:42.")


def _accept(_: str) -> None:
    """Any text: whether it exists is found out by whoever looks."""


_CHECKS = {
    "data": _check_data,
    "file": _accept,
    "picture": _accept,
    "z": _check_z,
    "seed": _check_seed,
    "label": _accept,
    "pin": _accept,
}
