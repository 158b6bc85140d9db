"""Queries about attributes and labels: what they mean, and where a mistake is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core.errors import ConfigError
from latentlab.core.query import parse

NAMES = ("smile", "glasses", "long_hair", "dark_skin", "7", "T-shirt/top", "not_red")
ROWS = np.array(
    [
        [1, 0, 1, 0.2, 0, 0, 0],
        [1, 1, 0, 0.6, 0, 0, 0],
        [0, 0, 1, 0.9, 1, 0, 1],
        [0, 1, 1, 0.5, 0, 1, 0],
    ]
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("smile", [0, 1]),
        ("no smile", [2, 3]),
        ("smile and not glasses", [0]),
        ("smile, long_hair", [0]),
        ("smile, Long Hair", [0]),
        ("glasses or 7", [1, 2, 3]),
        ("smile or glasses and long_hair", [0, 1, 3]),  # "and" binds more
        ("smile or glasses, long_hair", [0, 3]),  # a comma binds least
        ("not (smile or 7)", [3]),
        ("no no smile", [0, 1]),
        ("dark_skin > 0.5", [1, 2]),
        ("dark_skin >= .5", [1, 2, 3]),
        ("dark_skin < 6e-1, smile", [0]),
        ("dark_skin <= 0.6", [0, 1, 3]),
        ("label = 7", [2]),
        ("label=T-shirt/top", [3]),
        ("T-shirt/top or '7'", [2, 3]),
        ("not_red", [2]),
        ("not not_red", [0, 1, 3]),
        ("SMILE AND GLASSES", [1]),
    ],
)
def test_rows_that_satisfy_a_query(text: str, rows: list[int]) -> None:
    assert np.flatnonzero(parse(text, NAMES).mask(ROWS)).tolist() == rows


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("no smil", 4, "there is no 'smil'; did you mean smile"),
        ("smile, GLASES", 8, "did you mean glasses"),
        ("zzz", 1, "there are smile, glasses"),
        ("", 1, "a name is missing"),
        ("smile,", 7, "a name is missing"),
        ("smile glasses", 7, "join conditions by a comma, and, or"),
        ("(smile", 1, "is not closed"),
        ("smile)", 6, "was not expected"),
        ("smile and and glasses", 11, "a name was expected before 'and'"),
        ("smile > much", 9, "a number is missing"),
        ("smile = 1", 7, "not asked for exactly"),
        ("'smile", 1, "has no end"),
        ("label = 8", 9, "there is no '8'"),
    ],
)
def test_a_mistake_says_where_it_is(text: str, place: int, words: str) -> None:
    with pytest.raises(ConfigError, match=f"^at character {place}: ") as caught:
        parse(text, NAMES)
    assert words in str(caught.value)
    with pytest.raises(ConfigError, match=f"^at character {place + 10}: "):
        parse(text, NAMES, at=11)


def test_what_is_not_known_satisfies_nothing() -> None:
    rows = ROWS.copy()
    rows[0, 0] = np.nan
    assert parse("no smile", NAMES).mask(rows).tolist() == [False, False, True, True]
    assert parse("glasses", NAMES).mask(rows).tolist() == [False, True, False, True]
    assert parse("smile, no 7", NAMES).used == {"smile", "7"}
    with pytest.raises(ConfigError, match="3 values"):
        parse("smile", NAMES).mask(np.zeros((1, 3)))


CONDITIONS = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: st.one_of(
        inner.map(lambda a: f"not ({a})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) and ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) or ({pair[1]})"),
    ),
    max_leaves=6,
)


@given(CONDITIONS, CONDITIONS)
def test_the_laws_of_de_morgan_hold(a: str, b: str) -> None:
    both = parse(f"not (({a}) and ({b}))", NAMES).mask(ROWS)
    either = parse(f"not ({a}) or not ({b})", NAMES).mask(ROWS)
    assert both.tolist() == either.tolist()


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        parse(text, NAMES).mask(ROWS)
    except ConfigError as error:
        assert str(error).startswith("at character ")  # noqa: PT017 - nothing else may come
