"""Choosing a dataset: what is here, what can be fetched, folders and files, and a look inside.

It knows nothing of data rooms: it emits wishes and obeys `show_*`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.combo_box import ComboBox
from latentlab.gui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.dataset_preview import Choice, Preview

_COLUMNS, _FEW = 8, 3  # pictures in a row: usual ones, and few, such as one of all points
_SHEET_PX = 240  # of the preview, at most: it is a glimpse
_FOLDER, _FILE = "folder…", "npz file…"
_TIP = "What to train on; the last two entries take your own pictures"
_ICONS = {True: "mdi6.database-outline", False: "mdi6.cloud-download-outline"}


class DatasetPicker(QWidget):
    """`spec` is the dataset that was chosen last; `ready` whether it can be trained on."""

    chosen = Signal(str)  # a spec: show a preview of it
    fetch_requested = Signal(str)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = ""
        self.problem = "The datasets are being looked for…"
        self.combo = ComboBox(self, name="dataset", tip=_TIP)
        self.sheet = SheetView(self, name="pictures of the dataset", columns=_COLUMNS, gap=1)
        self.words = QLabel(self)
        self.bar = QProgressBar(self)
        self.fetch = QPushButton("Fetch", self)
        self._own: list[str] = []
        self._choices: Sequence[Choice] = ()
        self._build()
        self._restyle()
        theme().changed.connect(self._restyle)

    @property
    def ready(self) -> bool:
        """Whether the chosen dataset is here and sound."""
        return not self.problem

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """The list of datasets; the choice stays."""
        self._choices = choices
        blocked = self.combo.blockSignals(True)
        self.combo.clear()
        for choice in choices:
            icon = theme().icon(_ICONS[choice.here], "dim")
            self.combo.addItem(icon, choice.spec, choice.spec)
            state = "on this machine" if choice.here else "can be fetched"
            words = f"{choice.title}: {choice.description}\n{state}"
            self.combo.setItemData(self.combo.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        for spec in self._own:
            self._add_own(spec)
        self.combo.insertSeparator(self.combo.count())
        self.combo.addItem(theme().icon("mdi6.folder-open-outline", "dim"), _FOLDER)
        self.combo.addItem(theme().icon("mdi6.file-outline", "dim"), _FILE)
        self._select(self.spec)
        self.combo.blockSignals(blocked)

    def choose(self, spec: str) -> None:
        """Choose a dataset, of the list or not, and ask for its preview."""
        known = [choice.spec for choice in self._choices] + self._own
        if spec not in known:
            self._own.append(spec)
            self.show_choices(self._choices)
        self.spec = spec
        self._select(spec)
        self._show("", "The dataset is being opened…")
        self.chosen.emit(spec)

    def show_progress(self, words: str, share: float | None) -> None:
        """Opening or fetching goes on; None: nobody knows how far."""
        self._show(words, self.problem or words)
        self.bar.setRange(0, 0 if share is None else 1000)
        self.bar.setValue(round(1000 * (share or 0)))
        self.bar.show()

    def show_fetching(self, fetching: bool) -> None:
        """The button fetches or cancels."""
        self.fetch.setText("Cancel" if fetching else "Fetch")
        self.fetch.setVisible(fetching)

    def show_preview(self, preview: Preview) -> None:
        """What is in it, or that it must be fetched."""
        self._show(preview.words, "" if preview.here else preview.words)
        self.words.setToolTip(preview.licence)
        count = 0 if preview.pictures is None else len(preview.pictures)
        self.sheet.set_columns(_COLUMNS if count > _FEW else _FEW)
        self.sheet.show_pictures(preview.pictures)
        self.sheet.setVisible(preview.here)
        self.fetch.setText("Fetch")
        self.fetch.setVisible(preview.downloadable)

    def show_problem(self, sentence: str) -> None:
        """It cannot be opened, and why."""
        self._show(sentence, sentence)
        set_look(self.words, "error")
        self.sheet.hide()
        downloadable = (choice.spec for choice in self._choices if choice.downloadable)
        self.fetch.setText("Fetch")
        self.fetch.setVisible(self.spec in downloadable)

    def _show(self, words: str, problem: str) -> None:
        set_look(self.words, "small")
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.words.setToolTip("")
        self.problem = problem
        self.bar.hide()

    def _select(self, spec: str) -> None:
        blocked = self.combo.blockSignals(True)
        self.combo.setCurrentIndex(self.combo.findData(spec) if spec else -1)
        self.combo.setToolTip(f"{spec}\n{_TIP}" if spec else _TIP)
        self.combo.blockSignals(blocked)

    def _add_own(self, spec: str) -> None:
        kind, _, place = spec.partition(":")
        name = place.replace("\\", "/").rstrip("/").rpartition("/")[2]
        icon = theme().icon("mdi6.folder-outline" if kind == "folder" else "mdi6.file-outline")
        self.combo.addItem(icon, name or spec, spec)
        self.combo.setItemData(self.combo.count() - 1, spec, Qt.ItemDataRole.ToolTipRole)

    def _on_activated(self, index: int) -> None:
        text = self.combo.itemText(index)
        spec = self.combo.itemData(index)
        if spec is None:
            self._select(self.spec)
            spec = self._ask_folder() if text == _FOLDER else self._ask_file()
        if spec:
            self.choose(spec)

    def _ask_folder(self) -> str:
        place = QFileDialog.getExistingDirectory(self, "A folder of pictures, or of class folders")
        return f"folder:{place}" if place else ""

    def _ask_file(self) -> str:
        place, _ = QFileDialog.getOpenFileName(self, "Images and labels", "", "numpy (*.npz)")
        return f"npz:{place}" if place else ""

    def _on_fetch(self) -> None:
        if self.fetch.text() == "Cancel":
            self.cancel_requested.emit()
        else:
            self.fetch_requested.emit(self.spec)

    def _build(self) -> None:
        self.combo.activated.connect(self._on_activated)
        self.words.setWordWrap(True)
        self.words.setAccessibleName("about the dataset")
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("progress of the dataset")
        self.fetch.clicked.connect(self._on_fetch)
        self.fetch.setToolTip("Download and verify; nothing half is left when it fails")
        self.label = QLabel("dataset", self)
        self.label.setBuddy(self.combo)
        set_look(self.label, "dim")
        self._row = QHBoxLayout()
        self._row.addWidget(self.label)
        self._row.addWidget(self.combo, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        glimpse = QHBoxLayout()  # a sheet of limited width has a height that fits only in a row
        glimpse.addWidget(self.sheet, 1)
        glimpse.addStretch(0)
        layout.addLayout(self._row)
        layout.addLayout(glimpse)
        for widget in (self.words, self.bar, self.fetch):
            layout.addWidget(widget)
        for widget in (self.sheet, self.words, self.bar, self.fetch):
            widget.hide()

    def _restyle(self) -> None:
        self.layout().setSpacing(theme().px(4))
        self._row.setSpacing(theme().px(8))
        self.combo.setFixedHeight(theme().px(26))
        self.combo.setMinimumWidth(theme().px(60))
        self.combo.setIconSize(QSize(theme().px(14), theme().px(14)))
        self.sheet.setMaximumWidth(theme().px(_SHEET_PX))
        self.bar.setMaximumHeight(theme().px(6))
        if self._choices:
            self.show_choices(self._choices)
