"""Plays t from A to B and back, or round and round when the chain is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.gui.widgets.swing import Swing

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from latentlab.app.lab import Lab

WAY_S = 4.0  # from A to B


class Player(Swing):
    """Moves the session's t while it plays."""

    def __init__(self, lab: Lab, parent: QObject) -> None:
        session = lab.session
        super().__init__(
            parent,
            lambda: session.state.homotopy.t,
            lambda t: session.move_t(t, playing=True),
            way_s=lambda: WAY_S,
            is_closed=lambda: session.state.homotopy.closed,
        )
