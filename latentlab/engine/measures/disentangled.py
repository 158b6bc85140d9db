"""Whether numbers of z stand for factors of the pictures, one for one.

MIG: Chen, Li, Grosse & Duvenaud 2018, arXiv:1802.04942, eq. 6, with mutual information by
histograms of the mean of z, as Locatello et al. 2019, arXiv:1811.12359, estimate it. SAP: Kumar,
Sattigeri & Balakrishnan 2018, arXiv:1711.00848, section 3.1. DCI: Eastwood & Williams 2018,
openreview By-7dz-AZ, section 2, with random forests. Factors are whole numbers without an order
(classes), or numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Tick = Callable[[float], None]

BINS = 20  # of each number of z, and of factors that are finer
_LEVELS = 50  # a factor of at most so many values is taken as it is
TREES, LEAF = 50, 5


class Factor(NamedTuple):
    """One thing that pictures differ in."""

    name: str
    values: NDArray[np.generic]  # (n,)
    is_class: bool  # values have no order


class Dci(NamedTuple):
    """All in [0, 1], higher is better, but `informativeness` may be below 0."""

    disentanglement: float  # each number of z serves one factor
    completeness: float  # each factor is served by one number of z
    informativeness: float  # how well factors are predicted: accuracy or R^2, mean
    importance: Floats  # (latent, factors), columns sum to 1


def mutual_information(z: Floats, factors: list[Factor]) -> tuple[Floats, Floats]:
    """I(z_j; v_k) in nats (latent, factors), and the entropies H(v_k) (factors,)."""
    codes = [_binned(column) for column in z.T]
    levels = [_levels(factor) for factor in factors]
    found = np.array([[_information(code, level) for level in levels] for code in codes])
    return found, np.array([_information(level, level) for level in levels])


def mig(z: Floats, factors: list[Factor]) -> Floats:
    """Gap of each factor (factors,): by how much its best number of z knows more than the next.

    In shares of the factor's entropy; z (n, latent).
    """
    known, entropies = mutual_information(z, factors)
    return _gaps(known / np.maximum(entropies, 1e-12))


def sap(z: Floats, factors: list[Factor]) -> Floats:
    """Gap of each factor (factors,) in how well one number of z alone predicts it.

    R^2 of the straight line for numbers; for classes the balanced accuracy of a linear SVM.
    """
    return _gaps(np.stack([_single_scores(z, factor) for factor in factors], axis=1))


def dci(
    z: Floats, factors: list[Factor], first: int, seed: int = 0, tick: Tick = lambda _: None
) -> Dci:
    """Forests learn factors from the first rows of z (n, latent) and are tested on the rest."""
    scores, columns = [], []
    for place, factor in enumerate(factors):
        tick(place / len(factors))
        score, importance = _forest(z, factor, first, seed)
        scores.append(score)
        columns.append(importance)
    importance = np.stack(columns, axis=1)
    return Dci(*_order(importance), float(np.mean(scores)), importance)


def _order(importance: Floats) -> tuple[float, float]:
    """Disentanglement and completeness of importances (latent, factors), their eq. 1 and 2."""
    latents, factors = importance.shape
    total = importance.sum()
    if total == 0:
        return 0.0, 0.0
    weights = importance.sum(1) / total
    return (
        float(weights @ (1 - _entropies(importance, factors))),
        float(np.mean(1 - _entropies(importance.T, latents))),
    )


def _entropies(rows: Floats, base: int) -> Floats:
    """Of each row (n, base) as shares, in units of log base; 1 where a row is empty."""
    sums = rows.sum(1, keepdims=True)
    shares = np.where(sums > 0, rows / np.where(sums > 0, sums, 1), 1 / base)
    logs = np.log(np.where(shares > 0, shares, 1))
    found: Floats = -(shares * logs).sum(1) / np.log(max(base, 2))
    return found


def _forest(z: Floats, factor: Factor, first: int, seed: int) -> tuple[float, Floats]:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    kind = RandomForestClassifier if factor.is_class else RandomForestRegressor
    forest = kind(  # every split may choose among all numbers: importance goes to the best
        n_estimators=TREES, min_samples_leaf=LEAF, max_features=1.0, random_state=seed, n_jobs=1
    )
    forest.fit(z[:first], factor.values[:first])
    score = float(forest.score(z[first:], factor.values[first:]))
    return score, np.asarray(forest.feature_importances_, np.float64)


def _single_scores(z: Floats, factor: Factor) -> Floats:
    """How well each number of z alone tells a factor, (latent,)."""
    if factor.is_class:
        return np.array([_svm_score(column, factor.values) for column in z.T])
    v = factor.values.astype(np.float64)
    x, v = z - z.mean(0), v - v.mean()
    spread = np.square(x).sum(0) * np.square(v).sum()
    found: Floats = np.where(spread > 0, (x.T @ v) ** 2 / np.where(spread > 0, spread, 1), 0.0)
    return found


def _svm_score(column: Floats, classes: NDArray[np.generic]) -> float:
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.svm import LinearSVC

    spread = column.std()
    x = ((column - column.mean()) / (spread if spread > 0 else 1.0))[:, None]
    machine = LinearSVC(C=0.01, class_weight="balanced", dual=False).fit(x, classes)
    return float(balanced_accuracy_score(classes, machine.predict(x)))


def _gaps(scores: Floats) -> Floats:
    """Best minus second best of each column, (factors,); the best where there is one row."""
    if len(scores) == 1:
        return np.asarray(scores[0])
    second, best = np.sort(scores, axis=0)[-2:]
    found: Floats = best - second
    return found


def _binned(column: Floats) -> NDArray[np.int64]:
    """Numbers (n,) in BINS equal steps from least to most."""
    low, high = column.min(), column.max()
    width = (high - low) or 1.0
    steps = ((column - low) / width * BINS).astype(np.int64)
    return np.asarray(np.minimum(steps, BINS - 1))


def _levels(factor: Factor) -> NDArray[np.int64]:
    found, places = np.unique(factor.values, return_inverse=True)
    return places if len(found) <= _LEVELS else _binned(factor.values.astype(np.float64))


def _information(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    """Mutual information of two sets of whole numbers (n,), in nats, of their histogram."""
    together = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(together, (a, b), 1 / len(a))
    apart = together.sum(1, keepdims=True) * together.sum(0)
    filled = together > 0
    return float((together[filled] * np.log(together[filled] / apart[filled])).sum())
