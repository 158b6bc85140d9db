"""A library with a small model of every kind, conditional ones, and a folder to write into."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from latentlab.core.spec import TrainSpec
from tests.helpers import write_npz
from tests.zoo import train_zoo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def _zoo(tmp_path_factory: pytest.TempPathFactory, _shared_cache: Path) -> Path:
    place = tmp_path_factory.mktemp("zoo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENTLAB_CACHE", str(_shared_cache))
        train_zoo(place / "library", place)
    return place / "library"


@pytest.fixture
def zoo(library: Path, _zoo: Path) -> Path:
    """The library."""
    shutil.copytree(_zoo, library, dirs_exist_ok=True)
    return library


@pytest.fixture(scope="session")
def _told(tmp_path_factory: pytest.TempPathFactory, _shared_cache: Path) -> Path:
    """Three quick models: told a class, told attributes, and one that only reads."""
    from latentlab.engine.train import train

    place = tmp_path_factory.mktemp("told")
    data = write_npz(place / "named.npz")
    shapes = "shapes?count=1000&size=8"
    kinds: dict[str, tuple[str, str, dict[str, Any]]] = {
        "told": ("cvae", data, {"latent": 2, "width": 16, "depth": 1}),
        "by-attributes": (
            "cvae", shapes, {"latent": 2, "width": 16, "depth": 1, "condition": "attributes"},
        ),
        "reader": ("classifier", data, {"width": 8}),
    }  # fmt: skip
    recipe = {"epochs": 3, "batch_size": 16, "ema": 0.0}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENTLAB_CACHE", str(_shared_cache))
        for name, (family, source, config) in kinds.items():
            spec = TrainSpec(
                family=family, config=config, recipe=recipe, data=source, device="cpu", threads=1,
                name=name,
            )  # fmt: skip
            for _ in train(spec, place / "library"):
                pass
    return place


@pytest.fixture
def data(_told: Path) -> str:
    return f"npz:{_told / 'named.npz'}"


@pytest.fixture
def told(library: Path, _told: Path) -> Path:
    shutil.copytree(_told / "library", library, dirs_exist_ok=True)
    return library


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of commands and scripts."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder
