"""A tab of several pages with a switch above, of which one is seen: Homotopy and Style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.gestures import as_one_step
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.session import Session
    from latentlab.app.state import State


class Page(Protocol):
    """What a page offers beside being a QWidget."""

    drawn: SignalInstance  # what is shown has changed

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        ...

    def proposal(self) -> Proposal | None:
        """What is shown, ready to be exported; None: nothing yet."""
        ...


@dataclass(frozen=True)
class Pages:
    """The pages of a tab by name: title, what it is for, how it is built."""

    title: str  # of the tab
    builders: Mapping[str, tuple[str, str, Callable[[Lab], QWidget]]]
    shown_by: Callable[[State], str]  # name of the page that a document shows
    choose: Callable[[Session, str], object]  # into the document
    nothing: str  # said when there is nothing to export


class PagedTab(QWidget):
    """A switch, and the pages, each built when it is first seen.

    A tab calls `show_page` when all that its pages need is there.
    """

    settled = Signal()  # everything of this view is drawn
    contents: ClassVar[Pages]

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.pages: dict[str, QWidget] = {}
        self.switch, self.stack = QTabBar(), QStackedWidget()
        self.export = QPushButton("Export…")
        self._later = QTimer(self)  # a progress of now may be followed by the next at once
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._tell_settled)
        self._build()
        self.switch.currentChanged.connect(self._on_page_chosen)
        self.export.clicked.connect(self._propose)
        lab.session.changed.connect(self._on_session_changed)
        theme().changed.connect(self._restyle)
        self._restyle()

    def stand_in(self, name: str) -> QWidget | None:  # noqa: ARG002 - for tabs that need it
        """What is seen instead of a page that cannot serve the model."""
        return None

    def show_page(self) -> None:
        """That of the document; also when another widget is to stand in, or no more."""
        name = self.name
        with QSignalBlocker(self.switch):
            self.switch.setCurrentIndex(list(self.contents.builders).index(name))
        other = self.stand_in(name)
        self.stack.setCurrentWidget(self._built(name) if other is None else other)
        self._later.start()

    # -- facts ---------------------------------------------------------------------------------

    @property
    def page(self) -> QWidget:
        """What is seen."""
        other = self.stand_in(self.name)
        return self.pages[self.name] if other is None else other

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        return self._served is None or self._served.is_settled()

    @property
    def name(self) -> str:
        """The page of the document, the first one where that is missing."""
        name, known = self.contents.shown_by(self._lab.session.state), self.contents.builders
        return name if name in known else next(iter(known))

    @property
    def _served(self) -> Page | None:
        """The page that is seen; None where another widget stands for it."""
        return None if self.stand_in(self.name) else self.pages[self.name]  # type: ignore[return-value]

    # -- inside --------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName(self.contents.title)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, "panel")
        self.switch.setObjectName("segments")
        self.switch.setDrawBase(False)
        self.switch.setExpanding(False)
        self.switch.setUsesScrollButtons(False)
        self.switch.setAccessibleName("What to show")
        for number, (title, tip, _) in enumerate(self.contents.builders.values()):
            self.switch.addTab(title)
            self.switch.setTabToolTip(number, tip)
        self.export.setToolTip("Save what is shown as a picture, a film or numbers")
        head = QHBoxLayout()
        head.addWidget(self.switch)
        head.addStretch(1)
        head.addWidget(self.export)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self.stack, 1)

    def _on_session_changed(self, new: State, old: State) -> None:
        if self.contents.shown_by(new) != self.contents.shown_by(old):
            self.show_page()

    def _on_page_chosen(self, number: int) -> None:
        session, name = self._lab.session, list(self.contents.builders)[number]
        as_one_step(session, lambda: self.contents.choose(session, name))

    def _built(self, name: str) -> QWidget:
        if name not in self.pages:
            page = self.pages[name] = self.contents.builders[name][2](self._lab)
            page.drawn.connect(self._later.start)  # type: ignore[attr-defined]
            self.stack.addWidget(page)
        for each, widget in self.pages.items():  # what is not seen asks for no room
            policy = QSizePolicy.Policy.Expanding if each == name else QSizePolicy.Policy.Ignored
            widget.setSizePolicy(policy, policy)
        self.setFocusProxy(self.pages[name])
        return self.pages[name]

    def _propose(self) -> None:
        proposal = None if self._served is None else self._served.proposal()
        if proposal is None:
            self._lab.message.emit(self.contents.nothing, "info")
        else:
            self._lab.exports.propose(proposal)

    def _tell_settled(self) -> None:
        if self.is_settled():
            self.settled.emit()

    def _restyle(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(10), px(8), px(10), px(8))
        self._column.setSpacing(px(6))
