"""Thumbnails that know what they are: dragged out, they can be dropped on any endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from latentlab.gui.arithmetic.named import NamedSheet
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QMouseEvent

_DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class ReferenceSheet(NamedSheet):
    """Obeys `show_samples`; its pictures are named by texts of `core.reference`."""

    opened = Signal(int)  # a double click: it is to be seen large
    removed = Signal(int)  # Delete
    menu_wanted = Signal(int, QPoint)  # which one, -1 for none, and a place of the screen

    def __init__(self, name: str, *, columns: int = 0, cell: int = 36) -> None:
        super().__init__(name=name, columns=columns, cell=cell, gap=2, pinnable=True)
        self.references: tuple[str, ...] = ()
        self._tips: tuple[str, ...] = ()
        self._marked: frozenset[str] = frozenset()
        self.name_at = self.reference_at

    def show_samples(
        self,
        pictures: NDArray[np.uint8] | None,
        references: Sequence[str],
        tips: Sequence[str] = (),
    ) -> None:
        """Pictures (n, C, H, W), as many references, and what is said of each."""
        self.references, self._tips = tuple(references), tuple(tips)
        if pictures is not self._pictures:
            self.show_pictures(pictures)

    def show_marked(self, references: Collection[str]) -> None:
        """Those that are framed: they have been taken."""
        if (marked := frozenset(references)) != self._marked:
            self._marked = marked
            self.update()

    @property
    def marked(self) -> frozenset[str]:
        """References that are framed."""
        return self._marked

    def set_cell(self, side: int) -> None:
        """Another size of the pictures, in pixels at 100 %."""
        if side != self._cell:
            self._cell = side
            self.updateGeometry()
            self.update()

    def reference_at(self, index: int) -> str:
        """What a picture is; empty for none."""
        return self.references[index] if 0 <= index < len(self.references) else ""

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """The tooltip of the picture under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.index_at(event.pos())
            shown = self._tips[index] if 0 <= index < len(self._tips) else self.toolTip()
            QToolTip.showText(event.globalPos(), shown, self)
            return True
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Seen large; the click that follows takes back what the first one did."""
        super().mouseDoubleClickEvent(event)
        if (index := self.index_at(event.position().toPoint())) >= 0:
            self.opened.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the current one away."""
        if event.key() in _DELETE and self.count:
            self.removed.emit(self._current)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the picture is the owner's to say."""
        by_key = event.reason() == event.Reason.Keyboard
        found = self._current if by_key and self.count else self.index_at(event.pos())
        if found >= 0:
            self._current = found
        self.menu_wanted.emit(found, event.globalPos())

    def _paint_cell(self, painter: QPainter, index: int, image: QImage, rect: QRectF) -> None:
        super()._paint_cell(painter, index, image, rect)
        if self.reference_at(index) in self._marked:
            self._paint_mark(painter, rect)

    def _paint_mark(self, painter: QPainter, rect: QRectF) -> None:
        """A frame, and a tick in the corner: the frame alone is the keyboard's place."""
        side, accent = min(theme().px(14), rect.width() / 3), theme().color("accent")
        painter.setPen(QPen(accent, 2))
        painter.drawRect(rect.adjusted(1, 1, -1, -1))
        corner = QRectF(rect.right() - side, rect.top(), side, side)
        painter.fillRect(corner, accent)
        painter.setFont(theme().font("small", bold=True))
        painter.setPen(theme().color("on_accent"))
        painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, "✓")
