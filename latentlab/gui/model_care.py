"""What can be done with whole models: evaluate, import, export, verify, remove, show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from latentlab.app import archive, onnx_child
from latentlab.core.errors import LatentlabError
from latentlab.gui.file_places import ask_path
from latentlab.gui.work_dialog import WorkDialog

if TYPE_CHECKING:
    from latentlab.app.export import Cancel, Progress
    from latentlab.app.lab import Lab
    from latentlab.gui.evaluate.dialog import EvaluateDialog

LANE = "models"


class ModelCare(QObject):
    """Asks the user where needed, works in the background, tells the result."""

    def __init__(self, lab: Lab, window: QWidget) -> None:
        super().__init__(window)
        self._lab = lab
        self._window = window
        self.evaluate_dialog: EvaluateDialog | None = None  # built when first asked for

    def evaluate(self, model: str) -> None:
        """Opens the window of its figures."""
        if self.evaluate_dialog is None:
            from latentlab.gui.evaluate.dialog import EvaluateDialog  # the start need not wait

            self.evaluate_dialog = EvaluateDialog(self._lab, self._window)
        self.evaluate_dialog.show_model(model)

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
        title, kinds = f"Export {model}", "Models (*.zip)"
        path = ask_path(self._window, self._lab.preferences, title, f"{model}.zip", kinds)
        if path is not None:
            self._lab.background.run(
                f"{LANE}:{path}",
                lambda _: self._lab.registry.export_model(model, path, overwrite=True),
                lambda written: self._say(f"Exported {model} to {written}"),
                self._fail,
            )

    def export_onnx(self, model: str) -> None:
        """Asks for a name and writes encoder and decoder, by a process that has torch."""
        title, kinds = f"Export {model} as ONNX", "ONNX networks (*.onnx)"
        path = ask_path(self._window, self._lab.preferences, title, f"{model}.onnx", kinds)
        if path is None:
            return
        argv = onnx_child.command(model, path, self._lab.registry.library)
        words = f"Writing {model} as ONNX, and comparing it with torch…"
        told: list[str] = []

        def work(_progress: Progress, cancel: Cancel) -> Path:
            told.append(onnx_child.export_onnx(argv, cancel))
            return path

        WorkDialog(self._lab, words, work, lambda _: self._say(told[-1]), self._window).begin()

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
