"""Sliders and boxes that turn only when focused: scrolling what is around must not change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QSlider

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QWidget


class QuietSlider(QSlider):
    """A slider for pages that scroll."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls what is around it, unless it has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class QuietBox(QDoubleSpinBox):
    """A number for pages that scroll; a comma is as good as a point."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # no focus from the wheel
        self.setKeyboardTracking(False)  # half a number is none

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls what is around it, unless it has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def validate(self, text: str, position: int) -> object:
        """Commas are points, whatever the machine's language says."""
        return super().validate(text.replace(",", "."), position)

    def valueFromText(self, text: str) -> float:
        """Read as it was checked."""
        return super().valueFromText(text.replace(",", "."))
