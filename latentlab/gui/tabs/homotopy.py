"""Homotopy: from A to B through pixels and through latent space, in step, seen and measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.gestures import as_one_step
from latentlab.gui.homotopy.corners import CornersPane
from latentlab.gui.homotopy.rows_mode import RowsMode
from latentlab.gui.homotopy.traversals import TraversalPane
from latentlab.gui.stylesheet import set_look
from latentlab.gui.tabs import TabSpec
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.lab import Lab
    from latentlab.app.state import State

    Pane = RowsMode | CornersPane | TraversalPane

_MODES: dict[str, tuple[str, str, Callable[[Lab], Pane]]] = {
    "rows": ("Rows", "Ways from A to B, side by side and in step", RowsMode),
    "corners": ("Corners", "A sheet of pictures between four corners", CornersPane),
    "traverse": ("Traversals", "One direction of latent space at a time", TraversalPane),
}


class HomotopyTab(QWidget):
    """A switch, and the pane of each mode, built when it is first seen."""

    settled = Signal()  # everything of this view is drawn

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.panes: dict[str, Pane] = {}
        self.modes, self.stack = QTabBar(), QStackedWidget()
        self.export = QPushButton("Export…")
        self._later = QTimer(self)  # a progress of now may be followed by the next at once
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._tell_settled)
        self._build()
        self.modes.currentChanged.connect(self._on_mode_chosen)
        self.export.clicked.connect(self._propose)
        lab.session.changed.connect(self._on_session_changed)
        self._show_mode(lab.session.state.homotopy.mode)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def pane(self) -> Pane:
        """What is seen."""
        return self.panes[self._lab.session.state.homotopy.mode]

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        return self.pane.is_settled()

    def _build(self) -> None:
        self.setAccessibleName("Homotopy")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, "panel")
        self.modes.setObjectName("segments")
        self.modes.setDrawBase(False)
        self.modes.setExpanding(False)
        self.modes.setUsesScrollButtons(False)
        self.modes.setAccessibleName("What to show")
        for number, (title, tip, _) in enumerate(_MODES.values()):
            self.modes.addTab(title)
            self.modes.setTabToolTip(number, tip)
        self.export.setToolTip("Save what is shown as a picture, a film or numbers")
        head = QHBoxLayout()
        head.addWidget(self.modes)
        head.addStretch(1)
        head.addWidget(self.export)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self.stack, 1)

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.homotopy.mode != old.homotopy.mode:
            self._show_mode(new.homotopy.mode)

    def _on_mode_chosen(self, number: int) -> None:
        session, mode = self._lab.session, list(_MODES)[number]
        as_one_step(session, lambda: session.set_homotopy(mode=mode))

    def _show_mode(self, mode: str) -> None:
        with QSignalBlocker(self.modes):
            self.modes.setCurrentIndex(list(_MODES).index(mode))
        if mode not in self.panes:
            pane = self.panes[mode] = _MODES[mode][2](self._lab)
            pane.drawn.connect(self._later.start)
            self.stack.addWidget(pane)
        for name, each in self.panes.items():  # what is not seen asks for no room
            policy = QSizePolicy.Policy.Expanding if name == mode else QSizePolicy.Policy.Ignored
            each.setSizePolicy(policy, policy)
        self.stack.setCurrentWidget(self.panes[mode])
        self._later.start()

    def _propose(self) -> None:
        proposal = self.pane.proposal()
        if proposal is None:
            self._lab.message.emit("There is nothing to export yet: choose A and B first.", "info")
        else:
            self._lab.exports.propose(proposal)

    def _tell_settled(self) -> None:
        if self.is_settled():
            self.settled.emit()

    def _restyle(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(10), px(8), px(10), px(8))
        self._column.setSpacing(px(6))


TAB = TabSpec(
    name="homotopy",
    title="Homotopy",
    icon="mdi6.transition",
    order=30,
    needs=frozenset({"decode"}),
    build=HomotopyTab,
)
