"""Numbers as sliders with exact values to type: z, or coordinates along directions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSlider, QVBoxLayout, QWidget

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray
    from PySide6.QtGui import QKeyEvent

STEPS = 1000
LARGEST = 1e4  # a typed value beyond this is a slip of the finger, and floats lose their digits
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscript(name: str, index: int) -> str:
    """An indexed name for people, counted from one: z₁."""
    return f"{name}{index + 1}".translate(_SUBSCRIPTS)


def parse_number(text: str) -> float | None:
    """What was typed as a finite number, comma or point; None for anything else."""
    try:
        value = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= LARGEST else None


class ValueEdit(QLineEdit):
    """A typed value: Enter takes it, Escape gives the old one back."""

    cancelled = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape cancels."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)


class LatentSliders(QWidget):
    """One row per coordinate: name, slider, value. Emits intents, obeys `show_values`."""

    values_edited = Signal(object)  # float64 (n,), while a slider moves and after typing
    complained = Signal(str)  # the sentence under the rows; empty: all is well again

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low = np.zeros(0)
        self._high = np.zeros(0)
        self._values = np.zeros(0)
        self._sliders: list[QSlider] = []
        self._edits: list[ValueEdit] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self._complaint = QLabel()
        self._complaint.setProperty("look", "error")
        self._complaint.setWordWrap(True)
        self._complaint.hide()
        column.addWidget(self._complaint)
        theme().changed.connect(self._restyle)

    @property
    def values(self) -> NDArray[np.float64]:
        """What is shown, (n,)."""
        return self._values.copy()

    @property
    def complaint(self) -> str:
        """The sentence under the rows, empty when all is well."""
        return self._complaint.text()

    def set_axes(self, names: Sequence[str], low: ArrayLike, high: ArrayLike) -> None:
        """New rows; `low` and `high` (n,) are the ends of the sliders, typing may go beyond."""
        self._low = np.asarray(low, float)
        self._high = np.maximum(np.asarray(high, float), self._low + 1e-6)
        if [label.text() for label in self._labels()] != list(names):
            self._rebuild(names)
        self.show_values((self._low + self._high) / 2)

    def show_values(self, values: ArrayLike) -> None:
        """Moves everything without emitting."""
        self._values = np.asarray(values, float).copy()
        self._complain("")
        for row in range(len(self._sliders)):
            self._show_row(row)

    def _rebuild(self, names: Sequence[str]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            item.widget().deleteLater()
        self._sliders, self._edits = [], []
        for row, name in enumerate(names):
            self._add_row(row, name)
        self._restyle()

    def _add_row(self, row: int, name: str) -> None:
        label = QLabel(name)
        label.setProperty("look", "dim")
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, STEPS)
        slider.setPageStep(STEPS // 20)
        slider.setAccessibleName(f"{name} slider")
        slider.setToolTip(f"{name}: arrows move, Page Up and Down jump")
        slider.valueChanged.connect(lambda position: self._on_moved(row, position))
        edit = ValueEdit()
        edit.setProperty("look", "flat")
        edit.setAccessibleName(f"{name} value")
        edit.setToolTip(f"{name}: type a number, Enter takes it, Esc gives the old one back")
        edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        edit.editingFinished.connect(lambda: self._on_typed(row))
        edit.cancelled.connect(lambda: self._on_cancelled(row))
        for column, widget in enumerate((label, slider, edit)):
            self._grid.addWidget(widget, row, column)
        self._sliders.append(slider)
        self._edits.append(edit)

    def _labels(self) -> list[QLabel]:
        items = (self._grid.itemAtPosition(row, 0) for row in range(len(self._sliders)))
        return [item.widget() for item in items if item is not None]

    def _show_row(self, row: int) -> None:
        slider, edit = self._sliders[row], self._edits[row]
        share = (self._values[row] - self._low[row]) / (self._high[row] - self._low[row])
        with QSignalBlocker(slider):
            slider.setValue(round(float(np.clip(share, 0, 1)) * STEPS))
        edit.setText(_written(self._values[row]))
        edit.setModified(False)
        _mark(edit, invalid=False)

    def _on_moved(self, row: int, position: int) -> None:
        self._values[row] = self._low[row] + position / STEPS * (self._high[row] - self._low[row])
        self._complain("")
        self._edits[row].setText(_written(self._values[row]))
        self.values_edited.emit(self.values)

    def _on_typed(self, row: int) -> None:
        edit = self._edits[row]
        if not edit.isModified():
            return
        value = parse_number(edit.text())
        _mark(edit, invalid=value is None)
        if value is None:
            name = self._labels()[row].text()
            self._complain(
                f"“{edit.text()}” is no number; {name} stays {_written(self._values[row])}."
            )
            return
        self._values[row] = value
        self._complain("")
        self._show_row(row)
        self.values_edited.emit(self.values)

    def _on_cancelled(self, row: int) -> None:
        self._show_row(row)
        self._complain("")

    def _complain(self, sentence: str) -> None:
        if sentence != self._complaint.text():
            self._complaint.setText(sentence)
            self._complaint.setVisible(bool(sentence))
            self.complained.emit(sentence)

    def _restyle(self) -> None:
        for edit in self._edits:
            edit.setFixedWidth(theme().px(58))


def _written(value: float) -> str:
    text = f"{value:+.2f}" if abs(value) < 1000 else f"{value:+.0f}"
    return text.replace("-", "−")


def _mark(edit: QLineEdit, *, invalid: bool) -> None:
    if bool(edit.property("invalid")) != invalid:
        edit.setProperty("invalid", invalid)
        edit.style().unpolish(edit)
        edit.style().polish(edit)
