"""Which samples a trial of vector arithmetic takes: three baskets, as a person would fill them.

Radford et al. 2016, arXiv:1511.06434, section 6.3.2: smiling women - neutral women + neutral men.
The first two baskets are alike in all but one attribute; the third, where one begins, is of another
kind. Numpy alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]

_HALF = 0.5


class Trial(NamedTuple):
    """Three baskets: `size` places in a pool each."""

    having: Indices  # the target attribute
    lacking: Indices  # it, and alike in all others
    start: Indices  # lacking it, too, and unlike them in some other


class Pool:
    """Samples of which values (m, k) from 0 to 1 are known, to draw baskets from.

    Only samples of which everything is plain to see are drawn: every value at least `margin` away
    from one half.
    """

    def __init__(self, values: NDArray[np.floating], margin: float) -> None:
        self._plain = np.flatnonzero((abs(values - _HALF) >= margin).all(axis=1))
        self._shows = values[self._plain] > _HALF  # (plain, k)

    def __len__(self) -> int:
        return len(self._plain)

    def trials(
        self, target: int, count: int, size: int, draw: np.random.RandomState
    ) -> list[Trial]:
        """`count` trials of one attribute; none where no kind of sample is there often enough."""
        if not len(self):
            return []
        kinds = _kinds(np.delete(self._shows, target, axis=1))
        having, lacking = (_by_kind(kinds, self._shows[:, target] == side, size) for side in (1, 0))
        pairs = sorted(having.keys() & lacking.keys())
        if not pairs or len(lacking) < 2:
            return []
        return [self._trial(having, lacking, pairs, size, draw) for _ in range(count)]

    def _trial(
        self,
        having: dict[int, Indices],
        lacking: dict[int, Indices],
        pairs: list[int],
        size: int,
        draw: np.random.RandomState,
    ) -> Trial:
        kind = pairs[draw.randint(len(pairs))]
        others = sorted(lacking.keys() - {kind})
        other = others[draw.randint(len(others))]
        chosen = (having[kind], lacking[kind], lacking[other])
        return Trial(*(self._plain[draw.choice(each, size, replace=False)] for each in chosen))


def _kinds(shows: NDArray[np.bool_]) -> Indices:
    """A number (m,) for each row of answers (m, k), the same for the same answers."""
    return np.unique(shows, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _by_kind(kinds: Indices, chosen: NDArray[np.bool_], least: int) -> dict[int, Indices]:
    """The chosen places of each kind that has at least so many."""
    places = np.flatnonzero(chosen)
    order = places[np.argsort(kinds[places], kind="stable")]
    found, starts = np.unique(kinds[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {int(k): part for k, part in zip(found, parts, strict=True) if len(part) >= least}
