"""The cells of a style sheet: a row for each style, a column for each label."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from latentlab.gui import pictures
from latentlab.gui.style.lines import Lines
from latentlab.gui.theme import theme
from latentlab.gui.widgets.endpoint_mime import REFERENCE_MIME
from latentlab.gui.widgets.endpoint_picture import fitting
from latentlab.gui.widgets.picture_menu import far_enough, picture_menu, start_drag
from latentlab.gui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPaintEvent

    Pixels = NDArray[np.uint8]

_VEIL = "#cc000000"  # behind a mark, on the black of the picture
_MARK = "#ffcf5c"  # what a classifier sees instead: on that veil in both themes


class StyleMatrix(SheetView):
    """Obeys `show_lines`, `show_sheet` and `show_marks`; tells cells by number, row by row."""

    part_wanted = Signal(str, int)  # "row" or "column" to export, and a cell of it

    def __init__(self) -> None:
        super().__init__(name="style sheet", columns=1, pinnable=True)
        self.lines = Lines(0, 1, 28.0, 2)
        self._missing: frozenset[int] = frozenset()  # rows without pictures
        self._own: frozenset[int] = frozenset()  # cells of a row's own label
        self._marks: Mapping[int, str] = {}  # "→1", by cell
        self._problems: Mapping[int, str] = {}  # why a row has no pictures
        self.name_cell: Callable[[int], str] | None = None  # a reference of its latent
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip("")

    def show_lines(self, lines: Lines) -> None:
        """Another number or size of cells."""
        if lines != self.lines:
            self.lines, self._columns = lines, max(1, lines.columns)
            self.setFixedSize(*lines.size)
            self.update()

    def show_sheet(self, shown: Pixels | None, rows: Sequence[int], own: Sequence[int]) -> None:
        """Pictures (len(rows) * columns, C, H, W) of these rows, and the cells of own labels."""
        known = frozenset(rows if shown is not None else ())
        missing, framed = frozenset(range(self.lines.rows)) - known, frozenset(own)
        if (framed, missing) != (self._own, self._missing):
            self._own, self._missing = framed, missing
            self.update()
        self._show_cells(_spread(shown, rows, self.lines))

    def show_marks(self, marks: Mapping[int, str]) -> None:
        """What a classifier sees where it is not what was told, by cell."""
        if marks != self._marks:
            self._marks = dict(marks)
            self.update()

    def show_problems(self, problems: Mapping[int, str]) -> None:
        """Why rows have no pictures, across their empty cells."""
        if problems != self._problems:
            self._problems = dict(problems)
            self.update()

    @property
    def marks(self) -> Mapping[int, str]:
        """The marks that are shown."""
        return self._marks

    @property
    def own(self) -> frozenset[int]:
        """The cells that are framed."""
        return self._own

    def cell(self, index: int) -> QRect:
        """Where a picture lies."""
        return self._cell_rect(index).toRect()

    def row_of(self, index: int) -> int:
        """The row of a cell."""
        return index // max(1, self.lines.columns)

    def picture_at(self, index: int) -> Pixels | None:
        """One of the pictures, (C, H, W); None where its row has none."""
        return None if self.row_of(index) in self._missing else super().picture_at(index)

    @property
    def picture(self) -> Pixels | None:
        """The picture that the keyboard acts on."""
        return self.picture_at(self._current)

    def index_at(self, point: QPoint) -> int:
        """By arithmetic: of a thousand pictures none is asked."""
        index = self.lines.cell_at(point.x(), point.y())
        return -1 if index is None or index >= self.count else index

    def hasHeightForWidth(self) -> bool:
        """Its size is fixed."""
        return False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A cell that is dragged out knows its latent and its label."""
        picture = self.picture
        if picture is None or not far_enough(self._pressed, event):
            self._set_hover(self.index_at(event.position().toPoint()))
            return
        self._pressed = None
        data = None if self.outlet is None else self.outlet.mime(self._current)
        data = data or pictures.mime(picture)
        if self.name_cell is not None:
            data.setData(REFERENCE_MIME, QByteArray(self.name_cell(self._current).encode()))
        start_drag(self, picture, data)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The cell, its row, its column, the sheet."""
        found = self.index_at(event.pos())
        self._current = found if found >= 0 else self._current
        if self.picture is None or self.outlet is None:
            return
        menu = picture_menu(self, self.ask, pinnable=True, sheet=True)
        after = menu.actions()[2]
        for what in ("row", "column"):
            title = f"Export this {what}…"
            entry = menu.addAction(theme().icon(f"mdi6.table-{what}"), title)
            entry.triggered.connect(partial(self._want, what, self._current))
            menu.insertAction(after, entry)
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only the rows that are to be redrawn."""
        painter, area = QPainter(self), event.rect()
        for row in self.lines.seen(area.top(), area.bottom()):
            for index in range(row * self.lines.columns, (row + 1) * self.lines.columns):
                rect = self._cell_rect(index)
                if rect.left() > area.right() or rect.right() < area.left():
                    continue
                if index < len(self._images) and row not in self._missing:
                    self._paint_cell(painter, index, self._image(index), rect)
                else:
                    painter.fillRect(rect, theme().color("plot"))
            if row in self._missing and (problem := self._problems.get(row)):
                self._paint_problem(painter, row, problem)

    # -- inside --------------------------------------------------------------------------------

    def _want(self, what: str, index: int, *_: object) -> None:
        self.part_wanted.emit(what, index)

    def _show_cells(self, shown: Pixels | None) -> None:
        """Only rows in which something is new are painted: a slider moves one of them."""
        before = self.pictures
        if shown is None or before is None or before.shape != shown.shape:
            self.show_pictures(shown)
            return
        fresh = np.flatnonzero((before != shown).reshape(len(shown), -1).any(1))
        self._pictures = shown
        for index in fresh:
            self._images[index] = QImage()
        for row in np.unique(fresh // self.lines.columns):
            top, bottom = row * self.lines.pitch, (row + 1) * self.lines.pitch
            self.update(QRectF(0, top, self.width(), bottom - top).toAlignedRect())

    def _to_images(self, shown: Pixels) -> list[QImage]:
        """Empty ones: of a hundred rows only those that are seen are converted."""
        return [QImage() for _ in shown]

    def _image(self, index: int) -> QImage:
        """Converted when it is first painted."""
        if self._images[index].isNull() and self._pictures is not None:
            self._images[index] = pictures.to_qimage(self._pictures[index])
        return self._images[index]

    def _paint_cell(self, painter: QPainter, index: int, image: QImage, rect: QRectF) -> None:
        super()._paint_cell(painter, index, image, rect)
        if mark := self._marks.get(index):
            self._paint_mark(painter, rect, mark)
        if index in self._own:
            painter.setPen(QPen(theme().color("accent"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))

    def _paint_problem(self, painter: QPainter, row: int, problem: str) -> None:
        place = QRectF(0, row * self.lines.pitch, self.width(), self.lines.side)
        painter.fillRect(place, theme().color("plot"))
        painter.setFont(theme().font("small"))
        painter.setPen(theme().color("bad"))
        inside = place.adjusted(theme().px(6), 0, -theme().px(6), 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inside, flags, fitting(painter, inside, problem))

    def _paint_mark(self, painter: QPainter, rect: QRectF, mark: str) -> None:
        """In the corner below: "→1"."""
        font = theme().font("small", bold=True)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        width = min(rect.width() - 2, metrics.horizontalAdvance(mark) + theme().px(4))
        place = QRectF(
            rect.right() - width, rect.bottom() - metrics.height(), width, metrics.height()
        )
        painter.fillRect(place, _VEIL)
        painter.setPen(_MARK)
        shown = metrics.elidedText(mark, Qt.TextElideMode.ElideRight, int(width))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)

    def _layout(self, width: int) -> tuple[int, float]:  # noqa: ARG002 - its width is fixed
        return max(1, self.lines.columns), self.lines.side

    def _cell_rect(self, index: int) -> QRectF:
        row, column = divmod(index, max(1, self.lines.columns))
        pitch, side = self.lines.pitch, self.lines.side
        return QRectF(column * pitch, row * pitch, side, side)


def _spread(pictures: Pixels | None, rows: Sequence[int], lines: Lines) -> Pixels | None:
    """The pictures at the places of their rows; black where a row has none."""
    if pictures is None or len(pictures) != len(rows) * lines.columns:
        return None
    if list(rows) == list(range(lines.rows)):
        return pictures
    whole = np.zeros((lines.rows, lines.columns, *pictures.shape[1:]), np.uint8)
    whole[list(rows)] = pictures.reshape(len(rows), lines.columns, *pictures.shape[1:])
    return whole.reshape(-1, *pictures.shape[1:])
