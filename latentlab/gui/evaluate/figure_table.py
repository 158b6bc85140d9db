"""Figures in a table, each beside what real images have; the protocol is in the tooltip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableWidget, QTableWidgetItem

from latentlab.gui.theme import theme
from latentlab.gui.widgets.picture_menu import add_entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QWidget

    from latentlab.app.score_charts import Row

_HEADS = ("Figure", "Value", "Real", "Unit", "n")
_ARROWS = {"lower": " ↓", "higher": " ↑", "neither": ""}
_NUMBERS = (1, 2, 4)


class FigureTable(QTableWidget):
    """Obeys `show_rows`; tells which figure is looked at and what is asked of it."""

    looked_at = Signal(str)  # name of a figure
    command_asked = Signal(str)  # the command line that measures it
    export_asked = Signal()  # all numbers, as a file

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEADS), parent)
        self.rows: list[Row] = []
        self.setHorizontalHeaderLabels(_HEADS)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Figures")
        self.setWordWrap(False)
        self.itemSelectionChanged.connect(self._on_selected)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """All figures anew; the chosen one stays chosen."""
        chosen = self.chosen
        self.rows = list(rows)
        self.blockSignals(True)
        self.clearSelection()
        self.setRowCount(len(self.rows))
        for line, row in enumerate(self.rows):
            for column, words in enumerate(_words(row)):
                self.setItem(line, column, _item(words, column, row))
        names = [row.name for row in self.rows]
        if chosen in names:
            self.selectRow(names.index(chosen))
        else:
            self.setCurrentCell(-1, -1)
        self.blockSignals(False)

    @property
    def chosen(self) -> str:
        """The figure that is looked at; empty: none."""
        line = self.currentRow()
        return self.rows[line].name if 0 <= line < len(self.rows) else ""

    def menu(self) -> QMenu:
        """What can be done with the figures; it deletes itself when closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        verbs = ["data", *(["command"] if self.chosen else [])]
        add_entries(menu, lambda what, *_: self._act(what), verbs)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The numbers, and how to measure one again."""
        self.menu().popup(event.globalPos())

    def _act(self, what: str) -> None:
        if what == "data":
            self.export_asked.emit()
        elif self.chosen:
            self.command_asked.emit(self.rows[self.currentRow()].figure.command)

    def _on_selected(self) -> None:
        if self.chosen:
            self.looked_at.emit(self.chosen)

    def _restyle(self) -> None:
        px, head = theme().px, self.horizontalHeader()
        self.verticalHeader().setDefaultSectionSize(px(24))
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 82), (2, 82), (3, 150), (4, 62)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, px(width))
        self.setMinimumHeight(px(150))


def _words(row: Row) -> tuple[str, ...]:
    figure = row.figure
    real = "" if row.real is None else _number(row.real.value)
    title = f"{figure.title}{_ARROWS[figure.better]}"
    return title, _number(figure.value), real, figure.unit, f"{figure.n:,}"


def _item(words: str, column: int, row: Row) -> QTableWidgetItem:
    item = QTableWidgetItem(words)
    if column in _NUMBERS:
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    parts = [row.figure.protocol, row.figure.command]
    if row.real is not None:
        parts.insert(1, f"Real: {row.real.title}, {row.real.protocol}")
    item.setToolTip("<br><br>".join(f"<span>{part}</span>" for part in parts if part))
    return item


def _number(value: float) -> str:
    digits = 4 if abs(value) >= 0.001 else 2
    return f"{value:.{digits}g}".replace("-", "−")
