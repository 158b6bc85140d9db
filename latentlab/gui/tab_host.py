"""One place in the tab bar: builds its tab when first shown, or says which models it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QResizeEvent

    from latentlab.app.lab import Lab
    from latentlab.gui.tabs import TabSpec

MOST_OFFERED = 6
_CAN = {
    "encode": "encode pictures",
    "decode": "decode latents",
    "sample": "draw samples",
    "likelihood": "measure a likelihood",
    "label": "obey a label",
    "posterior": "tell a posterior's width",
    "complete": "complete pictures",
}
_LACKS = {
    "encode": "has no encoder, so that pictures have no place in its latent space",
    "decode": "has no decoder, so that it draws nothing",
    "sample": "has no prior to draw samples from",
    "label": "is told no label",
}


class Unserved(QWidget):
    """Says what the tab needs and offers the models that have it."""

    model_chosen = Signal(str)
    tab_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def show_reason(
        self, reason: str, models: list[str], tabs: Sequence[TabSpec] = (), offer: str = ""
    ) -> None:
        """Words, a button per tab that serves the model, other words, a button per model."""
        while (item := self._column.takeAt(0)) is not None:
            item.widget().deleteLater()
        self._add_words(reason)
        for spec in tabs:
            tip = f"Look at this model in the {spec.title} tab"
            self._add_button(f"Open {spec.title}", tip, self.tab_chosen, spec.name)
        if offer:
            self._add_words(offer)
        for model in models[:MOST_OFFERED]:
            self._add_button(model, f"Make {model} the current model", self.model_chosen, model)

    def _add_words(self, text: str) -> None:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setProperty("look", "dim")
        label.setMinimumWidth(theme().px(280))
        self._column.addWidget(label)

    def _add_button(self, text: str, tip: str, chosen: SignalInstance, name: str) -> None:
        button = QPushButton(text)
        button.setAccessibleName(text if text.startswith("Open ") else f"Choose {text}")
        button.setToolTip(tip)
        button.clicked.connect(lambda _=False: chosen.emit(name))
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)


class TabScroll(QScrollArea):
    """A tab that needs more than its place scrolls; the window never outgrows the screen.

    Not by `setWidgetResizable`: of a tab with wrapped words or sheets inside, Qt would show all
    that it wishes for, not what it needs, and scroll where everything has room.
    """

    def __init__(self, tab: QWidget) -> None:
        super().__init__()
        self.setWidget(tab)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The tab fills its place."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The tab needs more or less than before."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        tab = self.widget()
        needed = tab.minimumSizeHint().expandedTo(tab.minimumSize())
        tab.resize(self.viewport().size().expandedTo(needed))

    def sizeHint(self) -> QSize:
        """The tab's."""
        return self.widget().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Small."""
        return QSize(theme().px(240), theme().px(160))


class TabHost(QStackedWidget):
    """The tab, or the reason why there is none for this model."""

    built = Signal()

    def __init__(self, spec: TabSpec, lab: Lab, others: Sequence[TabSpec] = ()) -> None:
        """`others` are offered to a model that this tab cannot serve."""
        super().__init__()
        self.spec = spec
        self._others = [other for other in others if other.needs and other is not spec]
        self.tab: QWidget | None = None
        self._scroll: TabScroll | None = None
        self._lab = lab
        self._unserved = Unserved()
        self._unserved.model_chosen.connect(lab.choose_model)
        self._unserved.tab_chosen.connect(lab.session.choose_tab)
        self._reason_scroll = TabScroll(self._unserved)
        self.addWidget(self._reason_scroll)
        self._nothing = QWidget()
        self.addWidget(self._nothing)
        self.setCurrentWidget(self._nothing)

    def open(self) -> None:
        """Builds the tab if it is to be seen and can be served."""
        if self._is_served() and self.tab is None:
            self.tab = self.spec.build(self._lab)
            self._scroll = TabScroll(self.tab)
            self.addWidget(self._scroll)
            self.setFocusProxy(self.tab)
            self.built.emit()
        self.refresh()

    def refresh(self) -> None:
        """The model changed."""
        if not self._is_served():
            self._show_reason()
            self.setCurrentWidget(self._reason_scroll)
        elif self._scroll is not None:
            self.setCurrentWidget(self._scroll)
        else:
            self.setCurrentWidget(self._nothing)

    def is_settled(self) -> bool:
        """Whether what is to be seen is drawn; tabs may know better."""
        if self.currentWidget() is self._reason_scroll:
            return True
        known = getattr(self.tab, "is_settled", None)
        return self.tab is not None and (known is None or bool(known()))

    def _is_served(self) -> bool:
        return self.spec.serves(self._abilities())

    def _abilities(self) -> frozenset[str]:
        model = self._lab.model
        manifest = model.manifest if model is not None else None
        return frozenset(manifest.capabilities) if manifest is not None else frozenset()

    def _able(self) -> list[str]:
        cards = self._lab.registry.cards()
        return [
            card.id
            for card in cards
            if card.manifest and self.spec.serves(frozenset(card.manifest.capabilities))
        ]

    def _show_reason(self) -> None:
        """Why there is no tab, what works with this model, and which models work here."""
        abilities, able = self._abilities(), self._able()
        open_to_it = [other for other in self._others if other.serves(abilities)]
        sliders = ", and its z sliders are in the Inspector" if "decode" in abilities else ""
        works = f" It works elsewhere{sliders}:" if open_to_it else ""
        offer = "These models can:" if able else "None of your models can yet; train one."
        self._unserved.show_reason(self._reason(abilities) + works, able, open_to_it, offer)

    def _reason(self, abilities: frozenset[str]) -> str:
        needs = _in_words(self.spec.needs)
        if self.spec.or_needs is not None:
            needs += f", or {_in_words(self.spec.or_needs)}"
        who = f"The {self.spec.title} tab is for models that can {needs}."
        if self._lab.model is None:
            return f"{who} There is no model yet."
        lacking = sorted(self.spec.needs - abilities)
        lacks = " and ".join(_LACKS.get(need, "cannot") for need in lacking)
        return f"{who} {self._lab.model.id} {lacks}."


def _in_words(needs: frozenset[str]) -> str:
    return " and ".join(_CAN.get(need, need) for need in sorted(needs))
