"""Names of concepts: asked for, changed, forgotten, by dialogs over whatever shows the sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QMessageBox

from latentlab.gui.theme import theme
from latentlab.gui.widgets.concept_sliders import Concept

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from latentlab.app.concepts import Concept as Known
    from latentlab.app.lab import Lab


class ConceptNames(QObject):
    """What the button beside a slider offers; what is said goes to `lab.concepts`."""

    def __init__(self, lab: Lab, owner: QWidget) -> None:
        super().__init__(owner)
        self._concepts, self._owner = lab.concepts, owner

    def offer(self, key: str, button: QWidget) -> None:
        """Rename or delete a named one; name another."""
        found = self._concepts.find(key)
        if found is None:
            return
        if not found.is_kept:
            self._ask(f"A name for {found.title}:", "", lambda new: self._concepts.keep(key, new))
            return
        menu = QMenu(self._owner)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rename = menu.addAction(theme().icon("mdi6.pencil-outline"), "Rename…")
        rename.triggered.connect(lambda: self._ask_other(key))
        delete = menu.addAction(theme().icon("mdi6.trash-can-outline"), "Delete…")
        delete.triggered.connect(lambda: self._ask_forget(key))
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _ask_other(self, key: str) -> None:
        question = f"Another name for {key}:"
        self._ask(question, key, lambda new: self._concepts.rename(key, new))

    def _ask(self, question: str, old: str, take: Callable[[str], object]) -> None:
        dialog = QInputDialog(self._owner)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Name a direction")
        dialog.setLabelText(question)
        dialog.setTextValue(old)
        dialog.textValueSelected.connect(take)
        dialog.open()

    def _ask_forget(self, name: str) -> None:
        box = QMessageBox(self._owner)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Delete direction")
        box.setText(f"Delete the direction “{name}” for good?")
        delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        delete.clicked.connect(lambda: self._concepts.forget(name))
        box.open()


def shown_as(known: Known) -> Concept:
    """A concept of the lab as a slider."""
    tip = f"{known.title}: one σ is {known.axis.sigma:.3g} of z"
    return Concept(known.name, known.title, tip, is_named=known.is_kept)
