"""The run that is looked at: words and bar, curves, pictures of this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFrame, QTabBar, QToolButton, QVBoxLayout, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.train.game_view import GameView
from latentlab.gui.train.pictures_row import PicturesRow
from latentlab.gui.train.run_header import RunHeader
from latentlab.gui.widgets.loss_plot import LossPlot

if TYPE_CHECKING:
    from latentlab.app.run_record import Moment
    from latentlab.gui.train.shown_run import ShownRun

CURVES, GAME = range(2)  # pages of the card of a run whose networks compete


class RunView(QWidget):
    """Obeys `show_run` and `show_moment`; its parts emit the wishes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = RunHeader(self)
        self.curves = LossPlot(self)
        self.game = GameView(self)
        self.pictures = PicturesRow(self)
        self.card = QFrame(self)
        set_look(self.card, "panel")
        self.page = QTabBar(self.card)
        self._wished: int | None = None  # the page that a hand has chosen
        inside = QVBoxLayout(self.card)
        inside.addWidget(self.page)
        inside.addWidget(self.curves, 1)
        inside.addWidget(self.game, 1)
        self._build_pages()
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
            self.show_moment(None)
            return
        self.header.show_run(shown.title, shown.history, shown.offer())
        self.curves.show_history(shown.history)
        steerable = shown.run is not None and not shown.run.is_over and not shown.run.is_stopping
        self.game.show_steering(steerable=steerable, slow=shown.run.slow if shown.run else 0.0)

    def show_moment(self, moment: Moment | None) -> None:
        """The game of a moment, if one is played: points begin with it, pictures with curves."""
        game = moment.game if moment is not None else None
        self.game.show_game(game)
        self.page.setVisible(game is not None)
        usual = GAME if self.game.is_plane else CURVES
        wished = usual if self._wished is None else self._wished
        with QSignalBlocker(self.page):
            self.page.setCurrentIndex(wished)
        self._turn_to(wished if game is not None else CURVES)

    def _turn_to(self, page: int) -> None:
        self.curves.setVisible(page == CURVES)
        self.game.setVisible(page == GAME)

    def _on_page_chosen(self, page: int) -> None:
        self._wished = page
        self._turn_to(page)

    def _build_pages(self) -> None:
        self.page.setObjectName("segments")
        self.page.setAccessibleName("Curves or the game of the two networks")
        self.page.setDrawBase(False)
        self.page.setExpanding(False)
        self.page.setUsesScrollButtons(False)
        for button in self.page.findChildren(QToolButton):  # Qt makes them all the same
            button.setToolTip("More pages of this run")
        for title, tip in (
            ("Curves", "Losses and other terms over the epochs"),
            ("Game", "What the discriminator thinks at this moment, and the generator's loss"),
        ):
            self.page.setTabToolTip(self.page.addTab(title), tip)
        self.page.currentChanged.connect(self._on_page_chosen)
        self.show_moment(None)

    def _restyle(self) -> None:
        px = theme().px
        self.layout().setSpacing(px(8))
        self.card.layout().setContentsMargins(px(8), px(4), px(10), px(4))
