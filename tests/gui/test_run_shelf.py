"""Which runs are listed, which one is looked at, and when its pictures are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from psygnal import Signal
from PySide6.QtCore import QObject

from latentlab.app.run_manager import RunHandle
from latentlab.app.run_record import RunRecord
from latentlab.core import events
from latentlab.core.errors import LatentlabError
from latentlab.core.spec import TrainSpec
from latentlab.engine import files, runs
from latentlab.gui.train.moments import Moments
from latentlab.gui.train.pictures_row import PicturesRow
from latentlab.gui.train.run_header import Retry
from latentlab.gui.train.run_shelf import RunShelf
from latentlab.gui.train.shown_run import ShownRun
from tests.app.test_run_history import ended, started, step
from tests.helpers import digits_like, manifest_of, write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot


class FakeManager:
    """The signals and the list of a RunManager."""

    event = Signal(RunHandle, object)
    changed = Signal(RunHandle)
    list_changed = Signal()

    def __init__(self) -> None:
        self.runs: tuple[RunHandle, ...] = ()

    def add(self, name: str = "", resumes: Path | None = None) -> RunHandle:
        spec = TrainSpec(family="vae", name=name or None)
        run = RunHandle(len(self.runs) + 1, spec, resumes)
        self.runs = (*self.runs, run)
        self.list_changed.emit()
        return run

    def find(self, model: str) -> RunHandle | None:
        return next((run for run in self.runs if run.folder and run.folder.name == model), None)

    def forget(self, run: RunHandle) -> None:
        self.runs = tuple(other for other in self.runs if other is not run)
        self.list_changed.emit()


class Here:
    """A Background that works at once, or keeps the work until `finish`."""

    def __init__(self, *, later: bool = False) -> None:
        self.later = later
        self.kept: list[Callable[[], None]] = []
        self.lanes: list[str] = []

    def run(
        self, lane: str, work: Callable[[Any], Any], done: Callable[[Any], None], failed: Any = None
    ) -> None:
        def act() -> None:
            try:
                found = work(None)
            except LatentlabError as error:
                failed(str(error))
            else:
                done(found)

        self.lanes.append(lane)
        self.kept.append(act)
        if not self.later:
            self.finish()

    def cancel(self, lane: str) -> None:
        self.kept.clear()

    def finish(self) -> None:
        while self.kept:
            self.kept.pop(0)()


@pytest.fixture
def manager() -> FakeManager:
    return FakeManager()


@pytest.fixture
def shelf(qapp: object, manager: FakeManager) -> RunShelf:
    parent = QObject()
    made = RunShelf(manager, Here(), parent)
    made._keep = parent
    return made


def finished(library: Path, name: str = "old") -> Path:
    folder = write_model(library, name)
    lines = [started(2), step(500), ended()]
    text = "".join(f"{event.model_dump_json()}\n" for event in lines)
    (folder / runs.EVENTS).write_text(text)
    return folder


# -- the list --------------------------------------------------------------------------------------


def test_the_first_run_is_looked_at(qtbot: QtBot, shelf: RunShelf, manager: FakeManager) -> None:
    assert shelf.shown is None
    with qtbot.waitSignal(shelf.touched):
        first = manager.add("one")
    assert shelf.shown.run is first
    second = manager.add("two")
    assert shelf.shown.run is first
    shelf.choose("run:2")
    assert shelf.shown.run is second
    with qtbot.assertNotEmitted(shelf.touched):
        shelf.choose("run:2")


def test_events_and_changes_touch(qtbot: QtBot, shelf: RunShelf, manager: FakeManager) -> None:
    run = manager.add("one")
    for tell in (lambda: manager.event.emit(run, step(1)), lambda: manager.changed.emit(run)):
        with qtbot.waitSignal(shelf.touched):
            tell()


def test_opening_a_folder_once(shelf: RunShelf, library: Path) -> None:
    folder = finished(library)
    shelf.open(folder)
    record = shelf.shown.record
    assert shelf.shown.title == "old"
    assert not shelf.is_opening
    shelf.choose("")
    shelf.open(folder)
    assert shelf.shown.record is record
    assert len(shelf.entries) == 1


def test_a_run_of_this_window_is_not_read_from_its_folder(
    shelf: RunShelf, manager: FakeManager, library: Path
) -> None:
    folder = finished(library)
    shelf.open(folder)
    run = manager.add("old")
    run.folder = folder
    shelf.open(folder)
    assert shelf.shown.run is run
    assert [entry.title for entry in shelf.entries] == ["old"]


def test_a_folder_that_cannot_be_opened(qtbot: QtBot, shelf: RunShelf, tmp_path: Path) -> None:
    with qtbot.waitSignal(shelf.failed) as heard:
        shelf.open(tmp_path)
    assert "no model" in heard.args[0]
    assert shelf.shown is None
    assert not shelf.is_opening


def test_the_rest_of_a_run_replaces_it(
    shelf: RunShelf, manager: FakeManager, library: Path
) -> None:
    folder = finished(library)
    first = manager.add("old")
    first.folder = folder
    second = manager.add("old", resumes=folder)
    assert [entry.run for entry in shelf.entries] == [second]


def test_taking_off_the_list(shelf: RunShelf, manager: FakeManager, library: Path) -> None:
    manager.add("one")
    shelf.open(finished(library))
    shelf.remove("model:old")
    shelf.remove("run:1")
    shelf.remove("run:7")
    assert shelf.entries == []


def test_a_run_elsewhere_is_read_on(qtbot: QtBot, shelf: RunShelf, library: Path) -> None:
    folder = write_model(library, "old", state="running")
    (folder / runs.EVENTS).write_text(f"{started(2).model_dump_json()}\n")
    record = RunRecord.open(folder)
    record.history.state = "running"  # as if its lock were held
    shelf._on_opened(record)
    assert shelf.shown.is_elsewhere
    with (folder / runs.EVENTS).open("a") as file:
        file.write(f"{step(700).model_dump_json()}\n")
    with qtbot.waitSignal(shelf.touched):
        shelf._follow()
    assert shelf.shown.history.images_seen == 700
    with qtbot.assertNotEmitted(shelf.touched):
        shelf._follow()


# -- what an entry says ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "batch"),
    [
        ("CPU ran out of memory at a batch size of 128; try a batch size of 64.", 64),
        ("CPU ran out of memory at a batch size of 1; try a smaller network.", 0),
        ("The disk is full.", 0),
    ],
)
def test_only_a_full_memory_offers_a_smaller_batch(
    manager: FakeManager, message: str, batch: int
) -> None:
    run = manager.add("one")
    run.history.extend([started(), ended("failed", message)])
    assert ShownRun(run=run).offer().retry == (Retry("batch_size", batch) if batch else None)


@pytest.mark.parametrize(
    ("advice", "rate"),
    [
        ("Resume to go on from them, or stop and try a learning rate below 0.05.", 0.005),
        ("Resume to go on from them, or stop and try a learning rate below 1e-05.", 1e-6),
        ("Something else.", 0),
    ],
)
def test_a_diverged_run_offers_a_tenth_of_its_step_size(
    manager: FakeManager, advice: str, rate: float
) -> None:
    run = manager.add("one")
    alarm = events.Alarm(
        code="diverged", message="So.", advice=advice, epoch=0, images_seen=9, t=1
    )  # fmt: skip
    run.history.extend([started(), alarm])
    assert ShownRun(run=run).offer().retry is None, "not before it is paused"
    run.history.add(events.StateChanged(state="paused", t=1))
    retry = ShownRun(run=run).offer().retry
    assert (retry.value if retry else 0) == pytest.approx(rate)
    assert retry is None or retry.field == "learning_rate"


def test_offers_follow_the_state(manager: FakeManager, library: Path) -> None:
    run = manager.add("old")
    assert ShownRun(run=run).offer().steerable
    assert not ShownRun(run=run).offer().explorable
    run.folder = finished(library)
    run.history.extend([started(), ended("stopped")])
    (run.folder / runs.STATE).write_bytes(b"x")
    offer = ShownRun(run=run).offer()
    assert (offer.steerable, offer.explorable, offer.continuable) == (False, True, True)


def test_a_row_carries_the_command_of_its_run(manager: FakeManager) -> None:
    row = ShownRun(run=manager.add("one")).row()
    assert row.command == "latentlab train vae --data digits --name one"
    assert (row.state, row.words) == ("queued", "waiting for its turn")


# -- pictures --------------------------------------------------------------------------------------


def looked_at(run: RunHandle, folder: Path, number: int) -> ShownRun:
    """The run with one more moment."""
    images, _ = digits_like(16)
    path = f"samples/{number}.safetensors"
    files.write_whole(folder / path, files.pack_arrays({"samples": images}))
    (folder / runs.MANIFEST).write_text(manifest_of().model_dump_json())
    run.folder = folder
    run.history.add(events.Samples(epoch=number, images_seen=number, path=path, t=1))
    return ShownRun(run=run)


def test_a_moment_is_read_once(qtbot: QtBot, manager: FakeManager, tmp_path: Path) -> None:
    row, background = PicturesRow(), Here()
    qtbot.addWidget(row)
    moments = Moments(row, background)
    shown = looked_at(manager.add("one"), tmp_path, 1)
    with qtbot.waitSignal(moments.drawn):
        moments.show_newest(shown)
    assert row.samples.count == 16
    moments.show_newest(shown)
    assert len(background.lanes) == 1
    moments.show_newest(looked_at(shown.run, tmp_path, 2))
    assert len(background.lanes) == 2


def test_pictures_of_another_run_go_at_once(
    qtbot: QtBot, manager: FakeManager, tmp_path: Path
) -> None:
    row, background = PicturesRow(), Here(later=True)
    qtbot.addWidget(row)
    moments = Moments(row, background)
    moments.show_newest(looked_at(manager.add("one"), tmp_path, 1))
    background.finish()
    assert row.samples.count == 16
    moments.show_newest(looked_at(manager.add("two"), tmp_path, 2))
    assert row.samples.count == 0
    assert moments.is_reading
    background.finish()
    assert not moments.is_reading
    moments.show_newest(None)
    assert row.samples.count == 0
