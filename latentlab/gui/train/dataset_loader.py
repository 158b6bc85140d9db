"""Datasets in the background for the picker: the list, a look inside, fetching."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from latentlab.app import dataset_preview

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.background import Background, Cancel
    from latentlab.app.dataset_preview import Choice, Preview
    from latentlab.data import Progress
    from latentlab.gui.widgets.dataset_picker import DatasetPicker

_LIST, _LOOK = "datasets", "dataset-preview"
_TELL_S = 0.1  # progress is told at most this often
_FIRST = "mnist"  # what most people come for, when it is here
_UNITS = {"bytes": (1e6, "MB"), "images": (1, "images")}


class DatasetLoader(QObject):
    """Answers the picker's wishes; `changed` when what is known of the choice is new."""

    changed = Signal()
    _progressed = Signal(str, object)  # from the thread that loads

    def __init__(self, picker: DatasetPicker, background: Background) -> None:
        super().__init__(picker)
        self._picker = picker
        self._background = background
        self.is_busy = True
        self._fetching = False
        picker.chosen.connect(self._on_chosen)
        picker.fetch_requested.connect(self._on_fetch)
        picker.cancel_requested.connect(self._on_cancel)
        self._progressed.connect(self._on_progressed, Qt.ConnectionType.QueuedConnection)

    def look_for_datasets(self) -> None:
        """Fill the list; the first time, open the one to begin with."""
        self._background.run(_LIST, lambda _: dataset_preview.choices(), self._on_choices)

    def _on_choices(self, choices: list[Choice]) -> None:
        self._picker.show_choices(choices)
        if not self._picker.spec:
            here = [choice.spec for choice in choices if choice.here]
            self._picker.choose(_FIRST if _FIRST in here else here[0])

    def _on_chosen(self, spec: str) -> None:
        self._run(lambda report, _: dataset_preview.preview(spec, report), spec)

    def _on_fetch(self, spec: str) -> None:
        self._picker.show_progress("connecting…", None)
        self._picker.show_fetching(True)
        self._fetching = True
        self._run(
            lambda report, cancel: dataset_preview.fetch(spec, report, lambda: cancel.wanted), spec
        )

    def _on_cancel(self) -> None:
        self._background.cancel(_LOOK)
        self._picker.choose(self._picker.spec)

    def _run(
        self, work: Callable[[Callable[[Progress], None], Cancel], Preview], spec: str
    ) -> None:
        told = 0.0

        def load(cancel: Cancel) -> Preview:
            def report(progress: Progress) -> None:
                nonlocal told
                cancel.check()
                if time.monotonic() - told >= _TELL_S:
                    told = time.monotonic()
                    self._progressed.emit(spec, progress)

            return work(report, cancel)

        self.is_busy = True
        self._background.run(_LOOK, load, self._on_preview, self._on_failed, cancel_running=True)
        self.changed.emit()

    def _on_preview(self, preview: Preview) -> None:
        if preview.spec == self._picker.spec:
            self._picker.show_preview(preview)
            self._finish()
            if self._fetching and preview.here:
                self.look_for_datasets()  # it is on this machine now
            self._fetching = False

    def _on_failed(self, sentence: str) -> None:
        self._picker.show_problem(sentence)
        self._finish()

    def _finish(self) -> None:
        self.is_busy = False
        self.changed.emit()

    def _on_progressed(self, spec: str, progress: Progress) -> None:
        if self.is_busy and spec == self._picker.spec:
            size, unit = _UNITS[progress.unit]
            done = f"{progress.done / size:,.0f}"
            whole = f" of {progress.total / size:,.0f}" if progress.total else ""
            words = f"{progress.text}: {done}{whole} {unit}"
            self._picker.show_progress(words, progress.fraction)
