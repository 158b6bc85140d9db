"""The run as a command line, to read and to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from latentlab.app.command_line import command_of
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from latentlab.core.spec import TrainSpec


class CommandRow(QWidget):
    """Obeys `show_spec`; copying is its own business."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = ElidedLabel(parent=self)
        self.copy = QToolButton(self)
        set_look(self._label, "small")
        set_look(self.copy, "quiet")
        self.copy.setToolTip("Copy this run as a command line")
        self.copy.setAccessibleName("copy the command line")
        self.copy.clicked.connect(self._on_copy)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.copy)
        self._restyle()
        theme().changed.connect(self._restyle)

    @property
    def text(self) -> str:
        """The whole line."""
        return self._label.full_text

    def show_spec(self, spec: TrainSpec) -> None:
        """The line that starts this run."""
        self._label.set_full_text(command_of(spec))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)

    def _restyle(self) -> None:
        side = theme().px(14)
        self.copy.setIconSize(QSize(side, side))
        self.copy.setIcon(theme().icon("mdi6.content-copy", "dim"))
