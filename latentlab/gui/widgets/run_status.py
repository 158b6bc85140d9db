"""The run line: words first, then a bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent


@dataclass(frozen=True)
class RunLine:
    """What the line says; `share` is the part done, 0 to 1, None without a bar."""

    text: str = ""
    short: str = ""  # where room is short
    share: float | None = None


class RunStatus(QWidget):
    """Emits `opened` when the user wants to see the runs."""

    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_folded = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Runs")
        self.setToolTip("Enter or a click opens the Train tab")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._text = ElidedLabel()
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._text.setProperty("look", "dim")
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the run")
        row.addWidget(self._text, 1)
        row.addWidget(self._bar)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.show_line(RunLine())
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def text(self) -> str:
        """The whole sentence."""
        return self._text.full_text

    def show_line(self, line: RunLine) -> None:
        """Replaces the words and the bar."""
        self._text.set_full_text(line.text, short=line.short)
        self._bar.setVisible(line.share is not None)
        self._bar.setValue(round((line.share or 0.0) * 1000))
        self.setAccessibleDescription(line.text)
        self.setVisible(bool(line.text))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click."""
        super().mouseReleaseEvent(event)
        self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def fold(self, folded: bool) -> None:
        """A shorter bar, in a thin line with other things."""
        self._is_folded = folded
        self._restyle()

    def _restyle(self) -> None:
        self._bar.setFixedWidth(theme().px(60 if self._is_folded else 140))
