"""The composition root: facts about the current model arrive, intents work, nothing stays alive."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab import data
from latentlab.app import current_model
from latentlab.app.lab import Lab
from latentlab.app.preferences import Preferences, Settings
from latentlab.app.session import Session
from latentlab.app.state import State
from latentlab.core.manifest import DataRecord
from latentlab.core.projection import PcaPlane, RawPlane
from latentlab.core.spec import TrainSpec
from tests.helpers import QueuePost, children, edit_manifest, write_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    OpenLab = Callable[..., Lab]

SILENT_CODEC = [sys.executable, "-S", "-c", "import sys; sys.stdin.buffer.read()"]
TRAINER = [sys.executable, "-S", str(Path(__file__).with_name("fake_trainer.py"))]


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two shipped models: the first has latents of two dimensions, the other of five."""
    folder = tmp_path / "trained"
    write_model(folder, "mnist-vae-2")
    write_model(folder, "mnist-vae-5", latent=5)
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: folder)
    return folder


@pytest.fixture
def settings(home: Path) -> Path:
    return home / "settings"


@pytest.fixture
def open_lab(post: QueuePost, library: Path) -> Iterator[OpenLab]:
    opened: list[Lab] = []

    def open_one(**wishes: Any) -> Lab:
        lab = Lab(wishes.pop("post", post), codec_argv=SILENT_CODEC, trainer_argv=TRAINER, **wishes)
        opened.append(lab)
        return lab

    yield open_one
    for lab in opened:
        lab.close(timeout_s=2.0)
    assert children() == {}


def ready(post: QueuePost, lab: Lab) -> Lab:
    """Wait for all that is known of the current model."""
    post.run_until(lambda: lab.support is not None and lab.plane is not None)
    return lab


def messages(lab: Lab) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    lab.message.connect(lambda text, severity: heard.append((text, severity)))
    return heard


# -- opening -----------------------------------------------------------------------------------


def test_the_first_start_shows_the_shipped_model(open_lab: OpenLab, post: QueuePost) -> None:
    lab = open_lab()
    told: list[str] = []
    for name in ("model", "latents", "plane", "support", "dataset"):
        getattr(lab, f"{name}_changed").connect(lambda name=name: told.append(name))
    assert lab.model.id == "mnist-vae-2", "known at once"
    assert (lab.latents, lab.plane, lab.support) == (None, None, None)
    ready(post, lab)
    assert lab.latents.mu.shape == (60, 2)
    assert lab.plane == RawPlane(2, (0, 1))
    assert lab.support.n == 60
    assert lab.label_names == ("0", "1", "2")
    assert {"model", "latents", "plane", "support"} <= set(told)


def test_opening_and_closing_leave_nothing(open_lab: OpenLab, post: QueuePost) -> None:
    lab = open_lab()
    ready(post, lab)
    lab.runs.warm()
    assert len(children()) == 2
    assert lab.close()
    assert children() == {}
    assert lab.close(), "a second close does nothing"


def test_the_last_session_comes_back(open_lab: OpenLab, post: QueuePost) -> None:
    lab = ready(post, open_lab())
    lab.choose_model("mnist-vae-5")
    ready(post, lab)
    lab.session.move_cursor([0.5] * 5)
    lab.session.pin()
    lab.preferences.update(theme="dark")
    state = lab.session.state
    lab.close()
    again = open_lab()
    assert again.session.state == state
    assert again.model.id == "mnist-vae-5"
    assert again.preferences.settings.theme == "dark"


def test_pins_survive_a_crash(open_lab: OpenLab, post: QueuePost, settings: Path) -> None:
    lab = ready(post, open_lab())
    lab.session.pin([1.0, 2.0])
    post.run_until((settings / "session.json").exists)
    restored, _ = Session.restore(settings / "session.json")
    assert [pin.name for pin in restored.state.pins] == ["A"]


def test_the_command_line_overrules(open_lab: OpenLab, tmp_path: Path) -> None:
    lab = open_lab(model="mnist-vae-5", library=tmp_path / "other")
    assert lab.model.id == "mnist-vae-5"
    assert lab.registry.library == tmp_path / "other"


def test_the_library_comes_from_environment_then_preference(
    open_lab: OpenLab, settings: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Preferences(Settings(library="/preferred")).save(settings / "preferences.json")
    assert open_lab().registry.library == library
    monkeypatch.delenv("LATENTLAB_LIBRARY")
    assert open_lab().registry.library == Path("/preferred")


def test_broken_files_are_told_and_kept(open_lab: OpenLab, settings: Path, post: QueuePost) -> None:
    settings.mkdir()
    (settings / "session.json").write_text("{")
    (settings / "preferences.json").write_text('{"version": 9}')
    heard = messages(lab := open_lab())
    ready(post, lab)
    assert [severity for _, severity in heard] == ["warning", "warning"]
    assert "newer latentlab" in heard[0][0]
    assert "session.kept.json" in heard[1][0]
    assert lab.model.id == "mnist-vae-2"


def test_a_model_that_is_gone_is_replaced(
    open_lab: OpenLab, settings: Path, post: QueuePost
) -> None:
    gone = State(model="gone", z=(1.0, 2.0, 3.0), selection=(5000,))
    Session(gone).save(settings / "session.json")
    heard = messages(lab := open_lab())
    ready(post, lab)
    assert lab.model.id == lab.session.state.model == "mnist-vae-2"
    assert (lab.session.state.z, lab.session.state.selection) == ((), ())
    assert heard == [("gone is not there any more; Tiny VAE is shown.", "warning")]
    assert not lab.session.history.can_undo


def test_no_model_at_all(open_lab: OpenLab, shipped: Path, post: QueuePost) -> None:
    for folder in shipped.iterdir():
        (folder / "manifest.json").unlink()
    lab = open_lab()
    post.drain()
    assert (lab.model, lab.latents, lab.points, lab.anchor) == (None, None, None, None)
    assert lab.original(0) is None
    assert lab.label_names == ()


# -- the current model -------------------------------------------------------------------------


def test_choosing_a_model_changes_all_its_facts(open_lab: OpenLab, post: QueuePost) -> None:
    lab = ready(post, open_lab())
    lab.session.move_cursor([1.0, 1.0])
    lab.choose_model("mnist-vae-5")
    assert lab.model.id == "mnist-vae-5"
    assert (lab.latents, lab.plane, lab.support) == (None, None, None)
    ready(post, lab)
    assert lab.latents.size == 5
    assert isinstance(lab.plane, PcaPlane)
    assert lab.support.nearest(lab.latents.mu[3], 1)[0].tolist() == [[3]]
    lab.session.undo()
    ready(post, lab)
    assert lab.model.id == "mnist-vae-2"
    assert lab.session.state.z == (1.0, 1.0)


def test_a_quick_change_of_mind_shows_the_last(open_lab: OpenLab, post: QueuePost) -> None:
    lab = open_lab()
    for _ in range(5):
        lab.choose_model("mnist-vae-5")
        lab.choose_model("mnist-vae-2")
    lab.choose_model("mnist-vae-5")
    ready(post, lab)
    post.drain()
    assert (lab.latents.size, lab.plane.latent_size) == (5, 5)


def test_missing_and_broken_models_change_nothing(
    open_lab: OpenLab, library: Path, post: QueuePost
) -> None:
    write_model(library, "bad")
    (library / "bad" / "manifest.json").write_text("{")
    heard = messages(lab := ready(post, open_lab()))
    state = lab.session.state
    lab.choose_model("mnist-vae-22")
    lab.choose_model("bad")
    assert lab.session.state is state
    assert "did you mean mnist-vae-2" in heard[0][0]
    assert "is damaged" in heard[1][0]


def test_tampered_latents_are_told(open_lab: OpenLab, library: Path, post: QueuePost) -> None:
    folder = write_model(library, "bad")
    (folder / "latents.safetensors").write_bytes(b"nothing good")
    heard = messages(lab := ready(post, open_lab()))
    lab.choose_model("bad")
    post.run_until(lambda: bool(heard))
    assert "latents.safetensors" in heard[0][0]
    assert lab.latents_problem == heard[0][0]
    assert lab.latents is None
    lab.choose_model("mnist-vae-2")
    ready(post, lab)
    assert lab.latents_problem == ""


def test_the_plane_follows_the_view(open_lab: OpenLab, post: QueuePost) -> None:
    lab = ready(post, open_lab(model="mnist-vae-5"))
    lab.session.set_map(plane="raw", dims=(3, 1))
    assert lab.plane == RawPlane(5, (3, 1))
    lab.session.set_map(plane="pca", dims=(1, 2))
    post.run_until(lambda: isinstance(lab.plane, PcaPlane))
    assert lab.plane.ranks == (1, 2)


def test_points_are_drawn_when_asked(open_lab: OpenLab, post: QueuePost) -> None:
    lab = ready(post, open_lab())
    told: list[int] = []
    lab.latents_changed.connect(lambda: told.append(1))
    assert lab.points is lab.latents.mu
    lab.session.update(sampled=True)
    assert told == [1]
    assert not np.array_equal(lab.points, lab.latents.mu)


def test_the_anchor_is_the_cursor_or_the_mean(open_lab: OpenLab, post: QueuePost) -> None:
    lab = open_lab()
    assert lab.anchor is None
    ready(post, lab)
    np.testing.assert_allclose(lab.anchor, lab.latents.mu.mean(axis=0))
    lab.session.move_cursor([3.0, 4.0])
    assert lab.anchor.tolist() == [3.0, 4.0]


# -- disk changes ------------------------------------------------------------------------------


def test_a_new_model_is_seen(open_lab: OpenLab, library: Path, post: QueuePost) -> None:
    lab = ready(post, open_lab())
    told: list[int] = []
    lab.registry.changed.connect(lambda: told.append(1))
    write_model(library, "theirs")
    lab.rescan()
    post.run_until(lambda: bool(told))
    lab.choose_model("theirs")
    ready(post, lab)
    assert lab.model.id == "theirs"


def test_a_current_model_that_changes_keeps_its_map(
    open_lab: OpenLab, library: Path, post: QueuePost
) -> None:
    folder = write_model(library, "mine")
    lab = ready(post, open_lab(model="mine"))
    latents, support = lab.latents, lab.support
    edit_manifest(folder, title="Another title")
    lab.rescan()
    post.run_until(lambda: lab.model.title == "Another title")
    assert (lab.latents, lab.support) == (latents, support)


def test_a_current_model_that_vanishes_is_replaced(
    open_lab: OpenLab, library: Path, post: QueuePost
) -> None:
    write_model(library, "mine")
    lab = ready(post, open_lab(model="mine"))
    lab.registry.remove("mine")
    ready(post, lab)
    assert lab.model.id == "mnist-vae-2"


def test_an_old_scan_does_not_bring_back_what_was_removed(
    open_lab: OpenLab, library: Path, post: QueuePost
) -> None:
    write_model(library, "mine")
    lab = ready(post, open_lab())
    old = lab.registry.scan()
    version = lab.registry.version
    lab.registry.remove("mine")
    lab._adopt(old, version)
    assert "mine" not in {card.id for card in lab.registry.cards()}


# -- originals ---------------------------------------------------------------------------------


def with_data(library: Path, spec: str, content_hash: str | None = None) -> str:
    dataset = data.load(spec)
    record = DataRecord(
        name=spec,
        title="Tiny",
        content_hash=content_hash or dataset.content_hash,
        shape=dataset.shape,
    )
    return write_model(library, "with-data", data=record).name


def test_originals_come_from_the_same_dataset(
    open_lab: OpenLab, library: Path, tiny_data: str, post: QueuePost
) -> None:
    lab = open_lab(model=with_data(library, tiny_data))
    post.run_until(lambda: lab.dataset is not None and lab.latents is not None)
    assert lab.dataset_problem == ""
    np.testing.assert_array_equal(lab.original(7), lab.dataset.images[lab.latents.indices[7]])
    assert lab.original(60) is None
    assert lab.original(-1) is None


def test_other_pictures_under_the_same_name_are_refused(
    open_lab: OpenLab, library: Path, tiny_data: str, post: QueuePost
) -> None:
    lab = open_lab(model=with_data(library, tiny_data, "f" * 64))
    post.run_until(lambda: bool(lab.dataset_problem))
    assert lab.dataset is None
    assert "is not what the model was trained on" in lab.dataset_problem


def test_data_that_is_not_here_is_told_with_the_remedy(
    open_lab: OpenLab, library: Path, post: QueuePost
) -> None:
    record = DataRecord(name="mnist", title="MNIST", content_hash="0" * 64, shape=(1, 28, 28))
    write_model(library, "m", data=record)
    lab = open_lab(model="m")
    post.run_until(lambda: bool(lab.dataset_problem))
    assert "`latentlab data fetch mnist`" in lab.dataset_problem


def test_the_preferred_data_folder_is_used_and_given_back(
    open_lab: OpenLab, settings: Path, tmp_path: Path
) -> None:
    Preferences(Settings(data=str(tmp_path))).save(settings / "preferences.json")
    lab = open_lab()
    assert os.environ["LATENTLAB_DATA"] == str(tmp_path)
    lab.preferences.update(data="/elsewhere")
    assert os.environ["LATENTLAB_DATA"] == "/elsewhere"
    lab.close()
    assert "LATENTLAB_DATA" not in os.environ


# -- runs --------------------------------------------------------------------------------------


def test_a_run_becomes_a_model(open_lab: OpenLab, library: Path, post: QueuePost) -> None:
    lab = ready(post, open_lab())
    told: list[int] = []
    lab.registry.changed.connect(lambda: told.append(1))
    write_model(library, "fresh")
    lab.runs.start(TrainSpec(family="vae", name="fresh", config={"steps": 1}))
    post.run_until(lambda: bool(told))
    assert lab.registry.find("fresh").is_usable


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
