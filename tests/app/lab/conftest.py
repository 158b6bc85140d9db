"""What all tests of this folder begin with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from latentlab.app.lab import Lab
from tests.app.lab.waiting import TRAINER
from tests.helpers import QueuePost, children, write_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    OpenLab = Callable[..., Lab]

SILENT_CODEC = [sys.executable, "-S", "-c", "import sys; sys.stdin.buffer.read()"]


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two shipped models: the first has latents of two dimensions, the other of five."""
    folder = tmp_path / "trained"
    write_model(folder, "mnist-vae-2")
    write_model(folder, "mnist-vae-5", latent=5)
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: folder)
    return folder


@pytest.fixture
def settings(home: Path) -> Path:
    return home / "settings"


@pytest.fixture
def open_lab(post: QueuePost, library: Path) -> Iterator[OpenLab]:
    opened: list[Lab] = []

    def open_one(**wishes: Any) -> Lab:
        lab = Lab(wishes.pop("post", post), codec_argv=SILENT_CODEC, trainer_argv=TRAINER, **wishes)
        opened.append(lab)
        return lab

    yield open_one
    for lab in opened:
        lab.close(timeout_s=2.0)
    assert children() == {}
