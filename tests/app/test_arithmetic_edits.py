"""Terms of an arithmetic sheet: edits keep the document readable, undo leads back, words tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app import arithmetic_edits
from latentlab.app.session import Session
from latentlab.app.state import Arithmetic, State
from latentlab.app.step_words import words_of
from latentlab.core.arithmetic import Term
from latentlab.core.errors import ConfigError

EDITS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "move", "weight", "fill", "gift", "take"]),
        st.integers(-1, 5),
        st.integers(0, 9),
    ),
    max_size=30,
)


def edited(document: Arithmetic, what: str, place: int, number: int) -> Arithmetic:
    texts = [f"seed:{number}", f"seed:{number + 1}"]
    match what:
        case "add":
            return arithmetic_edits.with_term(document, texts)
        case "remove":
            return arithmetic_edits.without(document, place)
        case "move":
            return arithmetic_edits.moved(document, place, number)
        case "weight":
            return arithmetic_edits.with_fields(document, place, weight=number * 3.0)
        case "fill":
            return arithmetic_edits.with_basket(document, place, texts, query="7")
        case "gift":
            return arithmetic_edits.with_samples(document, None if number % 2 else place, texts)
        case _:
            return arithmetic_edits.without_sample(document, place, number)


@given(EDITS)
def test_the_document_stays_one_that_can_be_read(edits: list[tuple[str, int, int]]) -> None:
    document = Arithmetic()
    for edit in edits:
        document = edited(document, *edit)
        assert document.chosen < max(len(document.terms), 1)
        assert all(len(set(term.basket)) == len(term.basket) for term in document.terms)
        assert Arithmetic.model_validate_json(document.model_dump_json()) == document


def test_terms_are_a_less_b_and_c() -> None:
    session = Session()
    for place in range(3):
        session.add_term([f"seed:{place}"])
    terms = session.state.arithmetic.terms
    assert [term.weight for term in terms] == [1, -1, 1]
    assert session.state.arithmetic.chosen == 2
    session.add_to_basket(None, ["seed:9", "seed:2", "seed:9"])
    assert session.state.arithmetic.terms[2].basket == ("seed:2", "seed:9")
    session.move_term(2, 0)
    assert [term.basket[0] for term in session.state.arithmetic.terms] == [
        "seed:2", "seed:0", "seed:1",
    ]  # fmt: skip
    session.remove_term(0)
    assert session.state.arithmetic.chosen == 0


def test_a_basket_that_was_changed_by_hand_is_no_longer_that_of_a_query() -> None:
    session = Session()
    session.fill_basket(5, ["seed:1", "seed:2"], query="smile")
    assert session.state.arithmetic.terms == (Term(basket=("seed:1", "seed:2"), query="smile"),)
    session.add_to_basket(0, ["seed:2"])  # nothing new
    assert session.state.arithmetic.terms[0].query == "smile"
    session.remove_from_basket(0, 0)
    assert session.state.arithmetic.terms == (Term(basket=("seed:2",)),)


def test_a_drag_is_one_step_and_undo_leads_back() -> None:
    session = Session()
    session.set_terms([Term(basket=("seed:1",)), Term(weight=-1, basket=("seed:2",))])
    session.history.seal()
    for step in range(20):
        session.set_arithmetic(strength=step / 10)
    session.history.seal()
    for step in range(20):
        session.set_term(1, weight=-step / 10)
    session.history.seal()
    session.set_term(1, weight=float("nan"))  # nothing
    session.set_term(1, weight=99)
    assert session.state.arithmetic.terms[1].weight == 10
    session.undo()
    session.undo()
    assert session.state.arithmetic.terms[1].weight == -1
    session.undo()
    assert session.state.arithmetic.strength == 1
    session.redo()
    assert session.state.arithmetic.strength == pytest.approx(1.9)


def test_latents_of_another_width_go_and_come_back_with_undo() -> None:
    session = Session(State(model="two"))
    session.set_terms([Term(basket=("z:1,2", "seed:4", "z:1,2,3"), query="hand")])
    session.history.seal()
    assert arithmetic_edits.lost(session.state.arithmetic, 3) == 1
    session.choose_model("three", 3)
    assert session.state.arithmetic.terms[0].basket == ("seed:4", "z:1,2,3")
    session.undo()
    assert session.state.arithmetic.terms[0].basket == ("z:1,2", "seed:4", "z:1,2,3")
    assert arithmetic_edits.fitted(Arithmetic(), 3) == Arithmetic()


def test_concepts_are_kept_in_their_order_and_zero_takes_one_away() -> None:
    session = Session()
    for name, sigma in (("slant", 1.0), ("bold", -2.0), ("slant", 0.5), ("bold", float("nan"))):
        session.set_concept(name, sigma)
    assert session.state.arithmetic.concepts == (("slant", 0.5), ("bold", -2.0))
    session.set_concept("slant", 0)
    assert session.state.arithmetic.concepts == (("bold", -2.0),)


def test_what_is_no_reference_is_refused() -> None:
    session = Session()
    with pytest.raises(ConfigError, match="names no picture"):
        session.add_term(["nonsense"])
    with pytest.raises(ConfigError, match="too large"):
        session.add_term(f"seed:{n}" for n in range(1_001))
    assert session.state.arithmetic.terms == ()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda s: s.add_term(), "added term C"),
        (lambda s: s.remove_term(0), "removed term A"),
        (lambda s: s.move_term(0, 1), "order of terms"),
        (lambda s: s.set_terms([]), "removed all terms"),
        (lambda s: s.set_term(1, weight=-2), "term B: weight -1 → -2"),
        (lambda s: s.set_term(1, name="man"), "term B: man"),
        (lambda s: s.fill_basket(0, ["seed:7"], query="smile, no hat"), "term A: smile, no hat"),
        (lambda s: s.add_to_basket(0, ["seed:7"]), "term A: 2 samples"),
        (lambda s: s.set_arithmetic(chosen=1), "term B"),
        (lambda s: s.set_arithmetic(strength=2), "strength of the sum 1 → 2"),
        (lambda s: s.set_concept("slant", 1.5), "slant 0 → 1.5"),
        (lambda s: s.set_arithmetic(control=False), "random direction beside off"),
    ],
)
def test_steps_are_told_in_words(act, words: str) -> None:  # type: ignore[no-untyped-def]
    session = Session()
    session.set_terms([Term(basket=("seed:1",)), Term(weight=-1, basket=("seed:2",))])
    session.history.seal()
    before = session.state
    act(session)
    trail = session.trail()
    assert words_of(before, session.state, trail.kinds[-1]) == words
