"""Where rows of a style sheet may come from: sets of images, samples, the selection, a picture."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from latentlab.app import style_first
from latentlab.gui.theme import theme
from latentlab.gui.widgets import endpoint_menu
from latentlab.gui.widgets.endpoint_slot import EndpointSlot

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from PySide6.QtWidgets import QMenu, QWidget

    from latentlab.app.lab import Lab
    from latentlab.app.sources import Sources

_NO_IMAGES = "No images with labels are encoded yet"
_NO_SELECTION = "Select images on the map first: lasso them in the Explore tab"


class AddSlot(EndpointSlot):
    """Never seen: its menu and its dialogs ask for a row that is not there yet."""

    problem_told = Signal(str)

    def __init__(self, sources: Sources, parent: QWidget) -> None:
        super().__init__("a row", sources, parent)
        self.lock.hide()
        self.hide()

    def show_problem(self, sentence: str) -> None:
        """Told to the user elsewhere."""
        if sentence:
            self.problem_told.emit(sentence)


def build(
    lab: Lab,
    slot: AddSlot,
    rng: np.random.Generator,
    add: Callable[[tuple[str, ...]], object],
    clear: Callable[[], object],
) -> QMenu:
    """A fresh menu; `add` gets references of new rows."""
    sources = slot.sources
    menu = endpoint_menu.build(slot, sources)
    old = menu.actions()
    first = old[0] if old else None
    old[-1].setVisible(False)  # "Clear": there is no row yet
    known = bool(sources is not None and sources.labels)
    every = menu.addAction(theme().icon("mdi6.numeric"), "One random test image per label")
    every.triggered.connect(lambda: add(style_first.one_per_label(lab, rng)))
    of_label = menu.addMenu(theme().icon("mdi6.image-multiple-outline"), "Ten test images of")
    for place, name in enumerate(sources.labels if sources is not None else ()):
        entry = of_label.addAction(name.replace("&", "&&"))
        entry.triggered.connect(partial(_add_label, lab, place, rng, add))
    for entry in (every, of_label.menuAction()):
        _allow(entry, known, _NO_IMAGES)
    samples = menu.addAction(theme().icon("mdi6.dice-multiple-outline"), "Ten samples")
    samples.triggered.connect(lambda: add(_samples(rng)))
    _allow(samples, sources is not None and sources.has("sample"), endpoint_menu.NO_PRIOR)
    count = len(lab.session.state.selection)
    words = (
        f"Average style of the selection ({count:,})" if count else "Average style of a selection"
    )
    mean = menu.addAction(theme().icon("mdi6.sigma"), words)
    mean.triggered.connect(lambda: add((style_first.mean_of_selection(lab),)))
    _allow(mean, bool(count), _NO_SELECTION)
    gap = menu.addSeparator()
    for entry in (every, of_label.menuAction(), samples, mean, gap):
        menu.insertAction(first, entry)
    remove = menu.addAction(theme().icon("mdi6.close"), "Remove all rows")
    remove.triggered.connect(lambda: clear())
    remove.setEnabled(bool(lab.session.state.style.sources))
    return menu


def _add_label(
    lab: Lab,
    label: int,
    rng: np.random.Generator,
    add: Callable[[tuple[str, ...]], object],
    *_: object,
) -> None:
    add(style_first.of_label(lab, label, style_first.COUNT, rng))


def _samples(rng: np.random.Generator) -> tuple[str, ...]:
    """Ten seeds in a row, from a random one on: easy to name again."""
    return style_first.samples(style_first.COUNT, int(rng.integers(1, 100_000)))


def _allow(entry: object, able: bool, why: str) -> None:
    entry.setEnabled(able)  # type: ignore[attr-defined]
    entry.setToolTip("" if able else why)  # type: ignore[attr-defined]
