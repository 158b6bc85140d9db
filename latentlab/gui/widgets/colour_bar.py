"""A ramp of colours with its ends named: the legend of a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from latentlab.gui.explore.scene import ColourBar

_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class ColourBarView(QWidget):
    """Title, lowest value, ramp, highest value on one line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar: ColourBar | None = None
        self._ramp: NDArray[np.uint8] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colour bar")

    def show_bar(self, bar: ColourBar | None, ramp: NDArray[np.uint8]) -> None:
        """None hides it; ramp is (k, 3) RGB from low to high."""
        self._bar, self._ramp = bar, ramp
        self.setVisible(bar is not None)
        if bar is not None:
            text = f"{bar.title}: {bar.low:.3g} to {bar.high:.3g}"
            self.setAccessibleName(f"Colour bar, {text}")
            self.setToolTip(f"{text}; values beyond take the colour of the end")
        self.update()

    @property
    def has_bar(self) -> bool:
        """Whether there is a ramp to show."""
        return self._bar is not None

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(theme().px(260), theme().px(20))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The ramp between its words."""
        self.paint_bar(QPainter(self), QRectF(self.rect()))

    def paint_bar(self, painter: QPainter, area: QRectF) -> None:
        """The same anywhere."""
        if self._bar is None or self._ramp is None:
            return
        metrics, px = QFontMetrics(self.font()), theme().px
        title, low, high = self._bar.title, f"{self._bar.low:.3g}", f"{self._bar.high:.3g}"
        widths = [metrics.horizontalAdvance(text) + px(8) for text in (title, low, high)]
        ramp_px = min(px(180), max(px(40), area.width() - sum(widths)))
        x = area.x() + (area.width() - sum(widths) - ramp_px) / 2
        painter.setPen(theme().color("dim"))
        for text, width in zip((title, low), widths, strict=False):
            painter.drawText(QRectF(x, area.y(), width, area.height()), _MIDDLE, text)
            x += width
        place = QRectF(x, area.center().y() - px(5), ramp_px, px(10))
        gradient = QLinearGradient(place.topLeft(), place.topRight())
        for step in range(17):
            row = self._ramp[step * (len(self._ramp) - 1) // 16]
            gradient.setColorAt(step / 16, QColor(*(int(part) for part in row)))
        painter.fillRect(place, gradient)
        last = QRectF(x + ramp_px + px(8), area.y(), widths[2], area.height())
        painter.drawText(last, _MIDDLE, high)
