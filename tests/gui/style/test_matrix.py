"""The cells of a style sheet: what is new is painted, and what is seen is converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QScrollArea

from latentlab.gui.style.lines import Lines
from latentlab.gui.style.matrix import StyleMatrix

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPaintEvent

    from tests.gui.conftest import Show

ROWS, COLUMNS, SIDE, GAP = 40, 3, 28, 2


class Watched(StyleMatrix):
    """Remembers what it was asked to paint."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[QRect] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted.append(event.rect())
        super().paintEvent(event)


@pytest.fixture
def matrix(show: Show) -> Watched:
    """Forty rows, of which three are seen."""
    made, scroll = Watched(), QScrollArea()
    made.show_lines(Lines(ROWS, COLUMNS, SIDE, GAP))
    scroll.setWidget(made)
    made.show_sheet(cells(), range(ROWS), ())
    show(scroll, 200, 3 * (SIDE + GAP))
    QApplication.processEvents()
    made.painted.clear()
    return made


def cells() -> np.ndarray:
    return np.zeros((ROWS * COLUMNS, 1, 28, 28), np.uint8)


def test_a_row_that_moves_is_painted_alone(matrix: Watched) -> None:
    moved = cells()
    moved[COLUMNS : 2 * COLUMNS] = 200
    matrix.show_sheet(moved, range(ROWS), ())
    QApplication.processEvents()
    assert len(matrix.painted) == 1
    assert matrix.painted[0].top() == SIDE + GAP
    assert matrix.painted[0].height() == SIDE + GAP
    drawn = matrix.grab().toImage()
    middle = SIDE // 2
    assert drawn.pixelColor(middle, SIDE + GAP + middle).red() == 200
    assert drawn.pixelColor(middle, middle).red() == 0
    assert matrix.picture_at(COLUMNS) is not None
    assert matrix.picture_at(COLUMNS).max() == 200  # type: ignore[union-attr]


def test_the_same_pictures_are_not_painted_again(matrix: Watched) -> None:
    matrix.show_sheet(cells(), range(ROWS), ())
    QApplication.processEvents()
    assert matrix.painted == []


def test_only_what_is_seen_is_converted(matrix: Watched) -> None:
    converted = [not image.isNull() for image in matrix._images]
    assert all(converted[: 2 * COLUMNS])
    assert not any(converted[5 * COLUMNS :])
