"""Style: the style of one picture under every label; a manifold per label; completion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

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
from latentlab.gui.style.complete_page import CompletePage
from latentlab.gui.style.manifold_page import ManifoldPage
from latentlab.gui.style.transfer_page import TransferPage
from latentlab.gui.stylesheet import set_look
from latentlab.gui.tab_host import Unserved
from latentlab.gui.tabs import TabSpec
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
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


# by `State.style.page`: title, what it is for, how it is built
PAGES: dict[str, tuple[str, str, Callable[[Lab], QWidget]]] = {
    "transfer": ("Transfer", "The style of each picture under every label", TransferPage),
    "manifold": ("Manifold", "What z means under a label, and what is left in it", ManifoldPage),
    "complete": ("Complete", "What the rest of a half-drawn picture may be", CompletePage),
}

_TRANSFERS = "label"  # the other pages say themselves what they need
_NO_TRANSFER = "Style transfer is for models that obey a label, and {} is told none. These are:"


class StyleTab(QWidget):
    """A switch, and the pages, each built when it is first seen."""

    settled = Signal()  # everything of this view is drawn

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.pages: dict[str, QWidget] = {}
        self.switch, self.stack = QTabBar(), QStackedWidget()
        self.export, self.unserved = QPushButton("Export…"), Unserved()
        self._later = QTimer(self)  # a progress of now may be followed by the next at once
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._tell_settled)
        self._build()
        self.switch.currentChanged.connect(self._on_page_chosen)
        self.export.clicked.connect(self._propose)
        self.unserved.model_chosen.connect(lab.choose_model)
        self.stack.addWidget(self.unserved)
        lab.session.changed.connect(self._on_session_changed)
        lab.model_changed.connect(self._on_model_changed)
        self._on_model_changed()
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def page(self) -> QWidget:
        """What is seen."""
        return self.pages[self._name] if self._is_served(self._name) else self.unserved

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        return self._served is None or self._served.is_settled()

    @property
    def _name(self) -> str:
        """The page of the document, the first one where that is missing."""
        name = self._lab.session.state.style.page
        return name if name in PAGES else next(iter(PAGES))

    def _build(self) -> None:
        self.setAccessibleName("Style")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, "panel")
        self.switch.setObjectName("segments")
        self.switch.setDrawBase(False)
        self.switch.setExpanding(False)
        self.switch.setUsesScrollButtons(False)
        self.switch.setAccessibleName("What to show")
        for number, (title, tip, _) in enumerate(PAGES.values()):
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
        if new.style.page != old.style.page:
            self._show_page(self._name)

    def _on_page_chosen(self, number: int) -> None:
        session, name = self._lab.session, list(PAGES)[number]
        as_one_step(session, lambda: session.set_style(page=name))

    def _show_page(self, name: str) -> None:
        with QSignalBlocker(self.switch):
            self.switch.setCurrentIndex(list(PAGES).index(name))
        if not self._is_served(name):
            self._show_reason()
            return
        if name not in self.pages:
            page = self.pages[name] = PAGES[name][2](self._lab)
            page.drawn.connect(self._later.start)  # type: ignore[attr-defined]
            self.stack.addWidget(page)
        for each, widget in self.pages.items():  # what is not seen asks for no room
            policy = QSizePolicy.Policy.Expanding if each == name else QSizePolicy.Policy.Ignored
            widget.setSizePolicy(policy, policy)
        self.stack.setCurrentWidget(self.pages[name])
        self.setFocusProxy(self.pages[name])
        self._later.start()

    @property
    def _served(self) -> Page | None:
        """The page that is seen; None where the model lacks what it needs."""
        page = self.page
        return None if page is self.unserved else page  # type: ignore[return-value]

    def _is_served(self, name: str) -> bool:
        return name != "transfer" or _TRANSFERS in self._abilities()

    def _abilities(self) -> tuple[str, ...]:
        model = self._lab.model
        return model.manifest.capabilities if model is not None and model.manifest else ()

    def _show_reason(self) -> None:
        model, cards = self._lab.model, self._lab.registry.cards()
        able = [card.id for card in cards if card.manifest and card.manifest.told_names]
        self.unserved.show_reason(_NO_TRANSFER.format(model.id if model else "no model"), able)
        self.stack.setCurrentWidget(self.unserved)
        self._later.start()

    def _on_model_changed(self) -> None:
        """A model that completes pictures opens on the page that it is for."""
        if not self._is_served(self._name) and "complete" in self._abilities():
            self._lab.session.set_style(record=False, page="complete")
        self._show_page(self._name)

    def _propose(self) -> None:
        proposal = None if self._served is None else self._served.proposal()
        if proposal is None:
            self._lab.message.emit("There is nothing to export yet.", "info")
        else:
            self._lab.exports.propose(proposal)

    def _tell_settled(self) -> None:
        if self.is_settled():
            self.settled.emit()

    def _restyle(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(10), px(8), px(10), px(8))
        self._column.setSpacing(px(6))


TAB = TabSpec(
    name="style",
    title="Style",
    icon="mdi6.brush-variant",
    order=40,
    needs=frozenset({"label"}),
    build=StyleTab,
    or_needs=frozenset({"complete"}),
)
