"""Drags the strength of an arithmetic sheet as a hand would; keeps the time."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from latentlab.bench.driver import FRAME_MS

if TYPE_CHECKING:
    from latentlab.bench.driver import Driver

_TURNS_PER_S = 0.25


def drag_strength(driver: Driver, seconds: float) -> list[float]:
    """Milliseconds from a move of the strength until the result and its eight are on the screen.

    Three baskets of three samples, 60 moves a second. Raises LatentlabError when the sheet is not
    there within a minute.
    """
    window, lab = driver.window, driver.window.lab
    lab.session.choose_tab("arithmetic")
    for first in (1, 4, 7):
        lab.session.add_term(f"seed:{seed}" for seed in range(first, first + 3))
    driver.until(
        lambda: window.is_settled() and lab.arithmetic.picture_of_result() is not None,
        "no sheet was drawn",
    )
    host: Any = window.tabs.hosts["arithmetic"]
    page = host.tab.page
    slider = page.bar.strength.slider
    taken, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        turn = math.sin(2 * math.pi * _TURNS_PER_S * began)
        slider.setValue(round(slider.maximum() * turn))
        if _arrive(driver, host.tab.presenter):
            page.result.repaint()
            taken.append(1e3 * (time.perf_counter() - began))
        driver.pause(max(0.0, FRAME_MS / 1e3 - (time.perf_counter() - began)))
    return taken


def _arrive(driver: Driver, presenter: Any) -> bool:
    """Whether the pictures of this strength came, and not those of an earlier one."""
    while not driver.window.lab.arithmetic.is_settled:
        if not driver.wait(presenter.drawn):
            return False
    return True
