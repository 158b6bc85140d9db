"""Where files go: the folder of the last export, for the next one, also after a restart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMessageBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from latentlab.app.preferences import Preferences


def last_folder(preferences: Preferences) -> Path:
    """Where the last file went, the system's place for pictures, or home: what is there."""
    known = preferences.settings.export_folder
    if known and Path(known).is_dir():
        return Path(known)
    usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(usual) if usual and Path(usual).is_dir() else Path.home()


def remember_folder(preferences: Preferences, folder: Path) -> None:
    """Begin there the next time."""
    preferences.update(export_folder=str(folder))


def ask_path(
    parent: QWidget, preferences: Preferences, title: str, name: str, kinds: str
) -> Path | None:
    """A file to write, by the system's dialog, which asks before one is replaced; None: no.

    It gets the ending of `name` when it was typed without; the dialog knows nothing of that file.
    """
    start = last_folder(preferences) / name
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    if not chosen:
        return None
    typed = Path(chosen)
    path = (
        typed
        if typed.suffix.lower() == start.suffix
        else typed.with_name(typed.name + start.suffix)
    )
    if path != typed and path.exists() and not _may_replace(parent, title, path):
        return None
    remember_folder(preferences, path.parent)
    return path


def _may_replace(parent: QWidget, title: str, path: Path) -> bool:
    answers = QMessageBox.StandardButton
    asked = f"{path.name} exists already. Replace it?"
    return QMessageBox.question(parent, title, asked) == answers.Yes
