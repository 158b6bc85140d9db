"""The chain of stops: every edit keeps locks with their stops and never loses one by accident."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from latentlab.app import stops
from latentlab.app.history import History
from latentlab.app.session import Session
from latentlab.app.state import Homotopy, State
from latentlab.core.errors import ConfigError

A, B, C = "data:mnist/test/1", "z:0.5,-1", "label:3"


def chain(*texts: str, locked: tuple[int, ...] = ()) -> Homotopy:
    return Homotopy(stops=texts, locked=locked)


def locked_texts(document: Homotopy) -> list[str]:
    return [document.stops[place] for place in document.locked]


@pytest.fixture
def session() -> Session:
    return Session(State(model="a"), History(debounce_s=0))


@pytest.mark.parametrize(
    ("place", "expected"), [(0, (C, B)), (1, (A, C)), (2, (A, B, C)), (9, (A, B, C)), (-4, (C, B))]
)
def test_a_stop_is_set_or_added(place: int, expected: tuple[str, ...]) -> None:
    assert stops.with_stop(chain(A, B), place, C).stops == expected


def test_a_waypoint_comes_between_and_moves_locks_on() -> None:
    document = stops.with_more(chain(A, B, locked=(1,)), 1, C)
    assert document.stops == (A, C, B)
    assert locked_texts(document) == [B]


def test_a_text_that_is_no_reference_changes_nothing(session: Session) -> None:
    before = session.state
    for change in (session.set_stop, session.insert_stop):
        with pytest.raises(ConfigError, match="names no picture"):
            change(0, "cat.png")
    assert session.state is before


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True), st.data())
def test_locks_stay_with_their_stops(numbers: list[int], data: st.DataObject) -> None:
    texts = [f"seed:{number}" for number in numbers]
    places = data.draw(st.sets(st.integers(0, len(texts) - 1)))
    document = chain(*texts, locked=tuple(sorted(places)))
    held = {texts[place] for place in places}
    assert set(locked_texts(stops.swapped(document))) == held
    assert stops.swapped(stops.swapped(document)) == document
    place = data.draw(st.integers(-1, len(texts)))
    gone = {texts[place]} if 0 <= place < len(texts) else set()
    assert set(locked_texts(stops.without(document, place))) == held - gone
    longer = stops.with_more(document, place, "seed:99")
    assert set(locked_texts(longer)) == held
    assert stops.without(longer, longer.stops.index("seed:99")) == document


def test_another_model_keeps_what_still_means_something() -> None:
    document = Homotopy(
        stops=(A, B, "z:1,2,3", C),
        locked=(2, 3),
        drawn=((0.0, 0.0), (1.0, 1.0)),
        corners=(A, B, C, A),
        start=B,
    )
    assert stops.fitted(document, 2) == stops.without(document, 2)
    three = stops.fitted(document, 3)
    assert three.stops == (A, "z:1,2,3", C)
    assert locked_texts(three) == ["z:1,2,3", C]
    assert (three.drawn, three.corners, three.start) == ((), (), "")


def test_the_session_keeps_endpoints_over_models_and_undo_brings_latents_back(
    session: Session,
) -> None:
    session.set_stop(0, A)
    session.set_stop(1, B)
    session.choose_model("b", 20)
    assert session.state.homotopy.stops == (A,)
    session.undo()
    assert session.state.homotopy.stops == (A, B)


def test_rows_are_shown_in_their_own_order(session: Session) -> None:
    session.show_row("geodesic", True)
    session.show_row("slerp", True)
    session.show_row("pixel", False)
    assert session.state.homotopy.rows == ("latent", "slerp", "geodesic")
    session.show_row("slerp", True)
    session.undo()
    assert session.state.homotopy.rows == ("pixel", "latent", "slerp", "geodesic")


def test_locks_and_swaps_are_steps(session: Session) -> None:
    session.set_homotopy(stops=(A, B))
    session.lock_stop(0, True)
    session.swap_stops()
    assert locked_texts(session.state.homotopy) == [A]
    session.lock_stop(1, False)
    session.remove_stop(0)
    assert session.state.homotopy == chain(A)
    for expected in ((B, A), (B, A), (A, B), (A, B), ()):
        session.undo()
        assert session.state.homotopy.stops == expected


def test_a_drag_of_t_is_one_step_and_playing_is_none() -> None:
    now = [0.0]
    session = Session(State(), History(clock=lambda: now[0]))
    session.set_homotopy(steps=12)
    for frame in range(30):
        session.move_t(frame / 29)
        now[0] += 0.016
    session.move_t(0.25, playing=True)
    session.undo()
    assert (session.state.homotopy.t, session.state.homotopy.steps) == (0.0, 12)
    session.undo()
    assert session.state.homotopy.steps == 10


@pytest.mark.parametrize(("asked", "t"), [(-1, 0), (0.4, 0.4), (7, 1), (float("nan"), 0)])
def test_t_stays_between_the_ends(session: Session, asked: float, t: float) -> None:
    session.move_t(asked)
    assert session.state.homotopy.t == t


def test_bad_fields_change_nothing(session: Session) -> None:
    before = session.state
    for wrong in ({"steps": 1}, {"steps": 65}, {"no_such": 1}, {"rows": ("magic",)}):
        with pytest.raises(ValidationError):
            session.set_homotopy(**wrong)
    assert session.state is before
