"""A label that never cuts: short of room it says less, and keeps the whole in its tooltip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class ElidedLabel(QLabel):
    """One line of plain text: whole, else its short form, else elided in the middle."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.full_text = self._short = self._tip = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.set_full_text(text)

    def set_full_text(self, text: str, *, short: str = "", tip: str = "") -> None:
        """What it says when there is room, what it says when not, and what its tooltip adds."""
        self.full_text, self._short, self._tip = text, short, tip
        self.setAccessibleName(text)
        self._elide()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as the whole text."""
        return QSize(self._wide(self.full_text), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The short form, or a few letters."""
        few = self._wide(self._short) if self._short else self.fontMetrics().averageCharWidth() * 4
        return QSize(few, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Says more or less."""
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        """In another font, other words have room."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._elide()
            self.updateGeometry()

    def _wide(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + 4

    def _elide(self) -> None:
        fits = self._wide(self.full_text) <= self.width() or not self._short
        text, mode = self.full_text if fits else self._short, Qt.TextElideMode.ElideMiddle
        shown = self.fontMetrics().elidedText(text, mode, max(self.width(), 1))
        self.setText(shown)
        whole = self.full_text if self._tip or shown != self.full_text else ""
        self.setToolTip("\n".join(filter(None, (whole, self._tip))))
