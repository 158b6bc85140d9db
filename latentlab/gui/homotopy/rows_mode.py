"""The Rows mode of the Homotopy tab: the pane and its presenter, at work while it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from latentlab.app.homotopy_first import images_to_come
from latentlab.app.sources import Sources
from latentlab.gui.homotopy.rows_pane import RowsPane
from latentlab.gui.homotopy.rows_presenter import RowsPresenter

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab


class RowsMode(RowsPane):
    """A pane of the Homotopy tab."""

    drawn = Signal()  # what is shown has changed

    def __init__(self, lab: Lab) -> None:
        sources = Sources(lab)
        super().__init__(lab, sources)
        self._lab = lab
        self.presenter = RowsPresenter(lab, self, sources)
        self.presenter.drawn.connect(self.drawn)

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        lab = self._lab
        if len(lab.session.state.homotopy.stops) >= 2:
            return lab.homotopy.is_settled
        return not images_to_come(lab)

    def proposal(self) -> Proposal | None:
        """All shown rows, ready to be exported."""
        return self.presenter.proposal()

    def showEvent(self, event: QShowEvent) -> None:
        """A newcomer finds two images chosen."""
        super().showEvent(event)
        self._lab.homotopy.want("tab", True)
        self.presenter.choose_first()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.card.hide()
        self.presenter.player.play(False)
        self._lab.homotopy.want("tab", False)
