"""A direction from one pin to another gets a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.directions import LONGEST
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.state import Pin

FEW = (
    "A direction leads from one pin to another. Pin two places of this model first: click on the "
    "map, or press P over a picture."
)


class DirectionDialog(QDialog):
    """Tells the name and both pins when they are taken."""

    named = Signal(str, object, object)  # name, Pin, Pin

    def __init__(self, pins: Sequence[Pin], parent: QWidget | None = None) -> None:
        """`pins`: those of the current model."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("New direction")
        self._pins = list(pins)
        self.start, self.end, self.name = QComboBox(), QComboBox(), QLineEdit()
        self.keep = QPushButton("Keep it")
        self.words = QLabel("" if len(pins) > 1 else FEW)
        self.setMinimumWidth(theme().px(300))
        self._build()
        self._allow()

    def _build(self) -> None:
        form = QFormLayout()
        for title, box, at in (("from pin", self.start, 0), ("to pin", self.end, 1)):
            box.addItems([pin.name for pin in self._pins])
            box.setCurrentIndex(min(at, len(self._pins) - 1))
            box.setAccessibleName(title)
            box.currentIndexChanged.connect(self._allow)
            form.addRow(title, box)
        self.name.setPlaceholderText("as: slant")
        self.name.setMaxLength(LONGEST)
        self.name.setAccessibleName("name of the direction")
        self.name.textChanged.connect(self._allow)
        form.addRow("name", self.name)
        set_look(self.words, "small")
        self.words.setWordWrap(True)
        set_look(self.keep, "primary")
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        self.keep.clicked.connect(self._take)
        self.keep.setDefault(True)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.words)
        column.addLayout(row)

    def _allow(self) -> None:
        differ = self.start.currentIndex() != self.end.currentIndex()
        if len(self._pins) > 1:
            self.words.setText("" if differ else "Choose two different pins.")
        self.words.setVisible(bool(self.words.text()))
        self.keep.setEnabled(differ and bool(self.name.text().strip()))

    def _take(self) -> None:
        start, end = self._pins[self.start.currentIndex()], self._pins[self.end.currentIndex()]
        self.named.emit(self.name.text(), start, end)
        self.accept()
