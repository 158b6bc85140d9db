"""Completion: draw a part of a digit, and see what the rest may be, in several ways."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.sources import Sources
from latentlab.app.style_complete import Completions
from latentlab.core import quadrants
from latentlab.data.pictures import SUFFIXES
from latentlab.gui.gestures import as_one_step
from latentlab.gui.homotopy.step_card import StepCard
from latentlab.gui.picture_files import outlet_of_shown
from latentlab.gui.room import Room
from latentlab.gui.style.answer_sheet import AnswerSheet
from latentlab.gui.style.half_pad import HalfPad
from latentlab.gui.style.quadrant_picker import QuadrantPicker
from latentlab.gui.stylesheet import set_look
from latentlab.gui.tab_host import Unserved
from latentlab.gui.theme import theme
from latentlab.gui.widgets import endpoint_mime
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.flow import Flow
from latentlab.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import State

NARROW, LOW = 560, 400  # pixels at 100 %: in less, what is given stands above the answers
_COMMAND = "latentlab train cvae --data mnist -s condition=quadrants -s latent=64 -s width=352"
_ADVICE = "Draw on, and the answers follow."


class CompletePage(QWidget):
    """A page of the Style tab."""

    drawn = Signal()  # what is shown has changed

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.sources, self.presenter = Sources(lab), Completions(lab)
        self.pad, self.picker = HalfPad(), QuadrantPicker()
        self.automatic = QCheckBox("where ink is")
        self.count, self.again = SpinBox(), QPushButton("Again")
        self.note = ElidedLabel()
        self.answers = AnswerSheet(self, name="answers")
        self.card = StepCard(self)
        self.stack, self.unserved = QStackedWidget(), Unserved()
        self.room = Room(self, narrow=NARROW, low=LOW)
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()
        self._show()

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        return self.presenter.is_settled

    def proposal(self) -> Proposal | None:
        """What is seen, the mean and all answers, ready to be exported."""
        return self.presenter.proposal()

    # -- Qt ------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Works while it is seen."""
        super().showEvent(event)
        self.presenter.watch(watched=True)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.card.hide()
        self.presenter.watch(watched=False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pictures and files."""
        if self.presenter.is_able and endpoint_mime.is_welcome(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """It is completed."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.take(event.mimeData())

    # -- facts ---------------------------------------------------------------------------------

    def _show(self) -> None:
        presenter = self.presenter
        self.stack.setCurrentIndex(0 if presenter.is_able else 1)
        if presenter.is_able:
            self._show_given()
            self._show_answers()
        else:
            self._show_reason()
        self.drawn.emit()

    def _show_given(self) -> None:
        presenter, style = self.presenter, self._lab.session.state.style
        self.pad.show_shape(presenter.shape)
        self.pad.show_picture(presenter.picture)
        self.pad.show_title(presenter.title)
        self.picker.show_picture(presenter.picture)
        self.picker.show_seen(presenter.seen)
        with QSignalBlocker(self.automatic), QSignalBlocker(self.count):
            self.automatic.setChecked(presenter.is_automatic)
            self.count.setValue(style.answers)

    def _show_answers(self) -> None:
        presenter = self.presenter
        if presenter.answers is None or presenter.mean is None:
            self.answers.show_pictures(None)
        else:
            shown = np.concatenate([presenter.mean[None], presenter.answers])
            self.answers.show_pictures(shown, ("mean", *map(str, range(1, len(shown)))))
        self.again.setEnabled(self.answers.count > 0)
        self.answers.show_hint(presenter.problem)
        self.note.set_full_text("" if presenter.problem else _ADVICE)

    def _show_reason(self) -> None:
        able, model = self.presenter.able_models, self._lab.model
        cannot = f"{model.id} cannot." if model is not None else "There is no model yet."
        offer = "These can:" if able else f"None of your models can yet; train one: {_COMMAND}"
        self.unserved.show_reason(
            "Completion is for models that were trained to tell the rest of a picture from some of "
            f"its quadrants. {cannot} {offer}",
            able,
        )

    def _on_hovered(self, index: int) -> None:
        picture = self.answers.picture_at(index)
        if picture is None:
            self.card.hide()
            return
        cell = self.answers.cell(index)
        cell.moveTopLeft(self.answers.mapTo(self, cell.topLeft()))
        words = "mean of many answers" if index == 0 else f"answer {index}"
        self.card.show_step(picture, words, cell)

    # -- intents -------------------------------------------------------------------------------

    def take(self, data: QMimeData) -> None:
        """What was dropped or pasted."""
        endpoint_mime.take(data, self.sources, self._choose, self._tell)

    def ask_file(self) -> None:
        """A picture file; what is wrong with it is told."""
        kinds = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        chosen, _ = QFileDialog.getOpenFileName(self, "Choose a picture", "", f"Pictures ({kinds})")
        if chosen:
            self.sources.read_file(Path(chosen), self._choose, self._tell)

    def _choose(self, reference: str) -> None:
        as_one_step(self._lab.session, lambda: self.presenter.choose(reference))

    def _tell(self, problem: str) -> None:
        self._lab.message.emit(problem, "error")

    def _paste(self) -> None:
        if self.presenter.is_able:
            self.take(QGuiApplication.clipboard().mimeData())

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.style != old.style and self.isVisible():
            self._show()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName("Completion")
        self.setAcceptDrops(True)
        self.count.setRange(1, 32)
        self.count.setAccessibleName("Answers")
        self.count.setToolTip("How many ways to complete it, 1 to 32")
        self.again.setToolTip("Other answers to the same (R)")
        self.automatic.setToolTip(
            "The model is given the quadrants on which something is drawn; where all have ink, the "
            "left half. A click on a quadrant chooses by hand."
        )
        given = QLabel("the model sees")
        set_look(given, "title")
        self._hint = QLabel(f"click a quadrant: 1 to {quadrants.COUNT - 1} are given")
        set_look(self._hint, "small")
        self._hint.setWordWrap(True)
        chooser = QVBoxLayout()
        for part in (given, self.picker, self._hint, self.automatic):
            chooser.addWidget(part)
        chooser.addStretch(1)
        self._given = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._given.addWidget(self.pad)
        self._given.addLayout(chooser)
        self._given.addStretch(1)
        set_look(self.note, "small")
        controls = Flow(self)
        label = QLabel("answers")
        set_look(label, "dim")
        for part in (label, self.count, self.again):
            controls.add(part)
        controls.add(self.note, greedy=True)
        right = QVBoxLayout()
        right.addWidget(controls)
        right.addWidget(self.answers, 1)
        page = QWidget()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.addLayout(self._given)
        self._sides.addLayout(right, 1)
        self.stack.addWidget(page)
        self.stack.addWidget(self.unserved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.setFocusProxy(self.pad)

    def _connect(self) -> None:
        session, presenter = self._lab.session, self.presenter
        self.pad.drawn.connect(presenter.draw)
        self.pad.image_wanted.connect(lambda: as_one_step(session, presenter.choose_by_chance))
        self.pad.file_wanted.connect(self.ask_file)
        self.picker.toggled.connect(
            lambda quadrant: as_one_step(session, lambda: presenter.toggle(quadrant))
        )
        self.automatic.toggled.connect(
            lambda on: as_one_step(session, lambda: presenter.follow_ink(on))
        )
        self.count.valueChanged.connect(lambda count: session.set_style(answers=count))
        self.again.clicked.connect(lambda: as_one_step(session, presenter.again))
        self.answers.hovered.connect(self._on_hovered)
        self.answers.outlet = outlet_of_shown(self._lab, lambda: presenter.name, self.answers)
        self.unserved.model_chosen.connect(self._lab.choose_model)
        self.room.changed.connect(self._restyle)
        presenter.changed.connect(self._show)
        session.changed.connect(self._on_session_changed)
        for keys, act in (("R", self.again.click), (QKeySequence.StandardKey.Paste, self._paste)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _restyle(self) -> None:
        px, ways = theme().px, QBoxLayout.Direction
        stacked = self.room.is_narrow
        self._sides.setDirection(ways.TopToBottom if stacked else ways.LeftToRight)
        beside = stacked or self.room.is_low
        self.pad.set_small(beside)
        self._hint.setHidden(beside)
        self._given.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        self._given.setSpacing(px(12))
        self._sides.setSpacing(px(16))
