"""What the window draws of a model's figures: tables and charts as values, without Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from latentlab.core.metrics import GROUPS, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from latentlab.core.manifest import Metric
    from latentlab.engine.score_shelf import Scores

    Floats = NDArray[np.float64]

Style = Literal["bar", "step", "line", "dot"]
_REAL = (".floor", ".real", ".faded")  # endings of what a figure is compared with
_ALONE = {"two_sample.real"}  # ends like one, and is none
_BOUNDED = ("density", "coverage", "precision", "recall", "two_sample")
_BINS = 40
_DETAILS = ("kl.", "obedience.")  # one figure per number of z, or label: not in the table


class Row(NamedTuple):
    """One figure beside what real images have."""

    name: str
    figure: Metric
    real: Metric | None


@dataclass(frozen=True)
class Series:
    """Numbers of one colour."""

    name: str
    x: Floats  # (n,); of steps the n + 1 edges; of bars their places among the categories
    y: Floats  # (n,)
    style: Style
    names: tuple[str, ...] = ()  # of dots


@dataclass(frozen=True)
class Chart:
    """A small plot, or pictures in rows."""

    name: str  # for files
    title: str
    x_title: str = ""
    y_title: str = ""
    series: tuple[Series, ...] = ()
    categories: tuple[str, ...] = ()  # of bars, along x
    rule: tuple[float, str] | None = None  # a level, and what it is
    square: bool = False  # both axes from 0 to 1
    pictures: tuple[tuple[str, NDArray[np.uint8]], ...] = ()  # rows: name, (n, C, H, W)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """One line per number, for CSV files."""
        parts = [(s, s.x[: len(s.y)], s.y) for s in self.series]
        found: dict[str, NDArray[np.generic]] = {
            "series": np.repeat([s.name for s, _, _ in parts], [len(y) for *_, y in parts]),
            "x": np.concatenate([x for _, x, _ in parts]),
            "y": np.concatenate([y for *_, y in parts]),
        }
        if self.categories:
            found["what"] = np.array(self.categories)[found["x"].astype(int)]
        return found


def rows(figures: Mapping[str, Metric]) -> list[Row]:
    """Figures for a table by group, each with its floor, which has no row of its own."""
    found = []
    for name, figure in figures.items():
        if name.startswith(_DETAILS) or (name not in _ALONE and name.endswith(_REAL)):
            continue
        ends = [end for end in _REAL if f"{name}{end}" not in _ALONE]
        real = next((figures[f"{name}{end}"] for end in ends if f"{name}{end}" in figures), None)
        found.append(Row(name, figure, real))
    return sorted(found, key=lambda row: _place(row.name))


def _place(name: str) -> int:
    """Of a figure's group; those of training come last."""
    kind = KINDS.get(name.split(".")[0].replace("cll", "completion"))
    return GROUPS.index(kind.group) if kind else len(GROUPS)


def table(rows: Sequence[Row]) -> dict[str, NDArray[np.generic]]:
    """The same for CSV files; what real images have is NaN where nobody measured it."""
    return {
        "name": np.array([row.name for row in rows]),
        "figure": np.array([row.figure.title for row in rows]),
        "value": np.array([row.figure.value for row in rows]),
        "real": np.array([np.nan if row.real is None else row.real.value for row in rows]),
        "unit": np.array([row.figure.unit for row in rows]),
        "n": np.array([row.figure.n for row in rows]),
        "protocol": np.array([row.figure.protocol for row in rows]),
    }


def charts(
    scores: Scores,
    others: Mapping[str, Mapping[str, Metric]] | None = None,
    labels: Sequence[str] = (),
) -> list[Chart]:
    """All that can be drawn of one model, whose dataset has these labels.

    Figures of `others`, by id, are of models of the same dataset.
    """
    found = [
        _support(scores.figures),
        _plane(scores.figures, others or {}),
        _memorised(scores),
        _nearest(scores),
        _shares(scores),
        _away(scores),
        _labels(scores, labels),
    ]
    return [chart for chart in found if chart is not None]


def compared(name: str, figures: Mapping[str, Mapping[str, Metric]]) -> Chart | None:
    """One figure of several models, by id; None where not even one has it."""
    known = {model: of[name] for model, of in figures.items() if name in of}
    if not known:
        return None
    first = next(iter(known.values()))
    known = {model: figure for model, figure in known.items() if figure.unit == first.unit}
    values = np.array([figure.value for figure in known.values()])
    floors = [row.real for of in figures.values() for row in rows(of) if row.name == name]
    floor = next((real for real in floors if real is not None), None)
    return Chart(
        f"{name}-of-models", f"{first.title}, {_BETTER[first.better]}", "", first.unit,
        (Series(first.title, np.arange(len(values), dtype=float), values, "bar"),),
        tuple(known), None if floor is None else (floor.value, "real images"),
    )  # fmt: skip


_BETTER = {"lower": "lower is better", "higher": "higher is better", "neither": "see its protocol"}


def _support(figures: Mapping[str, Metric]) -> Chart | None:
    names = [name for name in _BOUNDED if name in figures]
    if not names:
        return None
    series = [_bars("samples", [figures[name].value for name in names])]
    floors = [figures.get(f"{name}.floor") for name in names]
    if all(floors):
        series.append(_bars("real images", [floor.value for floor in floors if floor]))
    titles = tuple(figures[name].title for name in names)
    return Chart("support", "Beside real images", "", "share", tuple(series), titles)


def _plane(
    figures: Mapping[str, Metric], others: Mapping[str, Mapping[str, Metric]]
) -> Chart | None:
    if not _is_placed(figures):
        return None
    found = [_dots("samples", {"": figures})]
    ends = {"recall": "recall.floor", "precision": "precision.floor"}
    if all(end in figures for end in ends.values()):
        found.append(_dots("real images", {"": {k: figures[end] for k, end in ends.items()}}))
    beside = {model: of for model, of in others.items() if _is_placed(of)}
    if beside:
        found.append(_dots("other models", beside))
    return Chart("precision-recall", "Precision and recall", "recall", "precision", tuple(found),
                 square=True)  # fmt: skip


def _is_placed(figures: Mapping[str, Metric]) -> bool:
    return "precision" in figures and "recall" in figures


def _memorised(scores: Scores) -> Chart | None:
    made = scores.shown.get("memorisation.made")
    if made is None:
        return None
    sets = {"samples": made, "held-out images": scores.shown.get("memorisation.real")}
    series = _histograms({name: np.asarray(v) for name, v in sets.items() if v is not None})
    title = "Distance to the nearest training image"
    return Chart("memorisation", title, "distance in pixels", "share", series)


def _nearest(scores: Scores) -> Chart | None:
    made, real = (scores.shown.get(f"memorisation.{end}") for end in ("samples", "nearest"))
    if made is None or real is None:
        return None
    pictures = (("samples", _pictures(made)), ("nearest in train", _pictures(real)))
    return Chart("nearest", "Samples nearest to training images", pictures=pictures)


def _shares(scores: Scores) -> Chart | None:
    shares = scores.shown.get("interpolation.shares")
    if shares is None:
        return None
    series = _histograms({"paths": 100 * np.asarray(shares)})
    title = "Largest step of paths between samples"
    return Chart("largest-steps", title, "% of the path's length", "share", series)


def _away(scores: Scores) -> Chart | None:
    away = scores.shown.get("interpolation.away")
    if away is None:
        return None
    sets = {"samples": away, "cross-fade": scores.shown.get("interpolation.away_faded")}
    series = tuple(
        Series(name, np.linspace(0, 1, len(values)), np.asarray(values, np.float64), "line")
        for name, values in sets.items()
        if values is not None
    )
    floor = scores.figures.get("interpolation.distance.floor")
    rule = None if floor is None else (floor.value, "real images")
    return Chart("along-paths", "Distance to data along paths", "t", "distance of features",
                 series, rule=rule)  # fmt: skip


def _labels(scores: Scores, labels: Sequence[str]) -> Chart | None:
    made, real = (scores.shown.get(f"label_kl.{end}") for end in ("made", "real"))
    if made is None or real is None:
        return None
    named = len(labels) == len(made)
    names = tuple(labels) if named else tuple(str(label) for label in range(len(made)))
    series = (_bars("samples", made), _bars("real images", real))
    return Chart("labels", "How often each label comes", "label", "share", series, names)


def _bars(name: str, values: object) -> Series:
    heights = np.asarray(values, np.float64)
    return Series(name, np.arange(len(heights), dtype=float), heights, "bar")


def _dots(name: str, sets: Mapping[str, Mapping[str, Metric]]) -> Series:
    """One dot for each set of figures, with its name."""
    places = np.array([(of["recall"].value, of["precision"].value) for of in sets.values()])
    return Series(name, places[:, 0], places[:, 1], "dot", tuple(sets))


def _histograms(sets: Mapping[str, NDArray[np.generic]]) -> tuple[Series, ...]:
    """Shares in the same bins, a little wider than all values."""
    whole = np.concatenate([np.asarray(values, np.float64) for values in sets.values()])
    low, high = float(whole.min()), float(whole.max())
    edges = np.linspace(low, high if high > low else low + 1, _BINS + 1)
    return tuple(
        Series(name, edges, np.histogram(values, edges)[0] / len(values), "step")
        for name, values in sets.items()
    )


def _pictures(array: NDArray[np.generic]) -> NDArray[np.uint8]:
    return np.asarray(array, np.uint8)
