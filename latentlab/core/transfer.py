"""Style transfer: the style of one picture, z, under every label.

The rows of a matrix are styles, its columns labels: one z per row, one label per column, all pairs
decoded. Kingma et al. 2014, arXiv:1406.5298, figure 1 (b): analogies with the style held fixed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from latentlab.core.label import Label


def styled(
    z: ArrayLike, strength: float = 1.0, nudges: Sequence[Sequence[float]] = ()
) -> NDArray[np.float32]:
    """Styles (n, latent) made stronger, then moved: strength * z + nudge of the row.

    Strength 0 is the usual style, the mean of the prior; 1 the style as it was read. Rows without
    a nudge of the same width stay where they are.
    """
    rows = np.array(z, np.float32, ndmin=2) * np.float32(strength)
    for row, nudge in zip(rows, nudges, strict=False):
        if len(nudge) == len(row):
            row += np.asarray(nudge, np.float32)
    return rows


def pairs(z: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Every style (n, latent) with every label (m, k): (n * m, latent) and (n * m, k), by rows."""
    styles, told = np.array(z, np.float32, ndmin=2), np.array(labels, np.float32, ndmin=2)
    return np.repeat(styles, len(told), 0), np.tile(told, (len(styles), 1))


def blended(a: int, b: int, share: float, count: int) -> tuple[float, ...]:
    """Shares of `count` classes on the way from class a (share 0) to class b (share 1)."""
    if not (0 <= a < count and 0 <= b < count):
        raise ConfigError(f"Labels {a} and {b} cannot be mixed: there are {count}.")
    shares = np.zeros(count)
    shares[a] += 1 - share
    shares[b] += share
    return tuple(shares.tolist())


def column_of(label: Label, labels: Sequence[Label]) -> int | None:
    """Which column has this label; None where none does: the mark of a row's own label."""
    return labels.index(label) if label is not None and label in labels else None
