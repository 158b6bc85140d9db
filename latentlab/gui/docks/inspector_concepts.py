"""Named directions in the Inspector: a slider each, that moves the cursor's z."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from latentlab.gui.concept_names import ConceptNames, shown_as

if TYPE_CHECKING:
    from latentlab.app.concepts import Concept as Known
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.gui.docks.inspector_panel import InspectorPanel


class InspectorConcepts(QObject):
    """Obeys `lab.concepts` and the cursor; nothing is seen where no direction has a name."""

    def __init__(self, lab: Lab, panel: InspectorPanel) -> None:
        super().__init__(panel)
        self._lab, self._panel = lab, panel
        self._known: tuple[Known, ...] = ()
        sliders, session = panel.concepts, lab.session
        sliders.moved.connect(lab.concepts.move)
        sliders.released.connect(session.history.seal)
        sliders.more_wanted.connect(ConceptNames(lab, panel).offer)
        panel.concepts_group.toggled.connect(self._show_values)
        lab.concepts.changed.connect(self._show)
        lab.model_changed.connect(self._show)
        session.changed.connect(self._on_session_changed)
        self._show()

    def _show(self) -> None:
        """Which there are: found once for each model, for the cursor moves at every frame."""
        known = self._lab.concepts.available if self._lab.decodes else ()
        self._known = tuple(each for each in known if each.is_kept)
        self._panel.concepts.show_concepts([shown_as(each) for each in self._known])
        self._panel.concepts_group.setVisible(bool(self._known))
        self._show_values()

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.z != old.z and new.model == old.model:
            self._show_values()

    def _show_values(self, *_: object) -> None:
        """Where the cursor lies along each."""
        if not self._known or not self._panel.concepts_group.is_open:
            return
        z = np.asarray(self._lab.session.state.z)
        places = {
            each.name: each.axis.coordinate(z)
            for each in self._known
            if z.size == each.axis.vector.size
        }
        self._panel.concepts.show_values(places)
