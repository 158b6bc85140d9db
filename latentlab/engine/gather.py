"""Fresh samples that show what is asked for: drawn by seed, decoded, judged by a classifier.

A sample is known by its seed: `draw` gives the z of `seed:N` wherever it is drawn on a CPU.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from latentlab.core.query import Query
    from latentlab.engine.codec import Codec

MOST = 4_096  # samples that are looked at before it is given up
HOPELESS = 1_024  # the same where not one was found
_TOGETHER = 8  # always as many, so that a sample is judged alike in any search


class Gathered(NamedTuple):
    """How far a search is."""

    looked: int  # samples
    seeds: tuple[int, ...]  # of those that were found
    readings: NDArray[np.float32]  # (found, k) what the classifier sees in them
    is_done: bool


def draw(codec: Codec, seeds: Sequence[int]) -> NDArray[np.float32]:
    """The z of each seed, (n, latent), as `codec.sample(1, seed)` draws it."""
    drawn = [codec.sample(1, int(seed)) for seed in seeds]
    return np.concatenate(drawn) if drawn else np.empty((0, codec.manifest.latent_size), np.float32)


def gather(
    codec: Codec,
    judge: Codec,
    query: Query,
    n: int,
    *,
    first: int = 0,
    most: int = MOST,
    label: ArrayLike | None = None,
) -> Iterator[Gathered]:
    """Seeds from `first` on whose pictures satisfy a query, until there are n; told as it goes.

    `label`: what a conditional model is told. Raises ConfigError once `most` samples were looked
    at in vain, ModelError where the model cannot sample or the other cannot judge.
    """
    seeds: list[int] = []
    readings: list[NDArray[np.float32]] = []
    for start in range(0, most, _TOGETHER):
        fresh = range(first + start, first + start + _TOGETHER)
        seen = judge.judge(codec.decode(draw(codec, fresh), label))[0]
        for place in np.flatnonzero(query.mask(seen))[: n - len(seeds)].tolist():
            seeds.append(fresh[place])
            readings.append(seen[place])
        found = np.array(readings, np.float32).reshape(len(seeds), len(query.names))
        done, looked = len(seeds) >= n, start + _TOGETHER
        yield Gathered(looked, tuple(seeds), found, done)
        if done:
            return
        if looked >= HOPELESS and not seeds:
            raise ConfigError(_in_vain(codec, query, looked, 0, n))
    raise ConfigError(_in_vain(codec, query, most, len(seeds), n))


def _in_vain(codec: Codec, query: Query, looked: int, found: int, n: int) -> str:
    title = codec.manifest.title
    if not found:
        return (
            f"None of {looked:,} samples of {title} shows '{query.text}'; ask for something else."
        )
    return (
        f"Only {found} of {looked:,} samples of {title} show '{query.text}', not {n}; ask for "
        "fewer, or for less at once."
    )
