"""Latent traversals: what the picture becomes along each axis, row by row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.sources import Sources
from latentlab.app.traversal_rows import TraversalRows
from latentlab.app.traversal_sheet import propose, propose_picture
from latentlab.gui.gestures import as_one_step
from latentlab.gui.homotopy.direction_names import DirectionNames
from latentlab.gui.homotopy.fitting import cell
from latentlab.gui.homotopy.slots import show_stop
from latentlab.gui.homotopy.step_card import StepCard
from latentlab.gui.homotopy.traversal_bar import TraversalBar
from latentlab.gui.homotopy.traversal_row import HEAD_PX, TraversalRow
from latentlab.gui.picture_files import WHOLE, Outlet
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.endpoint_slot import EndpointSlot

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import State

_SMALLEST, _CLEAR, _USUAL = 14, 40, 58  # sides of pictures, in pixels at 100 %
_BELOW = 28  # the slider below them
NONE_NAMED = (
    "No direction of this model has a name yet. Name one of its dimensions or principal "
    "directions by the tag beside it, or the way from one pin to another by “New direction…”."
)
NO_START = "Choose where to start: the cursor is nowhere yet."


class TraversalPane(QWidget):
    """A pane of the Homotopy tab."""

    drawn = Signal()  # what is shown has changed

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.presenter, self.names = TraversalRows(lab), DirectionNames(lab, self)
        self.start = EndpointSlot("start", Sources(lab), side=64)
        self.bar = TraversalBar()
        self.rows: list[TraversalRow] = []
        self.words = QLabel()
        self.card = StepCard(self)
        self._shown: tuple[object, ...] = ()  # the pictures and how they are laid out
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self.bar.show_document(lab.session.state.homotopy)

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        return self.presenter.is_settled

    def proposal(self) -> Proposal | None:
        """All rows, ready to be exported."""
        rows = self.presenter.rows
        return None if rows is None else propose(self._lab, rows)

    def showEvent(self, event: QShowEvent) -> None:
        """Works while it is seen."""
        super().showEvent(event)
        self.presenter.watch(watched=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.card.hide()
        self.presenter.watch(watched=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pictures as large as the width of the rows' place allows."""
        if event.type() == QEvent.Type.Resize:
            self._show_rows()
        return super().eventFilter(watched, event)

    # -- facts ---------------------------------------------------------------------------------

    def _show(self) -> None:
        presenter, document = self.presenter, self._lab.session.state.homotopy
        count = 0 if presenter.rows is None else len(presenter.rows.axes)
        self.bar.show_count(count, presenter.total, document.basis)
        self._make_rows(count)
        self._show_rows()
        self._say(self._sentence(count))
        self.drawn.emit()

    def _restyle(self) -> None:
        self._shown = ()
        self._show()

    def _say(self, sentence: str) -> None:
        if sentence != self.words.text():
            self.words.setText(sentence)
            set_look(self.words, "error" if self.presenter.problem else "dim")
        self.words.setVisible(bool(sentence))

    def _sentence(self, count: int) -> str:
        presenter, state = self.presenter, self._lab.session.state
        if presenter.problem:
            return presenter.problem
        if not state.z and not state.homotopy.start:
            return NO_START
        no_axes = presenter.rows is not None and not count
        return NONE_NAMED if no_axes and state.homotopy.basis == "named" else ""

    def _show_rows(self) -> None:
        """While the start moves only numbers are new, until the pictures follow."""
        show_stop(self.start, self.presenter.start)
        asked = self.presenter.rows
        if asked is None:
            return
        stacked, side = self._layout_of(asked.steps)
        shown = (self.presenter.version, asked.axes, asked.steps, stacked, side)
        is_new, self._shown = shown != self._shown, shown
        for number, (row, axis) in enumerate(zip(self.rows, asked.axes, strict=False)):
            row.show_axis(axis, axis.coordinate(asked.start), asked.span)
            if is_new:
                row.show_more(named=axis.key.startswith("name:"))
                row.stack(stacked=stacked)
                row.show_pictures(self.presenter.strip(number), asked.steps, side)

    def _layout_of(self, steps: int) -> tuple[bool, float]:
        """Whether words stand above the pictures, and the side of a cell.

        The largest whole zoom at which all steps stand side by side; few rows may be larger.
        """
        px, scale, viewport = theme().px, theme().scale, self.scroll.viewport()
        height = viewport.height() / max(1, len(self.rows)) - px(_BELOW)
        most = round(steps * max(height, px(_USUAL)))
        model, ratio = self._lab.model, self.devicePixelRatioF()
        shape = model.require().data.shape[1:] if model is not None else (28, 28)
        whole = viewport.width() - px(2)
        beside = cell(min(whole - px(HEAD_PX + 8), most), steps, shape, ratio, scale)
        alone = cell(min(whole, most), steps, shape, ratio, scale)
        stacked = beside < min(px(_CLEAR), alone)
        return stacked, max(alone if stacked else beside, px(_SMALLEST))

    def _on_hovered(self, row: int, step: int) -> None:
        strip, asked = self.rows[row].strip, self.presenter.rows
        picture = strip.picture_at(step)
        if picture is None or asked is None:
            self.card.hide()
            return
        place = strip.cell(step)
        place.moveTopLeft(strip.mapTo(self, place.topLeft()))
        words = f"{asked.coordinate(step):+.2f} σ".replace("-", "−")
        self.card.show_step(picture, f"{asked.axes[row].title} at {words}", place)

    # -- rows ----------------------------------------------------------------------------------

    def _make_rows(self, count: int) -> None:
        while len(self.rows) > count:
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self.rows) < count:
            self.rows.append(self._make_row(len(self.rows)))

    def _make_row(self, number: int) -> TraversalRow:
        row, presenter = TraversalRow(), self.presenter
        row.moved.connect(partial(presenter.move, number))
        row.more_wanted.connect(partial(self._name, number))
        row.strip.hovered.connect(partial(self._on_hovered, number))
        row.strip.clicked.connect(partial(self._go_to, number))
        row.strip.pin_requested.connect(partial(presenter.pin, number))
        outlet = Outlet(self._lab.exports, partial(self._propose, number), is_sheet=True)
        row.strip.outlet = outlet
        self._column.insertWidget(number, row)
        row.show()
        return row

    def _go_to(self, row: int, step: int) -> None:
        as_one_step(self._lab.session, lambda: self.presenter.go_to(row, step))

    def _name(self, number: int) -> None:
        rows = self.presenter.rows
        if rows is not None and number < len(rows.axes):
            self.names.offer(rows.axes[number], self.rows[number].more)

    def _propose(self, row: int, step: int) -> Proposal | None:
        rows = self.presenter.rows
        if rows is None:
            return None
        if step == WHOLE:
            return propose(self._lab, rows, row)
        return propose_picture(self._lab, rows, row, step)

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName("Latent traversals")
        self.start.lock.hide()
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.scroll = QScrollArea()
        self.scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroll.setWidgetResizable(True)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        set_look(inside, "bare")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)
        self.scroll.setWidget(inside)
        self.scroll.viewport().installEventFilter(self)
        head = QHBoxLayout()
        head.addWidget(self.start, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addWidget(self.scroll, 1)
        self.setFocusProxy(self.start)

    def _connect(self) -> None:
        session, bar = self._lab.session, self.bar
        self.start.reference_chosen.connect(self._choose_start)
        self.start.cleared.connect(lambda: self._choose_start(""))
        bar.basis_chosen.connect(lambda basis: session.set_homotopy(basis=basis))
        bar.span_chosen.connect(lambda span: session.set_homotopy(span=span))
        bar.steps_chosen.connect(lambda steps: session.set_homotopy(steps=steps))
        bar.more_wanted.connect(self.presenter.show_more)
        bar.direction_wanted.connect(self.names.ask_direction)
        self.presenter.changed.connect(self._show)
        session.changed.connect(self._on_session_changed)

    def _choose_start(self, text: str) -> None:
        session = self._lab.session
        as_one_step(session, lambda: session.set_homotopy(start=text))

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.homotopy != old.homotopy:
            self.bar.show_document(new.homotopy)
