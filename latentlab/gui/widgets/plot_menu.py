"""The context menu of a plot, given to any widget from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QMenu, QWidget

from latentlab.gui.plot_files import VERBS
from latentlab.gui.widgets.picture_menu import add_entries

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent

    from latentlab.gui.plot_files import PlotOutlet


class PlotMenu(QObject):
    """Export, its numbers, copy; for as long as the widget lives."""

    def __init__(self, widget: QWidget, outlet: PlotOutlet) -> None:
        super().__init__(widget)
        self.outlet = outlet
        self._widget = widget
        widget.installEventFilter(self)

    def build(self) -> QMenu:
        """A fresh menu; it deletes itself when closed."""
        menu = QMenu(self._widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_entries(menu, lambda what, *_: self.outlet.act(what), list(VERBS))
        return menu

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Opens where it is asked for."""
        if event.type() != QEvent.Type.ContextMenu:
            return False
        asked: QContextMenuEvent = event
        self.build().popup(asked.globalPos())
        return True
