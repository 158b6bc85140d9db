"""Under the strips: the numbers of the steps and the slider of t, in line with the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentlab.gui.homotopy.ruler import StepRuler
from latentlab.gui.homotopy.t_slider import HANDLE, TSlider
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_SLIDER_HEIGHT = 20


class Track(QWidget):
    """Obeys `show_steps` and `show_t`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ruler, self.slider = StepRuler(self), TSlider(self)
        self._first, self._last = 0.0, 100.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.slider)
        theme().changed.connect(self._arrange)

    @property
    def ends(self) -> tuple[float, float]:
        """Where t = 0 and t = 1 are, in pixels of this widget."""
        return self._first, self._last

    def show_steps(self, steps: int, side: float, pitch: float) -> None:
        """How many, the side of a picture, and from one to the next."""
        self._first, self._last = side / 2, (steps - 1) * pitch + side / 2
        self.ruler.show_steps(steps, side, pitch)
        self.slider.show_steps(steps)
        self._arrange()

    def show_t(self, t: float) -> None:
        """Where the session is."""
        self.ruler.show_t(t)
        self.slider.show_t(t)

    def sizeHint(self) -> QSize:
        """Numbers above, slider below."""
        return QSize(theme().px(200), self.ruler.sizeHint().height() + theme().px(_SLIDER_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """As high."""
        return QSize(theme().px(60), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Numbers over the whole width."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        high, half = self.ruler.sizeHint().height(), theme().px(HANDLE) / 2
        self.ruler.setGeometry(0, 0, self.width(), high)
        width = round(self._last - self._first + 2 * half)
        self.slider.setGeometry(round(self._first - half), high, width, theme().px(_SLIDER_HEIGHT))
