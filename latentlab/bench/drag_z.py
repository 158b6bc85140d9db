"""Drags a slider of z as a hand would, with a style sheet of ten by ten shown; keeps the time."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from latentlab.app.registry import Registry
from latentlab.bench.driver import FRAME_MS

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.registry import ModelCard
    from latentlab.bench.driver import Driver

_USUAL = "mnist-cvae-16"
_TURNS_PER_S = 0.25


def conditional(library: Path) -> ModelCard | None:
    """The model to drag with: the one of the README, else any that is told labels and encodes."""
    able = [
        card
        for card in Registry(library).cards()
        if card.is_usable and {"label", "encode", "decode"} <= set(card.require().capabilities)
    ]
    return min(able, key=lambda card: card.id != _USUAL, default=None)


def drag_z(driver: Driver, seconds: float) -> list[float]:
    """Milliseconds from a move of a slider of z until all 100 cells are as they should be.

    Ten test images under every label, 60 moves a second; all that moved with it, the slider and
    its number too, is painted when the clock stops. Raises LatentlabError when the sheet is not
    there within a minute.
    """
    window, lab = driver.window, driver.window.lab
    lab.session.choose_tab("style")
    lab.session.set_style(page="transfer")
    driver.until(
        lambda: window.is_settled() and lab.styles.pictures is not None, "no sheet was drawn"
    )
    from PySide6.QtWidgets import QSlider

    host: Any = window.tabs.hosts["style"]
    page = host.tab.page
    slider = page.panel.sliders.findChild(QSlider)
    taken, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        turn = math.sin(2 * math.pi * _TURNS_PER_S * began)
        before = lab.styles.sheet
        slider.setValue(round(slider.maximum() * (1 + turn) / 2))
        if lab.styles.sheet is not before and _arrive(driver, page):
            driver.paint()
            taken.append(1e3 * (time.perf_counter() - began))
        driver.pause(max(0.0, FRAME_MS / 1e3 - (time.perf_counter() - began)))
    return taken


def redraw_many(driver: Driver, rows: int = 100, repeats: int = 20) -> list[float]:
    """Milliseconds from a new strength until all cells of a sheet of so many rows are drawn."""
    lab, host = driver.window.lab, driver.window.tabs.hosts["style"]
    tab: Any = host.tab
    lab.session.set_sources([f"seed:{seed}" for seed in range(1, rows + 1)])
    driver.until(
        lambda: lab.styles.is_settled and lab.styles.sheet is not None
        and len(lab.styles.sheet.rows) == rows, "no large sheet was drawn",
    )  # fmt: skip
    taken = []
    for number in range(repeats):
        began = time.perf_counter()
        lab.session.set_style(strength=1.0 + 0.01 * (number + 1))
        if _arrive(driver, tab.page):
            driver.paint()
            taken.append(1e3 * (time.perf_counter() - began))
    return taken


def _arrive(driver: Driver, page: Any) -> bool:
    """Whether the pictures of this z came, and not those of an earlier one."""
    styles = driver.window.lab.styles
    while styles.drawn_sheet is not styles.sheet:
        if not driver.wait(page.drawn):
            return False
    return True
