"""What is selected on the map: how many, of which classes, their mean, a contact sheet, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.image_view import ImageView
from latentlab.gui.widgets.share_bars import ShareBars
from latentlab.gui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from latentlab.gui.explore.summary import Summary

_WIDTH = 212
EXPORTS = {
    "csv": "index, label and latent of every selected image",
    "npz": "indices, labels and latents of every selected image as arrays",
    "png": "the contact sheet",
}


class SelectionPanel(QFrame):
    """A column beside the map, there only while something is selected."""

    cleared = Signal()
    export_requested = Signal(str)  # "csv", "npz", "png"
    row_chosen = Signal(int)  # a picture of the sheet: its latent row
    mean_pinned = Signal()
    row_pinned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary: Summary | None = None
        self._title, self._sheet_title = QLabel(), QLabel()
        self._bars = ShareBars()
        self.mean = ImageView(name="mean of the selection, decoded", pinnable=True)
        self.sheet = SheetView(name="selected images", columns=4, gap=2, pinnable=True)
        self.buttons = {kind: QPushButton(kind.upper()) for kind in EXPORTS}
        self._clear = QPushButton("Clear")
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_summary(self, summary: Summary | None, colours: list[QColor], kind: str) -> None:
        """Another selection, None hides the panel; `kind` names the sheet's pictures."""
        self._summary = summary
        self.setVisible(summary is not None)
        if summary is None:
            return
        self._title.setText(summary.title)
        self._bars.show_shares(summary.shares, colours)
        self._sheet_title.setText(summary.sheet_title(kind))

    def show_mean(self, picture: NDArray[np.uint8] | None) -> None:
        """The decoded mean latent, (C, H, W)."""
        self.mean.show_picture(picture)

    def show_sheet(self, shown: NDArray[np.uint8] | None) -> None:
        """The first selected images, (n, C, H, W)."""
        self.sheet.show_pictures(shown)

    @property
    def title(self) -> str:
        """How many images are selected."""
        return self._title.text()

    @property
    def sheet_title(self) -> str:
        """How many pictures the sheet shows."""
        return self._sheet_title.text()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._clear)
        export = QHBoxLayout()
        for button in self.buttons.values():
            export.addWidget(button)
        body = QWidget()
        body.setProperty("look", "bare")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 4, 0)
        mean_title = QLabel("mean of their latents, decoded")
        for part in (self._bars, mean_title, self.mean, self._sheet_title, self.sheet):
            column.addWidget(part)
        column.addStretch(1)
        for label, look in ((self._title, "title"), (mean_title, "small")):
            set_look(label, look)
        set_look(self._sheet_title, "small")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 0, 0, 0)
        outer.addLayout(head)
        outer.addWidget(self._scroll, 1)
        outer.addLayout(export)

    def _connect(self) -> None:
        self.setAccessibleName("Selection")
        self._clear.setToolTip("Select nothing (Esc)")
        self._clear.setAccessibleName("Clear the selection")
        self._clear.clicked.connect(self.cleared)
        for kind, button in self.buttons.items():
            button.setToolTip(f"Save as {kind.upper()}: {EXPORTS[kind]}")
            button.setAccessibleName(f"Export the selection as {kind.upper()}")
            button.clicked.connect(lambda _=False, chosen=kind: self.export_requested.emit(chosen))
        self.sheet.clicked.connect(lambda at: self._emit_row(self.row_chosen, at))
        self.mean.pin_requested.connect(self.mean_pinned)
        self.sheet.pin_requested.connect(lambda at: self._emit_row(self.row_pinned, at))

    def _emit_row(self, signal: SignalInstance, at: int) -> None:
        if self._summary is not None and at < len(self._summary.sheet):
            signal.emit(int(self._summary.sheet[at]))

    def _restyle(self) -> None:
        self.setFixedWidth(theme().px(_WIDTH))
        side = theme().px(84)
        self.mean.setFixedSize(side, side)
