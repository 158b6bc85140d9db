"""A slider over the labels of a model, their names below; between two names both are mixed."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QVBoxLayout,
    QWidget,
)

from latentlab.core.label import words
from latentlab.core.transfer import blended
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent

    from latentlab.core.label import Label

FINE = 20  # positions from one label to the next
_MAGNET = 2  # positions around a label that a dragging hand is drawn into
_HANDLE = 12  # pixels at 100 %, as in the stylesheet


class _Track(QSlider):
    """A click goes there at once; Page keys go from label to label, Space plays."""

    play_wanted = Signal()

    def __init__(self, fine: int, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._fine = fine
        self.setSingleStep(max(1, fine // 10))
        self.setPageStep(fine)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays; Page keys go by whole labels."""
        by = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space:
            self.play_wanted.emit()
        elif by is not None:
            self.setValue((round(self.value() / self._fine) + by) * self._fine)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes the knob along from wherever the mouse went down."""
        point = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and not self._knob().contains(point):
            self.setValue(self.value_at(point.x()))
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One label a notch."""
        by = int(np.sign(event.angleDelta().y()))
        self.setValue((round(self.value() / self._fine) + by) * self._fine)
        event.accept()

    def value_at(self, x: float) -> int:
        """The position whose knob is at x."""
        half = theme().px(_HANDLE) / 2
        span = max(1.0, self.width() - 2 * half)
        return round(min(max((x - half) / span, 0.0), 1.0) * self.maximum())

    def x_of(self, value: float) -> float:
        """The middle of the knob at a position."""
        half = theme().px(_HANDLE) / 2
        return half + value / max(1, self.maximum()) * (self.width() - 2 * half)

    def _knob(self) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )


class LabelSlider(QWidget):
    """Emits intents, obeys `show_names` and `show_label`."""

    moved = Signal(object)  # a class, or shares (k,) of two neighbours
    released = Signal()  # the gesture has ended
    play_wanted = Signal()

    def __init__(self, parent: QWidget | None = None, *, mixes: bool = True) -> None:
        """`mixes`: whether one may stand between two labels."""
        super().__init__(parent)
        self._fine = FINE if mixes else 1
        self._names: tuple[str, ...] = ()
        self.track = _Track(self._fine, self)
        self.names = _Names(self.track, self._fine, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.track)
        column.addWidget(self.names)
        self.setFocusProxy(self.track)
        self.track.setAccessibleName("Label slider")
        self.track.valueChanged.connect(self._on_moved)
        self.track.sliderReleased.connect(self.released)
        self.track.play_wanted.connect(self.play_wanted)
        self.names.clicked.connect(self._on_clicked)
        self._tell()

    @property
    def label(self) -> Label:
        """Where it stands."""
        return self.label_at(self.track.value())

    @property
    def share(self) -> float:
        """Where it stands, from the first label (0) to the last (1)."""
        return self.track.value() / max(1, self.track.maximum())

    def show_names(self, names: Sequence[str]) -> None:
        """The labels there are."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        with QSignalBlocker(self.track):
            self.track.setRange(0, max(0, len(names) - 1) * self._fine)
        self.track.setEnabled(len(names) > 1)
        self._tell()

    def show_label(self, label: Label) -> None:
        """Moves without emitting; a mixture of others than neighbours stands at its largest."""
        with QSignalBlocker(self.track):
            self.track.setValue(self._position(label))
        self._tell()

    def label_at(self, position: float) -> Label:
        """A class, or the shares of its neighbours."""
        first = min(int(position // self._fine), max(0, len(self._names) - 1))
        share = position / self._fine - first
        return first if share <= 0 else blended(first, first + 1, share, len(self._names))

    def label_of_share(self, share: float) -> Label:
        """The label at a share of the way, drawn into labels that are near."""
        return self.label_at(self._drawn_in(share * self.track.maximum()))

    def _position(self, label: Label) -> int:
        if not isinstance(label, tuple):
            return (label or 0) * self._fine
        shares = np.asarray(label)
        largest = int(shares.argmax())
        pair = np.flatnonzero(shares)
        if len(pair) == 2 and pair[1] - pair[0] == 1:
            return round((pair[0] + float(shares[pair[1]] / shares[pair].sum())) * self._fine)
        return largest * self._fine

    def _drawn_in(self, position: float) -> float:
        nearest = round(position / self._fine) * self._fine
        return nearest if abs(position - nearest) <= min(_MAGNET, self._fine - 1) else position

    def _on_moved(self, value: int) -> None:
        position = self._drawn_in(value) if self.track.isSliderDown() else value
        self._tell()
        self.moved.emit(self.label_at(position))

    def _on_clicked(self, x: float) -> None:
        self.track.setValue(round(self.track.value_at(x) / self._fine) * self._fine)
        self.released.emit()

    def _tell(self) -> None:
        shown = words(self.label, self._names)
        self.names.show_names(self._names)
        self.track.setToolTip(
            f"Label {shown}: arrows mix, Page keys go from label to label, Space plays"
            if self._fine > 1
            else f"Label {shown}: arrows choose"
        )


class _Names(QWidget):
    """The names below the slider, as many as have room; those that count are bright."""

    clicked = Signal(float)  # x

    def __init__(self, track: _Track, fine: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._track, self._fine = track, fine
        self._names: tuple[str, ...] = ()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("A click goes to a label")

    def show_names(self, names: tuple[str, ...]) -> None:
        """All of them, by label."""
        self._names = names
        self.update()

    def sizeHint(self) -> QSize:
        """One line of small letters."""
        high = QFontMetrics(theme().font("small")).height()
        return QSize(theme().px(160), high + theme().px(2))

    def spots(self) -> dict[int, QRectF]:
        """Where names are written: where the slider stands, and of the others every so manieth."""
        metrics = QFontMetrics(theme().font("small"))
        found: dict[int, QRectF] = {}
        for label in sorted(range(len(self._names)), key=self._rank):
            spot = self._spot(label, metrics)
            if not any(spot.intersects(other) for other in found.values()):
                found[label] = spot
        return found

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Those that count are bright."""
        painter = QPainter(self)
        painter.setFont(theme().font("small"))
        for label, spot in self.spots().items():
            painter.setPen(theme().color("text" if label in self._near() else "dim"))
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, self._names[label])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Goes there."""
        self.clicked.emit(event.position().x())

    def _near(self) -> tuple[int, int]:
        """The labels around the slider."""
        at = self._track.value() / self._fine
        return floor(at), ceil(at)

    def _rank(self, label: int) -> tuple[bool, int, int]:
        """Round numbers are written before others, so that gaps are even."""
        step = next(step for step in (16, 8, 4, 2, 1) if label % step == 0)
        return label not in self._near(), -step, label

    def _spot(self, label: int, metrics: QFontMetrics) -> QRectF:
        """Centred below its knob, as far as there is room."""
        wide = min(metrics.horizontalAdvance(self._names[label]) + theme().px(4), self.width())
        x = self._track.x_of(label * self._fine) - wide / 2
        x = min(max(x, 0.0), max(0.0, self.width() - wide))
        return QRectF(x, 0, wide, self.height())
