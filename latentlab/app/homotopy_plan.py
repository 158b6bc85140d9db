"""What a homotopy shows, as a value: its stops, its routes, and all rows at any t in one batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.state import PATH_KINDS, PathKind
from latentlab.core import images, recipe, route
from latentlab.core.blend import blend
from latentlab.core.label import mixed, numbers, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from latentlab.app.state import Homotopy
    from latentlab.core.images import Pixels
    from latentlab.core.label import Label, Told

TITLES: dict[PathKind, str] = {
    "pixel": "pixel space",
    "latent": "latent line",
    "slerp": "slerp",
    "graph": "neighbour path",
    "geodesic": "least change",
    "drawn": "drawn path",
}
MEANINGS: dict[PathKind, str] = {
    "pixel": "(1 - t) A + t B, pixel by pixel; no model takes part",
    "latent": "The straight line between the two codes, decoded",
    "slerp": "The arc between the two codes: directions turn evenly, the norm is kept",
    "graph": "From one encoded image to a near one: the shortest way through the data",
    "geodesic": "The way along which the decoded picture changes least (a geodesic)",
    "drawn": "The path that was drawn on the map, from A to B",
}


@dataclass(frozen=True, eq=False)
class Plan:
    """Rows in step: every row has a picture at every t. `t` is even, as on the slider."""

    folder: Path  # of the model that decodes
    label: Label  # that it decodes with, where labels do not move
    stops: Pixels  # (m, C, H, W), m >= 2, the first again at the end when the chain is closed
    routes: Mapping[PathKind, route.Route] = field(default_factory=dict)  # of the decoded rows
    has_pixels: bool = True
    steps: int = 10
    easing: route.Easing = "linear"
    labels: tuple[tuple[float, ...], ...] = ()  # of the stops, as shares: they move too

    @property
    def kinds(self) -> tuple[PathKind, ...]:
        """The rows there are, in their order."""
        there = {*self.routes, *(("pixel",) if self.has_pixels else ())}
        return tuple(kind for kind in PATH_KINDS if kind in there)

    @property
    def decoded(self) -> tuple[PathKind, ...]:
        """The rows that the model decodes, in the order of `latents`."""
        return tuple(kind for kind in PATH_KINDS if kind in self.routes)

    def is_like(self, other: Plan) -> bool:
        """Whether every picture of both is the same."""
        same = ("folder", "label", "labels", "steps", "easing", "has_pixels")
        return (
            all(getattr(self, name) == getattr(other, name) for name in same)
            and self.routes == other.routes
            and np.array_equal(self.stops, other.stops)
        )

    def even(self) -> NDArray[np.float64]:
        """T of the steps, (steps,)."""
        return route.steps(self.steps)

    def latents(self, t: ArrayLike) -> NDArray[np.float32]:
        """All rows at each t (n,), one row after the other: (rows * n, latent)."""
        at = route.ease(t, self.easing)
        rows = [self.routes[kind].at(at) for kind in self.decoded]
        return np.concatenate(rows) if rows else np.empty((0, 0), np.float32)

    def told(self, t: ArrayLike) -> Told:
        """Labels of `latents(t)`: one for all, or numbers (rows * n, k) where they move."""
        if not self.labels:
            return self.label
        return np.tile(mixed(self.labels, route.ease(t, self.easing)), (len(self.decoded), 1))

    def label_at(self, t: float) -> Label:
        """What is told at one t."""
        if not self.labels:
            return self.label
        return rows_of(mixed(self.labels, route.ease([t], self.easing)), 1)[0]

    def latent(self, kind: PathKind, t: float) -> NDArray[np.float32] | None:
        """Z of one row at one t, (latent,); None of the pixel row."""
        way = self.routes.get(kind)
        return None if way is None else way.at(route.ease([t], self.easing))[0]

    def pictures(self, t: ArrayLike, decoded: Pixels | None) -> dict[PathKind, Pixels]:
        """What `latents(t)` was decoded to, by row, and the pixel row: (n, C, H, W) each."""
        at = route.ease(np.atleast_1d(np.asarray(t, np.float64)), self.easing)
        made: dict[PathKind, Pixels] = {"pixel": blend(self.stops, at)} if self.has_pixels else {}
        if decoded is not None:
            made |= {
                kind: decoded[i * len(at) : (i + 1) * len(at)]
                for i, kind in enumerate(self.decoded)
            }
        return made

    def recipe_rows(self) -> tuple[recipe.Row, ...]:
        """The rows at their steps, as an export makes them again."""
        at = tuple(route.steps(self.steps, self.easing).tolist())
        return tuple(self._recipe_row(kind, at) for kind in self.kinds)

    def recipe_of(self, kind: PathKind, t: float) -> recipe.Row:
        """One picture of a row."""
        return self._recipe_row(kind, tuple(route.ease([t], self.easing).tolist()))

    def _recipe_row(self, kind: PathKind, at: tuple[float, ...]) -> recipe.Row:
        if kind == "pixel":
            texts = tuple(images.png_text(picture) for picture in self.stops)
            return recipe.Blend(pictures=texts, t=at, title=TITLES[kind])
        way = self.routes[kind]
        told = {"labels": self.labels} if self.labels else {"label": self.label}
        return recipe.Travel(route=way, t=at, title=TITLES[kind], **told)


def moving_labels(
    told: Sequence[Label], count: int, *, closed: bool = False
) -> tuple[Label, tuple[tuple[float, ...], ...]]:
    """The one label of all stops, or the labels of each as shares of `count` classes."""
    if None in told or all(label == told[0] for label in told):
        return told[0] if told else None, ()
    return None, tuple(numbers(label, count) for label in (*told, *told[: int(closed)]))


def assemble(
    folder: Path,
    label: Label,
    pictures: Sequence[Pixels],
    document: Homotopy,
    routes: Mapping[PathKind, route.Route],
    labels: tuple[tuple[float, ...], ...] = (),
) -> Plan:
    """The plan of a document, given the pictures (C, H, W) of its stops and its routes.

    `labels`: of the stops, where they move, as `moving_labels` gives them.
    """
    return Plan(
        folder,
        label,
        np.stack([*pictures, *pictures[: int(document.closed)]]),
        routes,
        "pixel" in document.rows,
        document.steps,
        document.easing,
        labels,
    )
