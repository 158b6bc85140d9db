"""One end of a homotopy: its picture, where it comes from, and all ways to choose another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.core.errors import LatentlabError
from latentlab.data.pictures import SUFFIXES
from latentlab.gui.picture_files import Outlet
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets import endpoint_menu, endpoint_mime
from latentlab.gui.widgets.draw_pad import DrawDialog
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.endpoint_picture import EndpointPicture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

    from latentlab.app.endpoints import Endpoint
    from latentlab.app.exports import Proposal
    from latentlab.app.sources import Sources

EMPTY = "empty"


class EndpointSlot(QFrame):
    """Emits references, obeys `show_*`. Sources come from `app.sources.Sources(lab)`."""

    reference_chosen = Signal(str)  # a text of core.reference
    lock_toggled = Signal(bool)
    cleared = Signal()

    def __init__(
        self, title: str, sources: Sources | None = None, parent: QWidget | None = None,
        *, side: int = 84,
    ) -> None:  # fmt: skip
        """`side`: of the picture, in pixels at 100 %."""
        super().__init__(parent)
        self.sources, self.side = sources, side
        self.is_locked = False
        self._endpoint: Endpoint | None = None
        self.picture = EndpointPicture(title)
        if sources is not None:
            self.picture.outlet = Outlet(sources.exports, self._propose)
        self.title, self.words = QLabel(title), ElidedLabel(EMPTY)
        self.lock, self.more = QToolButton(), QToolButton()
        self.setAcceptDrops(True)
        self.setFocusProxy(self.picture)
        self._build(title)
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()

    # -- facts ---------------------------------------------------------------------------------

    @property
    def endpoint(self) -> Endpoint | None:
        """What is shown."""
        return self._endpoint

    @property
    def is_empty(self) -> bool:
        """Whether nothing is chosen."""
        return self._endpoint is None and not self.problem

    @property
    def problem(self) -> str:
        """The sentence over the picture, empty when all is well."""
        return self.picture.problem

    def show_endpoint(self, endpoint: Endpoint | None) -> None:
        """Picture and title; None for nothing chosen yet. A problem told before is over."""
        self._endpoint = endpoint
        self.picture.show_endpoint(endpoint)
        self.words.set_full_text(EMPTY if endpoint is None else self._name_of(endpoint))

    def show_search(self, share: float) -> None:
        """How far the search for it is, 0 to 1, where the model has no encoder."""
        if self._endpoint is not None or self.problem:
            self.show_endpoint(None)
        self.picture.set_hint(f"{share:.0%}")
        self.words.set_full_text("searching for its latent …")

    def show_problem(self, sentence: str) -> None:
        """Why there is none, or not the one asked for; empty: all is well."""
        self.picture.show_problem(sentence)
        if self._endpoint is None:
            self.words.set_full_text(sentence or EMPTY)

    def show_locked(self, locked: bool) -> None:
        """Whether Randomise and dropped files leave it alone."""
        self.is_locked = locked
        self._restyle()

    def set_side(self, side: int) -> None:
        """Another size of the picture, in pixels at 100 %."""
        if side != self.side:
            self.side = side
            self._restyle()

    # -- intents -------------------------------------------------------------------------------

    def choose(self, reference: str) -> None:
        """Ask for an endpoint; an empty text asks for nothing."""
        if reference:
            self.reference_chosen.emit(reference)

    def pick(self, what: str) -> None:
        """Take a source by its name in `endpoint_menu.KEYS`, or "paste"."""
        if self.sources is None:
            return
        asks = {"number": self.ask_number, "draw": self.draw, "file": self.ask_file}
        makes = {
            "cursor": self.sources.cursor,
            "sample": self.sources.random_sample,
            "image": self.sources.random_image,
        }
        if what == "lock":
            self.toggle_lock()
        elif what == "paste":
            self.take(QGuiApplication.clipboard().mimeData())
        elif what in asks:
            asks[what]()
        else:
            self.choose(makes[what]())

    def choose_mean(self, label: int) -> None:
        """The mean of a label's encoded images."""
        if self.sources is not None:
            self.choose(self.sources.class_mean(label))

    def choose_random(self, label: int) -> None:
        """A random test image of a label."""
        if self.sources is not None:
            self.choose(self.sources.random_image(label))

    def toggle_lock(self) -> None:
        """Ask for the other state."""
        self.lock_toggled.emit(not self.is_locked)

    def open_menu(self, place: QPoint | None = None) -> None:
        """All sources, at a place of the screen or below the picture."""
        below = self.picture.mapToGlobal(QPoint(0, self.picture.height()))
        endpoint_menu.build(self, self.sources).popup(place or below)

    def ask_number(self) -> None:
        """Which test image; Enter takes it."""
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Test image")
        most = max(0, self.sources.image_count - 1) if self.sources else 0
        dialog.setLabelText(f"Number of the test image, 0 to {most:,}:")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(0, most)
        dialog.intValueSelected.connect(self._choose_number)
        dialog.open()

    def ask_file(self) -> None:
        """A picture file; what is wrong with it is told in the slot."""
        kinds = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        chosen, _ = QFileDialog.getOpenFileName(self, "Choose a picture", "", f"Pictures ({kinds})")
        if chosen and self.sources is not None:
            self.sources.read_file(Path(chosen), self.choose, self.show_problem)

    def draw(self) -> None:
        """The pad, with the picture that was drawn before on it."""
        if self.sources is None:
            return
        shown = self._endpoint
        start = shown.picture if shown and shown.reference.startswith("picture:") else None
        pad = DrawDialog(self.sources.shape, self, start=start)
        pad.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pad.drawn.connect(self._choose_picture)
        pad.open()

    def take(self, data: QMimeData) -> None:
        """What was dropped or pasted."""
        if self.sources is not None:
            endpoint_mime.take(data, self.sources, self.choose, self.show_problem)

    # -- Qt ------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pins, endpoints, pictures, files."""
        if endpoint_mime.is_welcome(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.picture.show_target(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        super().dragLeaveEvent(event)
        self.picture.show_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Copied, never moved: the Tray keeps its pin."""
        self.picture.show_target(False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.take(event.mimeData())

    # -- inside --------------------------------------------------------------------------------

    def _name_of(self, endpoint: Endpoint) -> str:
        known = self.sources.name_of(endpoint.reference) if self.sources is not None else ""
        return known or endpoint.words

    def _propose(self, _: int) -> Proposal | None:
        if self._endpoint is None or self.sources is None:
            return None
        return self.sources.proposal(self._endpoint, self.title.text())

    def _choose_number(self, number: int) -> None:
        try:
            self.choose(self.sources.image(number) if self.sources else "")
        except LatentlabError as error:
            self.show_problem(str(error))

    def _choose_picture(self, picture: NDArray[np.uint8]) -> None:
        if self.sources is not None:
            self.choose(self.sources.picture(picture))

    def _build(self, title: str) -> None:
        set_look(self, "card")
        set_look(self.title, "title")
        set_look(self.words, "small")
        self.setAccessibleName(f"Endpoint {title}")
        for button, name in ((self.lock, f"Lock {title}"), (self.more, f"Choose {title}")):
            set_look(button, "quiet")
            button.setAccessibleName(name)
        self.more.setToolTip(f"Choose {title}: a pin, an image, a sample, a drawing… (Enter)")
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.title, 1)
        head.addWidget(self.lock)
        head.addWidget(self.more)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(2)
        self._column.addLayout(head)
        self._column.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self.words)

    def _connect(self) -> None:
        self.more.clicked.connect(lambda: self.open_menu())
        self.lock.clicked.connect(self.toggle_lock)
        self.picture.menu_wanted.connect(self.open_menu)
        self.picture.clicked.connect(lambda: self.open_menu())
        self.picture.source_wanted.connect(self.pick)
        self.picture.clear_wanted.connect(self.cleared)

    def _restyle(self) -> None:
        px, locked = theme().px, self.is_locked
        self._column.setContentsMargins(px(6), px(4), px(6), px(4))
        self.picture.setFixedSize(px(self.side), px(self.side))
        self.setFixedWidth(px(self.side + 14))
        kind = "lock" if locked else "lock-open-variant-outline"
        self.lock.setIcon(theme().icon(f"mdi6.{kind}", "accent" if locked else "dim"))
        self.more.setIcon(theme().icon("mdi6.chevron-down", "dim"))
        for button in (self.lock, self.more):
            button.setIconSize(QSize(px(12), px(12)))
            button.setFixedSize(px(22), px(22))
        words = "Locked: Randomise and dropped files leave it alone" if locked else "Not locked"
        self.lock.setToolTip(f"{words} (L)")
