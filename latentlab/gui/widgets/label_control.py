"""What a conditional model decodes with: a class to choose, or attributes to set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QSlider, QVBoxLayout, QWidget

from latentlab.core.label import words
from latentlab.gui.widgets.combo_box import ComboBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike
    from PySide6.QtCore import SignalInstance

    from latentlab.core.label import Label

_STEPS = 20  # of an attribute's slider
_TIP = "The label that this conditional model decodes with"


class LabelControl(QWidget):
    """Hidden for models that are told nothing. Emits intents, obeys `show_label`."""

    chosen = Signal(object)  # a class, by click or key: a step of its own
    moved = Signal(object)  # attributes (k,), while a slider moves

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes = ComboBox(name="Label to decode with", tip=_TIP)
        self.classes.setMaxVisibleItems(16)
        self.classes.activated.connect(lambda row: self.chosen.emit(row))
        self.checks: list[QCheckBox] = []
        self.sliders: list[QSlider] = []
        self._names: tuple[str, ...] = ()
        self._by_attributes = False
        self._label: Label = None
        self._low, self._high = np.zeros(0), np.ones(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.classes)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self.hide()

    def show_names(
        self,
        names: Sequence[str],
        *,
        by_attributes: bool = False,
        reach: tuple[ArrayLike, ArrayLike] | None = None,
    ) -> None:
        """What can be told, one name each; none: the model is told nothing.

        `reach`: the ends (n,), (n,) of attributes where they are known, else 0 and 1.
        """
        self.setVisible(bool(names))
        low, high = reach or (np.zeros(len(names)), np.ones(len(names)))
        self._low = np.asarray(low, float)
        self._high = np.maximum(np.asarray(high, float), self._low + 1e-6)
        if (tuple(names), by_attributes) == (self._names, self._by_attributes):
            return
        self._names, self._by_attributes = tuple(names), by_attributes
        self.classes.setVisible(not by_attributes)
        self.classes.clear()
        self.classes.addItems([] if by_attributes else [f"label {name}" for name in names])
        self._rebuild(names if by_attributes else ())

    def show_label(self, label: Label) -> None:
        """Moves everything without emitting."""
        self._label = label
        if self._by_attributes:
            shown = label if isinstance(label, tuple) else ()
            for row, value in enumerate(shown[: len(self.sliders)]):
                self._show_row(row, value)
            return
        row = label if isinstance(label, int) else -1
        with QSignalBlocker(self.classes):
            self.classes.setCurrentIndex(row)
        mixture = f"label {words(label, self._names)}" if isinstance(label, tuple) else ""
        self.classes.setPlaceholderText(mixture)
        self.classes.setToolTip(f"{_TIP}: {mixture}" if mixture else _TIP)

    def _show_row(self, row: int, value: float) -> None:
        check, slider = self.checks[row], self.sliders[row]
        with QSignalBlocker(check), QSignalBlocker(slider):
            share = (value - self._low[row]) / (self._high[row] - self._low[row])
            check.setChecked(bool(share >= 0.5))
            slider.setValue(round(float(share) * _STEPS))
        slider.setToolTip(f"{self._names[row]} {value:.2f}: arrows move, Page Up and Down jump")

    def _rebuild(self, names: Sequence[str]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            item.widget().deleteLater()
        self.checks, self.sliders = [], []
        for row, name in enumerate(names):
            self._add_row(row, name)

    def _add_row(self, row: int, name: str) -> None:
        check, slider = QCheckBox(name), QSlider(Qt.Orientation.Horizontal)
        check.setAccessibleName(f"{name}: yes or no")
        check.setToolTip(f"Decode with {name}, or without")
        check.clicked.connect(lambda on: self._tell(row, float(on), self.chosen))
        slider.setRange(0, _STEPS)
        slider.setPageStep(_STEPS // 4)
        slider.setAccessibleName(f"{name} slider")
        slider.valueChanged.connect(lambda at: self._tell(row, at / _STEPS, self.moved))
        self._grid.addWidget(check, row, 0)
        self._grid.addWidget(slider, row, 1)
        self.checks.append(check)
        self.sliders.append(slider)

    def _tell(self, row: int, share: float, intent: SignalInstance) -> None:
        """All attributes, one of them changed."""
        known = self._label if isinstance(self._label, tuple) else (0.0,) * len(self._names)
        value = float(self._low[row] + share * (self._high[row] - self._low[row]))
        intent.emit((*known[:row], round(value, 6), *known[row + 1 :]))
