"""What a frame of the map costs, in CPU time: other work on the machine does not count."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from latentlab.gui.explore.facts import ramp
from latentlab.gui.explore.scene import Scene
from latentlab.gui.palettes import class_rgb
from latentlab.gui.widgets.map_panel import MapPanel

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

FRAME_MS = 1000 / 60
N = 10_000


@pytest.fixture
def panel(qtbot: QtBot) -> MapPanel:
    made = MapPanel()
    qtbot.addWidget(made)
    made.resize(960, 960)
    rng = np.random.default_rng(0)
    rows, index = np.arange(N), rng.integers(0, 10, N)
    made.show_points(rng.normal(size=(N, 2)).astype(np.float32))
    made.show_scene(Scene(np.ones(N, np.bool_), rows, index, 0, class_rgb(10), ""), ramp())
    made.manifold.show_mosaic(rng.integers(0, 256, (1, 840, 840), np.uint8), (-4, -4, 8, 8))
    made.plot.set_home(QRectF(-3, -3, 6, 6), go=True)
    made.show()
    QApplication.processEvents()
    return made


def median_ms(act: Callable[[int], object], frames: int = 25) -> float:
    costs = []
    for frame in range(frames):
        start = time.process_time()
        act(frame)
        QApplication.processEvents()
        costs.append((time.process_time() - start) * 1e3)
    return float(np.median(costs))


def test_ten_thousand_points_over_tiles_pan_and_zoom_in_a_frame(panel: MapPanel) -> None:
    assert median_ms(lambda _: panel.plot.pan(0.01, 0.005)) < FRAME_MS
    assert median_ms(lambda frame: panel.plot.zoom(1.02 if frame % 2 else 0.99)) < FRAME_MS


def test_a_moving_cursor_does_not_repaint_the_points(panel: MapPanel) -> None:
    whole = median_ms(lambda _: panel.plot.viewport().update())
    cross = median_ms(lambda frame: panel.cross.show_at((frame * 0.01, 0.2)))
    assert cross < whole / 2
    assert cross < FRAME_MS / 4


def test_finding_the_point_below_the_mouse_takes_less_than_two_milliseconds(
    panel: MapPanel,
) -> None:
    places = np.random.default_rng(1).normal(size=(200, 2))
    start = time.process_time()
    found = [panel.row_at(x, y) for x, y in places]
    assert (time.process_time() - start) / len(places) < 2e-3
    assert any(row is not None for row in found)
