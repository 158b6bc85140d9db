"""What a classifier sees before and after: one column for each attribute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME, _BARS, _NUMBERS = 16, 34, 14  # heights at 100 %
_CHANGED = 0.25  # of probability: as much is seen


@dataclass(frozen=True)
class Reading:
    """One attribute or class, as the classifier reads it: probabilities, 0 to 1."""

    name: str
    start: float
    result: float
    control: float | None = None

    @property
    def is_changed(self) -> bool:
        """Whether it became another, or nearly so."""
        flipped = (self.start > 0.5) != (self.result > 0.5)
        return flipped or abs(self.result - self.start) >= _CHANGED

    @property
    def words(self) -> str:
        """For tooltips and for those who cannot see the bars."""
        words = f"{self.name}: {self.start:.0%} at the start, {self.result:.0%} in the result"
        return words + ("" if self.control is None else f", {self.control:.0%} in the control")


class Readings(QWidget):
    """Obeys `show_readings`: bars of the start, the result and the control."""

    def __init__(self) -> None:
        super().__init__()
        self._readings: tuple[Reading, ...] = ()
        self._hint = ""
        self._is_old = False
        self.setAccessibleName("What the classifier sees")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What is shown."""
        return self._readings

    @property
    def hint(self) -> str:
        """What is said where there is nothing to show."""
        return self._hint

    def show_readings(
        self, readings: Sequence[Reading], *, hint: str = "", is_old: bool = False
    ) -> None:
        """`is_old`: of pictures that have gone since."""
        if (tuple(readings), hint, is_old) != (self._readings, self._hint, self._is_old):
            self._readings, self._hint, self._is_old = tuple(readings), hint, is_old
            self.setAccessibleDescription("; ".join(each.words for each in readings) or hint)
            self.update()

    def sizeHint(self) -> QSize:
        """Name, bars and numbers."""
        return QSize(theme().px(200), theme().px(_NAME + _BARS + _NUMBERS))

    def minimumSizeHint(self) -> QSize:
        """As high."""
        return QSize(theme().px(80), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """The tooltip of the column under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            column = int(event.pos().x() / self._pitch) if self._readings else -1
            known = 0 <= column < len(self._readings)
            shown = self._readings[column].words if known else self._hint
            QToolTip.showText(event.globalPos(), shown, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """All columns, or the hint."""
        painter = QPainter(self)
        if not self._readings:
            painter.setPen(theme().color("dim"))
            painter.setFont(theme().font("small"))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()), flags, self._hint)
            return
        painter.setOpacity(0.45 if self._is_old else 1.0)
        for column, reading in enumerate(self._readings):
            self._paint(painter, reading, column * self._pitch)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _pitch(self) -> float:
        return min(self.width() / max(1, len(self._readings)), theme().px(90))

    def _paint(self, painter: QPainter, reading: Reading, left: float) -> None:
        px, wide = theme().px, self._pitch - theme().px(3)
        changed = reading.is_changed
        painter.setFont(theme().font("small", bold=changed))
        painter.setPen(theme().color("text" if changed else "dim"))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(reading.name, Qt.TextElideMode.ElideRight, int(wide))
        painter.drawText(QRectF(left, 0, wide, px(_NAME)), Qt.AlignmentFlag.AlignCenter, name)
        bars = QRectF(left, px(_NAME), wide, px(_BARS))
        if changed:
            painter.fillRect(bars, theme().color("accent", 0.12))
        self._paint_bars(painter, reading, bars)
        painter.setPen(theme().color("text" if changed else "dim"))
        below = QRectF(left, bars.bottom(), wide, px(_NUMBERS))
        words = f"{reading.start * 100:.0f}→{reading.result * 100:.0f} %"
        for text in (words, words[:-2], f"{reading.result * 100:.0f}", ""):
            if metrics.horizontalAdvance(text) <= wide:
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
                break

    def _paint_bars(self, painter: QPainter, reading: Reading, place: QRectF) -> None:
        """Start, result, control from left to right, each on the same ground line."""
        px = theme().px
        values = ((reading.start, "faint"), (reading.result, "accent"), (reading.control, "warn"))
        shown = [(value, token) for value, token in values if value is not None]
        thick = min(px(9), place.width() / (len(shown) + 1))
        left = place.center().x() - (len(shown) * (thick + px(2)) - px(2)) / 2
        painter.setPen(QPen(theme().color("line"), 1))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        for value, token in shown:
            high = max(1.0, value * (place.height() - px(3)))
            painter.fillRect(QRectF(left, place.bottom() - high, thick, high), theme().color(token))
            left += thick + px(2)
