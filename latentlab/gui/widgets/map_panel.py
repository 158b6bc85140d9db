"""The map with everything around it: layers, tools, legend, selection. It knows no session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from latentlab.gui.explore.hits import PointIndex
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.colour_bar import ColourBarView
from latentlab.gui.widgets.hover_card import HoverCard
from latentlab.gui.widgets.legend import Legend
from latentlab.gui.widgets.manifold_layer import ManifoldItem
from latentlab.gui.widgets.map_bar import MapBar
from latentlab.gui.widgets.map_marks import LinesItem, MarkItem
from latentlab.gui.widgets.map_plot import MapPlot
from latentlab.gui.widgets.map_tools import MapTools
from latentlab.gui.widgets.scatter import ScatterItem
from latentlab.gui.widgets.selection_panel import SelectionPanel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.gui.explore.scene import Scene

PICK_PX = 14.0


class MapPanel(QWidget):
    """Puts the parts together; presenters talk to the parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar, self.plot, self.legend = MapBar(), MapPlot(), Legend()
        self.colour_bar, self.selection = ColourBarView(), SelectionPanel()
        self.manifold, self.scatter = ManifoldItem(), ScatterItem()
        self.density = LinesItem("text", alpha=0.55, z=-5)
        self.prior = LinesItem("text", dashed=True, alpha=0.7, z=5)
        self.posterior = LinesItem("accent", alpha=0.55, z=6)
        self.own_posterior = LinesItem("cursor", width=1.5, z=7)  # of the point under the mouse
        self.ring, self.cross = MarkItem("ring", 30), self.plot.cross
        for item in (self.manifold, self.density, self.scatter, self.prior, self.posterior):
            self.plot.add(item)
        for mark in (self.own_posterior, self.ring):
            self.plot.add(mark)
        self._points = np.empty((0, 2), np.float32)
        self._index = PointIndex(self._points)
        self._shown = np.empty(0, np.bool_)
        self._build()
        self._float()

    def show_points(self, points: NDArray[np.floating]) -> None:
        """Places of all rows in data units, (n, 2); `show_scene` says which are drawn, and how."""
        self._points, self._index = points, PointIndex(points)
        self._shown = np.zeros(len(points), np.bool_)

    def show_scene(self, scene: Scene, ramp: NDArray[np.uint8]) -> None:
        """Colours, order, legend and words."""
        self._shown = scene.shown
        places = self._points[scene.order]
        self.scatter.show_points(places, scene.index, scene.palette, scene.below)
        self.legend.show_entries(scene.legend)
        self.colour_bar.show_bar(scene.bar, ramp)
        hidden = len(scene.shown) - int(scene.shown.sum())
        tip = f"{hidden:,} points are hidden by the legend" if hidden else "All points are shown"
        self.bar.show_count(scene.count, tip)
        self._show_map(True)

    def show_empty(self, text: str) -> None:
        """No map; a sentence says why and what to do."""
        self.empty.setText(text)
        self.legend.show_entries(())
        self.colour_bar.hide()
        self.card.hide()
        self._show_map(False)

    @property
    def is_empty(self) -> bool:
        """Whether there is no map."""
        return self.stack.currentIndex() == 1

    @property
    def points(self) -> NDArray[np.floating]:
        """Places of all rows, (n, 2)."""
        return self._points

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Which rows the legend shows, (n,)."""
        return self._shown

    def row_at(self, x: float, y: float) -> int | None:
        """The shown point within the pick radius of a position in data units."""
        unit = self.plot.unit()
        reach = (unit[0] * theme().px(PICK_PX), unit[1] * theme().px(PICK_PX))
        return self._index.nearest(x, y, reach, self._shown)

    def place_card(self, row: int) -> None:
        """The hover card beside a point."""
        x, y = self._points[row]
        spot = self.plot.to_widget(float(x), float(y)).toPoint()
        self.card.appear_beside(self.plot.mapTo(self, spot), self._plot_rect())

    def show_hint(self, text: str) -> None:
        """One line over the map; empty removes it."""
        self._hint = text
        self.hint.setVisible(bool(text))
        self._place_floats()

    def _show_map(self, on: bool) -> None:
        self.stack.setCurrentIndex(0 if on else 1)
        self.bar.setVisible(on)

    def _build(self) -> None:
        self.stack = QStackedWidget()
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_look(self.empty, "dim")
        self.stack.addWidget(self.plot)
        self.stack.addWidget(self.empty)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self.selection)
        below = QHBoxLayout()
        below.addWidget(self.legend)
        below.addWidget(self.colour_bar)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addLayout(middle, 1)
        column.addLayout(below)

    def _float(self) -> None:
        self.tools = MapTools(self.plot)
        self._hint = ""  # shortened to its first sentence where the map is narrow
        self.hint = QLabel(self.plot)
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        set_look(self.hint, "card")
        self.hint.setMargin(6)
        self.hint.hide()
        self.card = HoverCard(self)
        self.plot.box.sigResized.connect(self._place_floats)
        theme().changed.connect(self._place_floats)

    def _plot_rect(self) -> QRect:
        return QRect(self.plot.mapTo(self, QPoint(0, 0)), self.plot.size())

    def _place_floats(self) -> None:
        px, plane = theme().px, self.plot.box.sceneBoundingRect().toRect()
        self.tools.adjustSize()
        self.tools.move(plane.topRight() + QPoint(-self.tools.width() - px(6), px(6)))
        self.hint.setText(self._hint)
        if self.hint.sizeHint().width() > plane.width():
            self.hint.setText(self._hint.partition(". ")[0])
        self.hint.adjustSize()
        self.hint.move(
            plane.center().x() - self.hint.width() // 2,
            plane.bottom() - self.hint.height() - px(12),
        )
