"""Drags t through a homotopy as a hand would, with all rows shown, and keeps the time."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from latentlab.bench.driver import FRAME_MS

if TYPE_CHECKING:
    from latentlab.app.state import PathKind
    from latentlab.bench.driver import Driver

ROWS: tuple[PathKind, ...] = ("pixel", "latent", "slerp", "graph", "geodesic")
_TURNS_PER_S = 0.25


def drag_t(driver: Driver, seconds: float, rows: tuple[PathKind, ...] = ROWS) -> list[float]:
    """Milliseconds from a move of the slider until every row is on the screen, 60 moves a second.

    Strips, moving pictures, curves and map are those of a newcomer's two images. Raises
    LatentlabError when the rows are not there within a minute.
    """
    window, lab = driver.window, driver.window.lab
    lab.session.choose_tab("homotopy")
    lab.session.set_homotopy(mode="rows", rows=rows)
    driver.until(
        lambda: window.is_settled() and set(lab.homotopy.moving) == set(rows),
        "the rows were not drawn",
    )
    host: Any = window.tabs.hosts["homotopy"]
    pane, slider = host.tab.page, host.tab.page.track.slider
    taken, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        turn = math.sin(2 * math.pi * _TURNS_PER_S * began)
        slider.setValue(round(slider.maximum() * (1 + turn) / 2))
        if _arrive(driver, pane):
            _paint(pane)
            taken.append(1e3 * (time.perf_counter() - began))
        driver.pause(max(0.0, FRAME_MS / 1e3 - (time.perf_counter() - began)))
    return taken


def _arrive(driver: Driver, pane: Any) -> bool:
    """Whether the pictures of this t came, and not those of an earlier one."""
    lab = driver.window.lab
    while lab.homotopy.moving_t != lab.session.state.homotopy.t:
        if not driver.wait(pane.drawn):
            return False
    return True


def _paint(pane: Any) -> None:
    """Everything that t moves, at once instead of when the loop comes to it."""
    for cell in pane.moving.cells.values():
        cell.view.repaint()
    for part in (pane.track.slider, pane.t_label, pane.curves.legend):
        part.repaint()
    for view in (pane.map, pane.curves.plot.plot):
        view.viewport().repaint()
