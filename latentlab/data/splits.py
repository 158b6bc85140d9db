"""Train, validation and test, the same on every machine, and the fixed probe set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from latentlab.data.dataset import Dataset, Split

Indices = NDArray[np.int64]
_SEED = 20_061  # of every split; never change it: models remember which images they saw
_SMALLEST = 10  # fewer images than this are all for training


def divide(
    count: int, labels: Indices | None, official: Mapping[Split, Indices]
) -> dict[Split, Indices]:
    """Disjoint ascending indices of the three splits, which together hold every image.

    An official test set stays as it is; validation is then 5,000 images of the official train
    set, or a tenth when that is less. Without one: 80 / 10 / 10. Always stratified by label.
    Fewer than 10 images are all for training, and the other splits are empty.
    """
    parts = {name: part for name, part in official.items() if name != "train"}  # train is the rest
    if not official and count < _SMALLEST:
        nothing = np.empty(0, np.int64)
        return {"train": np.arange(count), "validation": nothing, "test": nothing.copy()}
    rest = _without(np.arange(count), parts.values())
    if "test" not in parts:
        parts["test"] = stratified(rest, labels, len(rest) // 10, _SEED)
        rest = _without(rest, [parts["test"]])
    if "validation" not in parts:
        held = count // 10 if not official else min(5000, len(rest) // 10)
        parts["validation"] = stratified(rest, labels, held, _SEED + 1)
        rest = _without(rest, [parts["validation"]])
    return {"train": rest, "validation": parts["validation"], "test": parts["test"]}


def stratified(indices: Indices, labels: Indices | None, count: int, seed: int) -> Indices:
    """`count` of `indices`, ascending, each label's share kept to within one; all if too few."""
    count = min(count, len(indices))
    # RandomState is frozen (NEP 19): the stream of a Generator may change with numpy.
    shuffled = np.random.RandomState(seed).permutation(indices)
    if labels is None:
        return np.sort(shuffled[:count])
    by_label = shuffled[np.argsort(labels[shuffled], kind="stable")]
    _, starts, sizes = np.unique(labels[by_label], return_index=True, return_counts=True)
    quotas = _apportion(sizes, count)
    return np.sort(
        np.concatenate([by_label[s : s + q] for s, q in zip(starts, quotas, strict=True)])
    )


def probe(dataset: Dataset, n: int = 10_000, seed: int = 0) -> Indices:
    """Indices of the fixed probe set: the test split, or `n` of it stratified by label.

    Where the test split is empty, validation serves, and then train.
    """
    order: tuple[Split, ...] = ("test", "validation", "train")
    pool = next((dataset.splits[name] for name in order if len(dataset.splits[name])), None)
    if pool is None:
        return np.empty(0, np.int64)
    return np.array(pool) if len(pool) <= n else stratified(pool, dataset.labels, n, seed)


def _apportion(sizes: Indices, count: int) -> Indices:
    """Whole shares of `count` in proportion to `sizes` (largest remainders, Hamilton)."""
    total = int(sizes.sum())
    quotas, remainders = np.divmod(sizes * count, total)
    missing = count - int(quotas.sum())
    quotas[np.argsort(-remainders, kind="stable")[:missing]] += 1
    return quotas


def _without(indices: Indices, taken: Iterable[Indices]) -> Indices:
    gone = np.concatenate([np.empty(0, np.int64), *taken])
    return indices[~np.isin(indices, gone)]
