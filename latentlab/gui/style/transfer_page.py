"""Every style under every label: rows are pictures, columns labels, all live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from latentlab.app.sources import Sources
from latentlab.gui.homotopy.step_card import StepCard
from latentlab.gui.room import Room
from latentlab.gui.style.findings import Findings
from latentlab.gui.style.row_panel import WIDTH, RowPanel
from latentlab.gui.style.sheet_pane import SheetPane
from latentlab.gui.style.transfer_bar import TransferBar
from latentlab.gui.style.transfer_presenter import TransferPresenter
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets import endpoint_mime
from latentlab.gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QResizeEvent, QShowEvent

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab

_NARROW = 900  # pixels at 100 %: in less, the sliders stand beside the sheet only when asked for


class TransferPage(QWidget):
    """A page of the Style tab."""

    drawn = Signal()  # what is shown has changed
    dropped = Signal(object)  # QMimeData: a row more

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.sources = Sources(lab)
        self.bar, self.pane, self.panel = TransferBar(), SheetPane(), RowPanel(self.sources)
        self.note, self.offer = ElidedLabel(), QPushButton()
        self.findings, self.card = Findings(), StepCard(self)
        self._wish: bool | None = None  # whether the sliders are to be seen, if somebody said so
        self.room = Room(self, narrow=_NARROW)
        self._build()
        self.presenter = TransferPresenter(lab, self)
        self.presenter.drawn.connect(self.drawn)
        self.bar.panel_toggled.connect(self._on_panel_toggled)
        self.room.changed.connect(self._show_panel)
        theme().changed.connect(self._restyle)
        self._restyle()

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        return self.presenter.is_settled()

    def proposal(self) -> Proposal | None:
        """The whole sheet, ready to be exported."""
        return self.presenter.proposal()

    def show_note(self, words: str, offer: str = "", *, is_problem: bool = False) -> None:
        """One sentence above the sheet, and what a button beside it does; empty: nothing."""
        if self.note.full_text != words:
            set_look(self.note, "error" if is_problem else "dim")
            self.note.set_full_text(words)
        self.offer.setText(offer)
        self.offer.setVisible(bool(offer))
        self._notes.setVisible(bool(words))

    def showEvent(self, event: QShowEvent) -> None:
        """Works while it is seen; a newcomer finds a sheet."""
        super().showEvent(event)
        self._lab.styles.watch(watched=True)
        self.presenter.begin()
        self.bar.arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.card.hide()
        self._lab.styles.watch(watched=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sheet takes what the sliders leave."""
        super().resizeEvent(event)
        self._show_panel()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pins, endpoints, pictures, files: a row more."""
        if endpoint_mime.is_welcome(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Copied, never moved: the Tray keeps its pin."""
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    # -- inside --------------------------------------------------------------------------------

    def _on_panel_toggled(self, shown: bool) -> None:
        self._wish = shown
        self._show_panel()

    def _show_panel(self) -> None:
        shown = not self.room.is_narrow if self._wish is None else self._wish
        self.panel.setVisible(shown)
        self.bar.show_panel(shown)
        beside = theme().px(WIDTH) + self._body.spacing() if shown else 0
        self.pane.show_room(max(1, self.width() - beside))

    def _build(self) -> None:
        self.setAccessibleName("Style transfer")
        self.setAcceptDrops(True)
        self._notes = QWidget()
        notes = QHBoxLayout(self._notes)
        notes.setContentsMargins(0, 0, 0, 0)
        notes.addWidget(self.note, 1)
        notes.addWidget(self.offer)
        body = QHBoxLayout()
        body.addWidget(self.pane, 100)
        body.addWidget(self.panel)
        body.addStretch(1)
        self._body = body
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.bar)
        self._column.addWidget(self._notes)
        self._column.addLayout(body, 1)
        self._column.addWidget(self.findings)
        self.setFocusProxy(self.pane.rows)

    def _restyle(self) -> None:
        self._column.setSpacing(theme().px(6))
        self._body.setSpacing(theme().px(8))
        self._show_panel()
