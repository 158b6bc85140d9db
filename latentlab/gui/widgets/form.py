"""A form made of fields: labels, editors, and one sentence beside what cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from latentlab.core.errors import ConfigError
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.combo_box import ComboBox
from latentlab.gui.widgets.number_box import NumberBox, TextBox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from latentlab.app.form_fields import Field


class Row(QObject):
    """One field with its label, editor, last good value and complaint."""

    edited = Signal()

    def __init__(self, field: Field, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        self.value = self._safe = field.default  # safe: what Esc brings back
        self.problem = ""
        self.label = QLabel(field.label, parent)
        set_look(self.label, "dim")
        self.editor = _editor(field, parent)
        self.complaint = QLabel(parent)
        self.complaint.setWordWrap(True)
        self.complaint.hide()
        set_look(self.complaint, "error")
        self.label.setBuddy(self.editor)
        self.editor.setAccessibleName(field.label)
        self.editor.setAccessibleDescription(field.tooltip)
        for widget in (self.label, self.editor):
            widget.setToolTip(field.tooltip)
        self.show_value(field.default)
        self._listen()

    def show_value(self, value: Any) -> None:
        """Put a good value into the editor, without telling."""
        self.value = self._safe = value
        blocked = self.editor.blockSignals(True)
        if isinstance(self.editor, QCheckBox):
            self.editor.setChecked(bool(value))
        elif isinstance(self.editor, QComboBox):
            self.editor.setCurrentText(self.field.format(value))
        else:
            self.editor.set_value(value)
        self.editor.blockSignals(blocked)
        self._complain("")

    def _listen(self) -> None:
        if isinstance(self.editor, QCheckBox):
            self.editor.toggled.connect(self._on_toggled)
        elif isinstance(self.editor, QComboBox):
            self.editor.currentTextChanged.connect(self._on_typed)
        else:
            self.editor.edited.connect(self._on_typed)
            self.editor.reverted.connect(self._on_reverted)
            self.editor.editingFinished.connect(self._on_finished)

    def _on_toggled(self, checked: bool) -> None:
        self.value = checked
        self.edited.emit()

    def _on_typed(self, text: str) -> None:
        try:
            self.value = self.field.parse(text)
        except ConfigError as error:
            self.value = self._safe
            kept = self.field.format(self._safe) or "nothing"
            self._complain(str(error), f"Esc brings {kept} back.")
        else:
            self._complain("")
        self.edited.emit()

    def _on_reverted(self) -> None:
        self.show_value(self._safe)
        self.edited.emit()

    def _on_finished(self) -> None:
        self._safe = self.value

    def _complain(self, sentence: str, way_back: str = "") -> None:
        self.problem = sentence
        self.complaint.setText(f"{sentence} {way_back}".strip())
        self.complaint.setVisible(bool(sentence))
        self.editor.setProperty("invalid", "true" if sentence else "false")
        self.editor.style().unpolish(self.editor)
        self.editor.style().polish(self.editor)


class Form(QWidget):
    """Editors for a list of fields. `values()` is always valid, whatever has been typed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bare")
        self._rows: dict[str, Row] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._restyle()
        theme().changed.connect(self._restyle)

    @property
    def rows(self) -> Mapping[str, Row]:
        """By field name, in order."""
        return self._rows

    def show_fields(self, fields: Sequence[Field]) -> None:
        """Replace the form; what was set in a field of the same name and meaning is kept."""
        before = {name: row for name, row in self._rows.items() if row.value != row.field.default}
        self._clear()
        for field in fields:
            self._add(Row(field, self))
            old = before.get(field.name)
            if old is not None and old.field.kind == field.kind:
                self.set_values({field.name: old.value})

    def values(self) -> dict[str, Any]:
        """The last good value of every field."""
        return {name: row.value for name, row in self._rows.items()}

    def changes(self) -> dict[str, Any]:
        """Those values that differ from the defaults."""
        return {
            name: row.value for name, row in self._rows.items() if row.value != row.field.default
        }

    def set_values(self, values: Mapping[str, Any]) -> list[str]:
        """Set known fields; returns the names of those that are unknown or refused."""
        refused = []
        for name, value in values.items():
            try:
                self._rows[name].show_value(self._rows[name].field.accept(value))
            except (KeyError, ConfigError):
                refused.append(name)
        self.changed.emit()
        return refused

    def reset(self) -> None:
        """Every field to its default."""
        self.set_values({name: row.field.default for name, row in self._rows.items()})

    def problem(self) -> str:
        """The first complaint with its field, empty when all is well."""
        found = (f"{row.field.label}: {row.problem}" for row in self._rows.values() if row.problem)
        return next(found, "")

    def set_label_width(self, width: int) -> None:
        """So that editors of several forms stand in one line; pixels."""
        self._grid.setColumnMinimumWidth(0, width)

    def _add(self, row: Row) -> None:
        line = 2 * len(self._rows)
        self._rows[row.field.name] = row
        self._grid.addWidget(row.label, line, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(row.editor, line, 1)
        self._grid.addWidget(row.complaint, line + 1, 0, 1, 2)
        row.edited.connect(self.changed)
        _restyle_editor(row.editor)

    def _clear(self) -> None:
        for row in self._rows.values():
            for widget in (row.label, row.editor, row.complaint):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
            row.deleteLater()
        self._rows.clear()

    def _restyle(self) -> None:
        self._grid.setHorizontalSpacing(theme().px(8))
        self._grid.setVerticalSpacing(theme().px(2))
        for row in self._rows.values():
            _restyle_editor(row.editor)


def _editor(field: Field, parent: QWidget) -> QWidget:
    if field.kind == "bool":
        return QCheckBox(parent)
    if field.kind == "choice":
        combo = ComboBox(parent)
        combo.addItems([field.format(choice) for choice in field.choices])
        return combo
    if field.kind in ("int", "float"):
        return NumberBox(field, parent)
    return TextBox(field, parent)


def _restyle_editor(editor: QWidget) -> None:
    """All editors equally high, their text equally far in."""
    editor.setFixedHeight(theme().px(26))
    editor.setMinimumWidth(theme().px(60))
    if isinstance(editor, NumberBox):
        editor.lineEdit().setTextMargins(theme().px(4), 0, 0, 0)
