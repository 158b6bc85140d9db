"""Cards under the curves: samples, originals over reconstructions, latents, the manifold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from latentlab.app.run_record import PAIR_COLUMNS, Moment
from latentlab.core.points import is_points, together
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.train.latent_cloud import LatentCloud
from latentlab.gui.train.manifold_card import ManifoldCard
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent

    Floats = NDArray[np.float64]


_ROOM_FOR_FOUR = 720  # pixels at 100 %


class PicturesRow(QWidget):
    """Obeys `show_moment`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.samples = SheetView(self, name="samples", columns=8, gap=1)
        self.pairs = SheetView(self, name="reconstructions", columns=PAIR_COLUMNS, gap=1)
        self.cloud, self.manifold = LatentCloud(self), ManifoldCard(self)
        self._titles = [ElidedLabel(parent=self) for _ in range(4)]
        self._moment, self._plane = Moment(), False
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        shown: tuple[QWidget, ...] = (self.samples, self.pairs, self.cloud, self.manifold)
        self._cards = [
            _card(title, widget) for title, widget in zip(self._titles, shown, strict=True)
        ]
        for card, stretch in zip(self._cards, (5, 5, 4, 5), strict=True):
            self._layout.addWidget(card, stretch)
        self.show_moment(None, None, "")
        self._restyle()
        theme().changed.connect(self._restyle)

    def show_moment(self, moment: Moment | None, points: Floats | None, when: str) -> None:
        """Pictures of a moment with its projected latents (n, 2); None for nothing yet."""
        moment = moment or Moment()
        self.samples.set_columns(len(moment.sample_names) or PAIR_COLUMNS)
        self._show_pictures(moment)
        self.cloud.show_points(points, moment.labels)
        many = moment.latents is not None and moment.latents.shape[1] > 2
        names = ", ".join(moment.sample_names)
        words = (
            f"samples of {names}" if names else "samples, fixed noise",
            _pair_words(moment, plane=self._plane),
            f"latents{', two main directions' if many else ''}{when}",
            f"manifold{when}",
        )
        for label, text in zip(self._titles, words, strict=True):
            label.set_full_text(text)
        self.manifold.show_sheets(moment.manifolds, moment.sheet_names)
        self._moment = moment
        self._choose_cards()

    def _show_pictures(self, moment: Moment) -> None:
        """Points share one picture, and so stand beside those that they were made from."""
        pairs = moment.originals if moment.pairs is None else moment.pairs
        self._plane = moment.samples is not None and is_points(moment.samples.shape)
        if self._plane:
            kinds = (moment.samples, moment.originals, moment.reconstructions)
            samples, *others = (None if kind is None else together(kind) for kind in kinds)
            found = [other for other in others if other is not None]
            self.samples.set_columns(1)
            self.pairs.set_columns(len(found) or 1)
            self.samples.show_pictures(samples)
            self.pairs.show_pictures(np.concatenate(found) if found else None)
            return
        self.pairs.set_columns(PAIR_COLUMNS)
        self.samples.show_pictures(moment.samples)
        self.pairs.show_pictures(pairs)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the manifold stands for the samples."""
        super().resizeEvent(event)
        self._choose_cards()

    def _choose_cards(self) -> None:
        moment, manifold = self._moment, self._moment.manifolds is not None
        crowded = manifold and self.width() < theme().px(_ROOM_FOR_FOUR)
        empty = moment.samples is moment.originals is moment.latents is None
        played = self._plane and moment.game is not None  # all points are in the plane of the game
        self._cards[1].setVisible(not played)
        self._cards[0].setVisible(
            (moment.samples is not None and not crowded and not played) or empty
        )
        self._cards[2].setVisible(moment.latents is not None or empty)
        self._cards[3].setVisible(manifold and not played)

    def _restyle(self) -> None:
        self._layout.setSpacing(theme().px(8))
        for card in self._cards:
            margin = theme().px(8)
            card.layout().setContentsMargins(margin, theme().px(6), margin, margin)
            card.layout().setSpacing(theme().px(4))


def _pair_words(moment: Moment, *, plane: bool) -> str:
    if moment.originals is not None and moment.reconstructions is None:
        return "real points" if plane else "real pictures"
    return "originals, then reconstructions" if plane else "originals over reconstructions"


def _card(title: ElidedLabel, content: QWidget) -> QFrame:
    card = QFrame()
    set_look(card, "panel")
    set_look(title, "small")
    layout = QVBoxLayout(card)
    layout.addWidget(title)
    layout.addWidget(content, 1)
    return card
