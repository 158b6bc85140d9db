"""Where the cursor went, as a film."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app import proposals
from latentlab.app.exports import Proposal
from latentlab.core.recipe import Motion

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.state import State

FPS = 20.0
MOST_S = 30.0  # longer recordings end by themselves


class CursorRecorder:
    """Keeps every place of the cursor with its time while it is on."""

    def __init__(self, lab: Lab, clock: Callable[[], float] = time.monotonic) -> None:
        self._lab = lab
        self._clock = clock
        self._places: list[tuple[float, tuple[float, ...]]] = []
        self._model = ""
        self.is_on = False
        lab.session.changed.connect(self._on_session_changed)

    def toggle(self) -> None:
        """Begin, or end and offer the film."""
        if self.is_on:
            self.stop()
            return
        state = self._lab.session.state
        self._places, self._model = [(self._clock(), state.z)], state.model
        self.is_on = True
        self._lab.message.emit(
            f"Recording the cursor, {MOST_S:.0f} s at most; Ctrl+R ends it.", "info"
        )

    def stop(self) -> None:
        """End, and propose what was recorded."""
        self.is_on = False
        end = self._clock()
        if len({z for _, z in self._places}) < 2:
            self._lab.message.emit("The cursor did not move, so there is no film.", "info")
            return
        z = sampled(self._places, end)
        lab = self._lab
        still = proposals.of_latents(
            lab, f"{self._model}-cursor", z, label=lab.session.state.label, columns=10
        )
        moving = still.recipe.model_copy(update={"motion": Motion(fps=FPS)})
        lab.exports.propose(Proposal(still.name, moving))

    def _on_session_changed(self, new: State, _old: State) -> None:
        if not self.is_on:
            return
        if new.model != self._model or not new.z:
            self.is_on = False
            self._lab.message.emit("The recording ended, as the model was changed.", "info")
            return
        now = self._clock()
        if new.z != self._places[-1][1]:
            self._places.append((now, new.z))
        if now - self._places[0][0] > MOST_S:
            self.stop()


def sampled(
    places: list[tuple[float, tuple[float, ...]]], end: float, fps: float = FPS
) -> NDArray[np.float32]:
    """Where the cursor was at even times from the first place to `end`, (n, latent), n >= 2."""
    times = np.array([at for at, _ in places])
    z = np.array([place for _, place in places], np.float32)
    count = max(2, round(min(end - times[0], MOST_S) * fps))
    at = np.linspace(times[0], max(min(end, times[0] + MOST_S), times[-1]), count)
    return np.asarray(z[np.searchsorted(times, at, side="right") - 1])
