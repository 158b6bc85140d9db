"""The run that is looked at: words and bar, curves, pictures of this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.train.pictures_row import PicturesRow
from latentlab.gui.train.run_header import RunHeader
from latentlab.gui.widgets.loss_plot import LossPlot

if TYPE_CHECKING:
    from latentlab.gui.train.shown_run import ShownRun


class RunView(QWidget):
    """Obeys `show_run`; its parts emit the wishes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = RunHeader(self)
        self.curves = LossPlot(self)
        self.pictures = PicturesRow(self)
        self.card = QFrame(self)
        set_look(self.card, "panel")
        inside = QVBoxLayout(self.card)
        inside.addWidget(self.curves)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.header)
        layout.addWidget(self.card, 1)
        layout.addWidget(self.pictures)
        self._restyle()
        theme().changed.connect(self._restyle)

    def show_run(self, shown: ShownRun | None) -> None:
        """Words, bar and curves of a run as they are now; pictures come by `pictures`."""
        if shown is None:
            self.header.show_nothing()
            self.curves.show_history(None)
            return
        self.header.show_run(shown.title, shown.history, shown.offer())
        self.curves.show_history(shown.history)

    def _restyle(self) -> None:
        px = theme().px
        self.layout().setSpacing(px(8))
        self.card.layout().setContentsMargins(px(8), px(4), px(10), px(4))
