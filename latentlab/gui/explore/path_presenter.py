"""A path drawn on the map becomes the drawn row of the Homotopy tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from latentlab.app.state import PATH_KINDS
from latentlab.core import polyline, reference
from latentlab.gui.gestures import as_one_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.state import Homotopy
    from latentlab.gui.explore.points_presenter import PointsPresenter
    from latentlab.gui.widgets.map_panel import MapPanel

TOLERANCE_PX = 2.0  # a hand trembles as much
MOST_KNOTS = 64
DRAWN = "The path is drawn: see it in the Homotopy tab."


class PathPresenter(QObject):
    """Drawings end in the session; dimensions that the map does not show are as at the cursor."""

    def __init__(self, lab: Lab, panel: MapPanel, points: PointsPresenter) -> None:
        super().__init__(panel)
        self._lab, self._panel, self._points = lab, panel, points
        panel.plot.path_drawn.connect(self._on_path_drawn)

    def _on_path_drawn(self, line: NDArray[np.float64]) -> None:
        lab = self._lab
        if not self._points.ready or lab.plane is None or lab.anchor is None:
            return
        unit = np.asarray(self._panel.plot.unit())
        corners = polyline.at_most(line / unit, TOLERANCE_PX, MOST_KNOTS) * unit
        if len(corners) < 2:
            return
        z = lab.plane.invert(corners, lab.anchor)
        fields = _fields(lab.session.state.homotopy, z)
        as_one_step(lab.session, lambda: lab.session.set_homotopy(**fields))
        self._panel.show_hint(DRAWN)


def _fields(document: Homotopy, z: NDArray[np.float32]) -> dict[str, object]:
    """The drawing, its row, and its ends as A and B for those who have chosen none."""
    rows = tuple(kind for kind in PATH_KINDS if kind in {*document.rows, "drawn"})
    fields: dict[str, object] = {"drawn": tuple(map(tuple, z.tolist())), "rows": rows}
    if len(document.stops) < 2:
        fields["stops"] = tuple(str(reference.of_latent(end)) for end in (z[0], z[-1]))
    return {**fields, "mode": "rows"}
