"""Features that were kept come back; whatever cannot be used is computed anew."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app import feature_store
from latentlab.core import paths
from latentlab.engine import files

if TYPE_CHECKING:
    from pathlib import Path

FEATURES = np.arange(12, dtype=np.float32).reshape(4, 3)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "cache", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def test_what_was_kept_comes_back(cache: Path) -> None:
    assert feature_store.load("w data h", 4) is None
    feature_store.save("w data h", FEATURES)
    np.testing.assert_array_equal(feature_store.load("w data h", 4), FEATURES)
    assert feature_store.load("w data other", 4) is None
    assert len(list(cache.rglob("*"))) == 2, "a folder and a file, nothing temporary"


@pytest.mark.parametrize(
    "array", [FEATURES[:3], FEATURES[0], FEATURES.astype(np.float64), np.zeros((5, 3), np.float32)]
)
def test_what_does_not_fit_is_not_taken(cache: Path, array: np.ndarray) -> None:
    feature_store.save("k", array)
    assert feature_store.load("k", 4) is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"\x10\0\0\0\0\0\0\0{broken", None])
def test_a_damaged_file_is_told_in_the_log_and_made_anew(
    cache: Path, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    feature_store.save("k", FEATURES)
    (file,) = cache.rglob("*.safetensors")
    file.write_bytes(files.pack_arrays({"other": FEATURES}) if content is None else content)
    with caplog.at_level(logging.WARNING):
        assert feature_store.load("k", 4) is None
    assert (content is None) or "computed anew" in caplog.text
    feature_store.save("k", FEATURES)
    assert feature_store.load("k", 4) is not None


def test_a_disk_that_takes_nothing_is_no_obstacle(
    cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache.write_text("a file stands here")
    feature_store.save("k", FEATURES)
    assert "cannot be written" in caplog.text
    assert feature_store.load("k", 4) is None
