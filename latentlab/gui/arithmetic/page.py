"""The sheet of terms, what it comes to, its row, what a classifier sees; beside it a shelf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.arithmetic.equation import Equation
from latentlab.gui.arithmetic.query_field import QueryField
from latentlab.gui.arithmetic.readings import Readings
from latentlab.gui.arithmetic.result_card import ResultCard, equals
from latentlab.gui.arithmetic.row_pair import RowPair
from latentlab.gui.arithmetic.sheet_bar import SheetBar
from latentlab.gui.arithmetic.shelf import WIDTH, Shelf
from latentlab.gui.homotopy.step_card import StepCard
from latentlab.gui.room import Room
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets import endpoint_mime
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.page_switch import Page, PageSwitch

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

_NARROW = 620  # pixels at 100 %: in less, one part is seen at a time
_LARGE = (1040, 780)  # in more than that, pictures are larger
WELCOME = (
    "Add and take away what pictures have in common: the mean of a few samples with a property, "
    "minus the mean of some without it, added to others.\n"
    "Each term is a basket of samples. Begin with an example, or with an empty term."
)


EXAMPLE = "mean(smile) - mean(no smile) + mean(seed:1, seed:2)"


class Welcome(QWidget):
    """What an empty sheet says."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel(WELCOME)
        self.example, self.term = QPushButton("Example"), QPushButton("Empty term")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_look(self.words, "dim")
        set_look(self.example, "primary")
        self.example.setToolTip("A sheet to begin with")
        self.term.setToolTip("A term with an empty basket")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.example)
        buttons.addWidget(self.term)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self.words)
        column.addLayout(buttons)
        column.addStretch(2)


class SheetPage(QWidget):
    """Parts and their places; `SheetPresenter` tells them what to show."""

    dropped = Signal(object)  # QMimeData: beside the cards

    def __init__(self) -> None:
        super().__init__()
        self.bar, self.welcome, self.shelf = SheetBar(), Welcome(), Shelf()
        self.equation, self.result = Equation(), ResultCard()
        self.rows, self.readings = RowPair(), Readings()
        self.expression = QueryField("The sheet as a line", hint=EXAMPLE)
        self.note, self.card = ElidedLabel(), StepCard(self)
        self.room = Room(self, narrow=_NARROW)
        self._hall = Room(self, narrow=_LARGE[0], low=_LARGE[1])
        self._wish: bool | None = None  # whether the shelf is to be seen, if somebody said so
        self._build()
        self.pages = PageSwitch(self)
        self._column.insertWidget(1, self.pages)
        self.bar.shelf_toggled.connect(self._on_shelf_toggled)
        self.room.changed.connect(self._arrange)
        self._hall.changed.connect(self._grow)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._arrange()

    def show_empty(self, *, empty: bool) -> None:
        """Words for an empty sheet instead of one."""
        self.stack.setCurrentWidget(self.welcome if empty else self.sheet)

    def show_note(self, words: str, *, is_problem: bool = False) -> None:
        """One sentence above the sheet; empty: nothing."""
        set_look(self.note, "error" if is_problem else "dim")
        self.note.set_full_text(words)
        self.note.setVisible(bool(words))

    def show_pixels(self, pixels: int) -> None:
        """The side of the model's pictures, in their own pixels."""
        for part in (self.equation, self.result, self.shelf.wall):
            part.show_pixels(pixels)

    def put_card_beside(self, cell: QRect) -> None:
        """The enlarged picture right of a cell, so that it hides none that is next."""
        gap, area, card = theme().px(8), self.rect(), self.card
        x = cell.right() + gap
        if x + card.width() > area.right():
            x = cell.left() - gap - card.width()
        y = min(cell.top(), area.bottom() - card.height())
        card.move(max(0, x), max(0, y))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pins, samples, pictures, files: into the chosen basket, or the first one."""
        if endpoint_mime.is_welcome(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Copied, never moved: the Tray keeps its pin."""
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    # -- inside --------------------------------------------------------------------------------

    def _on_shelf_toggled(self, shown: bool) -> None:
        self._wish = shown
        self._arrange()

    def _arrange(self) -> None:
        """All of it, or one part at a time."""
        narrow = self.room.is_narrow
        self.bar.shelf.setVisible(not narrow)
        self._equals.setVisible(not narrow)
        self.bar.arrange()
        self._body.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        self.shelf.setMaximumWidth(16_777_215 if narrow else theme().px(WIDTH))
        self.shelf.setMinimumWidth(0 if narrow else theme().px(WIDTH))
        self.pages.show_pages(self._parts() if narrow else ())
        if not narrow:
            shown = True if self._wish is None else self._wish
            self.shelf.setVisible(shown)
            self.bar.show_shelf(shown)

    def _grow(self) -> None:
        large = not (self._hall.is_narrow or self._hall.is_low)
        for part in (self.equation, self.result, self.rows):
            part.show_large(large=large)

    def _parts(self) -> tuple[Page, ...]:
        result = (self.stack, self.result, self.rows, self.readings)
        return (
            Page(
                "terms", "Terms", "What is added up", (self.stack, self.expression, self.equation)
            ),
            Page("result", "Result", "What it comes to, and its row", result),
            Page("samples", "Samples", "Samples and concepts", (self.shelf,)),
        )

    def _build(self) -> None:
        self.setAccessibleName("Arithmetic")
        self.setAcceptDrops(True)
        self.sheet, self.stack = QWidget(), QStackedWidget()
        top = QHBoxLayout()
        self._equals = equals()
        top.addWidget(self.equation, 100, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._equals)
        top.addWidget(self.result, 0, Qt.AlignmentFlag.AlignTop)
        top.addStretch(1)
        self._main = QVBoxLayout(self.sheet)
        self._main.setContentsMargins(0, 0, 0, 0)
        self._main.addWidget(self.expression)
        self._main.addLayout(top)
        self._main.addWidget(self.rows)
        self._main.addWidget(self.readings)
        self._main.addStretch(1)
        self.stack.addWidget(self.sheet)
        self.stack.addWidget(self.welcome)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.addWidget(self.shelf)
        self._body.addWidget(self.stack, 1)
        self.note.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.note)
        self._column.addLayout(self._body, 1)
        self.setFocusProxy(self.equation)

    def _restyle(self) -> None:
        px = theme().px
        self._column.setSpacing(px(6))
        self._main.setSpacing(px(8))
        self._body.setSpacing(px(8))
        self._arrange()
