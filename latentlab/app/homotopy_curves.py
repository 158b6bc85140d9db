"""What happens along the rows, as curves over t, and one sentence of what there is to see."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import numpy as np

from latentlab.app.homotopy_plan import TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from latentlab.app.homotopy_plan import Plan
    from latentlab.app.realism import Realism
    from latentlab.app.state import PathKind
    from latentlab.core.images import Pixels

    Floats = NDArray[np.float64]

Measure = Literal["distance", "step", "norm", "label"]
Reference = Literal["training images", "decoded test images"]

DENSE = 41  # places along t at which the curves are measured, ends included
_VOTERS = 5
_CLEAR = 1.15  # a row is called nearer to real images when another is so many times as far


@dataclass(frozen=True, eq=False)
class Line:
    """One measure of one row."""

    t: Floats  # (n,)
    value: Floats  # (n,)


@dataclass(frozen=True, eq=False)
class Curves:
    """All measures of all rows; a measure that has no meaning for a row is missing."""

    lines: Mapping[Measure, Mapping[PathKind, Line]]
    against: Reference  # what distances are measured to
    label_names: tuple[str, ...] = ()
    legs: int = 1  # between neighbouring stops

    def of(self, measure: Measure) -> Mapping[PathKind, Line]:
        """The curves of a measure."""
        return self.lines.get(measure, {})


def measure(
    plan: Plan,
    dense: Mapping[PathKind, Pixels],
    steps: Mapping[PathKind, Pixels],
    realism: Realism | None,
    against: Reference,
    label_names: tuple[str, ...] = (),
    check: Callable[[], None] | None = None,
) -> Curves:
    """Measure the pictures of the rows: `dense` at `places()`, `steps` at the plan's steps.

    Distances are Euclidean over pixels in 0..1; a label is what most of the nearest real images
    have; without real images there are neither. `check` is called now and then, and may raise to
    give up.
    """
    t = places()
    distance: dict[PathKind, Line] = {}
    label: dict[PathKind, Line] = {}
    for kind, pictures in dense.items():
        if realism is None:
            break
        rows, far = realism.neighbours(pictures, _VOTERS, check=check)
        distance[kind] = Line(t, far[:, 0].astype(np.float64))
        if realism.labels is not None:
            label[kind] = Line(t, realism.vote(rows).astype(np.float64))
    z = np.split(plan.latents(t), max(1, len(plan.decoded)))
    norm = {
        kind: Line(t, np.linalg.norm(row, axis=1))
        for kind, row in zip(plan.decoded, z, strict=False)
    }
    middle = (plan.even()[1:] + plan.even()[:-1]) / 2
    step = {kind: Line(middle, step_sizes(pictures)) for kind, pictures in steps.items()}
    lines: dict[Measure, dict[PathKind, Line]] = {
        "distance": distance, "step": step, "norm": norm, "label": label,
    }  # fmt: skip
    return Curves(lines, against, label_names, len(plan.stops) - 1)


def places() -> Floats:
    """T at which rows are measured, (n,)."""
    return np.linspace(0.0, 1.0, DENSE)


def step_sizes(pictures: Pixels) -> Floats:
    """Euclidean distance of each picture (n, C, H, W) to the next, pixels in 0..1: (n - 1,)."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float64) / 255
    return np.asarray(np.linalg.norm(np.diff(flat, axis=0), axis=1))


def at(line: Line, t: float) -> float:
    """The value of a curve at t, between its points on the straight line."""
    return float(np.interp(t, line.t, line.value))


def label_at(line: Line, t: float) -> int:
    """The label at the measured place nearest to t."""
    return int(line.value[np.abs(line.t - t).argmin()])


def explain(curves: Curves, measure: Measure) -> str:
    """What there is to see, in plain words; empty without curves."""
    lines = curves.of(measure)
    if not lines:
        return ""
    words = {"distance": _distance, "step": _step, "norm": _norm, "label": _label}
    return words[measure](curves, lines)


def _distance(curves: Curves, lines: Mapping[PathKind, Line]) -> str:
    if curves.legs == 1:
        where, values = "in the middle", {kind: at(line, 0.5) for kind, line in lines.items()}
    else:
        where = "at its farthest"
        values = {kind: float(line.value.max()) for kind, line in lines.items()}
    (first, start), *rest = values.items()
    real = "training image" if curves.against == "training images" else "decoded test image"
    text = f"{_row(first)}: {start:.1f} from the nearest {real} {where}"
    text += "".join(f"; {_row(kind)}: {value:.1f}" for kind, value in rest) + "."
    others = [value for kind, value in values.items() if kind != "pixel"]
    if "pixel" in values and others and values["pixel"] > _CLEAR * min(others):
        text += " Nearer means more like a real one."
    return text


def _step(_: Curves, lines: Mapping[PathKind, Line]) -> str:
    sizes = {kind: line.value for kind, line in lines.items()}
    largest = ", ".join(f"{TITLES[kind]} {size.max():.1f}" for kind, size in sizes.items())
    text = f"Largest step: {largest}."
    if "pixel" in sizes:
        text += " Pixel steps are equal and small although what lies between is no real image."
    return text


def _norm(_: Curves, lines: Mapping[PathKind, Line]) -> str:
    ranges = (f"{TITLES[k]} {v.value.min():.2f} to {v.value.max():.2f}" for k, v in lines.items())
    text = f"Length of z: {', '.join(ranges)}."
    if {"latent", "slerp"} <= set(lines):
        text += " A straight line cuts the corner, an arc keeps the length."
    return text


def _label(curves: Curves, lines: Mapping[PathKind, Line]) -> str:
    chains = (f"{_row(kind)}: {_chain(curves, line)}" for kind, line in lines.items())
    return f"{'; '.join(chains)} (label of the nearest images)."


def _chain(curves: Curves, line: Line) -> str:
    """1 → 8 → 3."""
    return " → ".join(name_of(curves.label_names, int(label)) for label, _ in groupby(line.value))


def name_of(names: Sequence[str], label: int) -> str:
    """A label in words."""
    return names[label] if 0 <= label < len(names) else str(label)


def _row(kind: PathKind) -> str:
    return f"{TITLES[kind]} row" if kind == "pixel" else TITLES[kind]
