"""The context menu of the map: what else one may want of it, by mouse and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from latentlab.engine import files
from latentlab.gui.picture_files import ask_path
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.lab import Lab
    from latentlab.gui.widgets.map_panel import MapPanel


class MapMenu(QObject):
    """Builds the menu when it is asked for, and does what it says."""

    def __init__(self, lab: Lab, panel: MapPanel) -> None:
        super().__init__(panel)
        self._lab, self._panel = lab, panel
        panel.plot.menu_wanted.connect(self._on_menu_wanted)

    def build(self) -> QMenu:
        """A fresh menu; it deletes itself when closed."""
        plot = self._panel.plot
        menu = QMenu(plot)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for title, icon, act in (
            ("Save the map as PNG…", "mdi6.content-save-outline", self.save),
            ("Copy the map", "mdi6.content-copy", self.copy),
            ("Show the whole map\t0", "mdi6.fit-to-page-outline", plot.reset),
            ("Select all shown\tCtrl+A", "mdi6.select-all", plot.all_wanted.emit),
            ("Select nothing\tEsc", "mdi6.select-off", plot.cancelled.emit),
        ):
            menu.addAction(theme().icon(icon), title).triggered.connect(
                lambda _=False, do=act: do()
            )
        return menu

    def copy(self) -> None:
        """The map as it is on screen, to the clipboard."""
        QGuiApplication.clipboard().setPixmap(self._panel.plot.grab())
        self._lab.message.emit("Map copied", "info")

    def save(self) -> None:
        """The map as it is on screen, to a file that is asked for."""
        name = f"{self._lab.session.state.model}-map.png"
        path = ask_path(self._panel, "Save the map", name, "PNG picture (*.png)")
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Whole or not at all; a failure is told."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._panel.plot.grab().save(buffer, "PNG")
        target = path if path.suffix else path.with_suffix(".png")
        try:
            files.write_whole(target, bytes(buffer.data().data()))
        except OSError as error:
            text = files.explain(error, f"{target.name} cannot be saved")
            self._lab.message.emit(text, "error")
        else:
            self._lab.message.emit(f"Saved {target}", "info")

    def _on_menu_wanted(self, place: QPoint) -> None:
        self.build().popup(self._panel.plot.viewport().mapToGlobal(place))
