"""What tests do with the export dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from latentlab.app.export_choice import FORMATS
from latentlab.gui.export_dialog import ExportDialog

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot


def dialog_of(window: QWidget) -> ExportDialog:
    """The export dialog that is open."""
    (dialog,) = [each for each in window.findChildren(ExportDialog) if each.isVisible()]
    return dialog


def take(dialog: ExportDialog, path: Path, qtbot: QtBot) -> Path:
    """Chooses the kind and format of `path`, types its place, presses Export and waits."""
    choose(dialog, path.suffix)
    dialog.target.folder.setText(str(path.parent))
    dialog.target.name.setText(path.stem)
    with qtbot.waitSignal(dialog.exported, timeout=10_000) as done:
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    return done.args[0]


def choose(dialog: ExportDialog, suffix: str, kind: str = "") -> None:
    """The tab of a kind that has this format, and the format."""
    kinds = dialog.form._kinds
    now = dialog.form.choice().kind
    near = (now, *kinds)
    wanted = kind or next(each for each in near if suffix in FORMATS[each])
    dialog.form.kinds.setCurrentIndex(kinds.index(wanted))
    dialog.form.suffix.setCurrentIndex(dialog.form.suffix.findData(suffix))
