"""What the generator of a GAN minimises, as a function of the discriminator's verdict D(G(z)).

Goodfellow 2017, arXiv:1701.00160, figure 16: the loss against D(G(z)). Its slope is taken along the
discriminator's logit, where it is what flows back into the generator: minus D for the minimax loss,
which vanishes where the discriminator is sure, minus (1 - D) for the non-saturating one.
models/_game.py holds the same losses as training minimises them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
USUAL = "non-saturating"  # of families whose settings name no loss


def sigmoid(logits: NDArray[Any]) -> Floats:
    """Logits as probabilities, without overflow."""
    return np.asarray(0.5 + 0.5 * np.tanh(np.asarray(logits, float) / 2))


@dataclass(frozen=True)
class GeneratorLoss:
    """One loss over verdicts D in (0, 1), or over raw scores where there are no probabilities."""

    title: str
    formula: str
    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]  # along the logit
    verdicts: Callable[[Floats, Floats], Floats]  # of logits of made and real pictures, (n,)
    is_score: bool = False  # the verdict is a score without bounds


def _own(made: Floats, _real: Floats) -> Floats:
    return sigmoid(made)


LOSSES: dict[str, GeneratorLoss] = {
    # Goodfellow et al. 2014, arXiv:1406.2661, eq. 1.
    "minimax": GeneratorLoss("minimax", "log(1 − D)", lambda d: np.log1p(-d), lambda d: -d, _own),
    # Section 3 there.
    "non-saturating": GeneratorLoss(
        "non-saturating", "−log D", lambda d: -np.log(d), lambda d: d - 1, _own
    ),
    # Mao et al. 2017, arXiv:1611.04076, eq. 9; D = logit + 1/2 may leave 0..1.
    "least-squares": GeneratorLoss(
        "least squares",
        "½(D − 1)²",
        lambda d: 0.5 * np.square(d - 1),
        lambda d: d - 1,
        lambda made, _real: made + 0.5,
    ),
    # Jolicoeur-Martineau 2018, arXiv:1807.00734: D says how surely a made picture looks more real.
    "relativistic": GeneratorLoss(
        "relativistic",
        "−log D(made − real)",
        lambda d: -np.log(d),
        lambda d: d - 1,
        lambda made, real: sigmoid(made - real.mean()),
    ),
    # Arjovsky et al. 2017, arXiv:1701.07875, eq. 3.
    "wasserstein": GeneratorLoss(
        "Wasserstein",
        "−score",
        lambda score: -score,
        lambda score: np.full_like(score, -1.0),
        lambda made, _real: made,
        is_score=True,
    ),
}
COMPARED = ("minimax", "non-saturating", "least-squares")  # drawn beside the run's own


def named(setting: str) -> str:
    """The key in `LOSSES` of the setting `loss` of a family: both Wasserstein losses are one."""
    found = setting.partition("-")[0] if setting.startswith("wasserstein") else setting
    return found if found in LOSSES else USUAL


def drawn(name: str) -> tuple[str, ...]:
    """Which losses share a plot with one: those of probabilities, or a Wasserstein loss alone."""
    if LOSSES[name].is_score:
        return (name,)
    return tuple(dict.fromkeys((*COMPARED, name)))
