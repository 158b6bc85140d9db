"""Work of unknown length that can be given up: a sentence, a moving bar, Cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.app.exports import Job, Work
    from latentlab.app.lab import Lab


class WorkDialog(QDialog):
    """Closes when the work is done or given up; a failure stays to be read."""

    def __init__(
        self, lab: Lab, words: str, work: Work, done: Callable[[Path], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._lab, self._work, self._done = lab, work, done
        self._job: Job | None = None
        self.words = QLabel(words)
        self.words.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.cancel = QPushButton("Cancel")
        self.cancel.setAccessibleName("Cancel")
        self.cancel.setToolTip("Give it up; nothing is left of it (Esc)")
        self.cancel.clicked.connect(self.reject)
        self._build()

    def begin(self) -> None:
        """Open, and start the work."""
        self.open()
        self._job = self._lab.exports.run(
            self._work, progress=lambda _: None, done=self._on_done, failed=self._on_failed
        )

    def reject(self) -> None:
        """Esc and Cancel: give it up; the end of the work closes the dialog."""
        if self._job is None:
            super().reject()
            return
        self._job.cancel()
        self.words.setText("Being given up…")
        self.cancel.setEnabled(False)

    def _on_done(self, path: Path | None) -> None:
        self._job = None
        if path is None:
            super().reject()
            return
        self._done(path)
        self.accept()

    def _on_failed(self, text: str) -> None:
        self._job = None
        self.words.setText(text)
        set_look(self.words, "error")
        self.bar.hide()
        self.cancel.setEnabled(True)
        self.cancel.setText("Close")

    def _build(self) -> None:
        px = theme().px
        self.setWindowTitle("Export")
        self.setAccessibleName("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(16), px(16), px(14))
        column.setSpacing(px(12))
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addLayout(buttons)
        self.setMinimumWidth(px(420))
