"""What is drawn again when the cursor moves: the cross, not the ten thousand points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from latentlab.gui.explore.facts import ramp
from latentlab.gui.explore.scene import Scene
from latentlab.gui.palettes import class_rgb
from latentlab.gui.widgets import scatter
from latentlab.gui.widgets.map_panel import MapPanel

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot

N = 10_000


def _panel(qtbot: QtBot) -> MapPanel:
    made = MapPanel()
    qtbot.addWidget(made)
    made.resize(960, 960)
    rng = np.random.default_rng(0)
    rows, index = np.arange(N), rng.integers(0, 10, N)
    made.show_points(rng.normal(size=(N, 2)).astype(np.float32))
    made.show_scene(Scene(np.ones(N, np.bool_), rows, index, 0, class_rgb(10), ""), ramp())
    made.plot.set_home(QRectF(-3, -3, 6, 6), go=True)
    made.show()
    QApplication.processEvents()
    return made


def test_only_a_new_view_draws_the_points_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = _panel(qtbot)
    drawn: list[int] = []
    draw = scatter.ScatterItem._draw_slice

    def count_and_draw(item: scatter.ScatterItem) -> None:
        drawn.append(1)
        draw(item)

    monkeypatch.setattr(scatter.ScatterItem, "_draw_slice", count_and_draw)
    for step in range(20):
        panel.cross.show_at((0.01 * step, 0.2))
        QApplication.processEvents()
    assert not drawn
    panel.plot.pan(0.1, 0.1)
    QApplication.processEvents()
    assert drawn
