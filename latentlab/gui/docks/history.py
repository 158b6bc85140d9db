"""The History dock: every step in words; a click goes back to it, or forward again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.step_words import words_of
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QShowEvent

    from latentlab.app.history import Kind, Trail
    from latentlab.app.lab import Lab
    from latentlab.app.state import State

EMPTY = (
    "Every change is listed here, up to the last hundred. A click goes back to a step, "
    "Ctrl+Z takes back the last one. Nothing is lost when the window closes."
)
START = "the beginning"


class StepList(QListWidget):
    """One row per document: the oldest, and the one after each step."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("History")
        self.setToolTip("A click or Enter goes to a step; what was undone stays dim")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.itemClicked.connect(lambda item: self.chosen.emit(self.row(item)))

    def show_steps(self, steps: Sequence[str], place: int) -> None:
        """Words of all rows, and which one is now; rows after it are dim."""
        while self.count() > len(steps):
            self.takeItem(self.count() - 1)
        while self.count() < len(steps):
            self.addItem(QListWidgetItem())
        for row, words in enumerate(steps):
            self._show_row(self.item(row), words, row - place)
        self.setCurrentRow(place)
        self.scrollToItem(self.item(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the step under the keyboard."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """A narrow column."""
        return QSize(theme().px(220), theme().px(240))

    def _show_row(self, item: QListWidgetItem, words: str, after: int) -> None:
        """`after` is 0 for now, more for what was undone."""
        state = "now" if after == 0 else "undone" if after > 0 else "done"
        item.setText(words)
        item.setToolTip(words)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{words}, {state}")
        font = QFont(theme().font())
        font.setBold(after == 0)
        item.setFont(font)
        token = "text" if after <= 0 else "faint"
        item.setForeground(theme().color(token))
        name = "mdi6.chevron-right" if after == 0 else "mdi6.circle-small"
        item.setIcon(theme().icon(name, "on_accent" if after == 0 else "faint"))


class HistoryPanel(QWidget):
    """The list, or a sentence that says what it is for."""

    appeared = Signal()  # it can be seen again

    def __init__(self) -> None:
        super().__init__()
        self.steps = StepList()
        self._shown: tuple[object, ...] = ()
        self._known: dict[tuple[int, int, Kind], tuple[str, State, State]] = {}
        self.empty = QLabel(EMPTY)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        set_look(self.empty, "dim")
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.steps)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._stack)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_trail(self, trail: Trail[State]) -> None:
        """All steps, the oldest first; draws nothing when they are the same as before."""
        words = (START, *self._words_of(trail))
        shown = (words, trail.place, theme().tokens, theme().scale)
        if shown != self._shown:
            self._shown = shown
            self._stack.setCurrentIndex(1 if len(words) > 1 else 0)
            self.steps.show_steps(words, trail.place)

    def _words_of(self, trail: Trail[State]) -> list[str]:
        """Only what is new is put into words: while the mouse moves, the last step at most."""
        known, self._known = self._known, {}
        told = []
        for before, after, kind in trail.steps():
            key = (id(before), id(after), kind)
            found = known.get(key) or (words_of(before, after, kind), before, after)
            self._known[key] = found  # the documents too, so that their ids stay theirs
            told.append(found[0])
        return told

    def showEvent(self, event: QShowEvent) -> None:
        """Tells that it can be seen."""
        super().showEvent(event)
        self.appeared.emit()

    def _restyle(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(10), px(2), px(10), px(10))


class History(QObject):
    """Keeps the panel true while it can be seen."""

    def __init__(self, lab: Lab, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.panel = HistoryPanel()
        self.panel.appeared.connect(self.refresh)
        self._later = QTimer(self, singleShot=True, interval=0)  # a drag tells many changes at once
        self._later.timeout.connect(self.refresh)
        self.panel.steps.chosen.connect(lab.session.go_to)
        theme().changed.connect(self._refresh_soon)
        lab.session.changed.connect(self._on_session_changed)

    def refresh(self) -> None:
        """Show the steps of now."""
        self.panel.show_trail(self._lab.session.trail())

    def _on_session_changed(self, _new: State, _old: State) -> None:
        self._refresh_soon()

    def _refresh_soon(self) -> None:
        if self.panel.isVisible():
            self._later.start()
