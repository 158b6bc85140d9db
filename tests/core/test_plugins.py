"""Modules found by looking: a broken file costs only itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from latentlab import models
from latentlab.core import plugins
from latentlab.data import discovery, entries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder of modules of a package `found`: two good ones, a private one."""
    (tmp_path / "b.py").write_text("HELD = 'b'")
    (tmp_path / "a.py").write_text("HELD = 'a'")
    (tmp_path / "_private.py").write_text("raise ValueError")
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("found.")]:
        del sys.modules[name]


def _look(place: Path, monkeypatch: pytest.MonkeyPatch, **how: str) -> tuple[list[str], list[str]]:
    package = type(sys)("found")
    package.__path__ = [str(place)]
    monkeypatch.setitem(sys.modules, "found", package)
    told: list[str] = []
    held = plugins.modules("found", [str(place)], kind="thing", tell=told.append, **how)
    return [module.__name__ for module in held], told


def test_public_modules_come_by_name(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _look(place, monkeypatch) == (["found.a", "found.b"], [])


def test_a_file_without_what_is_looked_for_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "c.py").write_text("OTHER = 1")
    names, [sentence] = _look(place, monkeypatch, holding="HELD")
    assert names == ["found.a", "found.b"]
    assert sentence.startswith("The thing in c.py cannot be loaded")
    assert "HELD" in sentence


def test_a_broken_family_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    known = set(models.families())
    (tmp_path / "hopeless.py").write_text("import no_such_library")
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
    models.families.cache_clear()
    try:
        assert set(models.families()) == known
        assert "The model family in hopeless.py cannot be loaded" in caplog.text
    finally:
        models.families.cache_clear()


def test_a_broken_dataset_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    known = [entry.name for entry in discovery.catalogue()]
    (tmp_path / "hopeless.py").write_text("ENTRY =")
    monkeypatch.setattr(entries, "__path__", [*entries.__path__, str(tmp_path)])
    assert [entry.name for entry in discovery.catalogue()] == known
    assert "The dataset in hopeless.py cannot be loaded" in caplog.text
