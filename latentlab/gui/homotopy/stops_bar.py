"""A, the waypoints, B, and what one does with the whole chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from latentlab.app.places import Stop
from latentlab.gui.homotopy.letters import stop_letters
from latentlab.gui.homotopy.slots import show_stop
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.endpoint_slot import EndpointSlot
from latentlab.gui.widgets.flow import Flow
from latentlab.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

    from latentlab.app.sources import Sources
    from latentlab.app.state import Homotopy

MOST_STOPS = 12
_SIDE = 56  # pixels at 100 %, two for one of MNIST's
_EASINGS = {"linear": "even speed", "smooth": "gentle ends"}


class StopsBar(QWidget):
    """Emits intents by place; obeys `show_stops` and `show_document`."""

    chosen = Signal(int, str)  # place, reference
    locked = Signal(int, bool)
    cleared = Signal(int)
    swap_wanted = Signal()
    chance_wanted = Signal()
    waypoint_wanted = Signal()
    closed_toggled = Signal(bool)
    labels_toggled = Signal(bool)
    easing_chosen = Signal(str)
    steps_chosen = Signal(int)

    def __init__(self, sources: Sources, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources = sources
        self.slots: list[EndpointSlot] = []
        self.row = Flow(self, gap=8)
        self.swap = self._button("swap", "mdi6.swap-horizontal", "The other way round: from B to A")
        self.chance = self._button(
            "randomise", "mdi6.dice-5-outline", "Other test images at the stops that are not locked"
        )
        self.more = self._button(
            "waypoint", "mdi6.plus", "Go through one more picture on the way to B"
        )
        self.closed, self.easing, self.steps = QCheckBox("closed"), QComboBox(), SpinBox()
        self.labels = QCheckBox("labels move")
        self._controls = Flow()
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_stops(self, stops: Sequence[Stop], locked: Sequence[int]) -> None:
        """As many slots as stops, two at least."""
        self._make(max(2, len(stops)))
        for place, slot in enumerate(self.slots):
            slot.show_locked(place in locked)
            show_stop(slot, stops[place] if place < len(stops) else Stop(""))
        self.swap.setEnabled(len(stops) >= 2)
        self.more.setEnabled(2 <= len(stops) < MOST_STOPS)

    def show_document(self, document: Homotopy, *, conditional: bool = False) -> None:
        """Steps, easing, closed; of a conditional model also whether labels move."""
        if self.labels.isVisibleTo(self) != conditional:
            self.labels.setVisible(conditional)
            self._controls.arrange()
        for blocked in (self.steps, self.easing, self.closed, self.labels):
            blocked.blockSignals(True)
        self.steps.setValue(document.steps)
        self.easing.setCurrentIndex(list(_EASINGS).index(document.easing))
        self.closed.setChecked(document.closed)
        self.labels.setChecked(document.labels_move)
        for blocked in (self.steps, self.easing, self.closed, self.labels):
            blocked.blockSignals(False)

    def showEvent(self, event: QShowEvent) -> None:
        """While hidden, a row hears of no other sizes."""
        super().showEvent(event)
        self._controls.arrange()
        self.row.arrange()

    # -- slots ---------------------------------------------------------------------------------

    def _make(self, count: int) -> None:
        """The first and the last slot stay what they are; waypoints come and go between."""
        if count == len(self.slots):
            return
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        for slot in self.slots:
            self.row.take(slot)
            slot.hide()
            slot.deleteLater()
        self.row.take(self._controls)
        self.slots = [self._slot(place, title) for place, title in enumerate(stop_letters(count))]
        self.row.add(self._controls, greedy=True)
        if had_focus:
            self.more.setFocus()

    def _slot(self, place: int, letter: str) -> EndpointSlot:
        slot = EndpointSlot(letter, self._sources, side=_SIDE)
        slot.reference_chosen.connect(lambda text: self.chosen.emit(place, text))
        slot.lock_toggled.connect(lambda on: self.locked.emit(place, on))
        slot.cleared.connect(lambda: self.cleared.emit(place))
        self.row.add(slot)
        slot.show()
        return slot

    # -- controls ------------------------------------------------------------------------------

    def _button(self, text: str, icon: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("icon-name", icon)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _build(self) -> None:
        self.closed.setToolTip("Back to A at the end, so that a film can go round")
        self.labels.setToolTip(
            "From the label of A to that of B as well; off: all rows have the Inspector's label"
        )
        self.labels.hide()
        self.easing.addItems(list(_EASINGS.values()))
        self.easing.setToolTip("At even speed, or starting and ending gently")
        self.easing.setAccessibleName("easing")
        self.steps.setRange(2, 64)
        self.steps.setToolTip("How many pictures from A to B, both included")
        self.steps.setAccessibleName("steps")
        steps = QWidget()
        pair = QHBoxLayout(steps)
        pair.setContentsMargins(0, 0, 0, 0)
        label = QLabel("steps")
        set_look(label, "dim")
        pair.addWidget(label)
        pair.addWidget(self.steps)
        for part in (self.swap, self.chance, self.more, steps, self.easing, self.closed):
            self._controls.add(part)
        self._controls.add(self.labels)
        self.row.add(self._controls, greedy=True)
        column = QHBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.row)
        self._make(2)

    def _connect(self) -> None:
        self.swap.clicked.connect(self.swap_wanted)
        self.chance.clicked.connect(self.chance_wanted)
        self.more.clicked.connect(self.waypoint_wanted)
        self.closed.toggled.connect(self.closed_toggled)
        self.labels.toggled.connect(self.labels_toggled)
        self.easing.currentIndexChanged.connect(
            lambda at: self.easing_chosen.emit(list(_EASINGS)[at])
        )
        self.steps.valueChanged.connect(self.steps_chosen)

    def _restyle(self) -> None:
        side = theme().px(15)
        for button in (self.swap, self.chance, self.more):
            button.setIcon(theme().icon(button.property("icon-name"), "dim"))
            button.setIconSize(QSize(side, side))
