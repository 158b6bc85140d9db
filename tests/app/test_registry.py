"""The folders are the truth: what is found, what is refused, and how fast."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from latentlab.app.registry import ModelCard, Registry
from latentlab.core.errors import ModelError
from latentlab.engine import runs
from tests.helpers import edit_manifest, manifest_of, write_model

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.core.manifest import Manifest


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "trained"
    write_model(folder, "mnist-vae-2")
    write_model(folder, "mnist-pca-30", latent=30)
    return folder


@pytest.fixture
def registry(library: Path, shipped: Path) -> Registry:
    return Registry(library, shipped)


def ids(registry: Registry) -> list[str]:
    return [card.id for card in registry.cards()]


# -- looking -----------------------------------------------------------------------------------


def test_shipped_first_then_the_newest_of_the_user(registry: Registry, library: Path) -> None:
    write_model(library, "old", created="2026-01-01T00:00:00+00:00")
    write_model(library, "new", created="2026-02-01T00:00:00+00:00")
    assert ids(registry) == ["mnist-pca-30", "mnist-vae-2", "new", "old"]
    assert [card.shipped for card in registry.cards()] == [True, True, False, False]


def test_a_card_tells_what_the_window_shows(registry: Registry, library: Path) -> None:
    folder = write_model(library, "mine", title="My VAE")
    card = registry.find("mine")
    assert (card.title, card.state, card.broken, card.folder) == (
        "My VAE",
        "finished",
        None,
        folder,
    )
    assert card.metric.value == 41.5
    assert card.preview == folder / "preview.png"
    assert card.is_usable
    assert not card.is_active
    assert card.require().latent_size == 2


def test_missing_places_are_empty(tmp_path: Path) -> None:
    assert Registry(tmp_path / "none", tmp_path / "nothing").cards() == []


def test_files_hidden_folders_and_folders_without_manifest_are_no_models(
    registry: Registry, library: Path
) -> None:
    (library / "notes.txt").write_text("no model")
    (library / "reserved").mkdir()
    write_model(library, ".import-1234")
    assert ids(registry) == ["mnist-pca-30", "mnist-vae-2"]


def test_an_unknown_id_names_near_ones(registry: Registry) -> None:
    with pytest.raises(ModelError, match="no model 'mnist-vea-2': did you mean mnist-vae-2"):
        registry.find("mnist-vea-2")
    with pytest.raises(ModelError, match="latentlab models list"):
        registry.find("qqqq")


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("", "damaged"),
        ("{}", "schema version None"),
        (json.dumps({"schema_version": 7}), "schema version 7, this latentlab reads version 1"),
        (json.dumps({"schema_version": 1}), "damaged at 'id'"),
    ],
)
def test_a_broken_manifest_is_a_card_with_one_sentence(
    registry: Registry, library: Path, manifest: str, words: str
) -> None:
    folder = write_model(library, "bad")
    (folder / "manifest.json").write_text(manifest)
    card = registry.find("bad")
    assert (card.manifest, card.state, card.title) == (None, None, "bad")
    assert words in card.broken
    assert not card.is_usable
    with pytest.raises(ModelError, match=r"manifest\.json"):
        card.require()


def test_a_shipped_name_cannot_be_taken(registry: Registry, library: Path) -> None:
    write_model(library, "mnist-vae-2")
    cards = registry.cards()
    assert [card.id for card in cards].count("mnist-vae-2") == 1
    assert registry.find("mnist-vae-2").shipped
    assert "rename the folder" in registry.find("mnist-vae-2 (library)").broken


def test_a_run_that_nobody_writes_was_interrupted(registry: Registry, library: Path) -> None:
    folder = write_model(library, "dead", state="running")
    assert registry.find("dead").state == "interrupted"
    with runs.RunWriter(folder, runs.read_manifest(folder)):
        assert registry.rescan()
        assert registry.find("dead").is_active
    assert registry.rescan()
    assert not registry.find("dead").is_active


# -- seeing changes ----------------------------------------------------------------------------


def test_rescan_sees_what_another_window_did(registry: Registry, library: Path) -> None:
    told: list[int] = []
    registry.changed.connect(lambda: told.append(1))
    registry.cards()
    assert not registry.rescan()
    other = Registry(library, registry.shipped)
    write_model(library, "theirs")
    assert registry.rescan()
    assert "theirs" in ids(registry)
    edit_manifest(library / "theirs", title="A better title")
    assert registry.rescan()
    assert registry.find("theirs").title == "A better title"
    other.remove("theirs")
    assert registry.rescan()
    assert "theirs" not in ids(registry)
    assert len(told) == 3
    assert not registry.rescan()


def test_a_mended_model_is_read_again(registry: Registry, library: Path) -> None:
    folder = write_model(library, "bad")
    good = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text("{")
    assert registry.find("bad").broken
    (folder / "manifest.json").write_text(good)
    registry.rescan()
    assert registry.find("bad").broken is None


def test_a_scan_reads_only_manifests_that_changed(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    read_manifest = runs.read_manifest

    def note(folder: Path) -> Manifest:
        read.append(folder.name)
        return read_manifest(folder)

    monkeypatch.setattr(runs, "read_manifest", note)
    text = manifest_of().model_dump_json()
    for number in range(100):
        folder = library / f"model-{number}"
        folder.mkdir()
        (folder / "manifest.json").write_text(text)
    registry = Registry(library, tmp_path / "none")
    assert len(registry.cards()) == 100
    assert len(read) == 100
    assert not registry.rescan()
    (library / "model-7" / "manifest.json").write_text(text + "\n")
    registry.rescan()
    assert read[100:] == ["model-7"]


# -- verify and remove -------------------------------------------------------------------------


def test_verify_finds_what_was_tampered_with(registry: Registry, library: Path) -> None:
    folder = write_model(library, "mine")
    registry.verify("mine")
    weights = folder / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelError, match=r"weights\.safetensors.*sha256"):
        registry.verify("mine")
    weights.unlink()
    with pytest.raises(ModelError, match="missing"):
        registry.verify("mine")


def test_remove_deletes_a_model_of_the_user(registry: Registry, library: Path) -> None:
    write_model(library, "mine")
    registry.remove("mine")
    assert "mine" not in ids(registry)
    assert list(library.iterdir()) == []


def test_a_broken_model_can_be_removed(registry: Registry, library: Path) -> None:
    write_model(library, "bad")
    (library / "bad" / "manifest.json").write_text("{")
    registry.remove("bad")
    assert list(library.iterdir()) == []


def test_shipped_models_stay(registry: Registry) -> None:
    with pytest.raises(ModelError, match="ships with latentlab"):
        registry.remove("mnist-vae-2")
    assert (registry.shipped / "mnist-vae-2" / "manifest.json").exists()


def test_a_model_in_training_stays_also_when_the_scan_is_old(
    registry: Registry, library: Path, tmp_path: Path
) -> None:
    folder = write_model(library, "mine", state="running")
    assert registry.find("mine").state == "interrupted"
    with runs.RunWriter(folder, runs.read_manifest(folder)):
        with pytest.raises(ModelError, match="still training; stop it first"):
            registry.remove("mine")
        with pytest.raises(ModelError, match="still training; stop it first"):
            registry.export_model("mine", tmp_path / "mine.zip")
    registry.remove("mine")


def test_cards_are_values(tmp_path: Path) -> None:
    card = ModelCard("a", tmp_path, False, None, None, "broken")
    assert card == ModelCard("a", tmp_path, False, None, None, "broken")
    assert card.metric is None
    assert card.preview is None
