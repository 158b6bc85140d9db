"""Lines over the points: rings of the prior, ellipses of posteriors, contours of density."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.core import density
from latentlab.gui.explore import ellipses
from latentlab.gui.widgets.map_marks import path_of

if TYPE_CHECKING:
    from latentlab.app.lab import Lab
    from latentlab.gui.explore.scene import Scene
    from latentlab.gui.widgets.map_panel import MapPanel

MOST_ELLIPSES = 150
_SHARES = (0.5, 0.8, 0.95)
_SUBSET = 100_000  # points that the density is estimated from at most


class Overlays:
    """Draws what the panel's switches ask for."""

    def __init__(self, panel: MapPanel) -> None:
        self._panel = panel

    def draw(self, lab: Lab, scene: Scene) -> None:
        """All three; the plane and the latents are there."""
        self._draw_prior(lab)
        self._draw_posterior(lab, scene)
        self._draw_density(scene)

    def _draw_prior(self, lab: Lab) -> None:
        on = self._is_on("prior") and lab.plane is not None
        self._panel.prior.show_path(path_of(ellipses.prior_rings(lab.plane)) if on else None)

    def _draw_posterior(self, lab: Lab, scene: Scene) -> None:
        """Of the selection when there is one, else of points spread over all."""
        latents = lab.latents
        if not self._is_on("posterior") or latents is None or latents.logvar is None:
            self._panel.posterior.show_path(None)
            return
        chosen = np.array(lab.session.state.selection, np.int64)
        rows = chosen[scene.shown[chosen]] if len(chosen) else np.sort(scene.order)
        rows = ellipses.thinned(rows, MOST_ELLIPSES)
        lines = ellipses.outlines(lab.plane, latents.mu[rows], latents.logvar[rows])
        self._panel.posterior.show_path(path_of(lines))

    def _draw_density(self, scene: Scene) -> None:
        if not self._is_on("density"):
            self._panel.density.show_path(None)
            return
        estimate = density.estimate(self._panel.points[scene.order[:_SUBSET]])
        levels = density.levels_for(estimate, _SHARES)
        pieces = np.concatenate([density.contour(estimate, level) for level in levels])
        self._panel.density.show_path(path_of(list(pieces)))

    def _is_on(self, switch: str) -> bool:
        return self._panel.bar.switches[switch].isChecked()
