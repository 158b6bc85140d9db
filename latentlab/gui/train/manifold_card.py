"""The manifold of one label at this moment of a run, and a slider over the labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from latentlab.gui.homotopy.square_sheet import SquareSheet
from latentlab.gui.theme import theme
from latentlab.gui.widgets.label_slider import LabelSlider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


_SIDE = 144  # pixels of the sheet at 100 %: the curves above need the room


class SmallSheet(SquareSheet):
    """Takes the room there is, and asks for little."""

    def sizeHint(self) -> QSize:
        """As large as the cards beside it."""
        return QSize(theme().px(_SIDE), theme().px(_SIDE))

    def minimumSizeHint(self) -> QSize:
        """Still to be seen."""
        return QSize(theme().px(_SIDE) // 2, theme().px(_SIDE) // 2)


class ManifoldCard(QWidget):
    """Obeys `show_sheets`; the chosen label stays from moment to moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet, self.slider = SmallSheet("manifold"), LabelSlider(mixes=False)
        self.sheet.pinnable = False
        self._sheets: NDArray[np.uint8] | None = None  # (labels, n, n, C, H, W)
        self.slider.moved.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.sheet, 1)
        column.addWidget(self.slider)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def label(self) -> int:
        """Which sheet is shown."""
        return self.slider.track.value()

    def show_sheets(self, sheets: NDArray[np.uint8] | None, names: Sequence[str]) -> None:
        """Sheets (labels, n, n, C, H, W) and the names of their labels; None for nothing."""
        self._sheets = sheets
        count = 0 if sheets is None else len(sheets)
        self.slider.show_names(tuple(names)[:count])
        self.slider.setVisible(count > 1)
        self._show()

    def _show(self, *_: object) -> None:
        if self._sheets is None:
            self.sheet.show_pictures(None)
            return
        chosen = self._sheets[min(self.label, len(self._sheets) - 1)]
        self.sheet.show_side(len(chosen))
        self.sheet.show_pictures(np.ascontiguousarray(chosen.reshape(-1, *chosen.shape[2:])))

    def _restyle(self) -> None:
        self.layout().setSpacing(theme().px(4))
