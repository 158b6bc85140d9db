"""The probe finds what is there and nothing else, quickly, and can be left."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.core.errors import ConfigError
from latentlab.engine.leakage import leakage


class LeftError(Exception):
    """Nobody waits."""


def classes(n: int, k: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, k, n)


def noise(n: int, d: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)


def test_z_without_the_label_gives_chance() -> None:
    found = leakage(noise(10_000, 16), classes(10_000, 10))
    assert found.accuracy == pytest.approx(0.1, abs=0.02)
    assert found.chance == pytest.approx(0.1, abs=0.02)
    assert (found.uniform, found.n) == (0.1, 5_000)


def test_z_that_is_the_label_gives_all_of_it() -> None:
    labels = classes(2_000, 10)
    found = leakage(np.eye(10)[labels] + 0.1 * noise(2_000, 10), labels)
    assert found.accuracy > 0.99
    assert found.confusion is not None
    assert found.confusion.sum() == found.n
    assert found.confusion.trace() / found.n == found.accuracy


def test_the_share_that_a_known_mixture_lets_through() -> None:
    """Two Gaussians 2 apart: the best reader is right for Phi(1) = 84.1 % of points."""
    labels = classes(10_000, 2)
    z = noise(10_000, 3)
    z[:, 1] += 2 * labels
    assert leakage(z, labels).accuracy == pytest.approx(0.841, abs=0.015)


def test_it_is_what_scikit_learn_finds() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    labels = classes(1_000, 5)
    z = np.eye(5)[labels] @ noise(5, 8, seed=3) + noise(1_000, 8)
    learn, test = np.array_split(np.random.default_rng(0).permutation(1_000), 2)
    scale = StandardScaler().fit(z[learn])
    known = LogisticRegression(max_iter=1_000).fit(scale.transform(z[learn]), labels[learn])
    theirs = known.score(scale.transform(z[test]), labels[test])
    assert leakage(z, labels).accuracy == pytest.approx(theirs, abs=0.004)


def test_chance_is_what_always_the_commonest_gives() -> None:
    labels = (np.arange(4_000) % 10 == 0).astype(int)  # nine in ten are 0
    found = leakage(noise(4_000, 4), labels)
    assert found.chance == pytest.approx(0.9, abs=0.02)
    assert found.accuracy == pytest.approx(found.chance, abs=0.01)
    assert found.uniform == 0.5


def test_classes_nobody_has_are_not_tested() -> None:
    labels = classes(400, 2) * 2
    found = leakage(np.eye(4)[labels] + 0.05 * noise(400, 4), labels, count=4)
    assert found.by_label == (1.0, None, 1.0, None)
    assert found.uniform == 0.25


def test_attributes_one_by_one() -> None:
    told = np.stack([classes(3_000, 2, seed) for seed in (5, 6)], 1).astype(np.float32)
    z = noise(3_000, 6)
    z[:, 0] = 10 * told[:, 0] + z[:, 0]
    found = leakage(z, told)
    first, second = found.by_label
    assert first is not None
    assert second is not None
    assert first > 0.99
    assert second == pytest.approx(0.5, abs=0.05)
    assert found.accuracy == pytest.approx((first + second) / 2)
    assert (found.uniform, found.confusion) == (0.5, None)


def test_an_attribute_that_all_have_is_left_out() -> None:
    told = np.stack([classes(200, 2), np.ones(200)], 1).astype(np.float32)
    assert leakage(noise(200, 3), told).by_label[1] is None
    with pytest.raises(ConfigError, match="same in all pictures"):
        leakage(noise(200, 3), told[:, 1:])


@settings(max_examples=20, deadline=None)
@given(
    scale=st.floats(1e-3, 1e3), shift=st.floats(-100, 100), turn=st.integers(0, 3),
    seed=st.integers(0, 50),
)  # fmt: skip
def test_units_and_order_of_numbers_do_not_matter(
    scale: float, shift: float, turn: int, seed: int
) -> None:
    labels = classes(600, 3, seed)
    z = np.eye(4)[labels] + 0.5 * noise(600, 4, seed)
    plain = leakage(z, labels).accuracy
    other = leakage(np.roll(z, turn, 1) * scale + shift, labels).accuracy
    assert other == pytest.approx(plain, abs=0.01)


def test_the_same_answer_every_time() -> None:
    z, labels = noise(500, 3), classes(500, 3)
    first, second = leakage(z, labels), leakage(z, labels)
    assert first.by_label == second.by_label
    assert leakage(z, labels, seed=1).by_label != first.by_label


def test_a_latent_number_that_never_changes() -> None:
    z = np.concatenate([noise(300, 2), np.full((300, 1), 7.0)], 1)
    assert leakage(z, classes(300, 2)).accuracy == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize(
    ("z", "told", "words"),
    [
        (np.ones((5, 2)), np.zeros(4, int), "do not belong together"),
        (np.ones(5), np.zeros(5, int), "do not belong together"),
        (np.ones((3, 2)), np.arange(3), "too few"),
        (np.full((5, 2), np.nan), np.arange(5), "not finite"),
        (np.ones((5, 2)), np.full(5, 3), "the same label"),
        (np.ones((5, 2)), np.arange(5) - 1, "from 0"),
        (np.ones((5, 2)), np.arange(5) / 2, "whole numbers"),
    ],
)
def test_what_cannot_be_probed_is_said(z: np.ndarray, told: np.ndarray, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        leakage(z, told)


def test_it_can_be_left() -> None:
    def leave() -> None:
        raise LeftError

    with pytest.raises(LeftError):
        leakage(noise(100, 2), classes(100, 3), check=leave)


def test_ten_thousand_points_in_a_second() -> None:
    labels = classes(10_000, 10)
    z = noise(10_000, 16) + 0.5 * np.eye(16, dtype=np.float32)[labels]
    leakage(z[:100], labels[:100])  # scipy is there
    start = time.process_time()
    leakage(z, labels)
    assert time.process_time() - start < 2  # measured: 0.1 s


def test_the_window_may_ask_it() -> None:
    code = "import sys, latentlab.engine.leakage; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
