from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab import data
from latentlab.data import splits

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=300)


def everything(parts: dict[data.Split, NDArray[np.int64]]) -> list[int]:
    return sorted(np.concatenate(list(parts.values())).tolist())


@given(labels=LABELS, known=st.booleans())
def test_splits_hold_every_image_once(labels: list[int], known: bool) -> None:
    parts = splits.divide(len(labels), np.array(labels) if known else None, {})
    assert everything(parts) == list(range(len(labels)))
    assert all((np.diff(part) > 0).all() for part in parts.values())


@given(labels=st.lists(st.integers(0, 3), min_size=10, max_size=400))
def test_shares_follow_the_labels(labels: list[int]) -> None:
    array = np.array(labels)
    parts = splits.divide(len(labels), array, {})
    assert len(parts["test"]) == len(parts["validation"]) == len(labels) // 10
    for label, size in zip(*np.unique(array, return_counts=True), strict=True):
        assert abs((array[parts["test"]] == label).sum() - size / 10) < 1.1


def test_a_sample_of_more_than_there_are_is_all() -> None:
    for labels in (None, np.arange(7) % 2):
        assert splits.stratified(np.arange(7), labels, 20, seed=0).tolist() == list(range(7))


def test_official_test_set_stays_and_validation_is_5000_of_train() -> None:
    parts = splits.divide(70_000, np.arange(70_000) % 10, {"test": np.arange(60_000, 70_000)})
    assert np.array_equal(parts["test"], np.arange(60_000, 70_000))
    assert (len(parts["train"]), len(parts["validation"])) == (55_000, 5_000)
    assert parts["validation"].max() < 60_000
    assert np.bincount(parts["validation"] % 10).tolist() == [500] * 10


def test_small_official_train_gives_a_tenth() -> None:
    parts = splits.divide(300, None, {"test": np.arange(200, 300)})
    assert len(parts["validation"]) == 20


def test_all_three_official_splits_stay() -> None:
    order = np.random.default_rng(0).permutation(60)
    official: dict[data.Split, NDArray[np.int64]] = {
        "train": np.sort(order[:30]),
        "validation": np.sort(order[30:40]),
        "test": np.sort(order[40:]),
    }
    parts = splits.divide(60, None, official)
    assert all(np.array_equal(parts[name], official[name]) for name in official)


@pytest.mark.parametrize("count", [1, 2, 9])
def test_few_images_are_all_for_training(count: int) -> None:
    parts = splits.divide(count, None, {})
    assert [len(parts[name]) for name in data.SPLITS] == [count, 0, 0]


def test_splits_never_change() -> None:
    """Models remember which images they were trained on: a new split would leak the test set."""
    parts = splits.divide(1_000, np.arange(1_000) % 7, {})
    digest = hashlib.sha256(b"".join(parts[n].astype("<i8").tobytes() for n in data.SPLITS))
    assert digest.hexdigest()[:16] == "d4793ddf2a04f5cc"


def test_probe_is_the_whole_test_split_when_it_is_small() -> None:
    digits = data.load("digits")
    assert np.array_equal(data.probe(digits), digits.splits["test"])


def test_probe_is_a_stratified_sample_fixed_by_its_seed() -> None:
    digits = data.load("digits")
    assert digits.labels is not None
    chosen = data.probe(digits, n=100)
    assert len(chosen) == 100
    assert np.isin(chosen, digits.splits["test"]).all()
    assert np.bincount(digits.labels[chosen]).min() >= 9
    assert np.array_equal(chosen, data.probe(digits, n=100))
    assert not np.array_equal(chosen, data.probe(digits, n=100, seed=1))


def test_probe_falls_back_where_the_test_split_is_empty() -> None:
    digits = data.load("digits")
    nothing = np.empty(0, np.int64)
    without = replace(digits, splits={**digits.splits, "test": nothing})
    assert np.array_equal(data.probe(without), digits.splits["validation"])
    only = replace(digits, splits={"train": np.arange(3), "validation": nothing, "test": nothing})
    assert data.probe(only).tolist() == [0, 1, 2]
