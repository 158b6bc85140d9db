"""What all tests of this folder begin with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from latentlab.app.lab import Lab
from latentlab.gui.bridge import Bridge
from latentlab.gui.tabs.train import TrainTab
from tests.gui.fake_families import families
from tests.gui.train.steps import CODEC, TRAINER, OpenTab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Patient: processes start slowly where other tests run beside these."""
    qtbot.waitUntil = partial(qtbot.waitUntil, timeout=100_000)
    return qtbot


@pytest.fixture
def open_tab(
    qtbot: QtBot, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenTab]:
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: tmp_path / "nothing")
    opened: list[tuple[Bridge, Lab]] = []

    def make(codec: list[str] | None = CODEC, trainer: list[str] | None = TRAINER) -> TrainTab:
        bridge = Bridge()
        lab = Lab(bridge.post, codec_argv=codec, trainer_argv=trainer)
        opened.append((bridge, lab))
        if codec is CODEC:

            def describe(done: Callable[[Any], None], failed: object = None) -> None:
                bridge.post(lambda: done(families()))

            monkeypatch.setattr(lab.codec, "describe", describe)
        tab = TrainTab(lab)
        qtbot.addWidget(tab)
        tab.resize(918, 700)
        tab.show()
        qtbot.waitUntil(tab.is_settled)
        return tab

    yield make
    for bridge, lab in opened:
        lab.close(timeout_s=2.0)
        bridge.close()


@pytest.fixture
def tab(open_tab: OpenTab) -> TrainTab:
    return open_tab()
