"""Sums of means: exact, with equal controls, and clear about what is missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latentlab.core import arithmetic
from latentlab.core.errors import ConfigError

FINITE = st.floats(-8, 8, width=32)
MEANS = arrays(np.float32, (3, 4), elements=FINITE)


def test_smiling_woman_less_neutral_woman_and_neutral_man() -> None:
    means = [[1.0, 1.0, 5.0], [0.0, 1.0, 5.0], [0.0, -1.0, 5.0]]  # smile, sex, all else
    found = arithmetic.result(means, [1, -1, 1])
    assert found.tolist() == [1.0, -1.0, 5.0]
    assert found.dtype == np.float32
    assert arithmetic.start(means, [1, -1, 1]).tolist() == means[0]
    assert arithmetic.direction(means, [1, -1, 1]).tolist() == [0.0, -2.0, 0.0]
    assert arithmetic.difference(means, [1, -1, 1], (0, 1)).tolist() == [1.0, 0.0, 0.0]


@given(MEANS, st.lists(st.floats(-3, 3), min_size=3, max_size=3), st.floats(-2, 2))
def test_a_result_is_its_start_and_so_much_of_the_way(
    means: np.ndarray, weights: list[float], strength: float
) -> None:
    began, way = arithmetic.start(means, weights), arithmetic.direction(means, weights)
    found = arithmetic.result(means, weights, strength)
    np.testing.assert_allclose(found, began + strength * way, atol=1e-4)
    line = arithmetic.row(began, way, 2.0, 9)
    assert line.shape == (9, 4)
    np.testing.assert_allclose(line[6], arithmetic.result(means, weights), atol=1e-4)
    np.testing.assert_allclose(line[4], began, atol=1e-6)


@given(arrays(np.float32, 16, elements=FINITE), st.integers(0, 99), st.floats(0, 1))
def test_eight_pictures_stand_around_the_result(z: np.ndarray, seed: int, noise: float) -> None:
    found = arithmetic.neighbourhood(z, noise, seed)
    assert found.shape == (9, 16)
    assert found[arithmetic.MIDDLE].tolist() == z.tolist()
    assert np.abs(found - z).max() <= noise + 1e-5
    again = arithmetic.neighbourhood(z, noise, seed)
    assert np.array_equal(found, again)
    shifted = arithmetic.neighbourhood(z + 1, noise, seed)
    np.testing.assert_allclose(shifted - found, 1, atol=1e-5)


def test_noise_spreads_as_a_uniform_one_of_this_width() -> None:
    found = arithmetic.neighbourhood(np.zeros(20_000), 0.25)
    around = np.delete(found, arithmetic.MIDDLE, 0)
    assert around.std() == pytest.approx(0.25 / np.sqrt(3), rel=0.01)
    assert not np.array_equal(
        around, np.delete(arithmetic.neighbourhood(np.zeros(20_000), 0.25, 1), 4, 0)
    )


@given(arrays(np.float32, 32, elements=FINITE), st.integers(0, 99))
def test_a_control_is_as_long_and_leads_elsewhere(way: np.ndarray, seed: int) -> None:
    found = arithmetic.control(way, seed)
    length = np.linalg.norm(way)
    assert np.linalg.norm(found) == pytest.approx(length, rel=1e-4, abs=1e-5)
    if length > 1e-3:
        assert abs(found @ way) / length**2 < 0.9
    assert np.array_equal(found, arithmetic.control(way, seed))


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: arithmetic.mean(np.empty((0, 2))), "is empty"),
        (lambda: arithmetic.mean([[np.nan, 1.0]]), "not finite"),
        (lambda: arithmetic.result([], []), "fill at least one"),
        (lambda: arithmetic.result([[1.0], [1.0, 2.0]], [1, 1]), "different models"),
        (lambda: arithmetic.result([[1.0, np.inf]], [1]), "not finite"),
        (lambda: arithmetic.result([[1.0]], [1], np.nan), "strength"),
        (lambda: arithmetic.difference([[1.0], [1.0]], [1, -1], (0, 1)), "add up to nothing"),
        (lambda: arithmetic.difference([[1.0]], [1], ()), "No term"),
    ],
)
def test_what_cannot_be_added_up_is_told_in_a_sentence(act, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigError, match=words):
        act()


def test_weights_have_limits_and_documents_come_back() -> None:
    term = arithmetic.Term(weight=-0.5, basket=("seed:1",), name="n", query="q")
    assert arithmetic.Term.model_validate_json(term.model_dump_json()) == term
    for bad in (11, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="weight"):
            arithmetic.Term(weight=bad)
