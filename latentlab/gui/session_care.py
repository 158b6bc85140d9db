"""Sessions as files: asked for, written, opened; what is wrong is told in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from latentlab.app import session_file
from latentlab.core.errors import LatentlabError
from latentlab.gui.file_places import ask_path, last_folder, remember_folder

if TYPE_CHECKING:
    from latentlab.app.lab import Lab

KINDS = "Sessions (*.json)"


class SessionCare(QObject):
    """Save and open, from the File menu or by a drop."""

    def __init__(self, lab: Lab, window: QWidget) -> None:
        super().__init__(window)
        self._lab = lab
        self._window = window

    def ask_save(self) -> None:
        """To a file that is asked for."""
        name = f"latentlab-{self._lab.session.state.model}.json"
        path = ask_path(self._window, self._lab.preferences, "Save session", name, KINDS)
        if path is not None:
            self.save(path)

    def ask_open(self) -> None:
        """A file that is asked for."""
        start = str(last_folder(self._lab.preferences))
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open session", start, KINDS)
        if chosen:
            remember_folder(self._lab.preferences, Path(chosen).parent)
            self.open(Path(chosen))

    def save(self, path: Path) -> None:
        """Write all of the session; a failure is told."""
        try:
            written = session_file.write(path, self._lab.session.document())
        except LatentlabError as error:
            self._lab.message.emit(str(error), "error")
        else:
            self._lab.message.emit(f"Saved the session as {written}", "info")

    def open(self, path: Path) -> None:
        """Become that session, as one step; a bad file is told and changes nothing."""
        try:
            saved = session_file.read(path)
        except LatentlabError as error:
            self._lab.message.emit(str(error), "error")
            return
        self._lab.session.adopt(saved)
        self._lab.message.emit(f"Opened {path.name}; Ctrl+Z leads back", "info")
