"""The way to the result and beyond, and below it a way of chance that is as long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.arithmetic.named import NamedStrip
from latentlab.gui.homotopy.fitting import CELL_GAP, cell
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent

_HEAD, _CELL, _LARGE_CELL = 76, 56, 84  # pixels at 100 %
_CONTROL = (
    "A random direction that is as long, from the same start: what changes here too is not due to "
    "the terms"
)

_LENGTH = "Length of what strength 1 adds to the start; the control is as long"


class StrengthScale(QWidget):
    """The strength of each picture, below them; 0 is the start, 1 the whole difference."""

    def __init__(self) -> None:
        super().__init__()
        self._strengths: tuple[float, ...] = ()
        self._side = 56.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Strengths")

    def show_strengths(self, strengths: Sequence[float], side: float) -> None:
        """One for each cell of this side."""
        if (tuple(strengths), side) != (self._strengths, self._side):
            self._strengths, self._side = tuple(strengths), side
            self.setAccessibleDescription(", ".join(written(each) for each in strengths))
            self.update()

    def sizeHint(self) -> QSize:
        """A line of small letters."""
        return QSize(theme().px(120), theme().px(14))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The start and the result are said to be so where there is room."""
        painter, pitch = QPainter(self), self._side + theme().px(CELL_GAP)
        for step, strength in enumerate(self._strengths):
            main = abs(strength) < 1e-9 or abs(strength - 1) < 1e-9
            painter.setFont(theme().font("small", bold=main))
            painter.setPen(theme().color("text" if main else "dim"))
            place = QRectF(step * pitch, 0, self._side, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._words(painter, strength))

    def _words(self, painter: QPainter, strength: float) -> str:
        named = "start" if abs(strength) < 1e-9 else written(strength)
        wide = painter.fontMetrics().horizontalAdvance(named)
        return named if wide <= self._side else written(strength)


class RowPair(QWidget):
    """Emits intents, obeys `show_*`. Row 0 is the result's, row 1 the control."""

    control_toggled = Signal(bool)
    seed_wanted = Signal()  # another direction
    hovered = Signal(int, int)  # row, step (-1: none)
    clicked = Signal(int, int)
    pin_requested = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.title, self.note = QLabel("result"), ElidedLabel()
        self.control, self.again = QCheckBox("control"), QToolButton()
        self.strips = (NamedStrip("the row of the result"), NamedStrip("the control"))
        self.scale = StrengthScale()
        self._shape, self._strengths = (28, 28), (0.0,)
        self._most = _CELL
        self._pictures: list[NDArray[np.uint8] | None] = [None, None]
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_rows(
        self,
        rows: Sequence[NDArray[np.uint8] | None],
        strengths: Sequence[float],
        shape: tuple[int, int],
    ) -> None:
        """Pictures (steps, C, H, W) of both rows, None while awaited; height and width of one."""
        is_laid = (tuple(strengths), shape) == (self._strengths, self._shape)
        self._strengths, self._shape = tuple(strengths), shape
        if not is_laid:
            self._fit()
        for number, (strip, pictures) in enumerate(zip(self.strips, rows, strict=True)):
            if pictures is not self._pictures[number]:
                self._pictures[number] = pictures
                strip.show_pictures(pictures)

    def show_filled(self, *, filled: bool) -> None:
        """Nothing is seen while there is no row; its place is kept."""
        self._inside.setVisible(filled)

    def show_control(self, *, on: bool) -> None:
        """Whether the second row is shown."""
        with QSignalBlocker(self.control):
            self.control.setChecked(on)
        for part in (self.strips[1], self.again, self.note):
            part.setVisible(on)

    def show_large(self, *, large: bool) -> None:
        """Larger pictures, where there is room for them."""
        self._most = _LARGE_CELL if large else _CELL
        self._fit()

    def show_note(self, words: str) -> None:
        """How long the way is."""
        self.note.set_full_text(words, tip=_LENGTH)

    def minimumSizeHint(self) -> QSize:
        """Small pictures: they follow the width, which must not follow them."""
        return QSize(theme().px(200), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures as large as the width allows."""
        super().resizeEvent(event)
        self._fit()

    # -- inside --------------------------------------------------------------------------------

    def _fit(self) -> None:
        px, steps = theme().px, len(self._strengths)
        room = max(self.width() - px(_HEAD) - px(6), px(60))
        ratio, scale = self.devicePixelRatioF(), theme().scale
        side = cell(room, steps, self._shape, ratio, scale, px(self._most + 8))
        for strip in self.strips:
            strip.show_cells(steps, side)
        self.scale.show_strengths(self._strengths, side)

    def _build(self) -> None:
        set_look(self.title, "title")
        set_look(self.note, "small")
        set_look(self.again, "quiet")
        self.setAccessibleName("The row of the result")
        self.title.setToolTip("From the first term along all the others")
        self.control.setToolTip(_CONTROL)
        self.again.setAccessibleName("Another random direction")
        self.again.setToolTip("Another random direction that is as long")
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.note, 1)
        below.addWidget(self.again)
        self._words = QWidget()
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(self.control)
        words.addLayout(below)
        words.addStretch(1)
        self._inside = QWidget()
        policy = self._inside.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._inside.setSizePolicy(policy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._inside)
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(self.title, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self.strips[0], 0, 1)
        self._grid.addWidget(self._words, 1, 0)
        self._grid.addWidget(self.strips[1], 1, 1)
        self._grid.addWidget(self.scale, 2, 1)
        self._grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        self.control.toggled.connect(self.control_toggled)
        self.again.clicked.connect(self.seed_wanted)
        for number, strip in enumerate(self.strips):
            strip.hovered.connect(lambda step, row=number: self.hovered.emit(row, step))
            strip.clicked.connect(lambda step, row=number: self.clicked.emit(row, step))
            strip.pin_requested.connect(lambda step, row=number: self.pin_requested.emit(row, step))

    def _restyle(self) -> None:
        px = theme().px
        self._grid.setHorizontalSpacing(px(6))
        self._grid.setVerticalSpacing(px(2))
        self._words.setFixedWidth(px(_HEAD))
        self.again.setIcon(theme().icon("mdi6.dice-5-outline", "dim"))
        self.again.setIconSize(QSize(px(14), px(14)))
        self.again.setFixedSize(px(22), px(22))
        self._fit()


def written(strength: float) -> str:
    """0.5 as "+0.5", with a real minus."""
    text = f"{strength:+.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("+0", "-0") else text.replace("-", "−")
