from __future__ import annotations

import pickle
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from latentlab import data
from latentlab.core.errors import DataError
from latentlab.data import archive
from tests.data.makers import noise

if TYPE_CHECKING:
    from pathlib import Path

same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def saved(folder: Path, **arrays: Any) -> Path:
    file = folder / "a.npz"
    np.savez_compressed(file, **arrays)
    return file


def test_parts_keep_their_split(tmp_path: Path) -> None:
    pixels, labels = noise(40, 8, 8), np.arange(40) % 4
    file = saved(
        tmp_path,
        train_images=pixels[:30],
        train_labels=labels[:30],
        test_images=pixels[30:],
        test_labels=labels[30:],
    )
    dataset = data.load(f"npz:{file}")
    assert dataset.title == "a"
    assert np.array_equal(dataset.images[:, 0], pixels)
    assert dataset.splits["test"].tolist() == list(range(30, 40))
    assert dataset.labels is not None
    assert np.array_equal(dataset.labels, labels)


def test_the_names_of_keras(tmp_path: Path) -> None:
    pixels = noise(20, 8, 8)
    file = saved(
        tmp_path,
        x_train=pixels[:10],
        y_train=np.zeros((10, 1)),
        x_test=pixels[10:],
        y_test=np.ones((10, 1)),
    )
    decoded = archive.read(file)
    assert decoded.official["test"].tolist() == list(range(10, 20))
    assert decoded.label_names == ("0", "1")


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (noise(4, 8, 8), noise(4, 8, 8)[:, None]),
        (noise(4, 8, 8, 3), noise(4, 8, 8, 3).transpose(0, 3, 1, 2)),
        (noise(4, 3, 8, 8), noise(4, 3, 8, 8)),
        (noise(4, 8, 8, 1), noise(4, 8, 8, 1).transpose(0, 3, 1, 2)),
        (noise(4, 8, 8) / 255, noise(4, 8, 8)[:, None]),
        ((noise(4, 8, 8) / 255).astype(np.float32), noise(4, 8, 8)[:, None]),
        (noise(4, 8, 8).astype(float), noise(4, 8, 8)[:, None]),
        (noise(4, 8, 8).astype(np.int64), noise(4, 8, 8)[:, None]),
        (noise(4, 8, 8) > 127, (noise(4, 8, 8) > 127)[:, None] * 255),
    ],
)
def test_images_in_many_forms(tmp_path: Path, images: Any, expected: Any) -> None:
    assert np.array_equal(archive.read(saved(tmp_path, images=images)).images, expected)


def test_alpha_lies_on_black(tmp_path: Path) -> None:
    images = np.full((2, 8, 8, 4), 200, np.uint8)
    images[0, ..., 3], images[1, ..., 3] = 0, 255
    read = archive.read(saved(tmp_path, images=images)).images
    assert read.shape == (2, 3, 8, 8)
    assert (read[0].max(), read[1].min()) == (0, 200)


def test_labels_may_be_texts_or_have_names(tmp_path: Path) -> None:
    pixels = noise(3, 8, 8)
    read = archive.read(saved(tmp_path, images=pixels, labels=np.array(["b", "a", "b"])))
    assert read.label_names == ("a", "b")
    assert read.labels is not None
    assert read.labels.tolist() == [1, 0, 1]
    named = saved(tmp_path, images=pixels, labels=[0, 2, 0], label_names=["x", "y", "z"])
    read = archive.read(named)
    assert read.labels is not None
    assert (read.labels.tolist(), read.label_names) == ([0, 2, 0], ("x", "y", "z"))


def test_attributes(tmp_path: Path) -> None:
    file = saved(
        tmp_path, images=noise(3, 8, 8), attributes=np.eye(3), attribute_names=["p", "q", "r"]
    )
    dataset = data.load(f"npz:{file}")
    assert dataset.attribute_names == ("p", "q", "r")
    assert np.array_equal(dataset.attributes, np.eye(3, dtype=np.float32))


GOOD = noise(4, 8, 8)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"labels": [1, 2]}, "labels without images"),
        ({"pixels": GOOD}, r"no images \(pixels\): name an array 'images'"),
        ({}, "no images"),
        ({"images": GOOD, "labels": [1, 2]}, "4 images and 2 labels"),
        ({"images": GOOD, "labels": [0.5, 1, 1, 1]}, "whole numbers or texts"),
        ({"images": GOOD, "labels": [0, 1, 2, 9], "label_names": ["a", "b"]}, "labels reach"),
        ({"images": GOOD[:0]}, "images are"),
        ({"images": GOOD[0]}, "images are"),
        ({"images": noise(4, 8, 8, 2)}, "c 1, 3 or 4"),
        ({"images": GOOD.astype(int) * 300}, "pixels are 0 to 255"),
        ({"images": GOOD - 300.0}, "pixels are 0 to 255"),
        ({"images": np.full((2, 8, 8), np.nan)}, "reaches from nan"),
        ({"images": np.full((2, 8, 8), "x")}, "images are numbers"),
        ({"train_images": GOOD, "test_images": noise(4, 9, 9)}, "mixes images of the shapes"),
        ({"train_images": GOOD, "train_labels": [0] * 4, "test_images": GOOD}, "some of its"),
        ({"images": GOOD, "attributes": np.eye(4)}, "attributes are"),
        ({"images": GOOD, "attributes": ["a"] * 4, "attribute_names": ["x"]}, "not all numbers"),
    ],
)
def test_what_is_no_dataset_is_named(tmp_path: Path, arrays: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        data.load(f"npz:{saved(tmp_path, **arrays)}")


class Bomb:
    """A pickle that would write a file."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.place), "w")


def test_objects_are_never_read(tmp_path: Path) -> None:
    victim = tmp_path / "written"
    file = saved(tmp_path, images=np.array([Bomb(victim)], object))
    with pytest.raises(DataError, match="Python objects, which are never read"):
        data.load(f"npz:{file}")
    file.write_bytes(pickle.dumps(Bomb(victim)))
    with pytest.raises(data.DamagedDataError, match=r"no \.npz file"):
        data.load(f"npz:{file}")
    assert not victim.exists()


@same_folder
@given(chosen=st.data())
def test_a_truncated_archive_is_refused(tmp_path: Path, chosen: st.DataObject) -> None:
    file = saved(tmp_path, images=GOOD, labels=np.arange(4))
    body = file.read_bytes()
    file.write_bytes(body[: chosen.draw(st.integers(0, len(body) - 1))])
    with pytest.raises(data.DamagedDataError, match="damaged"):
        archive.read(file)


@same_folder
@given(chosen=st.data())
def test_a_flipped_bit_never_gives_other_pixels(tmp_path: Path, chosen: st.DataObject) -> None:
    file = saved(tmp_path, images=GOOD)
    body = bytearray(file.read_bytes())
    place = chosen.draw(st.integers(0, len(body) * 8 - 1))
    body[place // 8] ^= 1 << (place % 8)
    file.write_bytes(body)
    try:
        read = archive.read(file)
    except DataError:
        return
    assert np.array_equal(read.images[:, 0], GOOD), "a flip in a date or an attribute may pass"


def test_an_archive_that_unpacks_to_more_than_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = saved(tmp_path, images=np.zeros((1000, 32, 32), np.uint8))
    monkeypatch.setattr(archive.memory, "available", lambda: 100_000)
    with pytest.raises(DataError, match=r"would take 1\.0 MB"):
        archive.read(file)


def test_other_files_are_no_archive(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", GOOD)
    with pytest.raises(data.DamagedDataError, match=r"no \.npz file"):
        data.load(f"npz:{tmp_path / 'a.npy'}")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("images.npy", b"text")
    with pytest.raises(DataError, match=r"a\.zip"):
        data.load(f"npz:{tmp_path / 'a.zip'}")
    with pytest.raises(DataError, match="There is no file"):
        data.load(f"npz:{tmp_path}")
