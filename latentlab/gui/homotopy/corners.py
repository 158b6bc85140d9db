"""Four endpoints at the corners of a sheet that fills what lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.corner_sheet import CORNERS, CornerSheet
from latentlab.app.sources import Sources
from latentlab.gui.gestures import as_one_step
from latentlab.gui.homotopy.slots import show_stop
from latentlab.gui.homotopy.square_sheet import SquareSheet
from latentlab.gui.homotopy.step_card import StepCard
from latentlab.gui.picture_files import WHOLE, Outlet
from latentlab.gui.room import Room
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.endpoint_slot import EndpointSlot
from latentlab.gui.widgets.flow import Flow
from latentlab.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QHideEvent, QShowEvent

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import State

NARROW, LOW = 560, 420  # pixels at 100 %: in less of either, the corners are smaller
_JOINS = {"line": "straight lines (bilinear)", "arc": "arcs (slerp)"}
_TITLES = ("A", "B", "C", "D")


class CornersPane(QWidget):
    """A pane of the Homotopy tab."""

    drawn = Signal()  # what is shown has changed

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.sources = Sources(lab)
        self.presenter = CornerSheet(lab)
        self.slots = [EndpointSlot(title, self.sources) for title in _TITLES]
        self.sheet = SquareSheet("corner sheet")
        self.side, self.join = SpinBox(), QComboBox()
        self.chance = QPushButton("Randomise")
        self.note = ElidedLabel()
        self.card = StepCard(self)
        self._shown: NDArray[np.uint8] | None = None
        self.room = Room(self, narrow=NARROW, low=LOW)
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()
        self._show_document()

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        lab = self._lab
        if not any(lab.session.state.homotopy.corners) and lab.model is not None:
            return lab.latents is not None or bool(lab.latents_problem)
        return self.presenter.is_settled

    def proposal(self) -> Proposal | None:
        """The sheet, ready to be exported."""
        return self.presenter.sheet_proposal()

    def showEvent(self, event: QShowEvent) -> None:
        """Works while it is seen; a newcomer finds four images chosen."""
        super().showEvent(event)
        self.presenter.watch(watched=True)
        self.presenter.begin(self.sources)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.card.hide()
        self.presenter.watch(watched=False)

    # -- facts ---------------------------------------------------------------------------------

    def _show(self) -> None:
        presenter = self.presenter
        for slot, stop in zip(self.slots, presenter.corners, strict=False):
            show_stop(slot, stop)
        if presenter.sheet is not None:
            self.sheet.show_side(presenter.sheet.side)
        if presenter.pictures is not self._shown:
            self._shown = presenter.pictures
            self.sheet.show_pictures(presenter.pictures)
        if self.note.full_text != (words := presenter.problem or self._advice()):
            set_look(self.note, "error" if presenter.problem else "small")
            self.note.set_full_text(words)
        self.drawn.emit()

    def _advice(self) -> str:
        missing = [
            title
            for title, stop in zip(_TITLES, self.presenter.corners, strict=False)
            if not stop.reference
        ]
        if missing:
            return f"Choose {', '.join(missing)}: by a click, a drop or a key."
        return "A click goes there, P pins, hovering enlarges."

    def _show_document(self) -> None:
        document = self._lab.session.state.homotopy
        with QSignalBlocker(self.side), QSignalBlocker(self.join):
            self.side.setValue(document.corner_side)
            self.join.setCurrentIndex(list(_JOINS).index(document.corner_join))
        self.sheet.show_side(document.corner_side)

    def _on_hovered(self, index: int) -> None:
        picture = self.sheet.picture_at(index)
        if picture is None:
            self.card.hide()
            return
        row, column = divmod(index, self.sheet.side)
        cell = self.sheet.cell(index)
        cell.moveTopLeft(self.sheet.mapTo(self, cell.topLeft()))
        self.card.show_step(picture, f"row {row + 1}, column {column + 1}", cell)

    # -- intents -------------------------------------------------------------------------------

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.homotopy != old.homotopy:
            self._show_document()

    def _as_one_step(self, **fields: object) -> None:
        session = self._lab.session
        as_one_step(session, lambda: session.set_homotopy(**fields))

    def _randomise(self) -> None:
        """Test images of different labels, or samples."""
        corners = self.presenter.by_chance(self.sources)
        if corners:
            self._as_one_step(corners=corners)

    def _propose(self, index: int) -> Proposal | None:
        if index == WHOLE:
            return self.presenter.sheet_proposal()
        return self.presenter.picture_proposal(index)

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName("Corner sheet")
        self.side.setRange(2, 32)
        self.side.setAccessibleName("Pictures a side")
        self.side.setToolTip("How many pictures from corner to corner, 2 to 32")
        self.join.addItems(list(_JOINS.values()))
        self.join.setAccessibleName("Between the corners")
        self.join.setToolTip(
            "Straight lines through latent space, or arcs that keep the norm of equal norms"
        )
        self.chance.setToolTip("Four random test images of different labels")
        controls = Flow(self)
        for title, widget in (("pictures a side", self.side), ("along", self.join)):
            label = QLabel(title)
            set_look(label, "dim")
            controls.add(label)
            controls.add(widget)
        controls.add(self.chance)
        controls.add(self.note, greedy=True)
        for slot, corner in zip(self.slots, CORNERS, strict=True):
            slot.lock.hide()
            slot.setAccessibleName(f"{slot.accessibleName()}, {corner}")
        self._grid = QGridLayout()
        up, down = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        for slot, place in zip(self.slots, ((0, 0), (0, 2), (1, 0), (1, 2)), strict=True):
            self._grid.addWidget(slot, *place, up if place[0] == 0 else down)
        self._grid.addWidget(self.sheet, 0, 1, 2, 1)
        self._grid.setColumnStretch(1, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(controls)
        self._column.addLayout(self._grid, 1)
        self.setFocusProxy(self.slots[0])

    def _connect(self) -> None:
        for place, slot in enumerate(self.slots):
            slot.reference_chosen.connect(
                lambda text, at=place: as_one_step(
                    self._lab.session, lambda: self.presenter.choose(at, text)
                )
            )
            slot.cleared.connect(lambda at=place: self.presenter.choose(at, ""))
        self.side.valueChanged.connect(
            lambda side: self._lab.session.set_homotopy(corner_side=side)
        )
        self.join.currentIndexChanged.connect(
            lambda at: self._as_one_step(corner_join=list(_JOINS)[at])
        )
        self.chance.clicked.connect(self._randomise)
        self.sheet.hovered.connect(self._on_hovered)
        self.sheet.clicked.connect(self.presenter.go_to)
        self.sheet.pin_requested.connect(self.presenter.pin)
        self.sheet.outlet = Outlet(self._lab.exports, self._propose, is_sheet=True)
        self.room.changed.connect(self._restyle)
        self.presenter.changed.connect(self._show)
        self._lab.session.changed.connect(self._on_session_changed)
        self._lab.latents_changed.connect(self._begin)

    def _begin(self) -> None:
        if self.isVisible():
            self.presenter.begin(self.sources)

    def _restyle(self) -> None:
        px, small = theme().px, self.room.is_narrow or self.room.is_low
        for slot in self.slots:
            slot.set_side(56 if small else 84)
        self._column.setSpacing(px(6))
        self._grid.setSpacing(px(8))
