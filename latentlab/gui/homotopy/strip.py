"""One row of a homotopy: a check with its title, and its pictures at the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from latentlab.app.homotopy_plan import MEANINGS, TITLES
from latentlab.gui.homotopy.colours import swatch
from latentlab.gui.homotopy.fitting import CELL_GAP
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from latentlab.app.homotopy import RowFact
    from latentlab.app.state import PathKind


class Strip(SheetView):
    """Pictures side by side, all cells of one given side; empty cells while they are awaited."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, columns=10, gap=CELL_GAP, pinnable=True)
        self._side = 56.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_cells(self, steps: int, side: float) -> None:
        """As many cells, of this side in logical pixels."""
        self._columns, self._side = steps, side
        self.setFixedSize(round(steps * (side + self._px_gap()) - self._px_gap()), round(side))
        self.update()

    def cell(self, step: int) -> QRect:
        """Where a picture lies."""
        return self._cell_rect(step).toRect()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Empty cells below the pictures."""
        painter = QPainter(self)
        for index in range(self.count, self._columns):
            painter.fillRect(self._cell_rect(index), theme().color("plot"))
        painter.end()
        super().paintEvent(event)

    def _layout(self, width: int) -> tuple[int, float]:  # noqa: ARG002 - its width is fixed
        return self._columns, self._side

    def _cell_rect(self, index: int) -> QRectF:
        return QRectF(index * (self._side + self._px_gap()), 0, self._side, self._side)


class RowStrip(QWidget):
    """Obeys `show_fact` and `show_pictures`; tells what is pointed at by step."""

    toggled = Signal(bool)
    hovered = Signal(int)  # step, -1 for none
    clicked = Signal(int)
    pin_requested = Signal(int)

    def __init__(self, kind: PathKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.check = QCheckBox(TITLES[kind])
        self.note = ElidedLabel()
        self.strip = Strip(TITLES[kind])
        self._pictures: NDArray[np.uint8] | None = None
        self.check.setToolTip(MEANINGS[kind])
        self.check.setAccessibleName(f"show the row {TITLES[kind]}")
        head = QHBoxLayout()
        head.addWidget(self.check)
        head.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(self.strip)
        self.check.toggled.connect(self.toggled)
        self.strip.hovered.connect(self.hovered)
        self.strip.clicked.connect(self.clicked)
        self.strip.pin_requested.connect(self.pin_requested)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_fact(self, fact: RowFact) -> None:
        """Whether it is shown, and how it stands."""
        with QSignalBlocker(self.check):
            self.check.setChecked(fact.is_shown)
        set_look(self.note, "error" if fact.problem else "small")
        self.note.set_full_text(fact.problem or fact.note)

    def show_cells(self, steps: int, side: float) -> None:
        """As many pictures, of this side in logical pixels."""
        self.strip.show_cells(steps, side)

    def show_pictures(self, pictures: NDArray[np.uint8] | None) -> None:
        """Pictures (steps, C, H, W); None: still awaited."""
        if pictures is not self._pictures or pictures is None:
            self._pictures = pictures
            self.strip.show_pictures(pictures)

    def changeEvent(self, event: QEvent) -> None:
        """The swatch follows the size of the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._restyle()

    def _restyle(self) -> None:
        self.check.setIcon(swatch(self.kind, self))
        self.check.setIconSize(QSize(theme().px(14), theme().px(10)))
        self.check.setCursor(Qt.CursorShape.PointingHandCursor)
