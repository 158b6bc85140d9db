"""The routes of the rows: those that are arithmetic at once, those that are searched when found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from latentlab.core import route

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.state import Homotopy, PathKind
    from latentlab.core.route import Route

    Knots = NDArray[np.float32]

Searched = Literal["graph", "geodesic"]  # what the codec process looks for
SEARCHED: tuple[Searched, ...] = get_args(Searched)
_MOST_KNOWN = 16


@dataclass(frozen=True, eq=False)
class Search:
    """How far the search for a route is."""

    route: Route | None = None  # the best so far
    energies: tuple[float, ...] = ()  # of the decoded change, falling
    problem: str = ""
    is_done: bool = False


class Routes:
    """Asks the codec process for routes, and remembers them while the stops stay."""

    def __init__(self, lab: Lab, found: Callable[[], None]) -> None:
        """`found` is called when a route is there, or better than before."""
        self._lab = lab
        self._found = found
        self._searches: dict[tuple[object, ...], Search] = {}
        self._current: dict[PathKind, tuple[object, ...]] = {}  # by kind: what is shown
        self._asked: dict[PathKind, tuple[object, ...]] = {}  # by kind: the last one asked for

    @property
    def is_settled(self) -> bool:
        """Whether no route is being searched."""
        return all(self._searches[key].is_done for key in self._current.values())

    def of(self, document: Homotopy, knots: Sequence[Knots]) -> dict[PathKind, Route]:
        """The routes through knots (latent,) that there are now; asks for those that miss."""
        points = np.stack([*knots, *knots[: int(document.closed)]])
        made: dict[PathKind, Route] = {}
        if "latent" in document.rows:
            made["latent"] = route.through(points, "line")
        if "slerp" in document.rows:
            made["slerp"] = route.through(points, "arc")
        if "drawn" in document.rows and document.drawn:
            made["drawn"] = drawn(document, points)
        for kind in SEARCHED:
            if kind not in document.rows:
                self._drop(kind)
            elif (found := self._search(kind, points)) is not None:
                made[kind] = found
        return made

    def note(self, kind: PathKind) -> str:
        """How the search stands, in words."""
        search = self._searches.get(self._current.get(kind, ()))
        if search is None or search.problem:
            return ""
        waiting = "" if search.is_done else " …"
        if len(search.energies) > 1:
            first, last = search.energies[0], search.energies[-1]
            return f"energy {first:.3g} → {last:.3g}{waiting}"
        return "" if search.is_done else "is being found …"

    def problem(self, kind: PathKind) -> str:
        """Why there is no route; empty when there is one, or will be."""
        search = self._searches.get(self._current.get(kind, ()))
        return search.problem if search is not None else ""

    # -- searches ------------------------------------------------------------------------------

    def _search(self, kind: Searched, points: Knots) -> Route | None:
        model = self._lab.model
        if model is None or model.manifest is None:
            return None
        weights = tuple(sorted(model.manifest.files.items()))
        key = (kind, weights, self._lab.session.state.label, points.tobytes())
        self._current[kind] = key
        search = self._searches.get(key)
        if search is None or not (search.is_done or self._asked.get(kind) == key):
            self._forget_oldest()
            self._searches[key] = search = Search()
            self._asked[kind] = key
            self._ask(kind, key, model.folder, points)
        return search.route

    def _forget_oldest(self) -> None:
        shown = set(self._current.values())
        old = [key for key in self._searches if key not in shown]
        for key in old[: max(0, len(old) - _MOST_KNOWN)]:
            del self._searches[key]

    def _ask(self, kind: Searched, key: tuple[object, ...], folder: Path, points: Knots) -> None:
        lane = f"homotopy-{kind}"

        def improve(way: Route, energy: float) -> None:
            before = self._searches.get(key, Search())
            self._put(kind, key, Search(way, (*before.energies, energy)))

        def finish(way: Route, energies: Sequence[float]) -> None:
            self._put(kind, key, Search(way, tuple(energies), is_done=True))

        def fail(text: str) -> None:
            self._put(kind, key, Search(problem=text, is_done=True))

        self._lab.codec.route(
            folder,
            kind,
            points,
            lane=lane,
            done=finish,
            part=improve,
            failed=fail,
            label=self._lab.session.state.label,
        )

    def _put(self, kind: PathKind, key: tuple[object, ...], search: Search) -> None:
        self._searches[key] = search
        if self._current.get(kind) == key:
            self._found()

    def _drop(self, kind: PathKind) -> None:
        """Nobody looks at it: an unfinished search ends."""
        key = self._current.pop(kind, None)
        if key is not None and not self._searches[key].is_done:
            del self._searches[key], self._asked[kind]
            self._lab.codec.cancel(f"homotopy-{kind}")


def drawn(document: Homotopy, stops: Knots) -> Route:
    """From the first stop along the drawing to the last, at even speed."""
    return route.by_length(np.concatenate([stops[:1], np.asarray(document.drawn), stops[-1:]]))
