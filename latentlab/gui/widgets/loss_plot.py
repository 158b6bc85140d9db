"""The curves of a run: the total large, its terms beside it, one cursor through all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QKeySequence, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.run_history import RunHistory
from latentlab.app.term_groups import SPLITS, groups, nothing
from latentlab.gui.plot_files import VERBS
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.picture_menu import add_entries, picture_key
from latentlab.gui.widgets.term_plot import Look, Points, TermPlot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QResizeEvent

    from latentlab.app.run_history import Split
    from latentlab.app.term_groups import Group
    from latentlab.gui.plot_files import PlotOutlet

MOST_TERMS = 4  # beside the total
NARROW = 380  # pixels at 100 %: below, only the total is shown
MOST_SMOOTHING = 0.1  # of the run so far, at the end of the slider
_STEPS = 100


class LossPlot(QWidget):
    """Obeys `show_history`; draws only when something is new."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history: RunHistory | None = None
        self._drawn: object = None
        self._epoch: float | None = None
        self._following = True
        self.outlet: PlotOutlet | None = None  # where the curves go; None: they stay
        self.plots = [TermPlot(self)]
        self.toggles = {split: self._toggle(split) for split in SPLITS}
        self.logarithmic = QCheckBox("log", self)
        self.smoothing = QSlider(Qt.Orientation.Horizontal, self)
        self._smoothing_words = ElidedLabel(parent=self)
        self._where = ElidedLabel(parent=self)
        self._switches = {"L": self.logarithmic} | {
            split[0].upper(): button for split, button in self.toggles.items()
        }
        self._hint = QLabel("Curves appear with the first steps.", self)
        self._grid = QGridLayout()
        self._build()
        self._restyle()
        theme().changed.connect(self._restyle)

    @property
    def look(self) -> Look:
        """What the switches above the plots say."""
        share = self.smoothing.value() / _STEPS
        hidden = frozenset(split for split in SPLITS if not self.toggles[split].isChecked())
        return Look(self.logarithmic.isChecked(), MOST_SMOOTHING * share**2, hidden)

    def show_history(self, history: RunHistory | None) -> None:
        """Draw a run as it is now; None for none."""
        self._history = history
        state = (id(history), history and history.version, self.look, self.width())
        if state != self._drawn:
            self._drawn = state
            self._draw()

    def show_cursor(self, epoch: float | None) -> None:
        """One cursor in all plots, the values in their titles; None: the last values."""
        self._epoch = epoch
        self._where.set_full_text("" if epoch is None else f"at epoch {epoch:.1f}")
        for plot in self.plots:
            plot.show_cursor(epoch)

    def follow(self) -> None:
        """Show everything again, after zooming."""
        self._set_following(True)
        self._draw()

    def look_at(self, ranges: Sequence[tuple[float, float, float, float]]) -> None:
        """What each shown plot has in view: left, right, bottom, top in its axis' own scale."""
        self._set_following(not ranges)
        for plot, (left, right, bottom, top) in zip(self.shown_plots, ranges, strict=False):
            plot.view.setRange(xRange=(left, right), yRange=(bottom, top), padding=0)

    def refresh(self) -> None:
        """Draw again, thinned for the size that the plots have by now."""
        self.layout().activate()
        self._drawn = None
        self.show_history(self._history)

    @property
    def shown_plots(self) -> list[TermPlot]:
        """The total and the terms there is room for."""
        return [plot for plot in self.plots if plot.isVisibleTo(self)]

    def ask(self, what: str, *_: object) -> bool:
        """Do one of `VERBS` with the curves; whether there are any."""
        shown = self._history is not None and bool(self._history.terms)
        return shown and self.outlet is not None and self.outlet.act(what)

    @property
    def history(self) -> RunHistory | None:
        """The run that is drawn."""
        return self._history

    def event(self, event: QEvent) -> bool:
        """Saving and copying mean the curves while they have the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and picture_key(event) in VERBS:
            event.accept()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer plots and points."""
        super().resizeEvent(event)
        self.show_history(self._history)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Everything again, or out of the window."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show all", QKeySequence("Home"), self.follow)
        menu.addSeparator()
        add_entries(menu, self.ask, list(VERBS))
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor, Esc takes it away, Home shows all; L, T, V switch."""
        key, end = event.key(), self._end()
        asked = picture_key(event)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and end:
            step = end / _STEPS * (1 if key == Qt.Key.Key_Right else -1)
            start = end if self._epoch is None else self._epoch
            self.show_cursor(min(max(start + step, 0.0), end))
        elif key == Qt.Key.Key_Escape and self._epoch is not None:
            self.show_cursor(None)
        elif key == Qt.Key.Key_Home:
            self.follow()
        elif event.text().upper() in self._switches and not event.modifiers():
            self._switches[event.text().upper()].toggle()
        elif asked is None or not self.ask(asked):
            super().keyPressEvent(event)

    def _draw(self) -> None:
        history = self._history or RunHistory()
        shown = groups(history)[: 1 if self._is_narrow() else MOST_TERMS + 1]
        self._arrange(len(shown))
        self._hint.setVisible(not shown)
        for switch in self.toggles.values():  # networks that compete have no validation loss
            switch.setVisible(not (shown and shown[0].is_pair))
        unit = history.started.loss_unit if history.started else ""
        for group, plot in zip(shown or (nothing(),), self.plots, strict=False):
            names = tuple(line.name for line in group.lines)
            plot.show_term(group.title, unit, _curves(history, group), self.look, names)
            plot.show_alarms([history.epoch_of(alarm) for alarm in history.alarms])
        self.show_cursor(self._epoch)

    def _arrange(self, count: int) -> None:
        """As many plots as terms: the total left, the others stacked at its right."""
        while len(self.plots) < count:
            self.plots.append(self._new_plot())
        for number, plot in enumerate(self.plots):
            self._grid.removeWidget(plot)
            plot.setVisible(number < count)
            if number == 0 and count:
                self._grid.addWidget(plot, 0, 0, max(count - 1, 1), 1)
            elif number < count:
                self._grid.addWidget(plot, number - 1, 1)
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(1, 3 if count > 1 else 0)

    def _is_narrow(self) -> bool:
        """Room for the total only."""
        return self.width() < theme().px(NARROW)

    def _new_plot(self) -> TermPlot:
        plot = TermPlot(self, brief=True)
        plot.set_following(self._following)
        self._connect(plot)
        return plot

    def _connect(self, plot: TermPlot) -> None:
        plot.hovered.connect(self.show_cursor)
        plot.zoomed.connect(lambda: self._on_zoomed(plot))
        plot.reset.connect(self.follow)

    def _on_zoomed(self, by: TermPlot) -> None:
        """The others show the same epochs; pyqtgraph's own link goes by places on the screen."""
        self._set_following(False)
        for plot in self.plots:
            if plot is not by:
                plot.view.setXRange(*by.view.viewRange()[0], padding=0)

    def _set_following(self, following: bool) -> None:
        self._following = following
        for plot in self.plots:
            plot.set_following(following)

    def _end(self) -> float:
        ends = [x[-1] for x, _ in self.plots[0].shown.values() if len(x)]
        return float(max(ends, default=0.0))

    def _build(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("loss curves")
        self.setToolTip("Left and right read values, Home shows all, Ctrl+S exports, Ctrl+C copies")
        self._connect(self.plots[0])
        self.logarithmic.setToolTip("Logarithmic scale, where all values are above zero (L)")
        self.logarithmic.setAccessibleName("logarithmic scale")
        self.smoothing.setRange(0, _STEPS)
        self.smoothing.setValue(2 * _STEPS // 5)
        self.smoothing.setAccessibleName("smoothing of the curves")
        self.smoothing.setToolTip("Mean over the last part of the run, the nearest weighing most")
        self.logarithmic.toggled.connect(self._on_look_changed)
        self.smoothing.valueChanged.connect(self._on_look_changed)
        set_look(self._where, "dim")
        set_look(self._hint, "dim")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_look(self._smoothing_words, "dim")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._header())
        layout.addWidget(self._hint, 1)
        layout.addLayout(self._grid, 1)
        self._on_look_changed()

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for widget in self.toggles.values():
            row.addWidget(widget)
        row.addWidget(self._where, 1)
        for widget in (self._smoothing_words, self.smoothing, self.logarithmic):
            row.addWidget(widget)
        return row

    def _toggle(self, split: Split) -> QToolButton:
        button = QToolButton(self)
        button.setText(split)
        button.setCheckable(True)
        button.setChecked(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(f"show the {split} curves")
        key = split[0].upper()
        button.setToolTip(f"Show or hide the {split} curves ({key})")
        set_look(button, "quiet")
        button.toggled.connect(self._on_look_changed)
        return button

    def _on_look_changed(self) -> None:
        share = self.look.smoothing
        words = f"smoothing {share:.1%}" if share else "no smoothing"
        self._smoothing_words.set_full_text(words, short=f"{share:.1%}" if share else "none")
        self._restyle_toggles()
        self.show_history(self._history)

    def _restyle(self) -> None:
        self.smoothing.setMaximumWidth(theme().px(90))
        self.smoothing.setMinimumWidth(theme().px(40))
        self._smoothing_words.setAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        self._restyle_toggles()
        self._drawn = None
        self.show_history(self._history)

    def _restyle_toggles(self) -> None:
        for number, button in enumerate(self.toggles.values()):
            shown = button.isChecked()
            color = theme().class_colors(2)[number] if shown else theme().color("faint")
            button.setIconSize(QSize(theme().px(18), theme().px(10)))
            button.setIcon(_swatch(color, button))


def _curves(history: RunHistory, group: Group) -> dict[str, Points]:
    found = {line.name: history.curve(line.term, line.split) for line in group.lines}
    return {name: curve.points() for name, curve in found.items() if curve}


def _swatch(color: QColor, widget: QWidget) -> QIcon:
    """A short line in the colour of a curve."""
    ratio = widget.devicePixelRatioF()
    width, height = theme().px(18), theme().px(10)
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(QPen(color, theme().px(2)))
    painter.drawLine(0, height // 2, width, height // 2)
    painter.end()
    return QIcon(pixmap)
