"""One entry of the run list: a run of this window, or one read from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latentlab.app.command_line import command_of
from latentlab.app.run_history import describe
from latentlab.core.spec import TrainSpec
from latentlab.engine import runs
from latentlab.gui.train.run_header import Offer, Retry
from latentlab.gui.widgets.run_list import RunRow

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.run_history import RunHistory
    from latentlab.app.run_manager import RunHandle
    from latentlab.app.run_record import RunRecord

_FULL = "out of memory"  # as the engine says it, with the batch size


@dataclass(frozen=True)
class ShownRun:
    """Exactly one of `run` and `record` is there."""

    run: RunHandle | None = None
    record: RunRecord | None = None

    @property
    def key(self) -> str:
        """Unique in the list, and the same as long as the entry lives."""
        return f"run:{self.run.number}" if self.run else f"model:{self.title}"

    @property
    def history(self) -> RunHistory:
        """What it has told."""
        if self.run:
            return self.run.history
        assert self.record
        return self.record.history

    @property
    def folder(self) -> Path | None:
        """Its model folder, known from the first event on."""
        if self.run:
            return self.run.folder
        assert self.record
        return self.record.folder

    @property
    def title(self) -> str:
        """A name for people: the model's id as soon as there is one."""
        if self.folder is not None:
            return self.folder.name
        return self.run.title if self.run else self.history.name

    @property
    def is_elsewhere(self) -> bool:
        """Whether another process may still be writing it."""
        return self.run is None and not self.history.is_over

    @property
    def explorable(self) -> bool:
        """Whether there are weights to look into."""
        return self.folder is not None and (self.folder / runs.WEIGHTS).is_file()

    def spec(self) -> TrainSpec:
        """What it was asked to do; raises ModelError when its manifest cannot be read."""
        if self.run is not None:
            return self.run.spec
        assert self.record
        manifest = runs.read_manifest(self.record.folder)
        return TrainSpec(
            family=manifest.family,
            config=manifest.config,
            recipe=manifest.recipe,
            data=manifest.data.name,
        )

    def row(self) -> RunRow:
        """Its line in the list."""
        history = self.history
        share = 1.0 if history.state == "finished" else history.progress
        alarmed = bool(history.alarms) and not history.is_over
        command = "" if self.run is None else command_of(self.run.spec)
        return RunRow(
            self.key, self.title, describe(history), history.state, share, alarmed, command
        )

    def offer(self) -> Offer:
        """What may be done with it."""
        run = self.run
        return Offer(
            steerable=run is not None and not run.is_over,
            stopping=run is not None and run.is_stopping,
            explorable=self.explorable,
            continuable=self._continuable(),
            retry=self._retry(),
        )

    def _continuable(self) -> bool:
        """Whether it ended before its last epoch and kept what it takes to go on."""
        unfinished = self.history.state in ("stopped", "interrupted", "failed")
        return unfinished and self.folder is not None and (self.folder / runs.STATE).is_file()

    def _retry(self) -> Retry | None:
        """Half the batch that did not fit into the memory, a tenth of too large a step size."""
        history = self.history
        if self.run is None or (self.run.is_stopping and not self.run.is_over):
            return None
        if history.state == "failed" and _FULL in history.message:
            batch = int(_number_after("batch size of ", history.message)) // 2
            return Retry("batch_size", batch) if batch else None
        if history.state in ("paused", "stopped") and history.alarms:
            rate = _number_after("learning rate below ", history.alarms[-1].advice) / 10
            return Retry("learning_rate", rate) if rate else None
        return None


def _number_after(words: str, text: str) -> float:
    """The number that the engine's sentence names there; 0 without one."""
    found = text.partition(words)[2].split(maxsplit=1)
    try:
        return float(found[0].strip(".;,")) if found else 0.0
    except ValueError:
        return 0.0
