"""A small map beside the curves: the encoded images, the paths over them, the points at t."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt

from latentlab.gui.explore.home import home_view
from latentlab.gui.homotopy.path_scene import draw_moving, draw_paths
from latentlab.gui.palettes import class_rgb
from latentlab.gui.theme import theme
from latentlab.gui.widgets.path_marks import PathLayer
from latentlab.gui.widgets.plane_view import PlaneView
from latentlab.gui.widgets.scatter import ScatterItem

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from latentlab.app.lab import Lab

_MOST = 2_500  # points: a small map has no room for more
_FADE = 0.5  # share of the ground in the colour of a point, so that paths stand out
_SIDE = 150


class PathMap(PlaneView):
    """Obeys `refresh` and `move`; a picture, not a control."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__()
        self.setParent(parent)
        self._lab = lab
        self._drawn: tuple[object, ...] = ()
        self.scatter = ScatterItem()
        self.add(self.scatter)
        self.paths = PathLayer(self.add)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Map of the paths")
        self.setToolTip("Where the rows go among the encoded images")

    def restyle(self) -> None:
        """No axes: the Explore tab has them."""
        super().restyle()
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._drawn = ()
        if hasattr(self, "scatter"):
            self.refresh()

    def refresh(self) -> None:
        """Points, when they are new, and paths; out of sight where no image is ever encoded."""
        lab = self._lab
        manifest = lab.model.manifest if lab.model is not None else None
        self.setVisible(manifest is None or "encode" in manifest.capabilities)
        if lab.latents is None or lab.plane is None or lab.plane.latent_size != lab.latents.size:
            return
        shown = (lab.latents, lab.plane, theme().dark)
        if shown != self._drawn:
            self._drawn = shown
            self._draw_points()
        draw_paths(self.paths, lab)
        self.move()

    def move(self) -> None:
        """The points at t."""
        draw_moving(self.paths, self._lab)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Nothing over the map."""

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(theme().px(_SIDE), theme().px(_SIDE))

    def minimumSizeHint(self) -> QSize:
        """Smaller, where there is no room."""
        return QSize(theme().px(90), theme().px(90))

    def _draw_points(self) -> None:
        latents, plane = self._lab.latents, self._lab.plane
        assert latents is not None
        assert plane is not None
        rows = np.random.default_rng(0).permutation(len(latents))[:_MOST]
        places = plane.project(latents.mu[rows])
        labels = np.zeros(len(rows), np.int64) if latents.labels is None else latents.labels[rows]
        classes = max(len(self._lab.label_names), int(labels.max(initial=0)) + 1)
        ground = theme().color("plot")
        faded = (1 - _FADE) * class_rgb(classes) + _FADE * np.array(ground.getRgb()[:3])
        self.scatter.show_points(places, np.clip(labels, 0, None), faded.astype(np.uint8))
        self.set_home(QRectF(*home_view(places)), go=True)
