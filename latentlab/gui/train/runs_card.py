"""The list of runs with its title, and the way to runs of before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from latentlab.engine import runs
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.run_list import RunList, RunRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.registry import Registry

_EMPTY = "Runs appear here; several wait for each other."


class RunsCard(QFrame):
    """Emits `open_requested` with the folder of a model whose training was recorded."""

    open_requested = Signal(object)

    def __init__(self, registry: Registry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_look(self, "panel")
        self._registry = registry
        self.list = RunList(self)
        self.opener = QToolButton(self)
        self._empty = QLabel(_EMPTY, self)
        self._build()
        self._restyle()
        theme().changed.connect(self._restyle)

    def show_rows(self, rows: Sequence[RunRow], chosen: str) -> None:
        """Replace what the list says."""
        self.list.show_rows(rows, chosen)
        self._empty.setVisible(not rows)
        self.list.setVisible(bool(rows))

    def _fill_menu(self) -> None:
        """Models with events, in the registry's order."""
        menu = self.opener.menu()
        menu.clear()
        for card in self._registry.cards():
            if card.manifest is not None and (card.folder / runs.EVENTS).is_file():
                words = f"{card.id}  ·  {card.manifest.family_title}, {card.manifest.data.title}"
                menu.addAction(words, lambda folder=card.folder: self.open_requested.emit(folder))
        if menu.isEmpty():
            menu.addAction("No training was recorded yet").setEnabled(False)

    def _build(self) -> None:
        title = QLabel("Runs", self)
        set_look(title, "title")
        self.opener.setText("Open…")
        self.opener.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.opener.setAccessibleName("open a run of before")
        self.opener.setToolTip("Curves and pictures of a model that was trained before (Ctrl+O)")
        self.opener.setMenu(QMenu(self))
        self.opener.menu().aboutToShow.connect(self._fill_menu)
        self.opener.setShortcut("Ctrl+O")
        set_look(self.opener, "quiet")
        set_look(self._empty, "small")
        self._empty.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(title)
        row.addStretch(1)
        row.addWidget(self.opener)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self._empty)
        layout.addWidget(self.list)
        layout.addStretch(1)

    def _restyle(self) -> None:
        px = theme().px
        self.layout().setContentsMargins(px(10), px(4), px(8), px(8))
        self.layout().setSpacing(px(4))
