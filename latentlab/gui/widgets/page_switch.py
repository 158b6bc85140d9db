"""One part of a tab at a time, where there is no room for all of them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QToolButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Page:
    """Widgets that are seen together; a widget may be on several pages."""

    name: str
    title: str
    tip: str
    widgets: tuple[QWidget, ...]


class PageSwitch(QWidget):
    """A switch above a tab; obeys `show_pages`. It only shows and hides: nothing is moved.

    Left and Right choose while it has the focus, Ctrl+Page Up and Ctrl+Page Down always.
    """

    turned = Signal(str)  # name of the page that is now seen

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._pages: tuple[Page, ...] = ()
        self._name = ""
        self.bar = QTabBar(self)
        self.bar.setObjectName("segments")
        self.bar.setAccessibleName("Parts of this tab")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(False)
        for button in self.bar.findChildren(QToolButton):  # Qt makes them all the same
            button.setToolTip("More parts of this tab")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 0)
        row.addWidget(self.bar)
        row.addStretch(1)
        self.bar.currentChanged.connect(self._on_changed)
        self._keys = [self._key(keys, by) for keys, by in (("Ctrl+PgUp", -1), ("Ctrl+PgDown", 1))]
        self.show_pages(())

    @property
    def page(self) -> str:
        """Name of the page that is seen; empty where all are."""
        return self._name if self._pages else ""

    def show_pages(self, pages: Sequence[Page]) -> None:
        """These pages, and the one of before if it is among them; none: everything is seen."""
        known = {widget for page in self._pages for widget in page.widgets}
        self._pages = tuple(pages)
        with QSignalBlocker(self.bar):
            while self.bar.count():
                self.bar.removeTab(0)
            for number, page in enumerate(pages):
                self.bar.addTab(page.title)
                self.bar.setTabToolTip(number, f"{page.tip} (Ctrl+Page Up, Ctrl+Page Down)")
        for keys in self._keys:
            keys.setEnabled(bool(pages))
        self.setVisible(bool(pages))
        for widget in known:
            widget.show()
        if pages:
            self.turn_to(self._name if self._name in self._names() else pages[0].name)

    def turn_to(self, name: str) -> None:
        """See another page; later, if there are none at the moment."""
        self._name = name
        if name not in self._names():
            return
        number = self._names().index(name)
        with QSignalBlocker(self.bar):
            self.bar.setCurrentIndex(number)
        seen = self._pages[number].widgets
        for widget in {widget for page in self._pages for widget in page.widgets}:
            widget.setVisible(widget in seen)
        self.turned.emit(name)

    def _names(self) -> list[str]:
        return [page.name for page in self._pages]

    def _on_changed(self, number: int) -> None:
        if 0 <= number < len(self._pages):
            self.turn_to(self._pages[number].name)

    def _turn_by(self, by: int) -> None:
        self.bar.setCurrentIndex((self.bar.currentIndex() + by) % len(self._pages))

    def _key(self, keys: str, by: int) -> QShortcut:
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        return QShortcut(
            QKeySequence(keys), self.parentWidget(), lambda: self._turn_by(by), context=context
        )
