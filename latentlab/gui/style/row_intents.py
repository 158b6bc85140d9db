"""What is done with rows of a style sheet, as intents of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from latentlab.core.errors import LatentlabError
from latentlab.gui.gestures import as_one_step
from latentlab.gui.style.add_menu import AddSlot, build
from latentlab.gui.widgets import endpoint_mime

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtCore import QMimeData, QPoint
    from PySide6.QtWidgets import QMenu

    from latentlab.app.lab import Lab
    from latentlab.app.state import Style
    from latentlab.gui.style.transfer_page import TransferPage


class RowIntents(QObject):
    """Listens to the heads of the rows, the panel of the chosen one, and drops on the page."""

    def __init__(self, lab: Lab, page: TransferPage, rng: np.random.Generator) -> None:
        super().__init__(page)
        self._lab, self._page, self._rng = lab, page, rng
        self.add_slot = AddSlot(page.sources, page)
        self._connect()

    @property
    def _document(self) -> Style:
        return self._lab.session.state.style

    def step(self, change: Callable[[], object]) -> None:
        """One step of undo; what the session refuses is told."""
        try:
            as_one_step(self._lab.session, change)
        except LatentlabError as error:
            self._lab.message.emit(str(error), "error")

    def _connect(self) -> None:
        session, page, rows = self._lab.session, self._page, self._page.pane.rows
        panel = page.panel
        rows.chosen.connect(self.choose)
        rows.menu_wanted.connect(self._open_menu)
        rows.source_wanted.connect(self._pick)
        rows.clear_wanted.connect(lambda row: self.step(lambda: session.remove_source(row)))
        rows.dropped.connect(self._drop)
        page.dropped.connect(lambda data: self._drop(len(self._document.sources), data))
        panel.slot.reference_chosen.connect(
            lambda text: self.step(lambda: session.set_source(self._document.row, text))
        )
        for signal in (panel.slot.cleared, panel.remove_wanted):
            signal.connect(lambda: self.step(lambda: session.remove_source(self._document.row)))
        panel.label_chosen.connect(
            lambda label: self.step(lambda: session.tell_source(self._document.row, label))
        )
        panel.z_edited.connect(self._nudge)
        panel.reset_wanted.connect(
            lambda: self.step(lambda: session.nudge_source(self._document.row, ()))
        )
        self.add_slot.reference_chosen.connect(lambda text: self._add((text,)))
        self.add_slot.problem_told.connect(lambda text: self._lab.message.emit(text, "error"))

    def choose(self, row: int) -> None:
        """The row that the sliders move; looking at another is no step of undo."""
        if row != self._document.row:
            self._lab.session.set_style(record=False, row=row)

    def _open_menu(self, row: int, place: QPoint) -> None:
        if row < len(self._document.sources):
            self.choose(row)
            self._page.panel.slot.open_menu(place)
        else:
            self.add_menu().popup(place)

    def add_menu(self) -> QMenu:
        """Where more rows may come from."""
        session = self._lab.session
        return build(
            self._lab, self.add_slot, self._rng, self._add,
            lambda: self.step(lambda: session.set_sources(())),
        )  # fmt: skip

    def _pick(self, row: int, what: str) -> None:
        if row < len(self._document.sources):
            self.choose(row)
            self._page.panel.slot.pick(what)
        else:
            self.add_slot.pick(what)

    def _drop(self, row: int, data: QMimeData) -> None:
        endpoint_mime.take(
            data,
            self._page.sources,
            lambda text: self.step(lambda: self._lab.session.set_source(row, text)),
            lambda problem: self._lab.message.emit(problem, "error"),
        )

    def _add(self, texts: tuple[str, ...]) -> None:
        found = tuple(filter(None, texts))
        if found:
            self.step(lambda: self._lab.session.set_sources(found, add=True))

    def _nudge(self, z: NDArray[np.float64]) -> None:
        """What was added to z as it was read, strength included."""
        row = self._document.row
        source = self._lab.styles.sources[row].source
        if source is not None:
            read = self._document.strength * source.endpoint.z.astype(float)
            added = np.where(np.abs(z - read) < 1e-6, 0.0, z - read)
            self._lab.session.nudge_source(row, added.round(6).tolist())
