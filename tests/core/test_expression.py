"""Expressions as people type them: read, written again, and refused where they are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core.arithmetic import Term
from latentlab.core.errors import ConfigError
from latentlab.core.expression import Weighted, parse, written


def test_the_expression_of_the_paper() -> None:
    text = "mean(smile,long_hair) - mean(no smile, long_hair) + 0.5*mean(beard)"
    assert parse(text) == (
        Weighted(1.0, "smile,long_hair", 6),
        Weighted(-1.0, "no smile, long_hair", 30),
        Weighted(0.5, "beard", 62),
    )
    for term in parse(text):
        assert text[term.at - 1 :].startswith(term.inside)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("seed:4-seed:5", [(1, ("seed:4",)), (-1, ("seed:5",))]),
        ("z:0.1,-1.5 + pin:A", [(1, ("z:0.1,-1.5",)), (1, ("pin:A",))]),
        ("z:1,2-z:3,4", [(1, ("z:1,2",)), (-1, ("z:3,4",))]),
        ("z(0.1, -1.5)", [(1, ("z:0.1,-1.5",))]),
        ("mean(z:1,2, z( 3 ,4), seed:1)", [(1, ("z:1,2", "z:3,4", "seed:1"))]),
        ("mean(data:mnist/test/3,pin:A)", [(1, ("data:mnist/test/3", "pin:A"))]),
        ("mean(label:3)", [(1, ("label:3",))]),
        ("'file:my face, old.png' * 2", [(2, ("file:my face, old.png",))]),
        ("-2*(seed:1 - 0.5*seed:2)", [(-2, ("seed:1",)), (1, ("seed:2",))]),
        ("2 * 3 * seed:1", [(6, ("seed:1",))]),
        ("z:1e-3,2@7", [(1, ("z:1e-3,2@7",))]),
    ],
)
def test_samples_stand_for_themselves(
    text: str, terms: list[tuple[float, tuple[str, ...]]]
) -> None:
    assert [(term.weight, term.references) for term in parse(text)] == terms


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", 1, "a term is missing"),
        ("smile - beard", 1, "'smile' is no term; write mean(smile)"),
        ("mean(smile) - ", 15, "a term is missing"),
        ("mean(smile", 5, "is not closed"),
        ("(mean(smile)", 1, "is not closed"),
        ("mean( )", 5, "this basket is empty"),
        ("mean(a) mean(b)", 9, "join terms by + or -"),
        ("mean(a)*mean(b)", 1, "cannot be multiplied"),
        ("2*3 + mean(a)", 1, "a number alone is no term"),
        ("mean(seed:x)", 6, "'seed:x' is no seed"),
        ("mean(a) + data:nowhere", 11, "names no image"),
        ("mean(seed:1 seed:2)", 13, "commas between"),
        ("mean(seed:1,)", 13, "a sample is missing"),
        ("12*mean(a)", 9, "too large"),
        ("1e999*mean(a)", 6, "too large"),
        ("mean(a) + ?", 11, "a term was expected before '?'"),
        ("'file:a.png", 1, "has no end"),
    ],
)
def test_a_mistake_says_where_it_is(text: str, place: int, words: str) -> None:
    with pytest.raises(ConfigError, match=f"^at character {place}: ") as caught:
        parse(text)
    assert words in str(caught.value)


REFERENCES = st.one_of(
    st.integers(0, 10**6).map(lambda n: f"seed:{n}"),
    st.lists(st.floats(-9, 9, width=32), min_size=1, max_size=3).map(
        lambda z: f"z:{','.join(map(str, z))}"
    ),
    st.integers(0, 99).map(lambda n: f"data:faces?count=20&size=32/test/{n}"),
    st.sampled_from(["pin:A", "pin:my pin", "label:T-shirt/top", "file:a b (1).png"]),
)
TERMS = st.builds(
    Term,
    weight=st.floats(-10, 10).filter(lambda w: w == 0 or abs(w) > 1e-6),
    basket=st.lists(REFERENCES, min_size=1, max_size=4, unique=True).map(tuple),
)


@given(st.lists(TERMS, min_size=1, max_size=4))
def test_what_is_written_is_read_again(terms: list[Term]) -> None:
    found = parse(written(terms))
    assert [term.references for term in found] == [term.basket for term in terms]
    assert [term.weight for term in found] == [term.weight for term in terms]


def test_queries_are_written_where_they_are_known() -> None:
    terms = [Term(basket=("seed:1",), query="smile, no hat"), Term(weight=-2, basket=("seed:2",))]
    assert written(terms) == "mean(seed:1) - 2 * mean(seed:2)"
    assert written(terms, queries=True) == "mean(smile, no hat) - 2 * mean(seed:2)"
    with pytest.raises(ConfigError, match="empty basket"):
        written([Term(query="smile")])


@given(st.text(alphabet="mean()z:seed123,+-*'\" .@", max_size=30))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        parse(text)
    except ConfigError as error:
        assert str(error).startswith("at character ")  # noqa: PT017 - nothing else may come
