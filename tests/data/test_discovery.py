from __future__ import annotations

import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab import data
from latentlab.core.errors import DataError
from latentlab.data import entries
from latentlab.data.discovery import discover

if TYPE_CHECKING:
    from pathlib import Path

RECIPE = """\
import numpy as np
from latentlab.data import Decoded, Entry

def decode(job):
    images = np.random.default_rng(0).integers(0, 256, (100, 1, 8, 8), np.uint8)
    return Decoded(images, labels=np.arange(100) % 2, label_names=("even", "odd"))

ENTRY = Entry("noise", "Noise", "Nothing to learn.", licence="CC0", decode=decode)
"""


def test_the_catalogue_holds_what_the_issue_names() -> None:
    names = [entry.name for entry in data.catalogue()]
    assert names[0] == "digits", "what needs nothing stands first"
    assert set(names) >= {
        *("digits", "mnist", "fashion-mnist", "kmnist", "emnist-letters", "cifar10", "usps"),
        *("celeba", "faces", "shapes", "folder", "npz"),
    }


@pytest.mark.parametrize("entry", data.catalogue(), ids=lambda entry: entry.name)
def test_every_entry_says_what_it_is(entry: data.Entry) -> None:
    assert entry.title
    assert entry.description
    assert entry.licence
    assert entry.takes_path or (entry.count and entry.shape)


def test_adding_a_dataset_is_one_short_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(RECIPE.splitlines()) <= 10
    (tmp_path / "noise.py").write_text(RECIPE)
    monkeypatch.setattr(entries, "__path__", [*entries.__path__, str(tmp_path)])
    try:
        dataset = data.load("noise")
        assert dataset.images.shape == (100, 1, 8, 8)
        assert dataset.label_names == ("even", "odd")
        assert data.info("noise").dataset is not None
    finally:
        sys.modules.pop("latentlab.data.entries.noise", None)


def test_two_entries_of_one_name_are_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(RECIPE)
    package = ModuleType("clashing")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "clashing", package)
    with pytest.raises(ValueError, match="same name"):
        discover(package)


def test_missing_files_tell_where_they_belong(data_folder: Path) -> None:
    with pytest.raises(data.MissingDataError, match="latentlab data fetch mnist") as caught:
        data.load("mnist")
    assert str(data_folder / "MNIST" / "raw") in str(caught.value)
    assert data.info("mnist").dataset is None


def test_info_of_a_path_that_is_not_there_is_an_error() -> None:
    with pytest.raises(DataError, match="no file"):
        data.info("npz:/nowhere.npz")


def test_nothing_heavy_is_imported(data_folder: Path) -> None:
    heavy = {"torch", "torchvision", "sklearn", "scipy", "PySide6"}
    code = (
        "import sys; from latentlab import data;"
        "[data.load(s) for s in ('digits', 'shapes?count=10')];"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.realdata
def test_mnist_as_it_is_known(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTLAB_DATA", str(real_data))
    mnist = data.load("mnist")
    assert mnist.images.shape == (70_000, 1, 28, 28)
    assert np.array_equal(mnist.splits["test"], np.arange(60_000, 70_000))
    assert mnist.labels is not None
    assert mnist.labels[60_000:60_005].tolist() == [7, 2, 1, 0, 4]
    assert mnist.content_hash.startswith("a1df2381bf0d")
    assert mnist.images.mean() / 255 == pytest.approx(0.1309, abs=1e-4)


@pytest.mark.realdata
def test_usps(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTLAB_DATA", str(real_data))
    usps = data.load("usps")
    assert usps.images.shape == (9_298, 1, 16, 16)
    assert np.array_equal(usps.splits["test"], np.arange(7_291, 9_298))
    assert usps.label_names == tuple("0123456789")
