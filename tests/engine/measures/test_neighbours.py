"""Neighbours of points whose figures are known: by hand, by chance, by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.engine.measures import neighbours
from latentlab.engine.measures.neighbours import (
    Support,
    chance_of_coverage,
    nearest,
    support,
    two_sample,
)

LINE = np.arange(10.0)[:, None]


def gaussian(n: int, d: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def test_points_on_a_line_are_counted_by_hand() -> None:
    # k = 1: balls of radius 1 around 0, 1, ..., 9; made points at 0.5 and 20, a radius of 19.5
    found = support(LINE, [[0.5], [20.0]], density_k=1, precision_k=1)
    assert found == Support(density=(2 + 0) / 2, coverage=0.2, precision=0.5, recall=1.0)
    far = support(LINE, [[100.0], [100.5]], density_k=2, precision_k=1)
    assert far == Support(0, 0, 0, 0)


def test_chance_of_coverage_is_that_of_naeem() -> None:
    assert chance_of_coverage(10_000, 10_000, 5) == pytest.approx(1 - 0.5**5, abs=3e-4)
    assert chance_of_coverage(3, 1, 1) == pytest.approx(1 / 3)  # the nearest of 3 others


@pytest.mark.parametrize(("d", "scale"), [(1, 1.0), (4, 100.0), (40, 1e-3)])
def test_two_sets_of_one_gaussian_have_the_expected_density_and_coverage(
    d: int, scale: float
) -> None:
    found = [
        support(scale * gaussian(120, d, 2 * i) + 7, scale * gaussian(200, d, 2 * i + 1) + 7)
        for i in range(30)
    ]
    for name, expected in (("density", 1.0), ("coverage", chance_of_coverage(120, 200))):
        values = [getattr(each, name) for each in found]
        error = float(np.std(values)) / 30**0.5
        assert np.mean(values) == pytest.approx(expected, abs=4 * error + 1e-3)


def test_precision_falls_with_bad_samples_and_recall_with_dropped_modes() -> None:
    rng = np.random.default_rng(0)
    modes = 20 * np.eye(4)
    real = modes[np.arange(400) % 4] + rng.normal(size=(400, 4))
    half = modes[np.arange(400) % 2] + rng.normal(size=(400, 4))  # two modes of four
    noisy = np.concatenate([real[:200] + 0.1, rng.normal(size=(200, 4)) * 100])
    dropped, bad = support(real, half), support(real, noisy)
    assert dropped.precision > 0.85
    assert dropped.recall == pytest.approx(0.5, abs=0.05)
    assert dropped.coverage == pytest.approx(0.5, abs=0.05)
    assert bad.precision == pytest.approx(0.5, abs=0.05)


def test_one_good_sample_copied_has_precision_but_no_coverage() -> None:
    real = gaussian(300)
    copied = np.repeat(real[np.linalg.norm(real, axis=1).argmin()][None], 300, axis=0)
    found = support(real, copied)
    assert found.precision == 1
    assert found.coverage < 0.1
    assert found.recall == pytest.approx(1 / 300), "balls of copies hold nothing but themselves"


def test_a_shift_is_seen_by_all() -> None:
    found = [support(gaussian(300), gaussian(300, seed=1) + by) for by in (0.0, 1.0, 10.0)]
    for name in Support._fields:
        values = [getattr(each, name) for each in found]
        assert values[0] > values[1] > values[2] == 0


@given(st.integers(0, 1000), st.integers(1, 7))
def test_support_is_that_of_all_pairs_whatever_the_blocks(seed: int, block: int) -> None:
    real, made = gaussian(23, 2, seed), gaussian(17, 2, seed + 1) * 1.5
    x = [sorted(np.linalg.norm(real - p, axis=1))[1:] for p in real]
    y = [sorted(np.linalg.norm(made - p, axis=1))[1:] for p in made]
    apart = np.linalg.norm(made[:, None] - real, axis=2)
    wide, narrow, own = ([row[k - 1] for row in rows] for rows, k in ((x, 4), (x, 2), (y, 2)))
    expected = (
        (apart <= wide).sum() / 17 / 4,
        (apart <= wide).any(0).mean(),
        (apart <= narrow).any(1).mean(),
        (apart <= np.array(own)[:, None]).any(0).mean(),
    )
    before, neighbours._BLOCK = neighbours._BLOCK, block
    try:
        assert support(real, made, 4, 2) == pytest.approx(expected)
    finally:
        neighbours._BLOCK = before


def test_the_test_of_two_samples_is_at_chance_for_one_source_and_sure_of_two() -> None:
    found = two_sample(gaussian(800), gaussian(800, seed=1))
    assert found.accuracy == pytest.approx(0.5, abs=0.04)
    assert two_sample(gaussian(50), gaussian(50, seed=1) + 100) == (1, 1, 1)


def test_the_test_tells_copies_from_memories() -> None:
    real = gaussian(200)
    duplicated = np.repeat(gaussian(4, seed=1), 50, axis=0)
    assert two_sample(real, duplicated).made == 1, "each has its own copies nearest"
    remembered = two_sample(real, real.copy())
    assert remembered == (0, 0, 0), "each has its twin of the other set nearest"


def test_nearest_finds_copies_at_zero_and_others_as_they_are() -> None:
    among = (gaussian(40, 600) * 0.1 + 100).astype(np.float32)
    points = np.concatenate([among[[7, 3]], among[[5]] + 1])
    apart, index = nearest(points, among)
    assert index.tolist() == [7, 3, 5]
    assert apart[:2].tolist() == [0, 0]
    assert apart[2] == pytest.approx(600**0.5, rel=1e-5)
    again = nearest(points.astype(np.float64), among.astype(np.float64))
    assert np.allclose(apart, again[0], atol=1e-3)


def test_progress_grows() -> None:
    ticks: list[float] = []
    support(gaussian(1200), gaussian(700), tick=ticks.append)
    assert ticks == sorted(ticks)
    assert 0 <= ticks[0] <= ticks[-1] < 1
