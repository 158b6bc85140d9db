"""What can be done with a term, or with a sample of its basket, as menus."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from latentlab.app import style_first
from latentlab.app.endpoints import reference_of_row
from latentlab.gui.theme import theme
from latentlab.gui.widgets import endpoint_menu
from latentlab.gui.widgets.picture_menu import add_entries, verbs

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from latentlab.app.lab import Lab
    from latentlab.gui.arithmetic.term_card import TermCard
    from latentlab.gui.arithmetic.term_intents import TermIntents

MOST_SELECTED = 500  # images of a selection that a basket takes
_NO_SELECTION = "Select images on the map first: lasso them in the Explore tab"


def build(lab: Lab, intents: TermIntents, place: int) -> QMenu:
    """A fresh menu: where samples come from, and what else a term may be."""
    menu = endpoint_menu.build(intents.slot, intents.sources)
    last = menu.actions()[-1]
    last.setVisible(False)  # "Clear" of the slot: baskets are emptied below
    first = menu.actions()[0]
    count = len(lab.session.state.selection)
    words = f"Add the selection ({count:,})" if count else "Add the selection"
    chosen = QMenuEntry(menu, words, "selection", lambda: intents.add_selection(place))
    chosen.allow(bool(count), _NO_SELECTION)
    samples = QMenuEntry(
        menu, "Ten samples", "dice-multiple-outline", partial(_draw, intents, place)
    )
    samples.allow(intents.sources.has("sample"), endpoint_menu.NO_PRIOR)
    for entry in (chosen.action, samples.action):
        menu.removeAction(entry)
        menu.insertAction(first, entry)
    menu.insertSeparator(first)
    _add_term_entries(menu, intents, place)
    return menu


def of_sample(intents: TermIntents, card: TermCard, at: int) -> QMenu:
    """For one sample of a basket."""
    menu = QMenu(card)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    QMenuEntry(menu, "Take out", "close", lambda: card.basket.removed.emit(at), "Del")
    QMenuEntry(menu, "Show in the Inspector", "magnify", lambda: intents.show_large(card.place, at))
    menu.addSeparator()
    add_entries(menu, card.basket.ask, verbs(pinnable=True, sheet=True))
    return menu


def selected(lab: Lab) -> tuple[str, ...]:
    """References of the images that are selected on the map, as many as a basket takes."""
    rows = lab.session.state.selection
    if len(rows) > MOST_SELECTED:
        every = len(rows) / MOST_SELECTED
        rows = tuple(rows[int(n * every)] for n in range(MOST_SELECTED))
        lab.message.emit(
            f"The basket takes {MOST_SELECTED} of the selected images, evenly.", "info"
        )
    return tuple(str(reference_of_row(lab, row)) for row in rows)


class QMenuEntry:
    """One entry with an icon."""

    def __init__(
        self, menu: QMenu, words: str, icon: str, act: Callable[[], object], keys: str = ""
    ) -> None:
        self.action: QAction = menu.addAction(theme().icon(f"mdi6.{icon}"), words)
        self.action.setShortcut(QKeySequence(keys))
        self.action.triggered.connect(lambda *_: act())

    def allow(self, able: bool, why: str) -> None:
        """Grey with a reason."""
        self.action.setEnabled(able)
        self.action.setToolTip("" if able else why)


def _add_term_entries(menu: QMenu, intents: TermIntents, place: int) -> None:
    count = len(intents.document.terms)
    menu.addSeparator()
    QMenuEntry(menu, "Turn the sign", "plus-minus", lambda: intents.flip(place), "-")
    left = QMenuEntry(
        menu, "Move to the left", "arrow-left", lambda: intents.move(place, place - 1), "Ctrl+Left"
    )
    left.allow(place > 0, "It is the first")
    right = QMenuEntry(
        menu, "Move to the right", "arrow-right", lambda: intents.move(place, place + 1),
        "Ctrl+Right",
    )  # fmt: skip
    right.allow(place < count - 1, "It is the last")
    QMenuEntry(menu, "Copy to the end", "content-duplicate", lambda: intents.copy(place))
    QMenuEntry(menu, "Export the mean…", "export", lambda: intents.export_mean(place))
    empty = QMenuEntry(menu, "Empty the basket", "basket-off-outline", lambda: intents.empty(place))
    empty.allow(bool(intents.document.terms[place].basket), "It is empty")
    QMenuEntry(menu, "Remove this term", "trash-can-outline", lambda: intents.remove(place), "Del")


def _draw(intents: TermIntents, place: int) -> None:
    """Ten seeds in a row, from a random one on: easy to name again."""
    first = int(intents.sources.random_sample().removeprefix("seed:")) % 100_000
    intents.give(style_first.samples(10, first), place)
