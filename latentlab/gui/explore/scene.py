"""From the session's document and a model's latents to what the map draws: pure, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from latentlab.core.projection import PcaPlane
from latentlab.gui.palettes import class_rgb

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.state import MapView
    from latentlab.core.projection import Plane
    from latentlab.engine.latents import Latents

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class LegendEntry:
    """One class of the legend."""

    label: int
    name: str
    colour: Rgb
    count: int
    shown: bool
    solo: bool


@dataclass(frozen=True)
class ColourBar:
    """How an attribute became colours."""

    title: str
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything about the points but where the plane puts them."""

    shown: NDArray[np.bool_]  # (n,) by row of the latents
    order: NDArray[np.int64]  # rows in drawing order, only shown ones
    index: NDArray[np.int64]  # palette row of each of `order`
    below: int  # so many of `order`, the first, lie below all others: what is not selected
    palette: NDArray[np.uint8]  # (k, 3)
    count: str  # "9,020 of 10,000 test images"
    legend: tuple[LegendEntry, ...] = ()
    bar: ColourBar | None = None


@dataclass(frozen=True, eq=False)
class Facts:
    """What the scene must know of the model and its data, gathered once per model."""

    latents: Latents
    label_names: tuple[str, ...] = ()
    test_images: int = 0  # of the whole dataset; 0: not known
    attribute_names: tuple[str, ...] = ()
    attributes: NDArray[np.float32] | None = None  # (n, len(attribute_names)) by latent row
    ramp: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((256, 3), np.uint8))


@dataclass(frozen=True)
class Offers:
    """What a model and its data allow; a reason stands where something is missing."""

    latent_size: int = 2
    attributes: tuple[str, ...] = ()
    refusals: tuple[tuple[str, str], ...] = ()  # switch -> why it cannot be used


def resolve(facts: Facts, view: MapView, selection: tuple[int, ...], muted: Rgb, one: Rgb) -> Scene:
    """The scene of a document.

    Args:
        facts: of the model.
        view: legend and colour choices.
        selection: rows; when there are any, all others are drawn in `muted`, below them.
        muted: colour of what is not selected.
        one: colour of points that have no label.
    """
    shown = shown_rows(facts, view)
    coloured, palette, bar = _colours(facts, view, one)
    palette = np.vstack([palette, [muted]]).astype(np.uint8)
    order = _drawing_order(len(shown))
    order = order[shown[order]]
    index, below = coloured[order], 0
    if selection:
        chosen = np.zeros(len(shown), np.bool_)
        chosen[list(selection)] = True
        index = np.where(chosen[order], index, len(palette) - 1)
        lower_first = np.argsort(chosen[order], kind="stable")
        below = int((~chosen[order]).sum())
        order, index = order[lower_first], index[lower_first]
    legend = () if bar else _legend(facts, view)
    count = count_text(facts, int(shown.sum()))
    return Scene(shown, order, index, below, palette, count, legend, bar)


def shown_rows(facts: Facts, view: MapView) -> NDArray[np.bool_]:
    """(n,) whether the legend shows a row; the legend is of labels only."""
    labels = facts.latents.labels
    if labels is None or attribute_of(facts, view) is not None:
        return np.ones(len(facts.latents), np.bool_)
    if view.solo_label is not None:
        return np.asarray(labels == view.solo_label)
    return ~np.isin(labels, view.hidden_labels)


def count_text(facts: Facts, shown: int) -> str:
    """How many points of how many images."""
    total, kind = (facts.test_images, "test ") if facts.test_images else (len(facts.latents), "")
    return f"{shown:,} of {total:,} {kind}images"


def plane_note(plane: Plane) -> str:
    """What becomes of that which the plane does not show; "" when it shows all."""
    others = plane.latent_size - 2
    if others <= 0:
        return ""
    noun = "direction" if isinstance(plane, PcaPlane) else "dimension"
    rest = f"the other {noun}" if others == 1 else f"the other {others} {noun}s"
    if isinstance(plane, PcaPlane):
        return f"approximate: {plane.explained.sum():.0%} of the variance; {rest} as at the cursor"
    return f"{rest} as at the cursor"


def short_plane_note(plane: Plane) -> str:
    """How much the plane shows, where there is little room."""
    if plane.latent_size <= 2:
        return ""
    if isinstance(plane, PcaPlane):
        return f"{plane.explained.sum():.0%} shown"
    return f"2 of {plane.latent_size} shown"


def attribute_of(facts: Facts, view: MapView) -> int | None:
    """Column of the attribute that colours the points; None: the label does."""
    if facts.attributes is None or view.colour_by not in facts.attribute_names:
        return None
    return facts.attribute_names.index(view.colour_by)


def _colours(
    facts: Facts, view: MapView, one: Rgb
) -> tuple[NDArray[np.int64], NDArray[np.uint8], ColourBar | None]:
    """Palette row of every latent, the palette, and the bar when they are an attribute's."""
    column = attribute_of(facts, view)
    if column is not None and facts.attributes is not None:
        values = facts.attributes[:, column].astype(np.float64)
        low, high = _range(values)
        share = np.nan_to_num((values - low) / (high - low), nan=0).clip(0, 1)
        rows = np.rint(share * (len(facts.ramp) - 1)).astype(np.int64)
        return rows, facts.ramp, ColourBar(view.colour_by, low, high)
    labels = facts.latents.labels
    if labels is None:
        return np.zeros(len(facts.latents), np.int64), np.array([one], np.uint8), None
    classes = max(len(facts.label_names), int(labels.max(initial=0)) + 1)
    return np.clip(labels, 0, None), class_rgb(classes), None


def _range(values: NDArray[np.float64]) -> tuple[float, float]:
    """From the 1st to the 99th percentile, so that one outlier does not take all colours."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    low, high = (float(edge) for edge in np.percentile(finite, (1, 99)))
    if high <= low:  # nearly all equal, or two values: their whole range
        low, high = float(finite.min()), float(finite.max())
    return (low, high) if high > low else (low, low + 1.0)


def _legend(facts: Facts, view: MapView) -> tuple[LegendEntry, ...]:
    labels = facts.latents.labels
    if labels is None or not len(labels):
        return ()
    counts = np.bincount(np.clip(labels, 0, None), minlength=len(facts.label_names))
    names = facts.label_names or tuple(str(label) for label in range(len(counts)))
    colours = class_rgb(len(counts))
    solo, hidden = view.solo_label, set(view.hidden_labels)
    return tuple(
        LegendEntry(
            label,
            names[label] if label < len(names) else str(label),
            (int(red), int(green), int(blue)),
            int(counts[label]),
            label == solo if solo is not None else label not in hidden,
            label == solo,
        )
        for label, (red, green, blue) in enumerate(colours)
    )


def _drawing_order(n: int) -> NDArray[np.int64]:
    """A fixed shuffle: no class hides the others, and any first part stands for the whole."""
    return np.random.default_rng(0).permutation(n)
