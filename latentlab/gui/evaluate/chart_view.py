"""A chart as a widget that can leave as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from latentlab.gui.evaluate.chart_painter import paint_chart
from latentlab.gui.plot_files import PlotOutlet, PlotProposal
from latentlab.gui.theme import theme
from latentlab.gui.widgets.picture_menu import add_entries, picture_key

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPaintEvent

    from latentlab.app.exports import Exports
    from latentlab.app.score_charts import Chart

_SIZE = QSize(420, 240)


class ChartView(QWidget):
    """Obeys `show_chart`; its menu and keys export, copy, give the numbers."""

    def __init__(self, exports: Exports, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart: Chart | None = None
        self.prefix = ""  # of file names: the model
        self.outlet = PlotOutlet(exports, self._propose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("chart")
        theme().changed.connect(self.restyle_figure)
        self.restyle_figure()

    def show_chart(self, chart: Chart | None, prefix: str) -> None:
        """Another one, or none; `prefix` begins the names of its files."""
        self.chart, self.prefix = chart, prefix
        self.setAccessibleDescription(chart.title if chart else "")
        self.update()

    def menu(self) -> QMenu:
        """What can be done with it; it deletes itself when closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_entries(menu, lambda what, *_: self.outlet.act(what), self._verbs())
        return menu

    def figure_size(self) -> QSize:
        """In logical pixels."""
        return self.size()

    def paint_figure(self, painter: QPainter) -> None:
        """All of it, from (0, 0)."""
        if self.chart is not None:
            paint_chart(painter, self.chart, QRectF(0, 0, self.width(), self.height()))

    def restyle_figure(self) -> None:
        """Take the theme's colours and sizes anew."""
        self.setMinimumSize(theme().px(_SIZE.width()), theme().px(_SIZE.height()))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground, the chart, and a frame while it has the keyboard."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme().color("surface"))
        self.paint_figure(painter)
        painter.setPen(theme().color("accent" if self.hasFocus() else "line"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Export, numbers, copy."""
        if self.chart is not None:
            self.menu().popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save and copy, as of every picture."""
        what = picture_key(event)
        if what not in self._verbs() or not self.outlet.act(what or ""):
            super().keyPressEvent(event)

    def _verbs(self) -> list[str]:
        has_numbers = self.chart is not None and bool(self.chart.series)
        return ["export", *(["data"] if has_numbers else []), "copy"]

    def _propose(self) -> PlotProposal | None:
        chart = self.chart
        if chart is None:
            return None
        arrays = chart.arrays if chart.series else None
        return PlotProposal(f"{self.prefix}-{chart.name}", self, arrays)
