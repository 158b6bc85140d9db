"""Closing the window while trainings run: asks, saves, and never hangs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QLabel, QMessageBox, QProgressBar, QPushButton, QVBoxLayout

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from latentlab.app.lab import Lab

Answer = Literal["save", "stay"]


class SavingDialog(QDialog):
    """Shown until every run has saved; the user may go without."""

    def __init__(self, parent: QMainWindow) -> None:
        super().__init__(parent)
        self.setWindowTitle("Saving")
        self.setModal(True)
        column = QVBoxLayout(self)
        self.words = QLabel()
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setAccessibleName("Saving")
        self.leave = QPushButton("Close without waiting")
        self.leave.setAccessibleName("Close without waiting")
        self.leave.setToolTip("What the runs did since they last saved is lost")
        for widget in (self.words, bar, self.leave):
            column.addWidget(widget)
        self.setMinimumWidth(theme().px(320))

    def show_count(self, n: int) -> None:
        """How many runs still write."""
        self.words.setText(f"{n} training{'s' if n > 1 else ''} saving…")


class Closing(QObject):
    """Decides whether the window may close now; if not, closes it when all runs have ended."""

    def __init__(self, lab: Lab, window: QMainWindow) -> None:
        super().__init__(window)
        self._lab = lab
        self._window = window
        self._dialog: SavingDialog | None = None
        self._forced = False

    @property
    def is_saving(self) -> bool:
        """Whether the window will close by itself soon."""
        return self._dialog is not None

    def may_close(self) -> bool:
        """True when nothing runs; else asks, and starts to save when told so."""
        if self._forced or not self._lab.runs.active:
            return True
        if self._dialog is None and self.ask() == "save":
            self._begin()
        return False

    def ask(self) -> Answer:
        """The question; staying is the default."""
        running = self._lab.runs.active
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Trainings are running")
        names = ", ".join(run.title for run in running)
        plural = "s are" if len(running) > 1 else " is"
        box.setText(f"{len(running)} training{plural} still running: {names}.")
        box.setInformativeText("Stopped runs are saved and can be explored and resumed.")
        save = box.addButton("Stop and save", QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton("Keep the window open", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.exec()
        chosen = box.clickedButton() is save
        box.deleteLater()
        return "save" if chosen else "stay"

    def _begin(self) -> None:
        manager = self._lab.runs
        for run in manager.queued:
            manager.cancel(run)
        self._dialog = SavingDialog(self._window)
        self._dialog.leave.clicked.connect(self._force)
        self._dialog.rejected.connect(self._stay)
        manager.changed.connect(self._on_run_changed)
        for run in manager.active:
            manager.stop(run)
        self._dialog.open()
        self._on_run_changed()

    def _on_run_changed(self, *_: object) -> None:
        if self._dialog is None:
            return
        count = len(self._lab.runs.active)
        self._dialog.show_count(count)
        if not count:
            self._end()
            self._window.close()

    def _force(self) -> None:
        self._forced = True
        self._end()
        self._window.close()

    def _stay(self) -> None:
        """Escape: the runs stop and save all the same, but the window stays."""
        self._end()

    def _end(self) -> None:
        dialog, self._dialog = self._dialog, None
        self._lab.runs.changed.disconnect(self._on_run_changed)
        if dialog is not None:
            dialog.rejected.disconnect(self._stay)
            dialog.close()
            dialog.deleteLater()
