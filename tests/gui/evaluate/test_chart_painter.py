"""Ticks, and charts at their limits."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from latentlab.app.score_charts import Chart, Series
from latentlab.gui.evaluate.chart_painter import paint_chart, ticks


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0, 0.11, [0, 0.025, 0.05, 0.075, 0.1]),
        (-3, 7, [-2, 0, 2, 4, 6]),
        (900, 1000, [900, 920, 940, 960, 980, 1000]),
        (2, 2, [2]),
        (0, float("nan"), [0]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def series(values: object, style: str = "bar", name: str = "a") -> Series:
    y = np.asarray(values, float)
    x = np.arange(len(y) + (style == "step"), dtype=float)
    return Series(name, x, y, style, tuple("n" * len(y)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "chart",
    [
        Chart("b", "Zeros", series=(series([0, 0]),), categories=("x", "y")),
        Chart("b", "Below", series=(series([-1, 2]),), categories=("x" * 99, "y"), rule=(5, "r")),
        Chart("b", "Many", series=(series(np.arange(60)),), categories=tuple("c" * 60)),
        Chart("l", "Flat", series=(series([0, 0, 0], "line"),), rule=(0.0, "r")),
        Chart("s", "One bin", "x", "y", (series([1.0], "step"), series([0.5], "step", "b"))),
        Chart("d", "Dots", series=(series([0.5], "dot"),) * 3, square=True),
        Chart("p", "Pictures", pictures=(("a", np.zeros((2, 3, 4, 4), np.uint8)),)),
    ],
)
@pytest.mark.parametrize("size", [(420, 240), (40, 30)])
@pytest.mark.usefixtures("qapp")
def test_charts_are_painted_inside_their_area(chart: Chart, size: tuple[int, int]) -> None:
    image = QImage(size[0] + 20, size[1] + 20, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setClipRect(0, 0, *size)
    paint_chart(painter, chart, QRectF(0, 0, *size))
    painter.end()
    assert any(
        image.pixel(x, y) != 0xFFFFFFFF for x in range(0, size[0], 2) for y in range(size[1])
    )
