from __future__ import annotations

import os
import shutil
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab import data
from latentlab.core.errors import DataError
from latentlab.data import memory, store
from tests.data.makers import noise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write_npz(path: Path, count: int = 30, seed: int = 0) -> str:
    np.savez(path, images=noise(count, 8, 8, seed=seed), labels=np.arange(count) % 3)
    return f"npz:{path}"


def folders(cache: Path) -> list[Path]:
    """Every decoded dataset of a cache; scratch folders count, as nothing may be left."""
    return list((cache / "data").glob("*/*")) if (cache / "data").exists() else []


def test_decoded_once_then_mapped_read_only(tmp_path: Path) -> None:
    spec, reports = write_npz(tmp_path / "a.npz"), []
    first = data.load("shapes?count=20", reports.append)
    assert reports[-1].fraction == 1
    reports.clear()
    second = data.load("shapes?count=20", reports.append)
    assert reports == []
    assert isinstance(second.images, np.memmap)
    assert second.content_hash == first.content_hash
    third = data.load(spec)
    for array in (third.images, third.labels, *third.splits.values()):
        assert array is not None
        assert not array.flags.writeable


def test_what_is_read_back_is_what_was_decoded(tmp_path: Path) -> None:
    dataset = data.load(write_npz(tmp_path / "a.npz"))
    assert np.array_equal(dataset.images[:, 0], noise(30, 8, 8))
    assert dataset.labels is not None
    assert dataset.labels.tolist() == [0, 1, 2] * 10
    assert dataset.label_names == ("0", "1", "2")
    assert dataset.shape == (1, 8, 8)
    assert dataset.content_hash == store.content_hash(dataset.images, dataset.labels, None)
    assert dataset.subset("test").shape == (3, 1, 8, 8)


def test_changed_source_is_decoded_again_and_the_old_cache_goes(
    tmp_path: Path, cache: Path
) -> None:
    spec = write_npz(tmp_path / "a.npz")
    old = data.load(spec).content_hash
    write_npz(tmp_path / "a.npz", seed=1)
    os.utime(tmp_path / "a.npz", ns=(1, 1))
    assert data.load(spec).content_hash != old
    assert len(folders(cache)) == 1


def truncate(folder: Path) -> None:
    file = folder / "images.npy"
    file.write_bytes(file.read_bytes()[:-5])


def flip(folder: Path) -> None:
    file = folder / "images.npy"
    body = bytearray(file.read_bytes())
    body[-1] ^= 1
    file.write_bytes(body)


def garble(folder: Path) -> None:
    (folder / "meta.json").write_text("{")


def lose(folder: Path) -> None:
    (folder / "labels.npy").unlink()


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


@pytest.mark.parametrize("damage", [truncate, flip, garble, lose, empty])
def test_damaged_cache_is_made_again(
    tmp_path: Path, cache: Path, damage: Callable[[Path], None]
) -> None:
    spec = write_npz(tmp_path / "a.npz")
    good = data.load(spec)
    pixels = np.array(good.images)
    damage(folders(cache)[0])
    again = data.load(spec)
    assert np.array_equal(again.images, pixels)
    assert len(folders(cache)) == 1


def test_two_processes_at_once_decode_the_same(cache: Path) -> None:
    code = (
        "import sys; from latentlab import data; sys.stdin.readline();"
        "print(data.load('shapes?count=300').content_hash)"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    hashes = {process.communicate(timeout=60)[0].strip() for process in both}
    assert hashes == {data.load("shapes?count=300").content_hash}
    assert len(folders(cache)) == 1


def test_the_slower_of_two_keeps_the_published_one(tmp_path: Path) -> None:
    data.load(write_npz(tmp_path / "a.npz"))
    dataset = data.load("digits")
    target = tmp_path / "published"
    for _ in range(2):
        part = store.scratch(target)
        np.save(part / "images.npy", dataset.images)
        store.write(part, dataset)
        store.publish(part, target)
    assert store.read(target, "digits", "") is not None


def test_interrupted_decoding_leaves_nothing(cache: Path) -> None:
    def stop(_: data.Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        data.load("shapes?count=2000", stop)
    assert folders(cache) == []


def test_larger_than_memory_is_refused_with_its_size(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    monkeypatch.setattr(memory, "available", lambda: 10_000)
    with pytest.raises(DataError, match=r"20\.5 kB of memory and 10\.0 kB are free"):
        data.load("shapes?count=20")
    assert folders(cache) == []


def test_this_machine_tells_its_free_memory() -> None:
    free = memory.available()
    assert free is None or free > 1 << 20


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (54_880_016, "54.9 MB"), (3_300_000_000, "3.3 GB")],
)
def test_sizes_are_readable(size: int, words: str) -> None:
    assert memory.readable(size) == words


def test_unwritable_cache_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LATENTLAB_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match="LATENTLAB_CACHE"):
        data.load("digits")


def test_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(cache))

    monkeypatch.setattr(store, "write", full)
    with pytest.raises(DataError, match="No space left on device"):
        data.load("digits")
    assert folders(cache) == []


def test_a_disk_too_small_is_told_before_it_is_full(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=20_000))
    with pytest.raises(DataError, match=r"20\.6 kB do not fit on the disk"):
        data.load("shapes?count=20")
    assert folders(cache) == []


def test_content_hash_covers_everything() -> None:
    images, labels = noise(4, 1, 2, 2), np.arange(4)
    attributes = np.zeros((4, 2), np.float32)
    hashes = {
        store.content_hash(images, labels, attributes),
        store.content_hash(images, labels, None),
        store.content_hash(images, None, None),
        store.content_hash(images[::-1], labels, attributes),
        store.content_hash(images, labels[::-1].copy(), attributes),
        store.content_hash(images, labels, attributes + 1),
        store.content_hash(images.reshape(4, 1, 4, 1), labels, attributes),
    }
    assert len(hashes) == 7


def test_forgotten_scratch_folders_are_swept(tmp_path: Path) -> None:
    target = tmp_path / "place" / "key"
    forgotten, fresh = store.scratch(target), store.scratch(target)
    os.utime(forgotten, (0, 0))
    target.mkdir()
    store.sweep(target)
    assert sorted(target.parent.iterdir()) == sorted([fresh, target])
