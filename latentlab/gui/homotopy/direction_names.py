"""Asking for names of directions: of an axis, of the way between two pins, another, none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QMessageBox

from latentlab.app.direction_naming import DirectionNaming
from latentlab.gui.homotopy.direction_dialog import DirectionDialog
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from latentlab.app.lab import Lab
    from latentlab.app.state import Pin
    from latentlab.core.axes import Axis


class DirectionNames(QObject):
    """Dialogs over a pane; what they say goes to the library of directions."""

    def __init__(self, lab: Lab, pane: QWidget) -> None:
        super().__init__(pane)
        self._lab, self._pane = lab, pane
        self._naming = DirectionNaming(lab)

    def offer(self, axis: Axis, button: QWidget) -> None:
        """Name an axis; rename or delete a named one, by a menu below the button."""
        naming, name = self._naming, axis.title
        if not axis.key.startswith("name:"):
            self._ask(f"A name for {name}:", "", lambda new: naming.name_axis(axis, new))
            return
        menu, icon = QMenu(self._pane), theme().icon
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rename = menu.addAction(icon("mdi6.pencil-outline"), "Rename…")
        rename.triggered.connect(
            lambda: self._ask(
                f"Another name for {name}:", name, lambda new: naming.rename(name, new)
            )
        )
        delete = menu.addAction(icon("mdi6.trash-can-outline"), "Delete…")
        delete.triggered.connect(lambda: self._ask_forget(name))
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def ask_direction(self) -> None:
        """From which pin to which, and its name."""
        state = self._lab.session.state
        pins = [pin for pin in state.pins if pin.model == state.model]
        dialog = DirectionDialog(pins, self._pane)
        dialog.named.connect(self.name_difference)
        dialog.open()

    def name_difference(self, name: str, start: Pin, end: Pin) -> None:
        """Keep the way between two pins, and show it among the named ones."""
        if self._naming.name_difference(name, start, end):
            self._lab.session.set_homotopy(basis="named")

    def _ask(self, question: str, old: str, take: Callable[[str], object]) -> None:
        dialog = QInputDialog(self._pane)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Name a direction")
        dialog.setLabelText(question)
        dialog.setTextValue(old)
        dialog.textValueSelected.connect(take)
        dialog.open()

    def _ask_forget(self, name: str) -> None:
        box = QMessageBox(self._pane)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Delete direction")
        box.setText(f"Delete the direction “{name}” for good?")
        delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        delete.clicked.connect(lambda: self._naming.forget(name))
        box.open()
