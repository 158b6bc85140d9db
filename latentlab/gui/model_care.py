"""What can be done with whole models: import, export, verify, remove, show the folder."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from latentlab.app import archive
from latentlab.core.errors import LatentlabError
from latentlab.engine import runs
from latentlab.gui.picture_files import ask_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latentlab.app.lab import Lab

LANE = "models"


def what_is(path: Path) -> str:
    """What a dropped file or folder holds, by looking inside: "model" or "unknown"."""
    if path.is_dir():
        return "model" if runs.is_model(path) else "unknown"
    return "model" if zipfile.is_zipfile(path) or path.suffix.lower() == ".zip" else "unknown"


class ModelCare(QObject):
    """Asks the user where needed, works in the background, tells the result."""

    def __init__(self, lab: Lab, window: QWidget) -> None:
        super().__init__(window)
        self._lab = lab
        self._window = window

    def drop(self, paths: Iterable[Path]) -> None:
        """Takes in what was dropped on the window, each by its content."""
        for path in paths:
            if what_is(path) == "model":
                self.take_in(path)
            else:
                self._say(
                    f"{path.name} is no model: drop a model's folder or its zip file. Pictures "
                    "and datasets are chosen in the Train tab.",
                    "error",
                )

    def ask_import(self) -> None:
        """Import… in menu and palette: a zip file."""
        kinds = "Models (*.zip)"
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Import a model", "", kinds)
        if chosen:
            self.take_in(Path(chosen))

    def take_in(self, path: Path) -> None:
        """Copies a model into the library and shows it."""
        library = self._lab.registry.library
        self._lab.background.run(
            f"{LANE}:{path}",
            lambda _: archive.import_model(path, library),
            self._on_imported,
            self._fail,
        )

    def export(self, model: str) -> None:
        """Asks for a file and writes the model as one zip."""
        path = ask_path(self._window, f"Export {model}", f"{model}.zip", "Models (*.zip)")
        if path is not None:
            self._lab.background.run(
                f"{LANE}:{path}",
                lambda _: self._lab.registry.export_model(model, path, overwrite=True),
                lambda written: self._say(f"Exported {model} to {written}"),
                self._fail,
            )

    def verify(self, model: str) -> None:
        """Compares every file with its hash."""
        self._lab.background.run(
            f"{LANE}:{model}",
            lambda _: self._lab.registry.verify(model),
            lambda _: self._say(f"{model}: every file is as its manifest says"),
            self._fail,
        )

    def remove(self, model: str) -> None:
        """Asks, then deletes for good."""
        if not self.may_remove(model):
            return
        try:
            self._lab.registry.remove(model)
        except LatentlabError as error:
            self._fail(str(error))
        else:
            self._say(f"{model} was removed")

    def may_remove(self, model: str) -> bool:
        """The question; Cancel is the default."""
        folder = self._lab.registry.find(model).folder
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Remove model")
        box.setText(f"Delete {model} with its snapshots for good?")
        box.setInformativeText(str(folder))
        delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        chosen = box.clickedButton() is delete
        box.deleteLater()
        return chosen

    def show_folder(self, model: str) -> None:
        """Opens the system's file manager."""
        folder = self._lab.registry.find(model).folder
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._say(f"No file manager opened; the folder is {folder}")

    def _on_imported(self, folder: Path) -> None:
        self._lab.registry.rescan()
        self._lab.choose_model(folder.name)
        self._say(f"Imported {folder.name}")

    def _say(self, text: str, severity: str = "info") -> None:
        self._lab.message.emit(text, severity)

    def _fail(self, text: str) -> None:
        self._say(text, "error")
