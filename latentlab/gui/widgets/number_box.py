"""Boxes that let people type anything; what is wrong with it is the form's to say."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QWidget

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent

    from latentlab.app.form_fields import Field


class TextBox(QLineEdit):
    """A line of text; Esc asks for the last good value."""

    edited = Signal(str)
    reverted = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self.textEdited.connect(self.edited)

    def set_value(self, value: object) -> None:
        """Show a value without telling."""
        self.setText(self._field.format(value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc reverts."""
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.reverted.emit()
        else:
            super().keyPressEvent(event)


class NumberBox(QAbstractSpinBox):
    """One number with arrows, which go to the next round one; Esc asks for the last good value."""

    edited = Signal(str)
    reverted = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._value = field.default
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # no focus from the wheel
        self.lineEdit().textEdited.connect(self.edited)
        if field.optional:
            self.lineEdit().setPlaceholderText("automatic")

    def set_value(self, value: float | None) -> None:
        """Show a value without telling."""
        self._value = value
        self.lineEdit().setText(self._field.format(value))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Everything may be typed."""
        return QValidator.State.Acceptable, text, position

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Both ways."""
        flag = QAbstractSpinBox.StepEnabledFlag
        return flag.StepUpEnabled | flag.StepDownEnabled

    def stepBy(self, steps: int) -> None:
        """To the next round value inside the range, from the last good one."""
        with suppress(ConfigError):
            self._value = self._field.parse(self.text())
        start = self._field.low or 0 if self._value is None else self._value
        self.set_value(self._field.stepped(start, steps))
        self.lineEdit().selectAll()
        self.edited.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc reverts."""
        if event.key() == Qt.Key.Key_Escape and self.lineEdit().isModified():
            self.reverted.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only a focused box turns: scrolling the form must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Typing replaces the number."""
        super().focusInEvent(event)
        self.selectAll()
