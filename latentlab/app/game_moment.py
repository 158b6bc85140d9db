"""A moment of a game of two networks, as a window shows it. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latentlab.core import game_losses
from latentlab.engine import runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from latentlab.core.game_losses import GeneratorLoss

Floats = NDArray[np.float64]
_REACH = 99.0  # percentile of absolute logits that a field and its scale reach to
_BINS = 40
_FAR = 1e6  # stands for infinity


@dataclass(frozen=True)
class GameMoment:
    """What the discriminator thinks of real and of made pictures; of points, all of the plane."""

    loss: str  # a key of core.game_losses.LOSSES
    scores_real: Floats  # logits (n,)
    scores_fake: Floats  # (m,)
    points_real: Floats | None = None  # (n, 2) in [-1, 1]^2
    points_fake: Floats | None = None  # (m, 2)
    field: Floats | None = None  # logits over the plane, row 0 at the top
    pull: Floats | None = None  # (k, k, 2), minus the slope of the generator's loss, y upwards

    @property
    def rule(self) -> GeneratorLoss:
        """What its generator minimises."""
        return game_losses.LOSSES[self.loss]

    @property
    def verdicts(self) -> Floats:
        """What the generator's loss is taken of, (m,): D(G(z)), or scores."""
        return self.rule.verdicts(self.scores_fake, self.scores_real)

    def opinions(self, *, logits: bool = False) -> tuple[Floats, Floats]:
        """D of real and of made pictures: as logits, or as the loss reads them where it can."""
        real, fake = self.scores_real, self.scores_fake
        if logits or self.rule.is_score:
            return real, fake
        if self.loss == "least-squares":
            return real + 0.5, fake + 0.5
        return game_losses.sigmoid(real), game_losses.sigmoid(fake)

    def histogram(self, *, logits: bool = False) -> tuple[Floats, Floats, Floats]:
        """Edges (bins + 1,) and the shares of real and of made pictures between them, (bins,)."""
        real, fake = self.opinions(logits=logits)
        both = np.concatenate([real, fake])
        low, high = float(both.min()), float(both.max())
        if not (logits or self.rule.is_score):
            low, high = min(low, 0.0), max(high, 1.0)
        elif high - low < 1e-6:
            low, high = low - 0.5, high + 0.5
        edges = np.linspace(low, high, _BINS + 1)
        shares = [np.histogram(each, edges)[0] / max(len(each), 1) for each in (real, fake)]
        return edges, shares[0], shares[1]

    def surface(self) -> Floats | None:
        """The field from -1, made, to 1, real, 0 where the discriminator cannot tell.

        As strong as it is anywhere: a hesitating discriminator has a shape as well.
        """
        if self.field is None:
            return None
        if self.rule.is_score:
            away = self.field - (self.scores_real.mean() + self.scores_fake.mean()) / 2
        else:
            away = np.tanh(self.field / 2)
        reach = float(np.percentile(np.abs(away), _REACH)) or 1.0
        return np.asarray((away / reach).clip(-1, 1))

    def field_range(self) -> tuple[float, float] | None:
        """The least and the largest verdict in the field, as the loss reads it."""
        if self.field is None:
            return None
        shown = replace(self, scores_real=self.field[:1].ravel(), scores_fake=self.field.ravel())
        verdicts = shown.opinions()[1]
        return float(verdicts.min()), float(verdicts.max())


def read_game(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> GameMoment | None:
    """The game in the arrays of a `Samples` event; None where no networks compete.

    Raises ModelError when the manifest cannot be read.
    """
    real, fake = _finite(arrays, "scores_real"), _finite(arrays, "scores_fake")
    if (
        real is None
        or fake is None
        or not (real.ndim == fake.ndim == 1 and len(real) and len(fake))
    ):
        return None
    setting = str(runs.read_manifest(folder).config.get("loss", ""))
    names = ("points_real", "points_fake", "field", "pull")
    return GameMoment(
        game_losses.named(setting), real, fake, **{name: _finite(arrays, name) for name in names}
    )


def _finite(arrays: Mapping[str, NDArray[Any]], name: str) -> Floats | None:
    """As numbers that can be drawn."""
    found = arrays.get(name)
    return (
        None if found is None else np.nan_to_num(found.astype(np.float64), posinf=1e6, neginf=-1e6)
    )
