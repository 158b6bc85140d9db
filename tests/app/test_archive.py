"""Models in and out: what comes in is complete and harmless, or nothing comes in."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app import archive
from latentlab.app.registry import Registry
from latentlab.core.errors import ModelError
from latentlab.engine import runs
from tests.helpers import edit_manifest, sha256, write_model

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def registry(library: Path, tmp_path: Path) -> Registry:
    write_model(tmp_path / "trained", "mnist-vae-2")
    return Registry(library, tmp_path / "trained")


@pytest.fixture
def packed(registry: Registry, tmp_path: Path) -> Path:
    """A good zip file of a model that is not in the library."""
    write_model(registry.library, "mine", title="Mine")
    path = registry.export_model("mine", tmp_path / "mine.zip")
    registry.remove("mine")
    return path


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def refused(registry: Registry, source: Path, words: str) -> None:
    """Importing fails with these words and leaves nothing at all behind."""
    before = sorted(registry.library.rglob("*"))
    with pytest.raises(ModelError, match=words):
        registry.import_model(source)
    assert sorted(registry.library.rglob("*")) == before


# -- round trips -------------------------------------------------------------------------------


def test_a_zip_brings_every_byte_back(registry: Registry, tmp_path: Path) -> None:
    original = bytes_of(write_model(registry.library, "mine"))
    path = registry.export_model("mine", tmp_path / "mine")
    assert path == tmp_path / "mine.zip"
    registry.remove("mine")
    card = registry.import_model(path)
    assert card.id == "mine"
    assert bytes_of(card.folder) == original


def test_a_folder_is_copied_with_what_its_manifest_lists(
    registry: Registry, tmp_path: Path
) -> None:
    source = write_model(tmp_path / "elsewhere", "Mein Modell")
    (source / "notes.txt").write_text("mine alone")
    snapshot = source / "snapshots" / "120" / "weights.safetensors"
    snapshot.parent.mkdir(parents=True)
    snapshot.write_bytes((source / "weights.safetensors").read_bytes())
    files = {
        **runs.read_manifest(source).files,
        "snapshots/120/weights.safetensors": sha256(snapshot),
    }
    edit_manifest(source, files=files)
    card = registry.import_model(source)
    assert card.id == "mein-modell"
    assert card.manifest.id == "mein-modell"
    copied = bytes_of(card.folder)
    assert "notes.txt" not in copied
    assert copied["snapshots/120/weights.safetensors"] == snapshot.read_bytes()
    assert source.exists()


def test_a_taken_name_gets_a_number(registry: Registry, packed: Path) -> None:
    assert [registry.import_model(packed).id for _ in range(3)] == ["mine", "mine-2", "mine-3"]
    assert registry.find("mine-3").manifest.id == "mine-3"
    registry.verify("mine-3")
    assert registry.import_model(packed, name="Other name").id == "other-name"


def test_the_library_may_not_exist_yet(packed: Path, tmp_path: Path) -> None:
    registry = Registry(tmp_path / "new" / "library", tmp_path / "trained")
    assert registry.import_model(packed).id == "mine"


def test_a_zip_without_a_folder_around_it(registry: Registry, tmp_path: Path) -> None:
    source = write_model(tmp_path / "elsewhere", "flat")
    with zipfile.ZipFile(tmp_path / "flat.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name in bytes_of(source):
            file.write(source / name, name)
    assert registry.import_model(tmp_path / "flat.zip").id == "flat"


@given(name=st.text(min_size=1, max_size=30))
def test_any_name_becomes_a_safe_folder(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    place = tmp_path_factory.mktemp("names")
    source = write_model(place / "source", "m")
    folder = archive.import_model(source, place / "library", name)
    assert folder.parent == place / "library"
    assert runs.read_manifest(folder).id == folder.name
    assert not folder.name.startswith(".")


# -- export ------------------------------------------------------------------------------------


def test_export_overwrites_only_when_told(registry: Registry, packed: Path) -> None:
    registry.import_model(packed)
    old = packed.read_bytes()
    with pytest.raises(ModelError, match="exists already"):
        registry.export_model("mine", packed)
    assert packed.read_bytes() == old
    assert registry.export_model("mine", packed, overwrite=True) == packed


def test_a_damaged_model_is_not_exported(registry: Registry, tmp_path: Path) -> None:
    folder = write_model(registry.library, "mine")
    (folder / "weights.safetensors").write_bytes(b"short")
    with pytest.raises(ModelError):
        registry.export_model("mine", tmp_path / "mine.zip")
    assert not (tmp_path / "mine.zip").exists()


def test_export_into_a_missing_folder_is_one_sentence(registry: Registry, tmp_path: Path) -> None:
    write_model(registry.library, "mine")
    with pytest.raises(ModelError, match=r"mine cannot be exported.*folder is gone"):
        registry.export_model("mine", tmp_path / "none" / "mine.zip")


# -- what is refused ---------------------------------------------------------------------------


def repack(source: Path, target: Path, extra: dict[str, bytes], drop: str = "") -> Path:
    """The zip again, with entries added or dropped."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            if info.filename != drop and info.filename not in extra:
                new.writestr(info, old.read(info))
        for name, content in extra.items():
            new.writestr(name, content)
    return target


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/evil.json", "mine/../../evil.json", "C:evil", "mine\\..\\evil"]
)
def test_names_that_leave_the_folder(
    registry: Registry, packed: Path, tmp_path: Path, name: str
) -> None:
    source = repack(packed, tmp_path / "slip.zip", {name: b"{}"})
    refused(registry, source, "was not unpacked: .* outside its folder")
    assert not list(tmp_path.rglob("evil*"))


def test_links_in_a_zip(registry: Registry, packed: Path, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("mine/link.json")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(packed, "a") as file:
        file.writestr(link, "/etc/passwd")
    refused(registry, packed, "is a link")


def test_links_in_a_folder(registry: Registry, tmp_path: Path) -> None:
    source = write_model(tmp_path / "elsewhere", "linked")
    secret = tmp_path / "secret.safetensors"
    (source / "weights.safetensors").rename(secret)
    (source / "weights.safetensors").symlink_to(secret)
    refused(registry, source, "weights.safetensors")


def test_bombs(registry: Registry, packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mine/zeros.safetensors", bytes(100_000_000))
    refused(registry, packed, "would explode")


def test_more_than_a_model_can_hold(
    registry: Registry, packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    refused(registry, packed, "more than a model can")
    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 30)
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    refused(registry, packed, "more than a model can")


def test_a_folder_that_is_too_large(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_model(tmp_path / "elsewhere", "large")
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    refused(registry, source, "larger than a model can be")
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    refused(registry, source, "too many files")


class Evil:
    """Runs when unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (3,)


@pytest.mark.parametrize("name", ["model.pt", "state.pkl", "weights.BIN", "hook.py", "x.npy"])
def test_files_that_could_run(registry: Registry, packed: Path, tmp_path: Path, name: str) -> None:
    source = repack(packed, tmp_path / "code.zip", {f"mine/{name}": pickle.dumps(Evil())})
    refused(registry, source, "may run code when opened")


def test_a_pickle_in_disguise_is_never_opened(registry: Registry, tmp_path: Path) -> None:
    source = write_model(tmp_path / "elsewhere", "disguised")
    weights = source / "weights.safetensors"
    weights.write_bytes(pickle.dumps(Evil()))
    files = {**runs.read_manifest(source).files, weights.name: sha256(weights)}
    edit_manifest(source, files=files)
    refused(registry, source, "weights.safetensors is a pickle")


def test_a_wrong_hash(registry: Registry, packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed) as file:
        content = bytearray(file.read("mine/weights.safetensors"))
    content[-1] ^= 1
    source = repack(packed, tmp_path / "bad.zip", {"mine/weights.safetensors": bytes(content)})
    refused(registry, source, "sha256 differs")


def test_a_missing_tensor_file(registry: Registry, packed: Path, tmp_path: Path) -> None:
    source = repack(packed, tmp_path / "bad.zip", {}, drop="mine/weights.safetensors")
    refused(registry, source, "missing")


def test_an_unknown_schema(registry: Registry, packed: Path, tmp_path: Path) -> None:
    source = repack(packed, tmp_path / "bad.zip", {"mine/manifest.json": b'{"schema_version": 9}'})
    refused(registry, source, "schema version 9")


def test_a_manifest_that_lists_a_file_outside(registry: Registry, tmp_path: Path) -> None:
    source = write_model(tmp_path / "elsewhere", "m")
    (tmp_path / "secret.safetensors").write_bytes(b"secret")
    edit_manifest(source, files={"../../secret.safetensors": "0" * 64})
    refused(registry, source, "outside|no weights")


@pytest.mark.parametrize("cut", [10, 300, -30])
def test_a_truncated_zip(registry: Registry, packed: Path, cut: int) -> None:
    packed.write_bytes(packed.read_bytes()[:cut])
    refused(registry, packed, "neither a zip file|damaged zip")


def test_a_flipped_bit_in_a_zip(registry: Registry, packed: Path) -> None:
    content = bytearray(packed.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as file:
        info = file.getinfo("mine/weights.safetensors")
    content[info.header_offset + 30 + len(info.filename) + 90] ^= 4
    packed.write_bytes(content)
    refused(registry, packed, "damaged zip file.*get it again")


def test_what_is_no_model_at_all(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("hello")
    refused(registry, tmp_path / "text.zip", "neither a zip file nor a folder")
    refused(registry, tmp_path / "gone.zip", "does not exist")
    (tmp_path / "empty").mkdir()
    refused(registry, tmp_path / "empty", "no manifest.json")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as file:
        file.writestr("a/readme.txt", "hello")
    refused(registry, tmp_path / "other.zip", "no manifest.json")


def test_a_full_disk_leaves_nothing(
    registry: Registry, packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_write", full)
    refused(registry, packed, "cannot be imported.*disk is full")


@given(
    place=st.integers(0, 5000),
    flip=st.integers(1, 255),
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_any_flipped_byte_is_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, place: int, flip: int, method: int
) -> None:
    home = tmp_path_factory.mktemp("flip")
    source = write_model(home / "source", "mine")
    with zipfile.ZipFile(home / "mine.zip", "w", method) as file:
        for name in bytes_of(source):
            file.write(source / name, f"mine/{name}")
    content = bytearray((home / "mine.zip").read_bytes())
    content[place % len(content)] ^= flip
    (home / "mine.zip").write_bytes(content)
    try:
        folder = archive.import_model(home / "mine.zip", home / "library")
    except ModelError:
        assert list((home / "library").iterdir()) == []
    else:
        runs.verify(folder)
