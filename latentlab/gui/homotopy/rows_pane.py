"""Rows in step: stops above, strips, the slider of t, curves below, a map beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.homotopy_plan import MEANINGS, TITLES
from latentlab.app.state import PATH_KINDS
from latentlab.gui.homotopy.colours import swatch
from latentlab.gui.homotopy.curves_card import CurvesCard
from latentlab.gui.homotopy.fitting import GAP, Layout, fit, moving
from latentlab.gui.homotopy.moving import MovingPictures
from latentlab.gui.homotopy.path_map import PathMap
from latentlab.gui.homotopy.step_card import StepCard
from latentlab.gui.homotopy.stops_bar import StopsBar
from latentlab.gui.homotopy.strip import RowStrip
from latentlab.gui.homotopy.track import Track
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from latentlab.app.homotopy import RowFact
    from latentlab.app.lab import Lab
    from latentlab.app.sources import Sources
    from latentlab.app.state import PathKind

_LEAST_WIDTH = 300  # pixels at 100 %
_HEAD = 24  # of a row, above its pictures
_BELOW = 330  # what stands under the strips at its least, and the modes above the pane


class RowsPane(QWidget):
    """Puts the parts together; the presenter talks to the parts."""

    row_toggled = Signal(str, bool)

    def __init__(self, lab: Lab, sources: Sources, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stops = StopsBar(sources)
        self.strips = {kind: RowStrip(kind) for kind in PATH_KINDS}
        self.offers = {kind: _offer(kind) for kind in PATH_KINDS}
        self.track, self.moving, self.curves = Track(), MovingPictures(), CurvesCard()
        self.map = PathMap(lab)
        self.play, self.t_label = QToolButton(), QLabel()
        self.hint = QLabel()
        self.card = StepCard(self)
        self._steps, self._shape = 10, (28, 28)
        self._kinds: tuple[PathKind, ...] = ()
        self._layout: Layout = "aside"
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._arrange()
        self._restyle()

    def show_rows(self, facts: Sequence[RowFact], steps: int, shape: tuple[int, int]) -> None:
        """Which rows there are and which are shown; steps; height and width of a picture."""
        self._steps, self._shape = steps, shape
        shown = {fact.kind: fact for fact in facts if fact.is_shown}
        self._kinds = tuple(shown)
        focused = self.focusWidget()
        for kind, strip in self.strips.items():
            strip.setVisible(kind in shown)
            if kind in shown:
                strip.show_fact(shown[kind])
            self.offers[kind].setVisible(any(f.kind == kind and not f.is_shown for f in facts))
        self._follow(focused)
        self._hidden.setVisible(len(shown) < len(facts))
        self._fit()

    def show_hint(self, text: str) -> None:
        """A sentence instead of rows; empty: there are rows."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    def show_t(self, t: float) -> None:
        """Slider, number and the line in the plot: at once, the pictures follow."""
        self.track.show_t(t)
        self.t_label.setText(f"t = {t:.2f}")
        self.curves.show_t(t)

    def show_playing(self, on: bool) -> None:
        """The button's other face."""
        self.play.setChecked(on)
        self.play.setIcon(theme().icon("mdi6.pause" if on else "mdi6.play"))

    def cell_rect(self, kind: PathKind, step: int) -> QRect:
        """A step's picture in pixels of this widget."""
        strip = self.strips[kind].strip
        rect = strip._cell_rect(step).toRect()
        return QRect(strip.mapTo(self, rect.topLeft()), rect.size())

    def minimumSizeHint(self) -> QSize:
        """As high as all parts; its pictures shrink with the width."""
        grid = self._grid
        high = max(grid.totalMinimumSize().height(), grid.minimumHeightForWidth(self.width()))
        return QSize(theme().px(_LEAST_WIDTH), high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Larger or smaller pictures."""
        super().resizeEvent(event)
        self._fit()
        self.updateGeometry()  # words in other lines

    # -- sizes ---------------------------------------------------------------------------------

    def _fit(self) -> None:
        """The largest whole zoom at which all steps stand side by side."""
        ratio, scale = self.devicePixelRatioF(), theme().scale
        found = fit(self.width(), self._steps, self._shape, ratio, scale, self._cell_height())
        if found.layout != self._layout:
            self._layout = found.layout
            self._arrange()
        for kind in self._kinds:
            self.strips[kind].show_cells(self._steps, found.side)
        self.track.show_steps(self._steps, found.side, found.pitch)
        self.track.setFixedWidth(max(found.strip, theme().px(60)))
        self.curves.setFixedWidth(max(found.column, theme().px(120)))
        first, last = self.track.ends
        self.curves.plot.set_margins(first, max(found.column - last, theme().px(8)))
        high = theme().px(_HEAD) * len(self._kinds) + round(found.side * len(self._kinds))
        high = high if found.layout == "aside" else 0
        columns, side = moving(found.moving, high, len(self._kinds), self._shape, ratio, scale)
        self.moving.show_kinds(self._kinds, columns, side)

    def _cell_height(self) -> float:
        """Of a picture, so that stops, all strips, slider and curves are in sight together."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        seen = (above or self).height() - theme().px(_BELOW) - self.stops.sizeHint().height()
        return seen / max(len(self._kinds), 1) - theme().px(_HEAD)

    def _follow(self, focused: QWidget | None) -> None:
        """The keyboard stays with a row's check when it moves."""
        for kind in PATH_KINDS:
            pair = (self.strips[kind].check, self.offers[kind])
            if focused in pair and focused is not None and focused.isHidden():
                other = pair[1 - pair.index(focused)]
                other.setFocus()

    # -- layout --------------------------------------------------------------------------------

    def _build(self) -> None:
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        for strip in self.strips.values():
            self._rows.addWidget(strip)
        self._hidden = Flow(gap=10)
        self._hidden.setAccessibleName("rows that are not shown")
        label = QLabel("show also")
        set_look(label, "dim")
        self._hidden.add(label)
        for box in self.offers.values():
            self._hidden.add(box)
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_look(self.hint, "dim")
        self.play.setCheckable(True)
        self.play.setAccessibleName("play from A to B")
        self.play.setToolTip("Play from A to B and back (Space on the slider)")
        self.map.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._transport = QWidget()
        row = QHBoxLayout(self._transport)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.play)
        row.addWidget(self.t_label)
        row.addStretch(1)
        self._left = QWidget()
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._rows)
        column.addWidget(self.hint)
        column.addWidget(self._hidden)
        column.addStretch(1)
        self._parts = (
            self.stops,
            self._left,
            self.moving,
            self.track,
            self._transport,
            self.curves,
            self.curves.words,
            self.map,
        )

    def _arrange(self) -> None:
        """Moving pictures beside the strips, or below them where that makes these larger."""
        grid, top = self._grid, Qt.AlignmentFlag.AlignTop
        left = Qt.AlignmentFlag.AlignLeft
        for part in self._parts:
            grid.removeWidget(part)
        for row in range(7):
            grid.setRowStretch(row, 0)
        beside = self._layout == "aside"
        grid.addWidget(self.stops, 0, 0, 1, 3)
        grid.addWidget(self._left, 1, 0, 1, 1 if beside else 3, top)
        grid.addWidget(self.track, 2, 0, 1, 1 if beside else 3, left)
        grid.addWidget(self._transport, *((2, 1, 1, 2) if beside else (3, 0)), top)
        grid.addWidget(self.moving, *((1, 1) if beside else (3, 1)), 1, 2, top)
        wide = {"aside": 1, "stacked": 2, "narrow": 3}[self._layout]
        grid.addWidget(self.curves, 4, 0, 1, wide)
        grid.addWidget(self.curves.words, 5, 0, 1, 3)
        at = {"aside": (4, 1, 1, 2), "stacked": (4, 2), "narrow": (6, 0, 1, 3)}
        grid.addWidget(self.map, *at[self._layout])
        grid.setRowStretch(4, 1)
        grid.setColumnStretch(1, 0 if beside else 1)
        grid.setColumnStretch(2, 1 if beside else 0)

    def _connect(self) -> None:
        for kind, strip in self.strips.items():
            strip.toggled.connect(lambda on, kind=kind: self.row_toggled.emit(kind, on))
        for kind, box in self.offers.items():
            box.clicked.connect(lambda _=False, kind=kind: self.row_toggled.emit(kind, True))

    def _restyle(self) -> None:
        px = theme().px
        self._grid.setHorizontalSpacing(px(GAP))
        self._grid.setVerticalSpacing(px(6))
        self.play.setIconSize(QSize(px(16), px(16)))
        self.show_playing(self.play.isChecked())
        for kind, box in self.offers.items():
            box.setIcon(swatch(kind, self))
            box.setIconSize(QSize(px(14), px(10)))
        self._fit()


def _offer(kind: PathKind) -> QCheckBox:
    """A row that is not shown."""
    box = QCheckBox(TITLES[kind])
    box.setToolTip(MEANINGS[kind])
    box.setAccessibleName(f"show the row {TITLES[kind]}")
    return box
