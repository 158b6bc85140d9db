"""Explore: the map of encoded images, and the picture that follows the mouse over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from latentlab.gui.explore.cursor_presenter import CursorPresenter
from latentlab.gui.explore.manifold_presenter import ManifoldPresenter
from latentlab.gui.explore.map_menu import MapMenu
from latentlab.gui.explore.path_overlay import PathOverlay
from latentlab.gui.explore.path_presenter import PathPresenter
from latentlab.gui.explore.points_presenter import PointsPresenter
from latentlab.gui.explore.selection_presenter import SelectionPresenter
from latentlab.gui.tabs import TabSpec
from latentlab.gui.widgets.map_panel import MapPanel

if TYPE_CHECKING:
    from latentlab.app.lab import Lab


class ExploreTab(QWidget):
    """One panel and four presenters: points, tiles, cursor, selection."""

    settled = Signal()  # points and tiles of this view are drawn
    cursor_moved = Signal()  # the mouse or a key moved the cursor

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self.panel = MapPanel()
        self.points = PointsPresenter(lab, self.panel)
        self.manifold = ManifoldPresenter(lab, self.panel, self.points)
        self.cursor = CursorPresenter(lab, self.panel, self.points)
        self.selection = SelectionPresenter(lab, self.panel, self.points)
        self.paths = PathOverlay(lab, self.panel)
        self.drawing = PathPresenter(lab, self.panel, self.points)
        self.menu = MapMenu(lab, self.panel, self.manifold)
        self.setAccessibleName("Explore")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.panel)
        self.setFocusProxy(self.panel.plot)
        self.cursor.cursor_moved.connect(self.cursor_moved)
        self._connect_tools()
        self._later = QTimer(self)  # a progress of now may be followed by the next at once
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._tell_settled)
        for signal in (self.points.shown, self.points.drawn, self.manifold.progressed):
            signal.connect(self._later.start)

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        return self.points.is_settled() and self.manifold.is_settled()

    def _tell_settled(self) -> None:
        if self.is_settled():
            self.settled.emit()

    def _connect_tools(self) -> None:
        tools, plot = self.panel.tools, self.panel.plot
        tools.tool_chosen.connect(self._choose_tool)
        tools.zoomed_in.connect(lambda: plot.zoom(1.25))
        tools.zoomed_out.connect(lambda: plot.zoom(0.8))
        tools.reset.connect(plot.reset)
        plot.key_pressed.connect(self._on_key_pressed)

    def _choose_tool(self, tool: str) -> None:
        self.panel.plot.set_tool(tool)
        self.panel.tools.show_tool(tool)

    def _on_key_pressed(self, key: str) -> None:
        tools = {"E": "explore", "L": "lasso", "B": "box", "G": "path"}
        if key in tools:
            self._choose_tool(tools[key])


TAB = TabSpec(
    name="explore",
    title="Explore",
    icon="mdi6.scatter-plot-outline",
    order=20,
    needs=frozenset({"encode"}),
    build=ExploreTab,
)
