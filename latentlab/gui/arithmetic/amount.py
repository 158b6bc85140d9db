"""One number to slide and to type: a weight, a strength, a noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.quiet import QuietBox, QuietSlider

if TYPE_CHECKING:
    from PySide6.QtWidgets import QBoxLayout

_STEPS = 100  # of the slider, for 1


class Amount(QWidget):
    """Slider and box; emits intents, obeys `show_value`. Typing may go beyond the slider."""

    moved = Signal(float)  # while the slider moves, and once a number is typed
    released = Signal()  # the slider was let go

    def __init__(
        self,
        name: str,
        slide: tuple[float, float],
        *,
        title: str = "",
        tip: str = "",
        typed: tuple[float, float] | None = None,
        step: float = 0.1,
        wide: int = 80,
    ) -> None:
        """`slide`, `typed`: lowest and highest; `wide`: of the slider, in pixels at 100 %."""
        super().__init__()
        self.slider, self.box = QuietSlider(Qt.Orientation.Horizontal), QuietBox()
        self._wide = wide
        self.slider.setRange(round(slide[0] * _STEPS), round(slide[1] * _STEPS))
        self.slider.setPageStep(_STEPS // 4)
        self.box.setRange(*(typed or slide))
        self.box.setSingleStep(step)
        self.box.setDecimals(2)
        for part, more in ((self.slider, ""), (self.box, ", exactly")):
            part.setAccessibleName(f"{name}{more}")
            part.setToolTip(tip or name)
        self._build(title)
        self.slider.valueChanged.connect(lambda at: self.moved.emit(at / _STEPS))
        self.slider.sliderReleased.connect(self.released)
        self.box.valueChanged.connect(self.moved)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_value(self, value: float) -> None:
        """Moves both without emitting."""
        with QSignalBlocker(self.slider), QSignalBlocker(self.box):
            self.slider.setValue(round(value * _STEPS))
            self.box.setValue(value)

    def _build(self, title: str) -> None:
        row: QBoxLayout = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        if title:
            label = QLabel(title)
            set_look(label, "dim")
            label.setBuddy(self.box)
            row.addWidget(label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)

    def _restyle(self) -> None:
        self.slider.setMinimumWidth(theme().px(self._wide))
        self.box.setFixedWidth(theme().px(62))
