"""What one does with a whole sheet of terms: example, strength, a name, the shelf beside it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSpinBox, QToolButton, QWidget

from latentlab.gui.arithmetic.amount import Amount
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.flow import Flow


class SheetBar(Flow):
    """Emits intents, obeys `show_*`."""

    example_wanted = Signal()
    strength_moved = Signal(float)
    strength_released = Signal()
    name_wanted = Signal()
    judged_toggled = Signal(bool)
    shelf_toggled = Signal(bool)
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, gap=8, more="More")
        self.example = _button("Example", "mdi6.lightbulb-outline", "A sheet to begin with")
        self.strength = Amount(
            "Strength", (-2, 2), title="strength", typed=(-10, 10), wide=84,
            tip="How far from the first term: 0 is the term itself, 1 the whole sum",
        )  # fmt: skip
        self.name = _button("Name…", "mdi6.tag-plus-outline", "Name this difference and keep it")
        self.samples, self._count = QSpinBox(), QWidget()
        self.judged = QCheckBox("judge")
        self.judged.setToolTip("Let a classifier look at every picture")
        self.shelf = _button("Samples", "mdi6.view-grid-outline", "Samples and concepts")
        self.export = _button("Export…", "mdi6.export", "Save the sheet, the result or its row")
        self.shelf.setCheckable(True)
        self._build_count()
        self.add(self.strength)
        for part in (self.example, self._count, self.name, self.judged, self.shelf, self.export):
            self.add(part, foldable=True)
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_strength(self, strength: float) -> None:
        """That of the document."""
        self.strength.show_value(strength)

    def show_able(self, *, name: bool) -> None:
        """Whether there is a difference to name."""
        self.name.setEnabled(name)

    def show_judged(self, judged: bool, *, able: bool) -> None:
        """Whether a classifier is asked; `able`: there is one."""
        with QSignalBlocker(self.judged):
            self.judged.setChecked(judged)
        self.judged.setVisible(able)

    def show_shelf(self, shown: bool) -> None:
        """Whether it stands beside the sheet."""
        with QSignalBlocker(self.shelf):
            self.shelf.setChecked(shown)

    def _build_count(self) -> None:
        """How many samples a query puts into a basket: the paper takes three."""
        self.samples.setRange(1, 500)
        self.samples.setValue(3)
        self.samples.setAccessibleName("Samples of a basket")
        self.samples.setToolTip("So many samples are taken when a basket is filled by a query")
        title = QLabel("n")
        set_look(title, "dim")
        row = QHBoxLayout(self._count)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(title)
        row.addWidget(self.samples)

    def _connect(self) -> None:
        self.example.clicked.connect(self.example_wanted)
        self.strength.moved.connect(self.strength_moved)
        self.strength.released.connect(self.strength_released)
        self.name.clicked.connect(self.name_wanted)
        self.judged.toggled.connect(self.judged_toggled)
        self.shelf.toggled.connect(self.shelf_toggled)
        self.export.clicked.connect(self.export_wanted)

    def _restyle(self) -> None:
        px = theme().px
        for button in (self.example, self.name, self.shelf, self.export):
            button.setIcon(theme().icon(button.property("icon-name"), "dim"))
            button.setIconSize(QSize(px(15), px(15)))


def _button(text: str, icon: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setProperty("icon-name", icon)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button
