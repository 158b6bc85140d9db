"""Directions get names, other names, or are forgotten; what is wrong with that is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.app import directions
from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from latentlab.app.lab import Lab
    from latentlab.app.state import Pin
    from latentlab.core.axes import Axis


class DirectionNaming:
    """Intents about the named directions of the current model."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def name_axis(self, axis: Axis, name: str) -> bool:
        """Keep an axis under a name; whether that was done."""
        return self._keep(name, axis.vector, axis.title)

    def name_difference(self, name: str, start: Pin, end: Pin) -> bool:
        """Keep the way from one pin to another under a name; whether that was done."""
        vector = np.subtract(end.z, start.z)
        return self._keep(name, vector, f"pin {end.name} - pin {start.name}")

    def name_vector(self, name: str, vector: ArrayLike, source: str) -> bool:
        """Keep a vector (latent,) of any length under a name; whether that was done."""
        return self._keep(name, vector, source)

    def rename(self, old: str, new: str) -> None:
        """Another name for a named axis."""
        self._change(lambda model: self._lab.directions.rename(model, old, new))

    def forget(self, name: str) -> None:
        """Delete a named axis."""
        self._change(lambda model: self._lab.directions.remove(model, name))

    def _keep(self, name: str, vector: ArrayLike, source: str) -> bool:
        lab = self._lab
        manifest = lab.model.require() if lab.model is not None else None
        if manifest is None:
            return False
        mu = None if lab.latents is None else lab.latents.mu
        try:
            kept = lab.directions.add(directions.direction(name, manifest, vector, mu, source))
        except LatentlabError as error:
            lab.message.emit(str(error), "error")
            return False
        lab.message.emit(f"'{kept.name}' is kept with {manifest.id}", "info")
        return True

    def _change(self, change: Callable[[str], None]) -> None:
        try:
            if self._lab.model is not None:
                change(self._lab.model.id)
        except LatentlabError as error:
            self._lab.message.emit(str(error), "error")
