"""Which runs are in the list and which one is looked at: those of this window, and opened ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from latentlab.app.run_record import RunRecord
from latentlab.gui.train.shown_run import ShownRun

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.background import Background
    from latentlab.app.run_manager import RunHandle, RunManager
    from latentlab.core.events import Event

_OPEN, _FOLLOW = "run-record", "run-follow"
FOLLOW_MS = 1000  # a run of another process is looked after this often


class RunShelf(QObject):
    """Holds the list and the choice; `touched` when what is looked at, or the list, is new."""

    touched = Signal()
    failed = Signal(str)  # one sentence

    def __init__(self, runs: RunManager, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._runs = runs
        self._background = background
        self._records: dict[str, RunRecord] = {}  # by model id
        self._chosen = ""
        self.is_opening = False
        self._timer = QTimer(self)
        self._timer.setObjectName("follow runs of other processes")
        self._timer.setInterval(FOLLOW_MS)
        self._timer.timeout.connect(self._follow)
        runs.event.connect(self._on_event)
        runs.changed.connect(self._on_changed)
        runs.list_changed.connect(self._on_list_changed)

    @property
    def entries(self) -> list[ShownRun]:
        """Runs of this window in their order, then opened ones."""
        own = [ShownRun(run=run) for run in self._runs.runs if not self._went_on(run)]
        written = {place.name for run in self._runs.runs if (place := run.folder or run.resumes)}
        opened = [record for name, record in self._records.items() if name not in written]
        return own + [ShownRun(record=record) for record in opened]

    @property
    def shown(self) -> ShownRun | None:
        """The one that is looked at."""
        return next((entry for entry in self.entries if entry.key == self._chosen), None)

    def find(self, key: str) -> ShownRun | None:
        """The entry of a key."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def choose(self, key: str) -> None:
        """Look at an entry of the list."""
        if key != self._chosen:
            self._chosen = key
            self.touched.emit()

    def open(self, folder: Path) -> None:
        """Look at the run of a model: of this window, already opened, or read now."""
        run = self._runs.find(folder.name)
        if run is not None:
            self.choose(ShownRun(run=run).key)
        elif folder.name in self._records:
            self.choose(ShownRun(record=self._records[folder.name]).key)
        else:
            self.is_opening = True
            self._background.run(
                _OPEN, lambda _: RunRecord.open(folder), self._on_opened, self._on_failed
            )

    def remove(self, key: str) -> None:
        """Take an entry off the list; its folder stays."""
        entry = self.find(key)
        if entry is None:
            return
        if entry.run is not None:
            self._runs.forget(entry.run)
        else:
            self._records.pop(entry.title, None)
            self.touched.emit()

    def move(self, key: str, by: int) -> None:
        """Move a queued run in the queue."""
        entry = self.find(key)
        queued = list(self._runs.queued)
        if entry is not None and entry.run in queued:
            self._runs.move(entry.run, queued.index(entry.run) + by)

    def watch(self, watching: bool) -> None:
        """Follow runs of other processes while somebody looks."""
        if watching and not self._timer.isActive():
            self._timer.start()
        elif not watching:
            self._timer.stop()

    def _went_on(self, run: RunHandle) -> bool:
        """Whether a later run of the list is the rest of this one."""
        later = (other for other in self._runs.runs if other.number > run.number)
        return run.folder is not None and any(other.resumes == run.folder for other in later)

    def _on_event(self, run: RunHandle, event: Event) -> None:
        del run, event
        self.touched.emit()

    def _on_changed(self, run: RunHandle) -> None:
        del run
        self.touched.emit()

    def _on_list_changed(self) -> None:
        if self.shown is None and self._runs.runs:
            self._chosen = ShownRun(run=self._runs.runs[-1]).key
        self.touched.emit()

    def _on_opened(self, record: RunRecord) -> None:
        self.is_opening = False
        self._records[record.folder.name] = record
        self._chosen = ShownRun(record=record).key
        self.touched.emit()

    def _on_failed(self, sentence: str) -> None:
        self.is_opening = False
        self.failed.emit(sentence)
        self.touched.emit()

    def _follow(self) -> None:
        shown = self.shown
        if shown is None or shown.record is None or not shown.is_elsewhere:
            return
        record = shown.record
        self._background.run(
            _FOLLOW, lambda _: record.read_on(), lambda more: self._add(record, more)
        )

    def _add(self, record: RunRecord, more: list[Event]) -> None:
        if more:
            record.follow(more)
            self.touched.emit()
