"""Numbers of the steps, each in the middle of its picture; the one at t is bright."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_HEIGHT = 15


class StepRuler(QWidget):
    """Obeys `show_steps` and `show_t`; shows fewer numbers where they would touch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps, self._side, self._pitch, self._t = 10, 56.0, 58.0, 0.0
        theme().changed.connect(self.updateGeometry)

    @property
    def current(self) -> int:
        """The step nearest to t."""
        return round(self._t * (self._steps - 1))

    def show_steps(self, steps: int, side: float, pitch: float) -> None:
        """How many, the side of a picture, and from one to the next."""
        self._steps, self._side, self._pitch = steps, side, pitch
        self.update()

    def show_t(self, t: float) -> None:
        """Where on the way, 0 to 1."""
        before, self._t = self.current, t
        if self.current != before:
            self.update()

    def sizeHint(self) -> QSize:
        """One line of small letters."""
        return QSize(theme().px(40), theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """First, last and current always; the others where there is room."""
        painter = QPainter(self)
        painter.setFont(theme().font("small"))
        wide = painter.fontMetrics().horizontalAdvance(f"{self._steps} ")
        every = max(1, -(-wide // max(1, int(self._pitch))))
        for step in range(self._steps):
            if step % every and step != self._steps - 1:
                continue
            is_last = step == self._steps - 1
            if not is_last and every > 1 and self._steps - 1 - step < every:
                continue  # it would touch the last
            painter.setPen(theme().color("text" if step == self.current else "dim"))
            middle = step * self._pitch + self._side / 2
            area = QRectF(middle - wide, 0, 2 * wide, self.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(step + 1))
