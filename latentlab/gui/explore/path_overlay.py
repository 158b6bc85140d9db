"""The ways of the Homotopy tab over the map, with the points that move along them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSignalBlocker
from PySide6.QtWidgets import QCheckBox

from latentlab.gui.gestures import as_one_step
from latentlab.gui.homotopy.path_scene import draw_moving, draw_nothing, draw_paths
from latentlab.gui.theme import theme
from latentlab.gui.widgets.path_marks import PathLayer

if TYPE_CHECKING:
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.gui.widgets.map_panel import MapPanel

_WHO = "map"


class PathOverlay(QObject):
    """Works while the map is seen and the homotopy has two stops; its switch is in the bar."""

    def __init__(self, lab: Lab, panel: MapPanel) -> None:
        super().__init__(panel)
        self._lab, self._panel = lab, panel
        self.layer = PathLayer(panel.plot.add)
        self.switch = QCheckBox("paths")
        self.switch.setToolTip("The ways from A to B of the Homotopy tab")
        self.switch.setAccessibleName("Paths of the Homotopy tab")
        self.switch.toggled.connect(self._on_toggled)
        panel.bar.add_switch(self.switch)
        panel.installEventFilter(self)
        lab.session.changed.connect(self._on_session_changed)
        for signal in (lab.homotopy.changed, lab.plane_changed, lab.model_changed):
            signal.connect(self.refresh)
        theme().changed.connect(self.refresh)
        self._follow()

    def refresh(self) -> None:
        """Draw what there is."""
        if self._is_wanted():
            draw_paths(self.layer, self._lab)
            draw_moving(self.layer, self._lab)
        else:
            draw_nothing(self.layer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's
        """The map comes or goes."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._follow()
        return False

    def _is_wanted(self) -> bool:
        document = self._lab.session.state.homotopy
        return document.on_map and len(document.stops) >= 2 and self._panel.isVisible()

    def _follow(self) -> None:
        document = self._lab.session.state.homotopy
        self.switch.setHidden(len(document.stops) < 2)
        with QSignalBlocker(self.switch):
            self.switch.setChecked(document.on_map)
        self._lab.homotopy.want(_WHO, self._is_wanted())
        self.refresh()

    def _on_toggled(self, on: bool) -> None:
        session = self._lab.session
        as_one_step(session, lambda: session.set_homotopy(on_map=on))

    def _on_session_changed(self, new: State, old: State) -> None:
        ours, before = new.homotopy, old.homotopy
        if (ours.on_map, len(ours.stops)) != (before.on_map, len(before.stops)):
            self._follow()
        elif ours.t != before.t and self._is_wanted():
            draw_moving(self.layer, self._lab)
