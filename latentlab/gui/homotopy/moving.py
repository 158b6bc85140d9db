"""The pictures of all rows at t, side by side, larger than in the strips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from latentlab.app.homotopy_plan import TITLES
from latentlab.gui.homotopy.colours import swatch
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.image_view import ImageView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from latentlab.app.state import PathKind
    from latentlab.core.images import Pixels

SIDE = 84  # pixels at 100 %, three for one of MNIST's
_GAP = 8


class _Moving(QWidget):
    """A picture with the swatch and the title of its row below."""

    def __init__(self, kind: PathKind, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = kind
        self.view = ImageView(name=f"{TITLES[kind]} at t", pinnable=True)
        self.mark, self.title = QLabel(), ElidedLabel(TITLES[kind])
        set_look(self.title, "small")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        grid.addWidget(self.view, 0, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.mark, 1, 0)
        grid.addWidget(self.title, 1, 1)
        grid.setColumnStretch(1, 1)
        theme().changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Swatch and size of the theme in use."""
        side = theme().px(SIDE)
        self.view.setFixedSize(side, side)
        self.setFixedWidth(side)
        self.mark.setPixmap(swatch(self.kind, self).pixmap(QSize(theme().px(14), theme().px(10))))


class MovingPictures(QWidget):
    """Obeys `show_kinds` and `show_pictures`."""

    clicked = Signal(str)  # path kind
    pin_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells: dict[PathKind, _Moving] = {}
        self._kinds: tuple[PathKind, ...] = ()
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_kinds(self, kinds: Sequence[PathKind], width: int) -> None:
        """One place for each row, as many side by side as the width holds."""
        columns = max(1, (width + theme().px(_GAP)) // theme().px(SIDE + _GAP))
        if (tuple(kinds), columns) == (self._kinds, self._columns):
            return
        self._kinds, self._columns = tuple(kinds), columns
        for kind, cell in self.cells.items():
            cell.setVisible(kind in kinds)
        for place, kind in enumerate(kinds):
            cell = self.cells.get(kind) or self._new(kind)
            self._grid.removeWidget(cell)
            self._grid.addWidget(cell, place // columns, place % columns)
            cell.show()

    def show_pictures(self, pictures: Mapping[PathKind, Pixels]) -> None:
        """All rows at one t, (C, H, W) each, in one go."""
        for kind in self._kinds:
            self.cells[kind].view.show_picture(pictures.get(kind))

    def _new(self, kind: PathKind) -> _Moving:
        cell = self.cells[kind] = _Moving(kind, self)
        cell.view.clicked.connect(lambda: self.clicked.emit(kind))
        cell.view.pin_requested.connect(lambda: self.pin_requested.emit(kind))
        return cell

    def _restyle(self) -> None:
        self._grid.setSpacing(theme().px(_GAP))
