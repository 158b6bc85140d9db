"""The pixel row: exactly (1 - t) A + t B, ends and stops untouched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from latentlab.core.blend import blend
from latentlab.core.errors import ConfigError

pictures = hnp.arrays(np.uint8, st.tuples(st.integers(2, 4), st.just(1), st.just(3), st.just(2)))


@given(pictures, st.floats(0, 1))
def test_it_is_the_weighted_mean_rounded_once(stops: np.ndarray, t: float) -> None:
    along = t * (len(stops) - 1)
    leg = min(int(along), len(stops) - 2)
    share = along - leg
    exact = (1 - share) * stops[leg].astype(float) + share * stops[leg + 1]
    mixed = blend(stops, [t])[0]
    assert mixed.dtype == np.uint8
    assert np.abs(mixed - exact).max() <= 0.5 + 1e-9


@given(pictures)
def test_stops_are_met_exactly(stops: np.ndarray) -> None:
    met = blend(stops, np.arange(len(stops)) / (len(stops) - 1))
    np.testing.assert_array_equal(met, stops)


def test_beyond_the_ends_are_the_ends() -> None:
    stops = np.array([0, 200], np.uint8).reshape(2, 1, 1, 1)
    np.testing.assert_array_equal(blend(stops, [-1, 2]).ravel(), [0, 200])


def test_one_picture_goes_nowhere() -> None:
    with pytest.raises(ConfigError, match="at least two"):
        blend(np.zeros((1, 1, 2, 2), np.uint8), [0.5])
