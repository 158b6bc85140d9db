from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import ValidationError

from latentlab.core import route
from latentlab.core.route import Route, by_length, ease, steps, through

NUMBERS = st.floats(-100, 100, width=32)
KNOTS = st.tuples(st.integers(2, 7), st.integers(1, 6)).flatmap(
    lambda shape: hnp.arrays(np.float32, shape, elements=NUMBERS)
)
JOINS = pytest.mark.parametrize("join", ["line", "arc"])


@JOINS
@pytest.mark.parametrize("make", [through, by_length])
@given(knots=KNOTS)
def test_every_knot_is_met_exactly_at_its_time(knots, join, make) -> None:
    made = make(knots, join)
    times = np.linspace(0, 1, len(knots)) if made.times is None else np.array(made.times)
    met = made.at(times)
    assert met.dtype == np.float32
    assert met.shape == knots.shape
    np.testing.assert_array_equal(met[[0, -1]], knots[[0, -1]])
    alone = np.concatenate([[True], np.diff(times) > 0]) & np.concatenate(
        [np.diff(times) > 0, [True]]
    )  # of knots at one time the last is met
    np.testing.assert_array_equal(met[alone], knots[alone])


@given(knots=KNOTS, t=st.lists(st.floats(-2, 3), min_size=1, max_size=9))
def test_a_time_out_of_range_is_an_end(knots, t) -> None:
    made = through(knots)
    np.testing.assert_array_equal(made.at(t), made.at(np.clip(t, 0, 1)))


@given(knots=KNOTS, n=st.integers(2, 33))
def test_a_straight_route_stays_between_its_knots(knots, n: int) -> None:
    met = through(knots).at(steps(n))
    slack = 1e-4 * (1 + np.abs(knots).max())
    assert (met >= knots.min(axis=0) - slack).all()
    assert (met <= knots.max(axis=0) + slack).all()


def test_legs_take_equal_time_unless_they_go_by_length() -> None:
    knots = [[0.0], [1.0], [4.0]]
    np.testing.assert_allclose(through(knots).at(0.5), [[1]])
    assert by_length(knots).times == (0, 0.25, 1)
    np.testing.assert_allclose(by_length(knots).at([0.5, 0.75]), [[2], [3]])


@given(knots=KNOTS)
def test_by_length_the_speed_is_even(knots) -> None:
    lengths = np.linalg.norm(np.diff(knots.astype(np.float64), axis=0), axis=1)
    assume(lengths.min() > 1e-2)
    speed = lengths / np.diff(by_length(knots).times)
    np.testing.assert_allclose(speed, lengths.sum(), rtol=1e-5)


@given(pair=KNOTS.filter(lambda knots: knots.shape[1] > 1), radius=st.floats(0.5, 20))
def test_an_arc_keeps_the_norm_and_a_line_dips(pair, radius: float) -> None:
    a, b = pair[:2].astype(np.float64)
    assume(min(np.linalg.norm(a), np.linalg.norm(b)) > 1e-3)
    a, b = (z / np.linalg.norm(z) * radius for z in (a, b))
    assume(0.05 < np.linalg.norm(a - b) / radius < 1.99)  # neither one direction nor opposite
    norms = {
        join: np.linalg.norm(through([a, b], join).at(steps(9)), axis=1) for join in ("line", "arc")
    }
    np.testing.assert_allclose(norms["arc"], radius, rtol=1e-4)
    assert norms["line"][4] < radius * 0.9999
    assert norms["line"][4] == norms["line"].min()


def test_a_closed_route_comes_home() -> None:
    made = through([[0, 0], [1, 0], [1, 1]], closed=True)
    assert made.knots[0] == made.knots[-1] == (0, 0)
    np.testing.assert_array_equal(made.at([0, 1 / 3, 2 / 3, 1]), [[0, 0], [1, 0], [1, 1], [0, 0]])


@JOINS
def test_a_route_of_one_place_stays_there(join) -> None:
    for made in (through([[2, 3]] * 3, join), by_length([[2, 3]] * 3, join)):
        np.testing.assert_array_equal(made.at(steps(5)), [[2, 3]] * 5)


def test_knots_at_one_time_are_a_leap() -> None:
    leap = Route(knots=((0.0,), (1.0,), (5.0,), (6.0,)), times=(0.0, 0.5, 0.5, 1.0))
    np.testing.assert_allclose(leap.at([0.25, 0.5, 0.75]), [[0.5], [5], [5.5]])


@given(knots=KNOTS)
def test_a_route_survives_json(knots) -> None:
    for made in (through(knots, "arc"), by_length(knots)):
        again = Route.model_validate_json(made.model_dump_json())
        assert again == made
        np.testing.assert_array_equal(again.at(steps(7)), made.at(steps(7)))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"knots": ((1.0, 2.0),)}, "one point leads nowhere"),
        ({"knots": ()}, "one point leads nowhere"),
        ({"knots": ((1.0,), (1.0, 2.0))}, "of one width"),
        ({"knots": ((), ())}, "of one width"),
        ({"knots": ((0.0,), (float("nan"),))}, "not finite"),
        ({"knots": ((0.0,), (1.0,)), "times": (0.0, 0.5)}, "rise from 0 to 1"),
        ({"knots": ((0.0,), (1.0,)), "times": (0.0, 0.5, 1.0)}, "rise from 0 to 1"),
        ({"knots": ((0.0,), (1.0,), (2.0,)), "times": (0.0, 1.5, 1.0)}, "rise from 0 to 1"),
        ({"knots": ((0.0,), (1.0,)), "times": ()}, "rise from 0 to 1"),
        ({"knots": ((0.0,), (1.0,)), "join": "zigzag"}, "line"),
        ({"knots": ((0.0,), (1.0,)), "speed": 3}, "speed"),
    ],
)
def test_what_is_no_route_is_refused_with_its_reason(fields, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Route(**fields)


@given(n=st.integers(2, 64), easing=st.sampled_from(["linear", "smooth"]))
def test_steps_rise_from_0_to_1(n: int, easing) -> None:
    t = steps(n, easing)
    assert len(t) == n
    assert (t[0], t[-1]) == (0, 1)
    assert (np.diff(t) > 0).all()
    np.testing.assert_allclose(t + t[::-1], 1, atol=1e-12)  # there as back


def test_a_smooth_film_starts_and_ends_gently() -> None:
    change = np.diff(steps(11, "smooth"))
    assert change[0] < 0.5 * change[5]
    np.testing.assert_allclose(ease([0, 0.5, 1], "smooth"), [0, 0.5, 1], atol=1e-12)
    np.testing.assert_array_equal(ease([0.2], "linear"), [0.2])
    assert route.through([[0], [1]]).latent_size == 1
