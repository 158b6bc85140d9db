"""The slider of t: its knob is in the middle of a picture when t is at that picture's step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

FINE = 1000  # positions of the slider
HANDLE = 12  # pixels at 100 %, as in the stylesheet


class TSlider(QSlider):
    """Emits t, 0 to 1; obeys `show_t`. A click goes there at once, as in a film."""

    moved = Signal(float)
    released = Signal()  # the gesture has ended
    play_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._steps = 10
        self.setRange(0, FINE)
        self.setSingleStep(FINE // 100)
        self.setAccessibleName("t, from A to B")
        self.setToolTip("From A to B: arrows move, Page keys go by steps, Home, End, Space plays")
        self.valueChanged.connect(lambda value: self.moved.emit(value / FINE))
        self.sliderReleased.connect(self.released)

    def show_t(self, t: float) -> None:
        """Where the session is."""
        if round(t * FINE) != self.value():
            with QSignalBlocker(self):
                self.setValue(round(t * FINE))

    def show_steps(self, steps: int) -> None:
        """Page keys go from one step to the next."""
        self._steps = steps

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays; Page keys go by steps."""
        by = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space:
            self.play_wanted.emit()
        elif by is not None:
            step = round(self.value() / FINE * (self._steps - 1)) + by
            self.setValue(round(min(max(step, 0), self._steps - 1) * FINE / (self._steps - 1)))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes the knob along from wherever the mouse went down."""
        if event.button() == Qt.MouseButton.LeftButton and not self._is_on_knob(event):
            self.setValue(self._value_at(event.position().toPoint()))
        super().mousePressEvent(event)

    def _is_on_knob(self, event: QMouseEvent) -> bool:
        return self._knob().contains(event.position().toPoint())

    def _value_at(self, point: QPoint) -> int:
        half = theme().px(HANDLE) / 2
        span = max(1.0, self.width() - 2 * half)
        return round(min(max((point.x() - half) / span, 0.0), 1.0) * FINE)

    def _knob(self) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )
