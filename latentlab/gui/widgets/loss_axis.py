"""An axis that reads well on a linear and on a logarithmic scale of any width."""

from __future__ import annotations

from math import log10
from typing import Any

import pyqtgraph as pg

from latentlab.app.round_numbers import linear_ticks, log_ticks
from latentlab.gui.theme import theme

_PIXELS_PER_TICK = 40


class LossAxis(pg.AxisItem):
    """A vertical axis; in logarithmic mode its values are log10 and its ticks round numbers."""

    def __init__(self, **options: Any) -> None:
        super().__init__("left", **options)
        self._logarithmic = False
        self.enableAutoSIPrefix(False)

    def set_logarithmic(self, on: bool) -> None:
        """Whether values are log10 of what is written beside them."""
        if on != self._logarithmic:
            self._logarithmic = on
            self.picture = None
            self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Where ticks are drawn, at round numbers."""
        most = max(2, int(size / theme().px(_PIXELS_PER_TICK)))
        if self._logarithmic:
            return [(1.0, [log10(tick) for tick in log_ticks(low, high, most)])]
        return [(1.0, linear_ticks(low, high, most))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """What is written beside them."""
        del scale, spacing
        return [f"{10**value if self._logarithmic else value:.4g}" for value in values]
