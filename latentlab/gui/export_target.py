"""Where an exported file goes: its name and its folder, to type or to choose."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from latentlab.engine import runs
from latentlab.gui.theme import theme


class ExportTarget(QWidget):
    """Knows the path, and why nothing could be written there."""

    changed = Signal()

    def __init__(self, name: str, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit(runs.make_id(name, "latentlab"))
        self.name.setAccessibleName("File name")
        self.name.setToolTip("Without its ending, which follows from the format")
        self.folder = QLineEdit(str(folder))
        self.folder.setAccessibleName("Folder")
        self.folder.setToolTip("Where the file goes; remembered for the next time")
        self.browse = QPushButton("Browse…")
        self.browse.setAccessibleName("Choose the folder")
        self.browse.clicked.connect(self._on_browse)
        row = QHBoxLayout()
        row.setSpacing(theme().px(6))
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(theme().px(12))
        form.setVerticalSpacing(theme().px(6))
        form.addRow("Name", self.name)
        form.addRow("Folder", row)
        for field in (self.name, self.folder):
            field.textChanged.connect(self.changed)

    def path(self, suffix: str) -> Path:
        """The file; a typed ending that is this one already is not added again."""
        name = self.name.text().strip()
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
        return Path(self.folder.text().strip()).expanduser() / f"{name}{suffix}"

    def problem(self, suffix: str) -> str:
        """One sentence when no file can be written there, or an empty text."""
        name, path = self.name.text().strip(), self.path(suffix)
        if not name or name in (".", "..") or any(sign in name for sign in '/\\:*?"<>|\0'):
            return "Give the file a name, without a folder in it."
        folder = path.parent
        if not self.folder.text().strip() or not folder.is_absolute():
            return "Choose a folder, written whole."
        if folder.is_file():
            return f"{folder} is a file; choose a folder."
        if not folder.is_dir():
            return f"There is no folder {folder}; choose another."
        if not os.access(folder, os.W_OK | os.X_OK):
            return f"You may not write into {folder}; choose another folder."
        return f"{path.name} is a folder there; choose another name." if path.is_dir() else ""

    def _on_browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder", self.folder.text())
        if chosen:
            self.folder.setText(chosen)
