"""How much room a view has: the one measure by which views stack, fold and shorten.

A view names the sizes below which it is narrow or low, in pixels at 100 % scale, and arranges
itself anew on `changed`:

    self.room = Room(self, narrow=620, low=420)
    self.room.changed.connect(self._arrange)
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from latentlab.gui.theme import theme


class Room(QObject):
    """Follows a widget's size and the UI scale; 200 % on a projector is half the room."""

    changed = Signal()  # `is_narrow` or `is_low` has another answer than before

    def __init__(self, widget: QWidget, *, narrow: int = 0, low: int = 0) -> None:
        super().__init__(widget)
        self._widget = self._place = widget
        self._narrow, self._low = narrow, low
        widget.installEventFilter(self)
        self._told = (False, False)  # views are built for much room
        theme().changed.connect(self._tell)

    @property
    def is_narrow(self) -> bool:
        """Less wide than the view's limit."""
        return self._place.width() < self._narrow * theme().scale

    @property
    def is_low(self) -> bool:
        """Less high than the view's limit."""
        return self._place.height() < self._low * theme().scale

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The widget, or the scroll area around it, has another size."""
        if event.type() == QEvent.Type.ParentChange and watched is self._widget:
            self._move()
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ParentChange):
            self._tell()
        return False

    def _move(self) -> None:
        """In a scroll area, a page's own size is what it needs, not what there is."""
        viewport = self._widget.parentWidget()
        area = viewport.parentWidget() if viewport is not None else None
        if self._place is not self._widget:
            self._place.removeEventFilter(self)
        self._place = area if isinstance(area, QScrollArea) else self._widget
        self._place.installEventFilter(self)

    def _tell(self) -> None:
        now = (self.is_narrow, self.is_low)
        if now != self._told:
            self._told = now
            self.changed.emit()
