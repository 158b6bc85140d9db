"""The pictures of all rows at t, side by side, larger than in the strips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from latentlab.app.homotopy_plan import TITLES
from latentlab.gui.homotopy.colours import row_color
from latentlab.gui.homotopy.fitting import MOVING_GAP
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.image_view import ImageView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QPaintEvent

    from latentlab.app.state import PathKind
    from latentlab.core.images import Pixels
    from latentlab.gui.picture_files import Outlet

_SHORT: dict[PathKind, str] = {"graph": "neighbours"}  # where the title is wider than a picture


class _Bar(QWidget):
    """A line in the colour of a row."""

    def __init__(self, kind: PathKind, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind

    def paintEvent(self, event: QPaintEvent) -> None:
        """Filled."""
        QPainter(self).fillRect(event.rect(), row_color(self._kind))


class _Moving(QWidget):
    """A picture, a line in the colour of its row, and the row's title."""

    def __init__(self, kind: PathKind, parent: QWidget) -> None:
        super().__init__(parent)
        self.view = ImageView(name=f"{TITLES[kind]} at t", pinnable=True)
        self.bar, self.title = _Bar(kind, self), ElidedLabel()
        self.title.set_full_text(TITLES[kind], short=_SHORT.get(kind, ""))
        set_look(self.title, "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for part in (self.view, self.bar, self.title):
            column.addWidget(part)
        theme().changed.connect(self.restyle)
        self.restyle()

    def show_side(self, side: float) -> None:
        """How large the picture is, in logical pixels."""
        self.view.setFixedSize(round(side), round(side))
        self.setFixedWidth(round(side))

    def restyle(self) -> None:
        """Colour and height of the line."""
        self.bar.setFixedHeight(theme().px(3))
        self.bar.update()


class MovingPictures(QWidget):
    """Obeys `show_kinds` and `show_pictures`."""

    clicked = Signal(str)  # path kind
    pin_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.make_outlet: Callable[[PathKind], Outlet | None] = lambda _: None
        self.cells: dict[PathKind, _Moving] = {}
        self._kinds: tuple[PathKind, ...] = ()
        self._columns, self._side = 0, 0.0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_kinds(self, kinds: Sequence[PathKind], columns: int, side: float) -> None:
        """One place for each row, so many side by side, of a side in logical pixels."""
        if (tuple(kinds), columns, side) == (self._kinds, self._columns, self._side):
            return
        self._kinds, self._columns, self._side = tuple(kinds), columns, side
        for kind, cell in self.cells.items():
            cell.setVisible(kind in kinds)
        for place, kind in enumerate(kinds):
            cell = self.cells.get(kind) or self._new(kind)
            self._grid.removeWidget(cell)
            self._grid.addWidget(cell, place // columns, place % columns)
            cell.show_side(side)
            cell.show()

    def show_pictures(self, pictures: Mapping[PathKind, Pixels]) -> None:
        """All rows at one t, (C, H, W) each, in one go."""
        for kind in self._kinds:
            self.cells[kind].view.show_picture(pictures.get(kind))

    def _new(self, kind: PathKind) -> _Moving:
        cell = self.cells[kind] = _Moving(kind, self)
        cell.view.outlet = self.make_outlet(kind)
        cell.view.clicked.connect(lambda: self.clicked.emit(kind))
        cell.view.pin_requested.connect(lambda: self.pin_requested.emit(kind))
        return cell

    def _restyle(self) -> None:
        self._grid.setSpacing(theme().px(MOVING_GAP))
