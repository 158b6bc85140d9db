"""How much of the label can be read from z: a linear probe. Alain & Bengio 2016, arXiv:1610.01644.

A conditional model is told the label, so that z need hold only the style. Logistic regression
learns to read the label from one half of the latents and is tested on the other: near chance, z
is free of the label; far above, some of the label leaked into z, and does not change with it.

Torch-free, and of numpy alone but for the minimiser: the window asks it on a background thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Loss = Callable[[NDArray[np.float32], NDArray[np.float32]], float]
    Shares = NDArray[np.float32]

_FEWEST = 4  # points: two to learn from, two to test with
_ITERATIONS = 200
_SMALLEST = 1e-6  # standard deviation below which a latent number says nothing


@dataclass(frozen=True, eq=False)
class Leakage:
    """What a linear probe reads from latents that it did not learn from. Shares in [0, 1]."""

    accuracy: float  # of all its answers; of attributes the mean over them
    chance: float  # of always giving the commonest answer
    uniform: float  # of guessing blindly: 1 / k, of attributes 1 / 2
    n: int  # points it was tested on
    by_label: tuple[float | None, ...]  # accuracy for each class or attribute; None: not tested
    confusion: NDArray[np.int64] | None  # (k, k) points by true class and by answer, of classes


def leakage(
    z: ArrayLike,
    told: ArrayLike,
    count: int | None = None,
    *,
    seed: int = 0,
    first: int | None = None,
    check: Callable[[], None] | None = None,
) -> Leakage:
    """Read labels from latents z (n, latent): learn from one half, test on the other.

    Args:
        z: Latents, finite.
        told: Classes (n,), whole numbers, or attributes (n, k), of which each is read as yes or
            no: above or below the middle of its range.
        count: How many classes there are; default: as many as occur.
        seed: Of the halves; the same seed gives the same answer.
        first: Learn from the first ones, so many, instead, and test on the rest.
        check: Called now and then; may raise to leave (`app.background.Cancel.check`).

    Raises:
        ConfigError: Shapes that do not fit, fewer than four points, or only one label.
    """
    points, labels = _checked(np.asarray(z), np.asarray(told))
    order = np.random.default_rng(seed).permutation(len(points))
    learn, test = np.array_split(order, 2) if first is None else np.split(np.sort(order), [first])
    x = _standard(points, learn)
    if labels.ndim == 1:
        return _of_classes(x, labels, learn, test, count, check)
    return _of_attributes(x, labels, learn, test, check)


def _of_classes(
    x: Shares, labels: NDArray[Any], learn: Any, test: Any, count: int | None, check: Any
) -> Leakage:
    k = max(int(labels.max()) + 1, count or 0)
    y = (labels[learn, None] == np.arange(k)).astype(np.float32)
    w = _fit(x[learn], y, _softmax_loss, check)
    answers, truth = (x[test] @ w).argmax(1), labels[test]
    confusion = np.zeros((k, k), np.int64)
    np.add.at(confusion, (truth, answers), 1)
    right, of = confusion.diagonal(), confusion.sum(1)
    by_label = tuple(int(r) / int(n) if n else None for r, n in zip(right, of, strict=True))
    chance = float((truth == np.bincount(labels[learn]).argmax()).mean())
    accuracy = float(right.sum() / len(test))
    return Leakage(accuracy, chance, 1 / k, len(test), by_label, confusion)


def _of_attributes(x: Shares, told: NDArray[Any], learn: Any, test: Any, check: Any) -> Leakage:
    yes = told > (told.min(0) + told.max(0)) / 2
    is_open = yes[learn].any(0) & ~yes[learn].all(0)  # others have one answer: nothing to read
    if not is_open.any():
        raise ConfigError("Every attribute is the same in all pictures, so none can be read.")
    y, truth = yes[learn][:, is_open].astype(np.float32), yes[test][:, is_open]
    right = ((x[test] @ _fit(x[learn], y, _sigmoid_loss, check)) > 0) == truth
    usual = truth == (y.mean(0) > 0.5)
    found = iter(right.mean(0).tolist())
    by_label = tuple(next(found) if each else None for each in is_open)
    return Leakage(float(right.mean()), float(usual.mean()), 0.5, len(test), by_label, None)


def _fit(x: Shares, y: Shares, loss: Loss, check: Any) -> Shares:
    """Weights (latent + 1, k) of least mean loss plus |w|^2 / 2n, by L-BFGS."""
    from scipy.optimize import minimize

    shape, penalty = (x.shape[1], y.shape[1]), np.float32(1 / len(x))

    def step(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        if check is not None:
            check()
        w = flat.reshape(shape).astype(np.float32)
        answers = x @ w
        value = loss(answers, y)  # leaves the gradient in place of the answers
        slope = x.T @ answers / np.float32(len(x))
        free = w.copy()
        free[-1] = 0  # the constant is not held small
        slope += penalty * free
        return value + float(penalty * (free * free).sum() / 2), slope.ravel().astype(np.float64)

    options = {"maxiter": _ITERATIONS, "ftol": 1e-7, "gtol": 1e-4}
    start = np.zeros(shape[0] * shape[1])
    found = minimize(step, start, jac=True, method="L-BFGS-B", options=options)
    best: Shares = found.x.reshape(shape).astype(np.float32)
    return best


def _softmax_loss(logits: Shares, y: Shares) -> float:
    """Mean cross-entropy of classes; `logits` become its gradient, times n."""
    logits -= logits.max(1, keepdims=True)
    truth = np.einsum("nk,nk->n", logits, y)
    np.exp(logits, out=logits)
    total = logits.sum(1)
    value = float((np.log(total) - truth).mean())
    logits /= total[:, None]
    logits -= y
    return value


def _sigmoid_loss(logits: Shares, y: Shares) -> float:
    """Mean over points of the sum over attributes; `logits` become its gradient, times n."""
    value = float((np.logaddexp(np.float32(0), logits) - logits * y).sum(1).mean())
    np.clip(logits, -30, 30, out=logits)
    logits[:] = 1 / (1 + np.exp(-logits)) - y
    return value


def _standard(points: NDArray[np.float32], learn: NDArray[Any]) -> Shares:
    """Mean 0, spread 1 by the half that is learnt from, and a column of ones: (n, latent + 1)."""
    mean, spread = points[learn].mean(0), points[learn].std(0)
    spread[spread < _SMALLEST] = 1
    ones = np.ones((len(points), 1), np.float32)
    return np.concatenate([(points - mean) / spread, ones], 1)


def _checked(z: NDArray[Any], told: NDArray[Any]) -> tuple[NDArray[np.float32], NDArray[Any]]:
    points = z.astype(np.float32)
    if points.ndim != 2 or told.ndim not in (1, 2) or len(points) != len(told) or 0 in told.shape:
        raise ConfigError(
            f"Latents of shape {z.shape} and labels of shape {told.shape} do not belong together."
        )
    if len(points) < _FEWEST:
        raise ConfigError(f"{len(points)} points are too few to read labels from; give more.")
    if not np.isfinite(points).all() or not np.isfinite(told).all():
        raise ConfigError("Latents or labels hold a number that is not finite.")
    if told.ndim == 2:
        return points, told.astype(np.float32)
    if told.dtype.kind not in "iu" or told.min() < 0:
        raise ConfigError("Labels are whole numbers from 0.")
    if told.min() == told.max():
        raise ConfigError("All pictures have the same label, so there is nothing to read from z.")
    return points, told.astype(np.int64)
