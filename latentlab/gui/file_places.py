"""Where files go: the folder of the last export, for the next one, also after a restart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from latentlab.app.preferences import Preferences


def last_folder(preferences: Preferences) -> Path:
    """Where the last file went, if that is still there; else the system's place for pictures."""
    known = preferences.settings.export_folder
    if known and Path(known).is_dir():
        return Path(known)
    usual = QStandardPaths.StandardLocation.PicturesLocation
    return Path(QStandardPaths.writableLocation(usual) or Path.home())


def remember_folder(preferences: Preferences, folder: Path) -> None:
    """Begin there the next time."""
    preferences.update(export_folder=str(folder))


def ask_path(
    parent: QWidget, preferences: Preferences, title: str, name: str, kinds: str
) -> Path | None:
    """A file to write, by the system's dialog, which asks before one is replaced; None: no."""
    start = last_folder(preferences) / name
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    if not chosen:
        return None
    remember_folder(preferences, Path(chosen).parent)
    return Path(chosen)
