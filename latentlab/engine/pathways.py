"""Paths that must be looked for: through the encoded data, and of least decoded change.

Each becomes a `Route`. A chain of waypoints is one leg after another; every leg takes the same
time, as in all other kinds of path, so that rows stay in step.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from latentlab.core.errors import ConfigError
from latentlab.core.route import Route, by_length, through
from latentlab.engine import device, geodesic

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from latentlab.engine.codec import Codec
    from latentlab.engine.neighbourhood import NeighbourGraph

PathKind = Literal["graph", "geodesic"]
KNOTS = 24  # of a geodesic's leg, both ends included
_FEWEST_KNOTS = 6
_MEMORY = 100_000_000  # numbers in the decoder's Jacobians at all knots; fewer knots beyond


class Progress(NamedTuple):
    """The best path so far."""

    route: Route
    energy: float  # sum of squared decoded changes in pixels of 0..1, over all legs


def find(
    kind: PathKind,
    codec: Codec,
    knots: ArrayLike,
    graph: NeighbourGraph | None = None,
    *,
    iterations: int = geodesic.ITERATIONS,
) -> Route:
    """The path through knots (m, latent), m >= 2; raises ConfigError, ModelError, DeviceError.

    On one CPU thread, as in the codec process: so the window and a command find the same path.
    """
    found = search(kind, codec, knots, graph, iterations=iterations)
    with device.using_threads(1):
        while True:
            try:
                next(found)
            except StopIteration as end:
                route: Route = end.value
                return route


def search(
    kind: PathKind,
    codec: Codec,
    knots: ArrayLike,
    graph: NeighbourGraph | None = None,
    *,
    iterations: int = geodesic.ITERATIONS,
) -> Generator[Progress | None, None, Route]:
    """The same in steps of a few milliseconds: None, or what has become better; returns the end.

    A "graph" path needs the graph of the model's encoded data. A "geodesic" descends from the
    straight line, the arc or the graph's path (where one is given), whichever has the least energy.
    """
    points = _checked(kind, codec, knots)
    if graph is not None:
        yield from graph.build()
    if kind == "geodesic":
        return (yield from _descend(codec, points, graph, iterations))
    if graph is None:
        raise ConfigError("A path through the data needs encoded images; this model has none yet.")
    legs = []
    for a, b in pairwise(points):
        legs.append(by_length(graph.path(a, b)))
        yield None
    return joined(legs)


def joined(legs: Sequence[Route]) -> Route:
    """Routes that meet end to start as one, the same time for each of them."""
    knots = [legs[0].knots[0]]
    times = [0.0]
    for place, leg in enumerate(legs):
        own = np.linspace(0, 1, len(leg.knots)) if leg.times is None else np.asarray(leg.times)
        knots += leg.knots[1:]
        times += [*((place + own[1:-1]) / len(legs)).tolist(), (place + 1) / len(legs)]
    return Route(knots=tuple(knots), times=tuple(times))


def _checked(kind: str, codec: Codec, knots: ArrayLike) -> NDArray[np.float32]:
    if kind not in get_args(PathKind):
        raise ConfigError(f"'{kind}' is no path to look for; choose from graph, geodesic.")
    points = np.array(knots, np.float32, ndmin=2)
    size = codec.manifest.latent_size
    if points.ndim != 2 or points.shape[1] != size or not np.isfinite(points).all():
        raise ConfigError(
            f"{codec.manifest.title} has paths through latents of {size} finite numbers, but an "
            f"array of shape {points.shape} was given; give (points, {size})."
        )
    if len(points) < 2:
        raise ConfigError("A path with one point leads nowhere; give it at least two.")
    return points


def _descend(
    codec: Codec, points: NDArray[np.float32], graph: NeighbourGraph | None, iterations: int
) -> Generator[Progress | None, None, Route]:
    curves = []
    for a, b in pairwise(points):
        curves.append(_start(codec, a, b, graph))
        yield None
    yield _progress(curves)
    for place in range(len(curves)):
        for curve in geodesic.shorten(codec, curves[place], iterations):
            if curve is None:
                yield None
                continue
            curves[place] = curve
            yield _progress(curves)
    return _progress(curves).route


def _start(
    codec: Codec, a: NDArray[np.float32], b: NDArray[np.float32], graph: NeighbourGraph | None
) -> geodesic.Curve:
    """The first guess of least energy."""
    routes = [through([a, b]), through([a, b], "arc")]
    if graph is not None:
        routes.append(by_length(graph.path(a, b)))
    t = np.linspace(0, 1, _knots_for(codec))
    curves = [geodesic.curve_of(codec, route.at(t)) for route in routes]
    return min(curves, key=lambda curve: curve.energy)


def _knots_for(codec: Codec) -> int:
    numbers = int(np.prod(codec.manifest.data.shape)) * codec.manifest.latent_size
    return max(_FEWEST_KNOTS, min(KNOTS, _MEMORY // numbers))


def _progress(curves: Sequence[geodesic.Curve]) -> Progress:
    legs = [
        Route(knots=tuple(map(tuple, curve.z.tolist())), times=tuple(curve.times.tolist()))
        for curve in curves
    ]
    return Progress(joined(legs), sum(curve.energy for curve in curves))
