"""A style sheet with its heads, which stay where they are while the cells scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from latentlab.gui.style.column_heads import ColumnHeads
from latentlab.gui.style.lines import CLEAR, Lines, fit
from latentlab.gui.style.matrix import StyleMatrix
from latentlab.gui.style.row_heads import BESIDE, WIDE, RowHeads
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

_BAR = 10  # width of a scroll bar in pixels at 100 %, kept free so that it may come and go


class SheetPane(QWidget):
    """Lays out; what it shows comes from the presenter through its three parts."""

    refitted = Signal()  # cells have another size

    def __init__(self) -> None:
        super().__init__()
        self.matrix, self.columns, self.rows = StyleMatrix(), ColumnHeads(), RowHeads()
        self.scroll, self.corner = QScrollArea(), QLabel("style ↓  label →")
        self._shape, self._picture, self._room = (0, 0), 28, 0
        self._build()
        self.scroll.horizontalScrollBar().valueChanged.connect(self.columns.scroll_to)
        self.scroll.verticalScrollBar().valueChanged.connect(self.rows.scroll_to)
        self.matrix.hovered.connect(self._on_hovered)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_shape(self, rows: int, columns: int, picture: int) -> None:
        """How many cells, and the longer side of a picture in its own pixels."""
        if ((rows, columns), picture) != (self._shape, self._picture):
            self._shape, self._picture = (rows, columns), picture
            self._fit()

    def show_room(self, width: int) -> None:
        """How wide it may be; it takes no more than its cells need."""
        if width != self._room:
            self._room = width
            self._fit()

    def reveal(self, row: int) -> None:
        """Scroll so far that a row is seen."""
        top = round(row * self.matrix.lines.pitch)
        self.scroll.ensureVisible(
            self.scroll.horizontalScrollBar().value(), top, 0, round(self.matrix.lines.pitch)
        )

    def reveal_cell(self, index: int) -> None:
        """Scroll so far that a cell is seen, as the keyboard moves."""
        place = self.matrix.cell(index)
        self.scroll.ensureVisible(
            place.center().x(), place.center().y(), place.width(), place.height()
        )

    def minimumSizeHint(self) -> QSize:
        """The heads and a few cells: the rest is scrolled to."""
        return QSize(theme().px(200), theme().px(96))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Another size; a wheel over the heads turns the cells."""
        if event.type() == QEvent.Type.Resize and watched is self.scroll.viewport():
            self._fit()
        if event.type() == QEvent.Type.Wheel and watched in (self.rows, self.columns):
            self._turn(event)  # type: ignore[arg-type]
            return True
        return super().eventFilter(watched, event)

    # -- inside --------------------------------------------------------------------------------

    def _turn(self, event: QWheelEvent) -> None:
        across = abs(event.angleDelta().x()) > abs(event.angleDelta().y())
        bar = self.scroll.horizontalScrollBar() if across else self.scroll.verticalScrollBar()
        QCoreApplication.sendEvent(bar, event)

    def _on_hovered(self, index: int) -> None:
        self.columns.light(index % max(1, self.matrix.lines.columns) if index >= 0 else -1)
        if index >= 0 and self.matrix.hasFocus():
            self.reveal_cell(index)

    def _build(self) -> None:
        set_look(self.corner, "small")
        self.corner.setAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        self.scroll.setWidget(self.matrix)
        self.scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for watched in (self.scroll.viewport(), self.rows, self.columns):
            watched.installEventFilter(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.corner, 0, 0)
        grid.addWidget(self.columns, 0, 1)
        grid.addWidget(self.rows, 1, 0)
        grid.addWidget(self.scroll, 1, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)

    def _fit(self) -> None:
        """Words stand beside the rows where they cost no cell its size."""
        px, (rows, columns) = theme().px, self._shape
        ratio, scale = self.devicePixelRatioF(), theme().scale
        height, bar = self.scroll.height(), px(_BAR)

        def fitting(heads: int) -> Lines:
            width = self._room - heads - bar
            return fit(width, height, rows, columns, self._picture, ratio, scale)

        lines = fitting(px(CLEAR + BESIDE))
        heads = round(min(lines.side, px(CLEAR)) + px(BESIDE))
        if lines == fitting(px(WIDE)) and lines.size[0] + px(WIDE) + bar <= self._room:
            heads = px(WIDE)
        self._place(heads, min(self._room, heads + lines.size[0] + bar))
        if lines != self.matrix.lines:
            for part in (self.matrix, self.columns, self.rows):
                part.show_lines(lines)
            self.refitted.emit()

    def _place(self, heads: int, width: int) -> None:
        if heads != self.rows.width():
            self.rows.setFixedWidth(heads)
            self.corner.setFixedWidth(heads)
            self.corner.setText("style ↓  label →" if heads == theme().px(WIDE) else "")
        self.setMaximumWidth(max(1, width))

    def _restyle(self) -> None:
        self.columns.updateGeometry()
        self._fit()
