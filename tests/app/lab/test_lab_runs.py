"""Runs of a Lab, and closing it."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest

from latentlab.app import current_model
from latentlab.core.spec import TrainSpec
from latentlab.engine import runs
from tests.app.lab.waiting import messages, ready
from tests.helpers import QueuePost, write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.app.lab import Lab

    OpenLab = Callable[..., Lab]

SILENT_CODEC = [sys.executable, "-S", "-c", "import sys; sys.stdin.buffer.read()"]


def test_a_run_becomes_a_model(open_lab: OpenLab, library: Path, post: QueuePost) -> None:
    lab = ready(post, open_lab())
    told: list[int] = []
    lab.registry.changed.connect(lambda: told.append(1))
    write_model(library, "fresh")
    lab.runs.start(TrainSpec(family="vae", name="fresh", config={"steps": 1}))
    post.run_until(lambda: bool(told))
    assert lab.registry.find("fresh").is_usable


def test_a_pause_and_its_end_are_seen_in_the_library(
    open_lab: OpenLab, library: Path, post: QueuePost
) -> None:
    lab = ready(post, open_lab())
    folder = write_model(library, "fresh", state="running")
    run = lab.runs.start(TrainSpec(family="vae", name="fresh"))
    post.run_until(lambda: run.state == "running" and _state_of(lab, "fresh") == "running")
    for wish, state in ((lab.runs.pause, "paused"), (lab.runs.resume, "running")):
        manifest = runs.read_manifest(folder).model_copy(update={"state": state})
        (folder / "manifest.json").write_text(manifest.model_dump_json())
        wish(run)
        post.run_until(lambda state=state: _state_of(lab, "fresh") == state)


def _state_of(lab: Lab, model: str) -> str:
    found = (card.manifest for card in lab.registry.cards() if card.id == model)
    return next((manifest.state for manifest in found if manifest), "")


def test_a_failed_run_is_told(open_lab: OpenLab, post: QueuePost) -> None:
    heard = messages(lab := ready(post, open_lab()))
    lab.runs.start(TrainSpec(family="vae", name="r", config={"refuse": "Impossible settings"}))
    post.run_until(lambda: bool(heard))
    assert heard == [("r: Impossible settings", "error")]


def test_a_run_is_saved_by_closing(open_lab: OpenLab, post: QueuePost) -> None:
    lab = ready(post, open_lab())
    run = lab.runs.start(TrainSpec(family="vae", name="r"))
    post.run_until(lambda: run.state == "running")
    assert lab.close()
    assert run.process is not None
    assert not run.process.is_alive


def test_saving_onto_a_full_disk_is_told(
    open_lab: OpenLab, post: QueuePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = messages(lab := ready(post, open_lab()))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("latentlab.engine.files.write_whole", full)
        lab.save()
    assert [severity for _, severity in heard] == ["error", "error"]
    assert "The session could not be saved" in heard[0][0]
    assert "the disk is full" in heard[0][0]


@pytest.mark.parametrize("name", ["load_latents", "load_originals", "Support"])
def test_what_takes_time_never_runs_on_the_owners_thread(
    name: str, open_lab: OpenLab, post: QueuePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    work = getattr(current_model, name)

    def note(*arguments: object) -> object:
        threads.append(threading.current_thread())
        return work(*arguments)

    monkeypatch.setattr(current_model, name, note)
    ready(post, open_lab())
    post.run_until(lambda: bool(threads))
    assert threading.main_thread() not in threads
