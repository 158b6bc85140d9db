"""One axis of a traversal: its pictures, and below them a slider for where the start lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.homotopy.fitting import CELL_GAP
from latentlab.gui.homotopy.strip import Strip
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.latent_sliders import STEPS, ValueEdit, parse_number
from latentlab.gui.widgets.quiet import QuietSlider

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.core.axes import Axis

HEAD_PX = 116  # the words left of the pictures
_NO_LIMIT = 16_777_215  # Qt's
_HANDLE_PX = 12  # of the slider, as the stylesheet has it


class TraversalRow(QWidget):
    """Emits intents, obeys `show_axis` and `show_pictures`."""

    moved = Signal(float)  # coordinate of the start, in sigma
    more_wanted = Signal()  # the button: name it, rename it ...

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.facts = ElidedLabel(), QLabel()
        self.value, self.more = ValueEdit(), QToolButton()
        self.strip = Strip("")
        self.slider = QuietSlider(Qt.Orientation.Horizontal)
        self._axis: Axis | None = None
        self._span, self._coordinate = 3.0, 0.0
        self.is_stacked: bool | None = None  # not laid out yet
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_axis(self, axis: Axis, coordinate: float, span: float) -> None:
        """What it is, and where the start lies on it, in sigma."""
        if (axis, span) != (self._axis, self._span):
            self._axis, self._span = axis, span
            self._name(axis)
        self._coordinate = coordinate
        self._show_value()
        share = np.clip((coordinate + span) / (2 * span), 0, 1)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(float(share) * STEPS))

    def _name(self, axis: Axis) -> None:
        self.title.set_full_text(axis.title)
        self.facts.setText(_facts(axis))
        self.facts.setToolTip(_explained(axis))
        name = axis.title
        self.strip.setAccessibleName(f"along {name}")
        self.slider.setAccessibleName(f"{name} slider")
        self.slider.setToolTip(f"{name} of the start, in σ: arrows move, Page Up and Down jump")
        self.value.setAccessibleName(f"{name} value")
        self.value.setToolTip(f"{name} of the start in σ: type a number, Enter takes it")

    def show_more(self, *, named: bool) -> None:
        """What the button offers."""
        icon = "dots-horizontal" if named else "tag-plus-outline"
        if self.more.property("icon-name") == icon:
            return
        words = "Rename or delete this direction" if named else "Give this direction a name"
        self.more.setToolTip(words)
        self.more.setAccessibleName(words)
        self.more.setProperty("icon-name", icon)
        self._restyle()

    def stack(self, *, stacked: bool) -> None:
        """The words above the pictures in one line, or left of them."""
        if stacked == self.is_stacked:
            return
        self.is_stacked = stacked
        parts = (self.title, self.more, self.value, self.facts)
        places = ((0, 0, 1, 1), (0, 3, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1)) if stacked else (
            (0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2), (2, 0, 1, 2)
        )  # fmt: skip
        for part, place in zip(parts, places, strict=True):
            self._grid.removeWidget(part)
            self._grid.addWidget(part, *place)
        self._grid.setColumnStretch(0, 0 if stacked else 1)
        self._grid.setColumnStretch(4, 1 if stacked else 0)
        self._grid.setRowStretch(3, 0 if stacked else 1)
        way = QBoxLayout.Direction
        self._row.setDirection(way.TopToBottom if stacked else way.LeftToRight)
        self._restyle()

    def show_pictures(self, pictures: NDArray[np.uint8] | None, steps: int, side: float) -> None:
        """Pictures (steps, C, H, W) in cells of this side; None: still awaited."""
        self.strip.show_cells(steps, side)
        self.strip.show_pictures(pictures)
        handle, pitch = theme().px(_HANDLE_PX), side + theme().px(CELL_GAP)
        self.slider.setFixedWidth(round((steps - 1) * pitch) + handle)
        self._below.setContentsMargins(round((side - handle) / 2), 0, 0, 0)

    # -- inside --------------------------------------------------------------------------------

    def _build(self) -> None:
        set_look(self.title, "title")
        set_look(self.facts, "small")
        set_look(self.value, "flat")
        set_look(self.more, "quiet")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 12)
        self._head = QWidget()
        self._grid = QGridLayout(self._head)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)
        self._below = QHBoxLayout()
        self._below.addWidget(self.slider)
        self._below.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.strip)
        right.addLayout(self._below)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._head)
        self._row.addLayout(right)
        self._row.addStretch(1)
        self.stack(stacked=False)

    def _connect(self) -> None:
        self.slider.valueChanged.connect(self._on_slid)
        self.value.editingFinished.connect(self._on_typed)
        self.value.cancelled.connect(self._show_value)
        self.more.clicked.connect(self.more_wanted)

    def _on_slid(self, position: int) -> None:
        self._coordinate = (2 * position / STEPS - 1) * self._span
        self._show_value()
        self.moved.emit(self._coordinate)

    def _on_typed(self) -> None:
        if not self.value.isModified():
            return
        typed = parse_number(self.value.text().replace("σ", ""))
        if typed is None:
            self._show_value()
        else:
            self.moved.emit(typed)

    def _show_value(self) -> None:
        self.value.setText(f"{self._coordinate:+.2f} σ".replace("-", "−"))
        self.value.setModified(False)

    def _restyle(self) -> None:
        px = theme().px
        if self.is_stacked:
            self._head.setMinimumWidth(0)
            self._head.setMaximumWidth(_NO_LIMIT)
        else:
            self._head.setFixedWidth(px(HEAD_PX))
        self.value.setFixedWidth(px(64 if self.is_stacked else HEAD_PX))
        self.more.setIcon(theme().icon(f"mdi6.{self.more.property('icon-name') or 'tag'}", "dim"))
        self.more.setIconSize(QSize(px(14), px(14)))
        self.more.setFixedSize(px(24), px(24))  # an icon without room is no picture to Qt
        self._row.setSpacing(0 if self.is_stacked else px(8))


def _facts(axis: Axis) -> str:
    """Its spread, and how much of the data's it is."""
    sigma = f"σ {axis.sigma:.2g}"
    return sigma if np.isnan(axis.share) else f"{sigma} · {axis.share:.1%} of var."


def _explained(axis: Axis) -> str:
    words = f"One standard deviation of the encoded images along it is {axis.sigma:.3g}"
    more = "" if np.isnan(axis.share) else f", {axis.share:.1%} of all their variance"
    return words + more
