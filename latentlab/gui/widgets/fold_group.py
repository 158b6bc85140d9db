"""A part of a dock that folds away below its title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class FoldGroup(QWidget):
    """A title that opens and closes its content; Right and Left do so from the keyboard."""

    toggled = Signal(bool)  # whether it is open now

    def __init__(self, title: str, content: QWidget, *, is_open: bool = False) -> None:
        super().__init__()
        self.content, self.title = content, _Title(title)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.title)
        self._column.addWidget(content)
        self.setAccessibleName(title)
        self.title.setChecked(is_open)
        self.title.toggled.connect(self._on_toggled)
        theme().changed.connect(self._restyle)
        self._on_toggled(is_open)

    @property
    def is_open(self) -> bool:
        """Whether the content is seen."""
        return self.title.isChecked()

    def _on_toggled(self, is_open: bool) -> None:
        self.content.setVisible(is_open)
        self._restyle()
        self.toggled.emit(is_open)

    def _restyle(self) -> None:
        px = theme().px
        self._column.setSpacing(px(2))
        kind = "down" if self.is_open else "right"
        self.title.setIcon(theme().icon(f"mdi6.chevron-{kind}", "dim"))
        self.title.setIconSize(QSize(px(14), px(14)))
        self.title.setToolTip("Fold away" if self.is_open else "Open")


class _Title(QToolButton):
    """As wide as the group."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText(title)
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_look(self, "quiet")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Right opens, Left closes, as in trees."""
        ways = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False}
        if event.key() in ways:
            self.setChecked(ways[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
