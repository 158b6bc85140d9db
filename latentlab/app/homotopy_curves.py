"""What happens along the rows, as curves over t, and one sentence of what there is to see."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import numpy as np

from latentlab.app.homotopy_plan import TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from latentlab.app.homotopy_judging import Judged
    from latentlab.app.homotopy_plan import Plan
    from latentlab.app.nearest import Nearest
    from latentlab.app.realism import Realism
    from latentlab.app.state import PathKind
    from latentlab.app.yardstick import Yardstick
    from latentlab.core.images import Pixels

    Floats = NDArray[np.float64]

Measure = Literal["distance", "feature", "step", "norm", "label"]
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
class Rulers:
    """What the pictures of rows are held against; each may be missing."""

    realism: Realism | None
    against: Reference
    label_names: tuple[str, ...] = ()
    yardstick: Yardstick | None = None
    judged: Mapping[PathKind, Judged] = field(default_factory=dict)  # by it, at `places()`
    features: Nearest | None = None  # that it sees in the real images


@dataclass(frozen=True, eq=False)
class Curves:
    """All measures of all rows; a measure that has no meaning for a row is missing."""

    lines: Mapping[Measure, Mapping[PathKind, Line]]
    against: Reference  # what distances are measured to
    label_names: tuple[str, ...] = ()
    legs: int = 1  # between neighbouring stops
    yardstick: Yardstick | None = None  # whose features they are
    predicted: bool = False  # labels are what it says, not votes of the nearest images

    def of(self, measure: Measure) -> Mapping[PathKind, Line]:
        """The curves of a measure."""
        return self.lines.get(measure, {})


def measure(
    plan: Plan,
    dense: Mapping[PathKind, Pixels],
    steps: Mapping[PathKind, Pixels],
    rulers: Rulers,
    check: Callable[[], None] | None = None,
) -> Curves:
    """Measure the pictures of the rows: `dense` at `places()`, `steps` at the plan's steps.

    Distances are Euclidean, over pixels in 0..1 and over what the classifier sees; a label is what
    it says, or without it what most of the nearest real images have. `check` is called now and
    then, and may raise to give up.
    """
    distance, label = _by_pixels(dense, rulers, check)
    if predicted := _is_predicted(rulers):
        label = {
            kind: Line(places(), judged.probabilities.argmax(axis=1).astype(np.float64))
            for kind, judged in rulers.judged.items()
        }
    middle = (plan.even()[1:] + plan.even()[:-1]) / 2
    step = {kind: Line(middle, step_sizes(pictures)) for kind, pictures in steps.items()}
    feature = _by_features(rulers, check)
    lines: dict[Measure, dict[PathKind, Line]] = {
        "distance": distance, "feature": feature, "step": step,
        "norm": _norms(plan), "label": label,
    }  # fmt: skip
    legs = len(plan.stops) - 1
    return Curves(lines, rulers.against, rulers.label_names, legs, rulers.yardstick, predicted)


def _is_predicted(rulers: Rulers) -> bool:
    known = rulers.yardstick
    return known is not None and known.reads_labels and bool(rulers.judged)


def _by_pixels(
    dense: Mapping[PathKind, Pixels], rulers: Rulers, check: Callable[[], None] | None
) -> tuple[dict[PathKind, Line], dict[PathKind, Line]]:
    """Distance to the nearest real image, and the label that most of the nearest have."""
    t, realism = places(), rulers.realism
    distance: dict[PathKind, Line] = {}
    label: dict[PathKind, Line] = {}
    for kind, pictures in dense.items() if realism is not None else ():
        assert realism is not None
        rows, far = realism.neighbours(pictures, _VOTERS, check=check)
        distance[kind] = Line(t, far[:, 0].astype(np.float64))
        if realism.labels is not None:
            label[kind] = Line(t, realism.vote(rows).astype(np.float64))
    return distance, label


def _by_features(rulers: Rulers, check: Callable[[], None] | None) -> dict[PathKind, Line]:
    real = rulers.features
    if real is None:
        return {}
    far = {
        kind: real.neighbours(seen.features, check=check)[1] for kind, seen in rulers.judged.items()
    }
    return {kind: Line(places(), row[:, 0].astype(np.float64)) for kind, row in far.items()}


def _norms(plan: Plan) -> dict[PathKind, Line]:
    t = places()
    z = np.split(plan.latents(t), max(1, len(plan.decoded)))
    rows = zip(plan.decoded, z, strict=False)
    return {kind: Line(t, np.linalg.norm(row, axis=1)) for kind, row in rows}


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
    words = {
        "distance": _distance,
        "feature": _feature,
        "step": _step,
        "norm": _norm,
        "label": _label,
    }
    return words[measure](curves, lines)


def _distance(curves: Curves, lines: Mapping[PathKind, Line]) -> str:
    text, is_nearer = _compared(curves, lines)
    return f"{text} Nearer means more like a real one." if is_nearer else text


def _feature(curves: Curves, lines: Mapping[PathKind, Line]) -> str:
    text, is_nearer = _compared(curves, lines)
    seen = "Nearer means more like a real one, to" if is_nearer else "As seen by"
    return f"{text} {seen} a classifier of ours that learned only to tell labels."


def _compared(curves: Curves, lines: Mapping[PathKind, Line]) -> tuple[str, bool]:
    """Distances in words, and whether another row is clearly nearer than the pixel row."""
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
    return text, "pixel" in values and bool(others) and values["pixel"] > _CLEAR * min(others)


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
    said = "label of the nearest images"
    if curves.predicted and curves.yardstick is not None:
        said = f"said by {curves.yardstick.words}"
    return f"{'; '.join(chains)} ({said})."


def _chain(curves: Curves, line: Line) -> str:
    """1 → 8 → 3."""
    return " → ".join(name_of(curves.label_names, int(label)) for label, _ in groupby(line.value))


def name_of(names: Sequence[str], label: int) -> str:
    """A label in words."""
    return names[label] if 0 <= label < len(names) else str(label)


def _row(kind: PathKind) -> str:
    return f"{TITLES[kind]} row" if kind == "pixel" else TITLES[kind]
