"""Moves a place from 0 to 1 and back by itself, or round and round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

_FRAME_MS = 16


class Swing(QObject):
    """Asks where the place is when it begins, then says where it goes."""

    toggled = Signal(bool)  # whether it plays now

    def __init__(
        self,
        parent: QObject,
        where: Callable[[], float],
        move: Callable[[float], None],
        *,
        way_s: Callable[[], float],
        is_closed: Callable[[], bool] = lambda: False,
    ) -> None:
        """`way_s`: seconds from 0 to 1; `is_closed`: after 1 comes 0 again, instead of back."""
        super().__init__(parent)
        self._where, self._move = where, move
        self._way_s, self._is_closed = way_s, is_closed
        self._clock = QElapsedTimer()
        self._phase = 0.0  # 0 to 1 there, 1 to 2 back
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._on_tick)

    @property
    def is_playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    def play(self, on: bool) -> None:
        """From where the place is; at the end from the beginning again."""
        if on == self.is_playing:
            return
        if on:
            at = self._where()
            self._phase = 0.0 if at >= 1 else at
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
        whole = 1.0 if self._is_closed() else 2.0
        self._phase = (self._phase + seconds / self._way_s()) % whole
        self._move(self._phase if self._phase <= 1 else 2 - self._phase)

    def _on_tick(self) -> None:
        self.advance(self._clock.restart() / 1000)
