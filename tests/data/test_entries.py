from __future__ import annotations

import bz2
import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab import data
from tests.data.makers import idx_bytes, noise, write_celeba, write_mnist

if TYPE_CHECKING:
    from pathlib import Path


def test_digits_are_those_of_scikit_learn() -> None:
    """Facts of `sklearn.datasets.load_digits`, whose import would take seconds."""
    digits = data.load("digits")
    assert digits.images.shape == (1797, 1, 8, 8)
    levels = np.rint(digits.images * (16 / 255))
    assert levels.sum() == 561_718
    assert levels[0, 0, 1].tolist() == [0, 0, 13, 15, 10, 15, 5, 0]
    assert digits.images.max() == 255
    assert digits.labels is not None
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(digits.labels).tolist() == counts
    assert digits.labels[:5].tolist() == [0, 1, 2, 3, 4]
    sizes = {name: len(part) for name, part in digits.splits.items()}
    assert sizes == {"train": 1439, "validation": 179, "test": 179}


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize(
    ("name", "place"),
    [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST"), ("kmnist", "KMNIST")],
)
def test_mnist_and_its_kin(data_folder: Path, name: str, place: str, zipped: bool) -> None:
    written = write_mnist(data_folder / place / "raw", zipped=zipped)
    dataset = data.load(name)
    assert np.array_equal(dataset.images[80:, 0], written["t10k-images-idx3-ubyte"])
    assert dataset.splits["test"].tolist() == list(range(80, 100))
    assert len(dataset.splits["validation"]) == 8
    assert len(dataset.label_names) == 10


def test_emnist_letters_stand_upright_and_count_from_zero(data_folder: Path) -> None:
    stems = ("emnist-letters-train", "emnist-letters-test")
    written = write_mnist(data_folder / "EMNIST" / "raw", stems=stems, first_label=1, classes=26)
    letters = data.load("emnist-letters")
    stored = written["emnist-letters-train-images-idx3-ubyte"]
    assert np.array_equal(letters.images[:80, 0], stored.swapaxes(1, 2))
    assert letters.labels is not None
    assert (letters.labels.min(), letters.label_names[0], letters.label_names[25]) == (0, "a", "z")


@pytest.mark.parametrize(
    ("name", "array", "sentence"),
    [
        ("train-labels-idx1-ubyte", np.zeros(79, np.uint8), "holds 80 images, and its labels"),
        ("train-labels-idx1-ubyte", np.full(80, 12, np.uint8), "not those of 10 classes"),
        ("t10k-images-idx3-ubyte", noise(20, 8, 8), "instead of"),
        ("t10k-images-idx3-ubyte", noise(0, 28, 28), "instead of"),
    ],
)
def test_files_that_do_not_agree(
    data_folder: Path, name: str, array: np.ndarray, sentence: str
) -> None:
    raw = data_folder / "MNIST" / "raw"
    write_mnist(raw, zipped=False)
    (raw / name).write_bytes(idx_bytes(array))
    with pytest.raises(data.DamagedDataError, match=sentence):
        data.load("mnist")


def test_three_of_four_files_are_not_the_dataset(data_folder: Path) -> None:
    raw = data_folder / "MNIST" / "raw"
    write_mnist(raw)
    (raw / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(data.MissingDataError):
        data.load("mnist")


def write_libsvm(file: Path, images: np.ndarray, labels: np.ndarray) -> None:
    values = images.reshape(len(images), 256) / 127.5 - 1
    rows = [
        " ".join([str(label + 1), *(f"{i}:{value:.6f}" for i, value in enumerate(row, 1))])
        for row, label in zip(values, labels, strict=True)
    ]
    file.write_bytes(bz2.compress("\n".join(rows).encode()))


def test_usps_in_the_form_that_torchvision_downloads(data_folder: Path) -> None:
    images, labels = noise(40, 16, 16), np.arange(40) % 10
    write_libsvm(data_folder / "usps.bz2", images[:30], labels[:30])
    write_libsvm(data_folder / "usps.t.bz2", images[30:], labels[30:])
    usps = data.load("usps")
    assert np.array_equal(usps.images[:, 0], images)
    assert usps.splits["test"].tolist() == list(range(30, 40))
    assert usps.labels is not None
    assert np.array_equal(usps.labels, labels)


@pytest.mark.parametrize("body", [b"BZh9", bz2.compress(b"1 1:0.5"), bz2.compress(b"1 1:a 2:b")])
def test_damaged_usps(data_folder: Path, body: bytes) -> None:
    for name in ("usps.bz2", "usps.t.bz2"):
        (data_folder / name).write_bytes(body)
    with pytest.raises(data.DamagedDataError, match=r"usps\.bz2' is damaged"):
        data.load("usps")


def write_cifar(folder: Path, each: int = 12) -> np.ndarray:
    place = folder / "cifar-10-batches-py"
    place.mkdir()
    pixels = noise(6 * each, 3072)
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    for i, name in enumerate(names):
        part = pixels[i * each : (i + 1) * each]
        batch = {"data": part, "labels": [int(j) % 10 for j in range(each)]}
        (place / name).write_bytes(pickle.dumps(batch))
    return pixels.reshape(-1, 3, 32, 32)


def test_cifar10(data_folder: Path) -> None:
    pixels = write_cifar(data_folder)
    cifar = data.load("cifar10")
    assert np.array_equal(cifar.images, pixels)
    assert cifar.splits["test"].tolist() == list(range(60, 72))
    assert cifar.label_names[3] == "cat"


class Bomb:
    """A pickle that would write a file."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.place), "w")


def test_a_pickle_in_disguise_is_never_executed(data_folder: Path) -> None:
    write_cifar(data_folder)
    victim = data_folder / "written"
    batch = data_folder / "cifar-10-batches-py" / "data_batch_1"
    batch.write_bytes(pickle.dumps({"data": Bomb(victim)}))
    with pytest.raises(data.DamagedDataError, match=r"it asks for .*open"):
        data.load("cifar10")
    assert not victim.exists()


@pytest.mark.parametrize(
    "batch",
    [
        {"data": noise(2, 3), "labels": [0, 1]},
        {"data": noise(2, 3072), "labels": [0, 10]},
        {"labels": [0, 1]},
        ["neither"],
    ],
)
def test_damaged_cifar10(data_folder: Path, batch: object) -> None:
    write_cifar(data_folder)
    file = data_folder / "cifar-10-batches-py" / "test_batch"
    file.write_bytes(pickle.dumps(batch))
    with pytest.raises(data.DamagedDataError, match="test_batch' is damaged"):
        data.load("cifar10")
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(data.DamagedDataError, match="test_batch' is damaged"):
        data.load("cifar10")


def test_celeba_has_attributes_and_official_splits(data_folder: Path) -> None:
    write_celeba(data_folder)
    celeba = data.load("celeba?size=16")
    assert celeba.images.shape == (12, 3, 16, 16)
    assert celeba.attribute_names == ("Smiling", "Young")
    assert celeba.attributes is not None
    assert celeba.attributes[:4].tolist() == [[0, 1], [1, 0], [0, 0], [1, 1]]
    assert celeba.splits["train"].tolist() == list(range(8))
    assert celeba.splits["validation"].tolist() == [8, 9]
    assert celeba.labels is None


@pytest.mark.parametrize("table", ["list_attr_celeba.txt", "list_eval_partition.txt"])
@pytest.mark.parametrize("damage", ["000000.jpg 1 1", "", "12\nSmiling\na.jpg x"])
def test_damaged_celeba_tables(data_folder: Path, table: str, damage: str) -> None:
    write_celeba(data_folder)
    (data_folder / "celeba" / table).write_text(damage)
    with pytest.raises(data.DamagedDataError, match=r"celeba\.txt|partition\.txt"):
        data.load("celeba?size=16")


def test_shapes_are_seeded_different_and_complete() -> None:
    one, other = data.load("shapes?count=600"), data.load("shapes?count=600&seed=1")
    assert one.content_hash != other.content_hash
    assert one.attribute_names == ("scale", "angle", "x", "y")
    assert one.attributes is not None
    assert len(np.unique(one.attributes, axis=0)) > 550
    assert (one.images.max(axis=(1, 2, 3)) == 255).all()
    assert one.labels is not None
    assert np.bincount(one.labels).min() > 150


def test_the_factors_of_shapes_are_what_is_seen() -> None:
    shapes = data.load("shapes?count=600&size=64")
    assert shapes.attributes is not None
    assert shapes.labels is not None
    weight = shapes.images[:, 0].astype(np.float64)
    mass = weight.sum(axis=(1, 2))
    axis = np.arange(64)
    across = (weight.sum(axis=1) * axis).sum(axis=1) / mass
    down = (weight.sum(axis=2) * axis).sum(axis=1) / mass
    scale, _, x, y = shapes.attributes.T
    assert np.corrcoef(across, x)[0, 1] > 0.99
    assert np.corrcoef(down, y)[0, 1] > 0.99
    for label in range(3):
        kind = shapes.labels == label
        assert np.corrcoef(np.sqrt(mass[kind]), scale[kind])[0, 1] > 0.99
