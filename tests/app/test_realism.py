from __future__ import annotations

import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from latentlab import data
from latentlab.app import nearest, realism
from latentlab.app.background import Cancel, CancelledError
from latentlab.app.realism import Realism
from latentlab.core.errors import ConfigError
from tests.helpers import digits_like

if TYPE_CHECKING:
    from pathlib import Path

IMAGES, LABELS = digits_like(120, side=6)
SHEETS = st.integers(1, 12).flatmap(lambda n: hnp.arrays(np.uint8, (n, 1, 3, 3)))


def by_hand(real: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """All distances (n, m) in float64."""
    flat = [x.reshape(len(x), -1) / 255 for x in (pictures, real)]
    return np.asarray(np.linalg.norm(flat[0][:, None] - flat[1][None], axis=2))


@given(real=SHEETS, pictures=SHEETS, k=st.integers(1, 15))
def test_it_finds_the_nearest_whatever_the_pictures(real, pictures, k: int) -> None:
    rows, far = Realism(real).neighbours(pictures, k)
    assert rows.shape == far.shape == (len(pictures), min(k, len(real)))
    distances = by_hand(real, pictures)
    np.testing.assert_allclose(far, np.sort(distances, axis=1)[:, :k], atol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(distances, rows, 1), far, atol=1e-5)


def test_many_are_compared_in_blocks_that_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    real, pictures = Realism(IMAGES[:90]), IMAGES[90:]
    whole = real.neighbours(pictures, 3)
    monkeypatch.setattr(nearest, "_BLOCK_CELLS", 7 * 90)
    for found, wanted in zip(real.neighbours(pictures, 3), whole, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_real_image_is_exactly_at_no_distance() -> None:
    assert (Realism(IMAGES).nearest(IMAGES[::7]) == 0).all()


def test_floats_and_bytes_are_the_same_pictures() -> None:
    real = Realism(IMAGES[:50])
    np.testing.assert_allclose(
        real.nearest(IMAGES[50:] / np.float32(255)), real.nearest(IMAGES[50:]), rtol=1e-6
    )


def test_neighbours_vote_for_a_label() -> None:
    real = Realism(IMAGES[:90], LABELS[:90])
    np.testing.assert_array_equal(real.votes(IMAGES[90:]), LABELS[90:])


def test_the_nearer_ones_break_a_tie_and_the_many_win() -> None:
    real = Realism(np.zeros((6, 1, 1, 1), np.uint8), np.array([7, 7, 3, 3, 9, 5]))
    rows = np.array([[0, 2, 1, 3, 4], [2, 0, 1, 3, 4], [4, 0, 2, 1, 5], [4, 2, 0, 5, 5]])
    np.testing.assert_array_equal(real.vote(rows), [7, 3, 7, 5])
    np.testing.assert_array_equal(real.vote(rows[:, :1]), [7, 3, 9, 9])


@given(
    st.integers(1, 9).flatmap(lambda k: hnp.arrays(np.int64, (4, k), elements=st.integers(0, 5)))
)
def test_no_label_wins_against_one_with_more_votes(rows) -> None:
    labels = np.array([4, 4, 0, 1, 1, 0])
    won = Realism(np.zeros((6, 1, 1, 1), np.uint8), labels).vote(rows)
    for row, label in zip(labels[rows], won, strict=True):
        votes = np.bincount(row, minlength=5)
        assert votes[label] == votes.max()
        tied = np.flatnonzero(votes == votes.max())
        if len(tied) > 1:  # the mean rank of the winner is at least as near
            ranks = [np.flatnonzero(row == name).sum() for name in tied]
            assert np.flatnonzero(row == label).sum() == min(ranks)


def test_images_without_labels_cannot_vote() -> None:
    with pytest.raises(ConfigError, match="have no labels to vote with"):
        Realism(IMAGES).votes(IMAGES[:1])


def test_one_may_give_up_between_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "_BLOCK_CELLS", 100)
    looks: list[int] = []

    def is_wanted() -> bool:
        looks.append(1)
        return len(looks) > 3

    with pytest.raises(CancelledError):
        Realism(IMAGES[:50]).nearest(IMAGES, check=Cancel(is_wanted).check)
    assert len(looks) == 4


@pytest.fixture
def dataset(tiny_data: str) -> data.Dataset:
    return data.load(tiny_data)


def test_it_takes_images_of_the_train_split_by_seed(dataset: data.Dataset) -> None:
    train = dataset.splits["train"]
    whole = Realism.of(dataset)
    assert len(whole) == len(train)
    assert (whole.nearest(dataset.images[train]) == 0).all()
    assert whole.nearest(dataset.images[dataset.splits["test"]]).min() > 0
    few = Realism.of(dataset, most=10)
    assert len(few) == 10
    np.testing.assert_array_equal(few._pixels.vectors, Realism.of(dataset, most=10)._pixels.vectors)
    assert not np.array_equal(
        few._pixels.vectors, Realism.of(dataset, most=10, seed=1)._pixels.vectors
    )
    assert Realism.of(replace(dataset, labels=None)).labels is None


def test_large_pictures_are_compared_with_fewer(
    dataset: data.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(realism, "_MEMORY", 20 * 4 * 64)
    assert len(Realism.of(dataset)) == 20


def test_what_it_holds_is_bounded() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3000, 3, 32, 32), np.uint8)
    tracemalloc.start()
    try:
        Realism(images).nearest(images[:1000])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < images.size * 4 * 2 + 80_000_000  # the images, squared once, and blocks


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.empty((0, 1, 4, 4), np.uint8), None, "at least one of them"),
        (np.zeros((4, 4), np.uint8), None, "at least one of them"),
        (np.zeros((2, 1, 4, 4)), None, "as uint8"),
        (np.zeros((2, 1, 4, 4), np.uint8), np.zeros(3, np.int64), "2 images came with 3 labels"),
    ],
)
def test_what_is_no_set_of_images_is_refused(images, labels, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Realism(images, labels)


@pytest.mark.parametrize("shape", [(2, 1, 6, 7), (1, 6, 6), (2, 3, 6, 6)])
def test_pictures_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="compare pictures of one shape"):
        Realism(IMAGES).nearest(np.zeros(shape, np.uint8))


def test_no_neighbours_are_no_answer() -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        Realism(IMAGES).neighbours(IMAGES, 0)


def test_no_pictures_have_no_distances() -> None:
    assert Realism(IMAGES).nearest(IMAGES[:0]).shape == (0,)


@pytest.mark.realdata
def test_a_cross_fade_of_digits_is_no_digit(real_data: Path) -> None:
    dataset = data.load("mnist")
    real = Realism.of(dataset)
    assert len(real) == 10_000
    test = dataset.splits["test"]
    a, b = (dataset.images[test[start : start + 100]].astype(float) for start in (0, 100))
    unlike = dataset.labels[test[:100]] != dataset.labels[test[100:200]]
    faded = np.rint((a + b) / 2).astype(np.uint8)[unlike]
    plain = dataset.images[test[:100]]
    assert (real.votes(plain) == dataset.labels[test[:100]]).mean() > 0.9
    assert real.nearest(faded).mean() > real.nearest(plain).mean()
