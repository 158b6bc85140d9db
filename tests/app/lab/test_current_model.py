"""The current model: its facts, its originals, and what happens to it on disk."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import numpy as np

from latentlab import data
from latentlab.app.preferences import Preferences, Settings
from latentlab.core.manifest import DataRecord
from latentlab.core.projection import PcaPlane, RawPlane
from tests.app.lab.waiting import messages, ready
from tests.helpers import QueuePost, edit_manifest, write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.app.lab import Lab

    OpenLab = Callable[..., Lab]

SILENT_CODEC = [sys.executable, "-S", "-c", "import sys; sys.stdin.buffer.read()"]


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
