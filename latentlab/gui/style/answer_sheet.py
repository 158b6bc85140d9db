"""Answers as large as the room allows; where there are none yet, the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentlab.gui.theme import theme
from latentlab.gui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

LARGEST, SMALLEST = 168, 28  # side of a picture, in pixels at 100 %
_GAP = 4


class AnswerSheet(SheetView):
    """A sheet that fits its place in both directions, at whole zooms."""

    def __init__(self, parent: QWidget | None = None, *, name: str) -> None:
        super().__init__(parent, name=name, cell=LARGEST, gap=_GAP)
        self.hint = ""  # shown instead of pictures
        policy = QSizePolicy.Policy.Expanding
        self.setSizePolicy(QSizePolicy(policy, policy))

    def show_hint(self, words: str) -> None:
        """What to do, where there are no pictures."""
        if words != self.hint:
            self.hint = words
            self.update()

    def sizeHint(self) -> QSize:
        """Comfortable."""
        return QSize(theme().px(360), theme().px(360))

    def minimumSizeHint(self) -> QSize:
        """Three in a row, three rows, small."""
        side = 3 * theme().px(SMALLEST + _GAP)
        return QSize(side, side + 3 * theme().px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pictures, or the hint."""
        super().paintEvent(event)
        if self.count or not self.hint:
            return
        painter = QPainter(self)
        painter.setPen(theme().color("dim"))
        room = self.rect().adjusted(12, 12, -12, -12)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, flags, self.hint)

    def _layout(self, width: int) -> tuple[int, float]:
        """The number of columns with which pictures are largest, and their side."""
        count, gap, caption = max(1, self.count), self._px_gap(), self._caption_height()
        best = (1, 0.0)
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            across = (width + gap) / columns - gap
            down = (self.height() + gap) / rows - gap - caption
            if (side := min(across, down)) > best[1]:
                best = (columns, side)
        return best[0], self._whole(min(best[1], theme().px(LARGEST)))

    def _whole(self, side: float) -> float:
        """As many device pixels for each of a picture's as fit, if one does."""
        shown = self.pictures
        longer = max(shown.shape[2:]) if shown is not None else 1
        zoom = int(side * self.devicePixelRatioF() / longer)
        return zoom * longer / self.devicePixelRatioF() if zoom else max(side, 8.0)
