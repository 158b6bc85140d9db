"""A difference of the sheet gets a name, and becomes a concept."""

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

ABOUT = "It is saved beside this model, and is a slider in the Inspector and in traversals."
NONE = "There is no difference yet: fill two baskets with different samples first."


class NameDialog(QDialog):
    """Tells the name and which difference when they are taken."""

    named = Signal(str, int)  # name, place among the choices

    def __init__(self, choices: Sequence[str], parent: QWidget | None = None) -> None:
        """`choices`: differences in words, as "A - B"."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Name this difference")
        self.which, self.name = QComboBox(), QLineEdit()
        self.keep, self.words = QPushButton("Keep it"), QLabel(ABOUT if choices else NONE)
        self.setMinimumWidth(theme().px(320))
        self.which.addItems(list(choices))
        self._build()
        self.name.textChanged.connect(self._allow)
        self.keep.clicked.connect(self._take)
        self._allow()

    def _build(self) -> None:
        self.which.setAccessibleName("Which difference")
        self.name.setAccessibleName("Name of the concept")
        self.name.setPlaceholderText("as: smile")
        self.name.setMaxLength(LONGEST)
        set_look(self.keep, "primary")
        self.keep.setDefault(True)
        set_look(self.words, "small")
        self.words.setWordWrap(True)
        form = QFormLayout()
        form.addRow("difference", self.which)
        form.addRow("name", self.name)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.words)
        column.addLayout(row)
        self.name.setFocus()

    def _allow(self) -> None:
        self.keep.setEnabled(bool(self.which.count() and self.name.text().strip()))

    def _take(self) -> None:
        self.named.emit(self.name.text().strip(), self.which.currentIndex())
        self.accept()
