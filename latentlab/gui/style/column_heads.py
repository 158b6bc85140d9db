"""Above a style sheet: the label of each column, and how often it is obeyed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from latentlab.app.style_scores import LOW
from latentlab.gui.style.lines import Lines
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

_NAME, _BAR, _SHARE = 17, 4, 13  # heights at 100 %


@dataclass(frozen=True)
class Head:
    """What stands above a column."""

    title: str
    tip: str = ""
    share: float | None = None  # of its pictures that show its label
    is_blend: bool = False


class ColumnHeads(QWidget):
    """Obeys `show_heads`, `show_lines` and `scroll_to`."""

    def __init__(self) -> None:
        super().__init__()
        self._heads: tuple[Head, ...] = ()
        self._lines = Lines(0, 1, 28.0, 2)
        self._left = 0
        self._hover = -1
        self._is_old = False
        self.setAccessibleName("Labels of the columns")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def heads(self) -> tuple[Head, ...]:
        """What is shown."""
        return self._heads

    def show_heads(self, heads: Sequence[Head], *, is_old: bool = False) -> None:
        """One for each column; `is_old`: the shares are of pictures that have gone since."""
        if (tuple(heads), is_old) != (self._heads, self._is_old):
            self._heads, self._is_old = tuple(heads), is_old
            told = ", ".join(f"{head.title}: {head.share:.0%}" for head in heads if head.share)
            self.setAccessibleDescription(told or ", ".join(head.title for head in heads))
            self.update()

    def show_lines(self, lines: Lines) -> None:
        """Where the columns are."""
        if lines != self._lines:
            self._lines = lines
            self.update()

    def scroll_to(self, left: int) -> None:
        """As far as the cells."""
        self._left = left
        self.update()

    def light(self, column: int) -> None:
        """The column under the mouse, -1 for none."""
        if column != self._hover:
            self._hover = column
            self.update()

    def sizeHint(self) -> QSize:
        """Name, bar and share."""
        return QSize(theme().px(120), theme().px(_NAME + _BAR + _SHARE + 4))

    def minimumSizeHint(self) -> QSize:
        """As high, and narrow."""
        return QSize(theme().px(28), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """The tooltip of the column under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            column = int((event.pos().x() + self._left) // self._lines.pitch)
            shown = self._heads[column].tip if 0 <= column < len(self._heads) else ""
            QToolTip.showText(event.globalPos(), shown, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The heads that can be seen."""
        painter = QPainter(self)
        for column, head in enumerate(self._heads):
            left = column * self._lines.pitch - self._left
            if left < self.width() and left + self._lines.side > 0:
                self._paint_head(painter, head, left, is_lit=column == self._hover)

    def _paint_head(self, painter: QPainter, head: Head, left: float, *, is_lit: bool) -> None:
        px, side = theme().px, self._lines.side
        painter.setFont(theme().font("body", bold=True))
        painter.setPen(theme().color("accent" if is_lit or head.is_blend else "text"))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(head.title, Qt.TextElideMode.ElideRight, int(side))
        painter.drawText(QRectF(left, 0, side, px(_NAME)), Qt.AlignmentFlag.AlignCenter, name)
        if head.share is None:
            return
        top, width = px(_NAME + 1), side - px(8)
        colour = "good" if head.share >= LOW else "warn"
        alpha = 0.45 if self._is_old else 1.0
        bar = QRectF(left + px(4), top, width, px(_BAR))
        painter.fillRect(bar, theme().color("line"))
        bar.setWidth(width * head.share)
        painter.fillRect(bar, theme().color(colour, alpha))
        painter.setFont(theme().font("small"))
        painter.setPen(theme().color("dim" if head.share >= LOW else "warn", alpha))
        below = QRectF(left, top + px(_BAR), side, px(_SHARE))
        words = f"{head.share:.0%}"
        wide = painter.fontMetrics().horizontalAdvance
        words = next((text for text in (words, words[:-1]) if wide(text) <= side), "")
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
