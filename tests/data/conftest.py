"""A cache of its own for each test of the data room, and a folder that plays LATENTLAB_DATA."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache: what a test finds in it, it has made."""
    folder = tmp_path_factory.mktemp("own-cache")
    monkeypatch.setenv("LATENTLAB_CACHE", str(folder))
    return folder


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that LATENTLAB_DATA names."""
    folder = tmp_path / "datasets"
    folder.mkdir()
    monkeypatch.setenv("LATENTLAB_DATA", str(folder))
    return folder
