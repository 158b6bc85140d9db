"""The shortcut of a button that stands on a page of a `PageSwitch`, also while another is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QShortcut

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton

    from latentlab.gui.widgets.page_switch import PageSwitch


class PageKey(QShortcut):
    """Turns to the button's page and presses it: a shortcut does the same in little room.

    Qt lets only those buttons hear their shortcuts that can be seen; this hears it for the others.
    """

    def __init__(self, button: QAbstractButton, pages: PageSwitch, page: str) -> None:
        super().__init__(button.shortcut(), pages.parentWidget())
        self._button, self._pages, self._page = button, pages, page
        self.setEnabled(not button.isVisible())
        self.activated.connect(self._on_activated)
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """One of the two hears the key, never both."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.setEnabled(event.type() == QEvent.Type.Hide)
        return super().eventFilter(watched, event)

    def _on_activated(self) -> None:
        if self._pages.page:
            self._pages.turn_to(self._page)
        if self._button.isVisible():  # there is nothing to pause or to stop where it is not
            self._button.click()
