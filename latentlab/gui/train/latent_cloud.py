"""Latents of this moment as a small moving cloud, coloured by label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from latentlab.app.curves import still_fits
from latentlab.gui.plot_call import PlotCall, size_of
from latentlab.gui.plot_files import VERBS, PlotProposal
from latentlab.gui.theme import theme
from latentlab.gui.widgets.picture_menu import add_entries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.gui.plot_call import Range
    from latentlab.gui.plot_files import PlotOutlet

    Floats = NDArray[np.float64]

_REACH = 99.5  # percentile of the distances that is in view: one stray point moves nothing
_POINT = 3.2  # pixels
_ALPHA = 0.75


class LatentCloud(QWidget):
    """Draws points (n, 2) with one pen per label; the view moves only when it must."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: list[tuple[int, Floats]] = []  # label, points (k, 2)
        self._classes = 1
        self.outlet: PlotOutlet | None = None
        self._reach = (0.0, 1.0)
        self._centre = np.zeros(2)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setSizePolicy(policy)
        self.setAccessibleName("latents of this moment")
        theme().changed.connect(self.update)

    @property
    def count(self) -> int:
        """How many points are drawn."""
        return sum(self._counts())

    def show_points(self, points: Floats | None, labels: NDArray[np.int64] | None) -> None:
        """Points (n, 2) with labels (n,); None for nothing."""
        if points is None or not len(points):
            self._groups = []
        elif labels is None:
            self._classes, self._groups = 1, [(0, points)]
        else:
            self._classes = int(labels.max()) + 1
            found = np.unique(labels)
            self._groups = [(int(label), points[labels == label]) for label in found]
        if points is not None and len(points):
            self._aim(points)
        self.update()

    @property
    def view(self) -> Range:
        """What is in view at least: left, right, bottom, top."""
        (x, y), reach = self._centre.tolist(), self._reach[1]
        return x - reach, x + reach, y - reach, y + reach

    def look_at(self, view: Range) -> None:
        """See this square."""
        left, right, bottom, top = view
        self._centre = np.array([left + right, bottom + top]) / 2
        self._reach = (0.0, (right - left) / 2)
        self.update()

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(theme().px(140), theme().px(130))

    def minimumSizeHint(self) -> QSize:
        """Smaller still."""
        return QSize(theme().px(60), theme().px(60))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """All points of a label in one call."""
        self.paint_figure(QPainter(self))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Out of the window."""
        if self.outlet is not None and self._groups:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            outlet = self.outlet
            add_entries(menu, lambda what, *_: outlet.act(what), list(VERBS))
            menu.popup(event.globalPos())

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What is drawn: places xy (n, 2) and label (n,)."""
        return {
            "label": np.repeat([label for label, _ in self._groups], self._counts()),
            "xy": np.concatenate([points for _, points in self._groups]),
        }

    def figure_size(self) -> QSize:
        """As it is on screen."""
        return self.size()

    def restyle_figure(self) -> None:
        """Its colours are the same in every theme."""

    def paint_figure(self, painter: QPainter) -> None:
        """All points of a label in one call."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        scale = min(area.width(), area.height()) / 2 / self._reach[1]
        colors = theme().class_colors(self._classes)
        for label, points in self._groups:
            color = colors[label]
            color.setAlphaF(_ALPHA)
            pen = QPen(color, _POINT * theme().scale)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            x = area.center().x() + (points[:, 0] - self._centre[0]) * scale
            y = area.center().y() - (points[:, 1] - self._centre[1]) * scale
            painter.drawPoints(arrayToQPolygonF(x, y))

    def _counts(self) -> list[int]:
        return [len(points) for _, points in self._groups]

    def _aim(self, points: Floats) -> None:
        """Keep the view while everything fits and fills it."""
        middle = np.median(points, axis=0)
        reach = float(np.percentile(np.abs(points - self._centre).max(axis=1), _REACH)) or 1.0
        near = float(np.percentile(np.abs(points - middle).max(axis=1), _REACH)) or 1.0
        if not still_fits(self._reach, (0.0, reach)) or near < 0.7 * reach:
            self._centre, self._reach = middle, (0.0, near * 1.12)


def propose_cloud(cloud: LatentCloud, run: str, moment: str) -> PlotProposal | None:
    """The cloud of a run's moment, by its sample file; None while there is none."""
    if not cloud.count:
        return None
    values = {"run": run, "moment": moment, "size": size_of(cloud.size()), "ranges": (cloud.view,)}
    return PlotProposal(f"{run}-latents", cloud, cloud.arrays, call=PlotCall("cloud", values))
