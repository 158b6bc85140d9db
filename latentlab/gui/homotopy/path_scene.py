"""The paths of the homotopy on a plane: what a map draws of them, at rest and at t."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.gui.homotopy.colours import row_color
from latentlab.gui.homotopy.letters import stop_letters

if TYPE_CHECKING:
    from latentlab.app.lab import Lab
    from latentlab.gui.widgets.path_marks import PathLayer

_FINE = 97  # places along a route


def draw_paths(layer: PathLayer, lab: Lab) -> None:
    """Lines of all routes, and the stops by letter."""
    plan, plane = lab.homotopy.plan, lab.plane
    if (
        plan is None
        or plane is None
        or any(way.latent_size != plane.latent_size for way in plan.routes.values())
    ):
        draw_nothing(layer)
        return
    at = np.linspace(0, 1, _FINE)
    layer.show_paths(
        {kind: (plane.project(way.at(at)), row_color(kind)) for kind, way in plan.routes.items()}
    )
    ends = [stop.endpoint.z for stop in lab.homotopy.stops if stop.endpoint is not None]
    layer.show_stops(plane.project(np.stack(ends)), stop_letters(len(ends)))


def draw_moving(layer: PathLayer, lab: Lab) -> None:
    """The point of each route at t."""
    plan, plane = lab.homotopy.plan, lab.plane
    z = lab.homotopy.places()
    if plan is None or plane is None or z.shape[1] != plane.latent_size:
        return
    points = plane.project(z).tolist()
    layer.show_dots(
        {kind: ((x, y), row_color(kind)) for kind, (x, y) in zip(plan.decoded, points, strict=True)}
    )


def draw_nothing(layer: PathLayer) -> None:
    """No paths, no points, no stops."""
    layer.show_paths({})
    layer.show_stops(np.empty((0, 2)), [])
