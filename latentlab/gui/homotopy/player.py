"""Plays t from A to B and back, or round and round when the chain is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

if TYPE_CHECKING:
    from latentlab.app.lab import Lab

WAY_S = 4.0  # from A to B
_FRAME_MS = 16


class Player(QObject):
    """Moves the session's t while it plays."""

    toggled = Signal(bool)  # whether it plays now

    def __init__(self, lab: Lab, parent: QObject) -> None:
        super().__init__(parent)
        self._lab = lab
        self._clock = QElapsedTimer()
        self._phase = 0.0  # 0 to 1 there, 1 to 2 back
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._on_tick)

    @property
    def is_playing(self) -> bool:
        """Whether t moves by itself."""
        return self._timer.isActive()

    def play(self, on: bool) -> None:
        """From where t is; at B from A again."""
        if on == self.is_playing:
            return
        if on:
            t = self._lab.session.state.homotopy.t
            self._phase = 0.0 if t >= 1 else t
            self._clock.start()
            self._timer.start()
        else:
            self._timer.stop()
        self.toggled.emit(on)

    def toggle(self) -> None:
        """Play or pause."""
        self.play(not self.is_playing)

    def advance(self, seconds: float) -> None:
        """So much later."""
        is_closed = self._lab.session.state.homotopy.closed
        self._phase = (self._phase + seconds / WAY_S) % (1.0 if is_closed else 2.0)
        t = self._phase if self._phase <= 1 else 2 - self._phase
        self._lab.session.move_t(t, playing=True)

    def _on_tick(self) -> None:
        self.advance(self._clock.restart() / 1000)
