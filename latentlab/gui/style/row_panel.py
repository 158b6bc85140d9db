"""The chosen row of a style sheet: its source, the label it is read with, and z under sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.combo_box import ComboBox
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.endpoint_slot import EndpointSlot
from latentlab.gui.widgets.latent_sliders import LatentSliders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from latentlab.app.sources import Sources
    from latentlab.gui.latent_axes import LatentAxes

WIDTH = 214  # pixels at 100 %
_AS_FOUND = "as it is"


class RowPanel(QWidget):
    """Emits intents; obeys `show_*`."""

    z_edited = Signal(object)  # (latent,)
    reset_wanted = Signal()
    remove_wanted = Signal()
    label_chosen = Signal(object)  # a class, or None: its own, else a guess

    def __init__(self, sources: Sources) -> None:
        super().__init__()
        self.slot = EndpointSlot("row", sources, side=72)
        self.label = ComboBox(name="Label the picture is read with")
        self.sliders, self.words = LatentSliders(), ElidedLabel()  # below: rows may be scrolled
        self.reset, self.remove = QPushButton("Reset z"), QPushButton("Remove")
        self._axes: LatentAxes | None = None
        self._z: NDArray[np.float64] = np.zeros(0)
        self._names: tuple[str, ...] | None = None
        self._build()
        self.sliders.values_edited.connect(self._on_edited)
        self.sliders.complained.connect(self._show_complaint)
        self.reset.clicked.connect(self.reset_wanted)
        self.remove.clicked.connect(self.remove_wanted)
        self.label.activated.connect(lambda at: self.label_chosen.emit(at - 1 if at else None))
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_axes(self, axes: LatentAxes) -> None:
        """Which numbers the sliders stand for."""
        self._axes = axes
        self.sliders.set_axes(axes.names, axes.low, axes.high)

    def show_names(self, names: Sequence[str]) -> None:
        """Labels to choose from; none where the model is told attributes."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        with QSignalBlocker(self.label):
            self.label.clear()
            self.label.addItems([_AS_FOUND, *(f"label {name}" for name in names)])
        self.label.setVisible(bool(names))

    def show_label(self, chosen: object, words: str) -> None:
        """What was chosen, else the words for what was found: "label 7", "seen as 7"."""
        with QSignalBlocker(self.label):
            self.label.setItemText(0, words or _AS_FOUND)
            self.label.setCurrentIndex(chosen + 1 if isinstance(chosen, int) else 0)

    def show_z(self, z: ArrayLike | None, *, moved: bool) -> None:
        """Of the chosen row, (latent,); None: it has none. `moved`: the sliders added to it."""
        self.sliders.setEnabled(z is not None)
        self.reset.setEnabled(moved)
        if z is None or self._axes is None:
            return
        self._z = np.asarray(z, float)
        coordinates = self._axes.coordinates(self._z)
        if not np.allclose(coordinates, self.sliders.values, atol=1e-5):
            self.sliders.show_values(coordinates)

    def _on_edited(self, coordinates: NDArray[np.float64]) -> None:
        if self._axes is not None and len(self._z):
            self.z_edited.emit(self._axes.moved(self._z, coordinates))

    def _show_complaint(self, sentence: str) -> None:
        self.words.set_full_text(sentence)
        self.words.setVisible(bool(sentence))

    def _build(self) -> None:
        self.setAccessibleName("The chosen row")
        self.slot.lock.hide()
        self.label.setToolTip(
            "Which label the picture is read with: its own, what a classifier sees, or yours"
        )
        set_look(self.words, "error")
        self.words.hide()
        self.reset.setToolTip("Back to z as it was read")
        self.remove.setToolTip("Take this row out of the sheet (Del)")
        title = QLabel("read with")
        set_look(title, "dim")
        beside = QVBoxLayout()
        beside.addWidget(title)
        beside.addWidget(self.label)
        beside.addWidget(self.remove)
        beside.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(self.slot, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(beside, 1)
        scroll, inside = QScrollArea(), QWidget()
        set_look(inside, "bare")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.sliders)
        column.addStretch(1)
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(head)
        whole.addWidget(scroll, 1)
        whole.addWidget(self.words)
        whole.addWidget(self.reset)

    def _restyle(self) -> None:
        self.setFixedWidth(theme().px(WIDTH))
