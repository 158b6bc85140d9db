"""A picture file dropped on the window while the Homotopy tab is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app.sources import picture_reference
from latentlab.app.state import Homotopy
from latentlab.core import images
from latentlab.gui.drops import Drops
from latentlab.gui.homotopy.dropped import ALL_LOCKED, first_corner, first_stop
from latentlab.gui.model_care import ModelCare

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab

PICTURE = np.random.default_rng(9).integers(0, 256, (1, 8, 8), np.uint8)
WANTED = picture_reference(PICTURE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "seven.png"
    path.write_bytes(images.png_bytes(PICTURE))
    return path


@pytest.fixture
def told(lab: Lab) -> list[str]:
    texts: list[str] = []
    lab.message.connect(lambda text, _: texts.append(text))
    return texts


@pytest.fixture
def drops(lab: Lab, qtbot: QtBot) -> Drops:
    from PySide6.QtWidgets import QWidget

    qtbot.waitUntil(lambda: lab.latents is not None)
    window = QWidget()
    qtbot.addWidget(window)
    lab.session.choose_tab("homotopy")
    return Drops(lab, ModelCare(lab, window))


def test_it_becomes_the_first_endpoint_that_is_not_locked(
    drops: Drops, lab: Lab, file: Path, qtbot: QtBot
) -> None:
    lab.session.set_homotopy(stops=("seed:1", "seed:2"))
    drops.take([file])
    qtbot.waitUntil(lambda: lab.session.state.homotopy.stops == (WANTED, "seed:2"))
    lab.session.undo()
    lab.session.lock_stop(0, True)
    drops.take([file])
    qtbot.waitUntil(lambda: lab.session.state.homotopy.stops == ("seed:1", WANTED))


def test_where_all_are_locked_it_is_told(
    drops: Drops, lab: Lab, file: Path, told: list[str], qtbot: QtBot
) -> None:
    lab.session.set_homotopy(stops=("seed:1", "seed:2"), locked=(0, 1))
    drops.take([file])
    qtbot.waitUntil(lambda: ALL_LOCKED in told)
    assert lab.session.state.homotopy.stops == ("seed:1", "seed:2")


def test_a_corner_or_the_start_in_the_other_modes(
    drops: Drops, lab: Lab, file: Path, qtbot: QtBot
) -> None:
    lab.session.set_homotopy(mode="corners", corners=("seed:1", "", "seed:2", ""))
    drops.take([file])
    qtbot.waitUntil(lambda: lab.session.state.homotopy.corners[1] == WANTED)
    lab.session.set_homotopy(mode="traverse")
    drops.take([file])
    qtbot.waitUntil(lambda: lab.session.state.homotopy.start == WANTED)


def test_in_another_tab_it_is_told_where_pictures_go(
    drops: Drops, lab: Lab, file: Path, told: list[str], qtbot: QtBot
) -> None:
    lab.session.choose_tab("explore")
    drops.take([file])
    qtbot.waitUntil(lambda: bool(told))
    assert "Pictures are dropped on the Homotopy tab" in told[-1]
    assert lab.session.state.homotopy.stops == ()


def test_a_broken_picture_is_told(
    drops: Drops, lab: Lab, told: list[str], tmp_path: Path, qtbot: QtBot
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nno more")
    drops.take([broken])
    qtbot.waitUntil(lambda: any("broken.png" in text for text in told))
    assert lab.session.state.homotopy.stops == ()


def test_free_places() -> None:
    assert first_stop(Homotopy()) == 0
    assert first_stop(Homotopy(stops=("seed:1",) * 4, locked=(0, 1))) == 2
    assert first_stop(Homotopy(stops=("seed:1", "seed:2"), locked=(0, 1))) is None
    assert first_corner(Homotopy()) == 0
    assert first_corner(Homotopy(corners=("a", "b", "", "d"))) == 2
    assert first_corner(Homotopy(corners=("a", "b", "c", "d"))) == 0
