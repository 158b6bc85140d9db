"""Rows of a style sheet: what was told and nudged stays with its row through every edit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app import style_edits
from latentlab.app.history import History
from latentlab.app.session import Session
from latentlab.app.state import State, Style
from latentlab.app.step_words import words_of
from latentlab.core.errors import ConfigError

EDITS = st.lists(
    st.tuples(
        st.sampled_from(["set", "remove", "nudge", "tell", "add"]),
        st.integers(-1, 6),
        st.integers(0, 9),
    ),
    max_size=30,
)


def edited(document: Style, what: str, place: int, number: int) -> Style:
    if what == "set":
        return style_edits.with_source(document, place, f"seed:{number}")
    if what == "remove":
        return style_edits.without(document, place)
    if what == "nudge":
        return style_edits.with_nudge(document, place, (number / 2, 0.0))
    if what == "tell":
        return style_edits.with_told(document, place, number or None)
    return style_edits.with_sources(document, [f"seed:{number}"], add=True)


@given(EDITS)
def test_the_document_stays_one_that_can_be_read(edits: list[tuple[str, int, int]]) -> None:
    document = Style()
    for edit in edits:
        document = edited(document, *edit)
        count = len(document.sources)
        assert max(len(document.told), len(document.nudges)) <= count
        assert document.row < max(count, 1)
        assert Style.model_validate_json(document.model_dump_json()) == document


def test_what_was_told_and_nudged_moves_up_with_its_row() -> None:
    document = style_edits.with_sources(Style(), ["seed:1", "seed:2", "seed:3"])
    document = style_edits.with_told(document, 2, 7)
    document = style_edits.with_nudge(document, 2, (0.5, 0.0))
    document = style_edits.without(document, 0)
    assert document.sources == ("seed:2", "seed:3")
    assert (style_edits.told_of(document, 1), style_edits.nudge_of(document, 1)) == (7, (0.5, 0))
    assert (style_edits.told_of(document, 0), style_edits.nudge_of(document, 0)) == (None, ())
    other = style_edits.with_source(document, 1, "seed:9")  # another picture begins anew
    assert (other.told, other.nudges, other.row) == ((), (), 1)


def test_edits_of_rows_that_are_not_there_change_nothing() -> None:
    document = style_edits.with_sources(Style(), ["seed:1"])
    for place in (-1, 1, 9):
        assert style_edits.without(document, place) == document
        assert style_edits.with_nudge(document, place, (1.0,)) == document
        assert style_edits.with_told(document, place, 3) == document
    assert style_edits.with_nudge(document, 0, (0.0, 0.0)) == document
    with pytest.raises(ConfigError):
        style_edits.with_source(document, 0, "nonsense")


def test_another_model_keeps_what_means_something_to_it() -> None:
    session = Session(State(model="a"))
    session.set_sources(["seed:1", "z:1,2", "data:mnist/test/3"])
    session.nudge_source(2, [0.5, 0.5])
    session.tell_source(2, 4)
    session.choose_model("b", 3)
    style = session.state.style
    assert style.sources == ("seed:1", "data:mnist/test/3")
    assert (style.told, style.nudges) == ((None, 4), ())


def test_words_name_what_was_done_to_the_rows() -> None:
    session = Session(history=History(debounce_s=0))
    session.set_sources(["seed:1", "seed:2"])
    session.set_source(2, "seed:3")
    session.set_source(0, "data:mnist/test/17")
    session.nudge_source(1, [0.5, 0.0])
    session.nudge_source(1, [0.0, 0.0])
    session.nudge_source(1, [float("nan"), 0.0])
    session.tell_source(2, 7)
    session.tell_source(2, None)
    session.remove_source(1)
    session.set_style(strength=2.0)
    session.set_style(blend=(3, 8))
    session.set_style(share=0.25)
    session.set_style(judged=False)
    session.set_sources([])
    assert [words_of(*step) for step in session.trail().steps()] == [
        "2 styles",
        "added style seed:3",
        "style 1: data:mnist/test/17",
        "moved style 2",
        "moved back style 2",
        "style 3 read with label 7",
        "style 3 read with its own label",
        "removed style seed:2",
        "strength of style 1 → 2",
        "blend of labels 3 and 8",
        "share of the blend 0.5 → 0.25",
        "judged by a classifier off",
        "removed all styles",
    ]
