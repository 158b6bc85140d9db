"""Preferences: colours, size, folders, device. Changes show at once; Cancel takes them back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from latentlab.app.preferences import Preferences

_THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}
_DEVICES = ("auto", "cpu", "cuda", "mps")
_SCALE_STEP = 10  # per cent


class FolderField(QWidget):
    """A path to type or to choose; empty means the usual place."""

    def __init__(self, name: str, path: str, usual: str) -> None:
        super().__init__()
        self._name = name
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.edit = QLineEdit(path, placeholderText=usual)
        self.edit.setAccessibleName(name)
        self.edit.setToolTip(f"{name}; empty: {usual}")
        choose = QPushButton("Choose…")
        choose.setAccessibleName(f"Choose {name}")
        choose.clicked.connect(self._on_choose)
        row.addWidget(self.edit, 1)
        row.addWidget(choose)

    @property
    def problem(self) -> str:
        """One sentence when this cannot be a folder, or an empty text."""
        text = self.edit.text().strip()
        if text and Path(text).expanduser().is_file():
            return f"{self._name}: {text} is a file; choose a folder."
        return ""

    def _on_choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self._name, self.edit.text())
        if chosen:
            self.edit.setText(chosen)


class PreferencesDialog(QDialog):
    """Edits `Preferences`; what needs a new start says so."""

    def __init__(
        self, preferences: Preferences, library: Path, data: Path, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._preferences = preferences
        self._before = preferences.settings
        now = preferences.settings
        self.theme = QComboBox()
        for choice, title in _THEMES.items():
            self.theme.addItem(title, choice)
        self.theme.setCurrentIndex(self.theme.findData(now.theme))
        self.scale = QSlider(Qt.Orientation.Horizontal)
        self.scale.setRange(100 // _SCALE_STEP, 200 // _SCALE_STEP)
        self.scale.setValue(round(now.ui_scale * 100 / _SCALE_STEP))
        self._percent = QLabel()
        self.library = FolderField("Model library", now.library, str(library))
        self.data = FolderField("Dataset folder", now.data, str(data))
        self.device = QComboBox(editable=True)
        self.device.addItems(_DEVICES)
        self.device.setCurrentText(now.device)
        self.problem = QLabel()
        self.problem.setProperty("look", "error")
        self.problem.setWordWrap(True)
        self._lay_out()
        self._show_percent()
        self.theme.activated.connect(self._on_look_changed)
        self.scale.valueChanged.connect(self._on_look_changed)
        self.setMinimumWidth(theme().px(520))

    def accept(self) -> None:
        """Keeps everything, unless a folder cannot be one."""
        problem = self.library.problem or self.data.problem
        self.problem.setText(problem)
        if problem:
            return
        self._preferences.update(
            library=self.library.edit.text().strip(),
            data=self.data.edit.text().strip(),
            device=self.device.currentText().strip() or "auto",
        )
        super().accept()

    def reject(self) -> None:
        """Theme and scale as before."""
        self._preferences.update(theme=self._before.theme, ui_scale=self._before.ui_scale)
        super().reject()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(theme().px(10))
        scale = QHBoxLayout()
        scale.addWidget(self.scale, 1)
        scale.addWidget(self._percent)
        rows: tuple[tuple[str, QWidget | QHBoxLayout, QWidget], ...] = (
            ("Colours", self.theme, self.theme),
            ("Size", scale, self.scale),
            ("Model library", self.library, self.library.edit),
            ("Dataset folder", self.data, self.data.edit),
            ("Device", self.device, self.device),
        )
        for label, row, control in rows:
            form.addRow(label, row)
            control.setAccessibleName(label)
        self.theme.setToolTip("Light, dark, or as the system says")
        self.scale.setToolTip("100 to 200 %: larger for the projector")
        self.device.setToolTip("Where models run: auto takes the fastest; cuda:1 is the second GPU")
        column = QVBoxLayout(self)
        column.addLayout(form)
        note = QLabel("Folders and device take effect at the next start.")
        note.setProperty("look", "small")
        column.addWidget(note)
        column.addWidget(self.problem)
        kinds = QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        buttons = QDialogButtonBox(kinds)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setProperty("look", "primary")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _on_look_changed(self) -> None:
        self._show_percent()
        self._preferences.update(
            theme=self.theme.currentData(), ui_scale=self.scale.value() * _SCALE_STEP / 100
        )

    def _show_percent(self) -> None:
        self._percent.setText(f"{self.scale.value() * _SCALE_STEP} %")
