"""Homotopy: from A to B through pixels and through latent space, in step, seen and measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.sources import Sources
from latentlab.gui.gestures import as_one_step
from latentlab.gui.homotopy.rows_pane import RowsPane
from latentlab.gui.homotopy.rows_presenter import RowsPresenter
from latentlab.gui.stylesheet import set_look
from latentlab.gui.tabs import TabSpec
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from latentlab.app.lab import Lab
    from latentlab.app.state import State

_MODES = {
    "rows": ("Rows", "Ways from A to B, side by side"),
}


class HomotopyTab(QWidget):
    """A switch, and the pane of each mode."""

    settled = Signal()  # everything of this view is drawn

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        sources = Sources(lab)
        self.rows = RowsPane(lab, sources)
        self.presenter = RowsPresenter(lab, self.rows, sources)
        self.modes, self.stack = QTabBar(), QStackedWidget()
        self.export = QPushButton("Export…")
        self._build()
        self._connect()
        self._show_mode(lab.session.state.homotopy.mode)
        theme().changed.connect(self._restyle)
        self._restyle()

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        lab = self._lab
        waiting = lab.latents is None and not lab.latents_problem
        chosen = len(lab.session.state.homotopy.stops) >= 2
        return lab.homotopy.is_settled if chosen else not waiting

    def showEvent(self, event: QShowEvent) -> None:
        """Works while it is seen; a newcomer finds two images chosen."""
        super().showEvent(event)
        self._lab.homotopy.want("tab", True)
        self.presenter.choose_first()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.presenter.player.play(False)
        self._lab.homotopy.want("tab", False)

    def _build(self) -> None:
        self.setAccessibleName("Homotopy")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, "panel")
        self.modes.setObjectName("segments")
        self.modes.setDrawBase(False)
        self.modes.setExpanding(False)
        self.modes.setUsesScrollButtons(False)
        self.modes.setAccessibleName("What to show")
        self.stack.addWidget(self.rows)
        for number, (title, tip) in enumerate(_MODES.values()):
            self.modes.addTab(title)
            self.modes.setTabToolTip(number, tip)
        self.export.setToolTip("Save what is shown as a picture or a film")
        head = QHBoxLayout()
        head.addWidget(self.modes)
        head.addStretch(1)
        head.addWidget(self.export)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.modes.currentChanged.connect(self._on_mode_chosen)
        self.export.clicked.connect(self._propose)
        self._lab.session.changed.connect(self._on_session_changed)
        self._later = QTimer(self)  # a progress of now may be followed by the next at once
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._tell_settled)
        self.presenter.drawn.connect(self._later.start)

    def _tell_settled(self) -> None:
        if self.is_settled():
            self.settled.emit()

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.homotopy.mode != old.homotopy.mode:
            self._show_mode(new.homotopy.mode)

    def _on_mode_chosen(self, number: int) -> None:
        session, mode = self._lab.session, list(_MODES)[number]
        as_one_step(session, lambda: session.set_homotopy(mode=mode))

    def _show_mode(self, mode: str) -> None:
        number = list(_MODES).index(mode) if mode in _MODES else 0
        with QSignalBlocker(self.modes):
            self.modes.setCurrentIndex(number)
        self.stack.setCurrentIndex(number)

    def _propose(self) -> None:
        proposal = self.presenter.proposal()
        if proposal is not None:
            self._lab.exports.propose(proposal)

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
