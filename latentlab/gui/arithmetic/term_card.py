"""One term of a sheet: its sign and weight, the basket that it is the mean of, and that mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.letters import letters
from latentlab.gui.arithmetic.amount import Amount
from latentlab.gui.arithmetic.named import NamedImage
from latentlab.gui.arithmetic.query_field import QueryField
from latentlab.gui.arithmetic.reference_sheet import ReferenceSheet
from latentlab.gui.arithmetic.sizes import whole
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets import endpoint_mime
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.picture_menu import far_enough

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import (
        QContextMenuEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDropEvent,
        QKeyEvent,
        QMouseEvent,
    )

TERM_MIME = "application/x-latentlab-term"
EMPTY = "Drop or click samples, or type a query"
_USUAL, _LARGE = (84, 32, 114, 84), (112, 44, 150, 160)  # mean, thumbnail, card, basket: at 100 %
_LARGEST = 10.0


@dataclass(frozen=True, eq=False)
class TermView:
    """What a card shows."""

    weight: float = 1.0
    name: str = ""
    query: str = ""
    references: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()  # of the samples
    pictures: NDArray[np.uint8] | None = None  # of the basket, (n, C, H, W)
    mean: NDArray[np.uint8] | None = None  # what the mean decodes to, (C, H, W)
    problem: str = ""
    gathered: float | None = None  # 0 to 1 of a search for samples that is under way
    is_chosen: bool = False  # gifts go here
    words: str = ""  # what the mean is said to be


class SignButton(QToolButton):
    """Plus or minus, before the card; a click turns it."""

    def __init__(self, letter: str) -> None:
        super().__init__()
        set_look(self, "quiet")
        self.setAccessibleName(f"Sign of term {letter}")
        self.setToolTip("Added or taken away: a click turns it")

    def show_sign(self, weight: float, *, is_first: bool) -> None:
        """The first term shows its sign only where it is a minus."""
        self.setText("−" if weight < 0 else "+")
        self.setVisible(weight < 0 or not is_first)


class TermCard(QFrame):
    """Emits intents, obeys `show_term`."""

    turned = Signal()  # the other sign
    weight_moved = Signal(float)  # without its sign; typed with a minus: turned as well
    weight_released = Signal()
    renamed = Signal(str)
    query_taken = Signal(str)
    cancel_wanted = Signal()  # of the search for samples
    chosen = Signal()
    dropped = Signal(object)  # QMimeData
    term_dropped = Signal(int)  # another card, by its place
    menu_wanted = Signal(QPoint)
    moved = Signal(int)  # to the left (-1) or to the right (1)
    remove_wanted = Signal()

    def __init__(self, place: int) -> None:
        """`place`: which term it is, from zero."""
        super().__init__()
        self.place, letter = place, letters(place)
        self.sign, self.more = SignButton(letter), QToolButton()
        self.title, self.name = QLabel(letter), QLineEdit()
        self.query = QueryField(f"Query of term {letter}")
        self.basket = ReferenceSheet(f"basket of term {letter}", columns=3, cell=_USUAL[1])
        self.hint = QLabel(EMPTY)
        self.mean = NamedImage(name=f"mean of term {letter}", pinnable=True)
        self.weight = Amount(
            f"Weight of term {letter}", (0, 2), typed=(-_LARGEST, _LARGEST), wide=24,
            tip="How often it counts: slide, or type any number",
        )  # fmt: skip
        self.progress, self.cancel = QProgressBar(), QToolButton()
        self.words = ElidedLabel()
        self._view = TermView()
        self._pressed: QPoint | None = None
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()

    # -- facts ---------------------------------------------------------------------------------

    @property
    def view(self) -> TermView:
        """What is shown."""
        return self._view

    def show_term(self, view: TermView, *, is_first: bool) -> None:
        """Another term, or the same with news."""
        self._view = view
        self.sign.show_sign(view.weight, is_first=is_first)
        self.weight.show_value(abs(view.weight))
        with QSignalBlocker(self.name):
            if not self.name.hasFocus() or not self.name.isModified():
                self.name.setText(view.name)
        self.query.show_query(view.query)
        self.basket.show_samples(view.pictures, view.references, view.tips)
        self._pages.setCurrentIndex(1 if view.references else 0)
        self.mean.set_hint("" if view.problem else "mean")
        self.mean.show_picture(view.mean)
        self._say(view)
        self._show_progress(view.gathered)
        self._show_chosen(is_chosen=view.is_chosen)

    def show_names(self, names: tuple[str, ...], hint: str = "") -> None:
        """What its query may ask for, and an example."""
        self.query.show_names(names, hint)

    def show_pixels(self, pixels: int) -> None:
        """The side of the model's pictures, in their own pixels."""
        self._pixels = pixels
        self._restyle()

    def show_large(self, *, large: bool) -> None:
        """Larger pictures, where there is room for them."""
        self._sizes = _LARGE if large else _USUAL
        self._restyle()

    # -- Qt ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chosen; the start of a drag to another place."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.chosen.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragged to another place of the sheet."""
        if far_enough(self._pressed, event):
            self._pressed = None
            drag, data = QDrag(self), QMimeData()
            data.setData(TERM_MIME, QByteArray(str(self.place).encode()))
            drag.setMimeData(data)
            drag.setPixmap(self.grab().scaledToWidth(theme().px(64)))
            drag.exec(Qt.DropAction.MoveAction)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """All that can be done with it."""
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Left and Ctrl+Right move it, Enter chooses it, Delete takes it out, − turns it."""
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if held and event.key() in ways:
            self.moved.emit(ways[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        elif event.text() in ("-", "−", "+"):
            self.turned.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pins, samples, pictures, files; another card."""
        if _is_welcome(event.mimeData()):
            event.setDropAction(_action(event.mimeData()))
            event.accept()
            self._show_chosen(is_chosen=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        super().dragLeaveEvent(event)
        self._show_chosen(is_chosen=self._view.is_chosen)

    def dropEvent(self, event: QDropEvent) -> None:
        """Samples are copied into the basket; another card comes here."""
        self._show_chosen(is_chosen=self._view.is_chosen)
        event.setDropAction(_action(event.mimeData()))
        event.accept()
        if event.mimeData().hasFormat(TERM_MIME):
            self.term_dropped.emit(int(bytes(event.mimeData().data(TERM_MIME).data()).decode()))
        else:
            self.dropped.emit(event.mimeData())

    # -- inside --------------------------------------------------------------------------------

    def _show_chosen(self, *, is_chosen: bool) -> None:
        if bool(self.property("chosen")) != is_chosen:
            self.setProperty("chosen", is_chosen)
            set_look(self, "chosen" if is_chosen else "card")
            set_look(self.title, "accent" if is_chosen else "dim")

    def _say(self, view: TermView) -> None:
        count = len(view.references)
        words = view.problem or view.words or (f"mean of {count}" if count else "")
        set_look(self.words, "error" if view.problem else "small")
        self.words.set_full_text(words)
        self.words.setVisible(bool(words))

    def _show_progress(self, share: float | None) -> None:
        is_busy = share is not None
        self.progress.setVisible(is_busy)
        self.cancel.setVisible(is_busy)
        self.query.setVisible(not is_busy)
        if share is not None:
            self.progress.setValue(round(100 * share))

    def _build(self) -> None:
        self._pixels, self._sizes = 28, _USUAL
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Term {self.title.text()}")
        self.setToolTip("Click: samples that are clicked go here. Drag: another place of the sheet")
        set_look(self, "card")
        set_look(self.title, "dim")
        set_look(self.more, "quiet")
        set_look(self.name, "flat")
        set_look(self.cancel, "quiet")
        self.name.setPlaceholderText("name")
        self.name.setAccessibleName(f"Name of term {self.title.text()}")
        self.name.setToolTip("What this term is called; Enter takes it")
        self.more.setAccessibleName(f"More of term {self.title.text()}")
        self.more.setToolTip("Fill the basket, move, copy or remove this term")
        self.cancel.setAccessibleName("Cancel the search")
        self.cancel.setToolTip("Look for no more samples; those found stay")
        self.progress.setFormat("%p %")
        self.progress.setAccessibleName(f"Search for samples of term {self.title.text()}")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_look(self.hint, "small")
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()
        self._show_progress(None)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.title)
        head.addWidget(self.name, 1)
        head.addWidget(self.more)
        self.scroll = QScrollArea()
        set_look(self.basket, "bare")
        self.scroll.setWidget(self.basket)
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._place = QWidget()
        self._pages = QStackedLayout(self._place)
        self._pages.addWidget(self.hint)
        self._pages.addWidget(self.scroll)
        search = QHBoxLayout()
        search.addWidget(self.progress, 1)
        search.addWidget(self.cancel)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self.query)
        self._column.addLayout(search)
        self._column.addWidget(self._place)
        self._column.addWidget(self.mean, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self.words)
        self._column.addStretch(1)
        self._column.addWidget(self.weight)

    def _connect(self) -> None:
        self.sign.clicked.connect(self.turned)
        self.weight.moved.connect(self.weight_moved)
        self.weight.released.connect(self.weight_released)
        self.name.editingFinished.connect(self._tell_name)
        self.query.taken.connect(self.query_taken)
        self.query.complained.connect(self._fit_basket)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.basket.clicked.connect(lambda _: self.chosen.emit())
        self.mean.clicked.connect(self.chosen)
        self.more.clicked.connect(
            lambda: self.menu_wanted.emit(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        )

    def _fit_basket(self) -> None:
        """A sentence under the query takes its room from the basket: the card stays as high."""
        px, (_, thumb, wide, basket) = theme().px, self._sizes
        words = self.query.words
        taken = words.heightForWidth(px(wide - 12)) if self.query.problem else 0
        self._place.setFixedHeight(max(px(thumb), px(basket) - taken))

    def _tell_name(self) -> None:
        if self.name.isModified() and self.name.text().strip() != self._view.name:
            self.name.setModified(False)
            self.renamed.emit(self.name.text().strip())

    def _restyle(self) -> None:
        px, ratio = theme().px, self.devicePixelRatioF()
        self._column.setContentsMargins(px(6), px(4), px(6), px(6))
        self._column.setSpacing(px(4))
        mean, thumb, wide, _ = self._sizes
        self.setFixedWidth(px(wide))
        side = round(min(whole(self._pixels, mean, ratio), px(wide - 12)))
        self.mean.setFixedSize(side, side)
        self.basket.set_cell(thumb)
        self._fit_basket()
        self.sign.setFixedSize(px(20), px(30))
        font = theme().font("title", bold=True)
        font.setPixelSize(px(20))
        self.sign.setFont(font)
        for button, icon in ((self.more, "mdi6.chevron-down"), (self.cancel, "mdi6.close")):
            button.setIcon(theme().icon(icon, "dim"))
            button.setIconSize(QSize(px(12), px(12)))
            button.setFixedSize(px(22), px(22))


def _is_welcome(data: QMimeData) -> bool:
    return data.hasFormat(TERM_MIME) or endpoint_mime.is_welcome(data)


def _action(data: QMimeData) -> Qt.DropAction:
    """A card is moved; samples are copied, the Tray keeps its pin."""
    is_term = data.hasFormat(TERM_MIME)
    return Qt.DropAction.MoveAction if is_term else Qt.DropAction.CopyAction
