"""A library with a small model of every kind, and a folder to write into."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

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


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of commands and scripts."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder
