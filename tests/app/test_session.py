"""One document: intents change it, everybody hears of it once, nothing is lost with a model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from latentlab.app.history import History
from latentlab.app.session import Session, letters
from latentlab.app.state import MapView, Pin, State


class Heard:
    """All changes a session told."""

    def __init__(self, session: Session) -> None:
        self.changes: list[tuple[State, State]] = []
        session.changed.connect(self._on_changed)

    def _on_changed(self, new: State, old: State) -> None:
        self.changes.append((new, old))

    def __len__(self) -> int:
        return len(self.changes)


@pytest.fixture
def session() -> Session:
    return Session(State(model="a"), History(debounce_s=0))


def test_a_change_is_told_with_what_was_before(session: Session) -> None:
    heard, before = Heard(session), session.state
    session.choose_tab("train")
    assert heard.changes == [(session.state, before)]
    assert session.state.tab == "train"


def test_no_difference_is_told_to_nobody(session: Session) -> None:
    session.move_cursor([1.0, 2.0])
    heard = Heard(session)
    session.move_cursor(np.array([1.0, 2.0], np.float32))
    session.choose_tab(session.state.tab)
    session.set_map(manifold=True)
    session.choose_model("a", 2)
    session.update()
    assert len(heard) == 0


def test_bad_values_change_nothing(session: Session) -> None:
    before = session.state
    for wrong in ({"no_such": 1}, {"z": "x"}, {"moment": "late"}):
        with pytest.raises(ValidationError):
            session.update(**wrong)
    with pytest.raises(ValidationError):
        session.set_map(manifold_opacity=2.0)
    session.move_cursor([float("nan"), 0.0])
    session.move_cursor([float("inf"), 0.0])
    assert session.state is before


def test_listeners_that_change_the_document_are_heard_in_order(session: Session) -> None:
    seen: list[tuple[str, int | None]] = []

    def on_changed(new: State, old: State) -> None:
        if new.label is None:
            session.choose_label(3)

    session.changed.connect(on_changed)
    session.changed.connect(lambda new, _: seen.append((new.tab, new.label)))
    session.choose_tab("train")
    assert seen == [("train", None), ("train", 3)]


# -- models ------------------------------------------------------------------------------------


def test_another_model_clears_what_was_the_old_ones(session: Session) -> None:
    session.move_cursor([1.0, 2.0])
    session.select([4, 2, 2])
    session.choose_label(7)
    session.choose_moment(6000)
    pin = session.pin()
    session.choose_model("b", 20)
    state = session.state
    assert (state.z, state.selection, state.label, state.moment) == ((), (), None, None)
    assert state.pins == (pin,)


def test_a_model_gets_back_what_it_had(session: Session) -> None:
    session.set_map(dims=(1, 0), hidden_labels=(3,))
    session.move_cursor([1.0, 2.0])
    session.select([1, 2])
    first = session.state
    session.choose_model("b", 20)
    session.set_map(plane="raw", dims=(5, 6))
    session.choose_model("a", 2)
    assert session.state == first
    session.choose_model("b", 20)
    assert session.state.map.dims == (5, 6)


def test_the_first_look_at_a_model_suits_it(session: Session) -> None:
    session.set_map(manifold=False, hidden_labels=(1,), solo_label=2, colour_by="smiling")
    session.choose_model("b", 20)
    view = session.state.map
    assert view == MapView(plane="pca", manifold=False)
    session.choose_model("c", 2)
    assert session.state.map.plane == "raw"


@pytest.mark.parametrize(("size", "dims"), [(1, (0, 0)), (2, (0, 1)), (3, (0, 1)), (9, (4, 7))])
def test_a_view_fits_the_latent_it_shows(session: Session, size: int, dims: tuple) -> None:
    session.set_map(dims=(4, 7))
    session.move_cursor([0.0] * 9)
    session.select([0, 5, 99])
    session.fit(size, rows=50)
    assert session.state.map.dims == dims
    assert len(session.state.z) == (9 if size == 9 else 0)
    assert session.state.selection == (0, 5)


# -- pins --------------------------------------------------------------------------------------


def test_pins_are_named_by_letters_and_keep_their_model(session: Session) -> None:
    assert session.pin() is None, "there is no cursor yet"
    session.move_cursor([1.0, 2.0])
    first, second = session.pin(), session.pin(np.zeros(2), source="data:digits/test/3", label=4)
    assert first == Pin(id="pin-1", name="A", model="a", z=(1.0, 2.0))
    assert second.name == "B"
    assert (second.z, second.source, second.label) == ((0.0, 0.0), "data:digits/test/3", 4)
    session.remove_pin(first.id)
    assert session.pin().name == "A"
    assert len({pin.id for pin in session.state.pins}) == 2


def test_pins_can_be_renamed_moved_and_removed(session: Session) -> None:
    for value in range(3):
        session.pin([float(value)])
    a, b, c = (pin.id for pin in session.state.pins)
    session.rename_pin(b, "  a   seven ")
    session.rename_pin(c, "   ")
    assert [pin.name for pin in session.state.pins] == ["A", "a seven", "C"]
    session.move_pin(c, 0)
    assert [pin.id for pin in session.state.pins] == [c, a, b]
    session.move_pin(c, 99)
    assert [pin.id for pin in session.state.pins] == [a, b, c]
    session.move_pin("pin-77", 0)
    session.remove_pin("pin-77")
    assert [pin.id for pin in session.state.pins] == [a, b, c]
    assert session.find_pin(b).name == "a seven"
    assert session.find_pin("pin-77") is None


def test_letters_go_on_after_z() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from("prm"), st.integers(0, 8)), max_size=40))
def test_pin_ids_and_names_stay_unique(wishes: list[tuple[str, int]]) -> None:
    session = Session()
    for wish, number in wishes:
        if wish == "p":
            session.pin([float(number)])
        elif wish == "r":
            session.remove_pin(f"pin-{number}")
        else:
            session.move_pin(f"pin-{number}", number)
        pins = session.state.pins
        assert len({pin.id for pin in pins}) == len({pin.name for pin in pins}) == len(pins)


# -- undo --------------------------------------------------------------------------------------


def test_undo_swaps_documents_and_leaves_the_tab(session: Session) -> None:
    session.move_cursor([1.0, 2.0])
    session.pin()
    session.choose_tab("train")
    session.undo()
    assert session.state.pins == ()
    assert session.state.tab == "train"
    session.undo()
    assert session.state.z == ()
    session.undo()
    session.redo()
    session.redo()
    session.redo()
    assert [pin.name for pin in session.state.pins] == ["A"]


def test_undo_goes_back_over_the_choice_of_a_model(session: Session) -> None:
    session.move_cursor([1.0, 2.0])
    session.choose_model("b", 20)
    session.undo()
    assert (session.state.model, session.state.z) == ("a", (1.0, 2.0))


def test_a_cursor_that_follows_the_mouse_is_no_step(session: Session) -> None:
    session.pin([0.0, 0.0])
    for x in range(200):
        session.move_cursor([float(x), 0.0], hover=True)
    session.undo()
    assert session.state.pins == ()
    assert not session.history.can_undo


def test_a_drag_is_one_step() -> None:
    now = [0.0]
    session = Session(State(), History(clock=lambda: now[0]))
    for x in range(50):
        session.move_cursor([float(x), 0.0])
        now[0] += 0.016
    session.undo()
    assert session.state.z == ()


# -- file --------------------------------------------------------------------------------------


@st.composite
def states(draw: st.DrawFn) -> State:
    finite = st.floats(allow_nan=False, allow_infinity=False)
    vectors = st.lists(finite, max_size=4).map(tuple)
    pins = st.builds(Pin, id=st.text(max_size=5), name=st.text(max_size=5), model=st.just("m"),
                     z=vectors, label=st.none() | st.integers(0, 9))  # fmt: skip
    views = st.builds(
        MapView,
        plane=st.sampled_from(["raw", "pca"]),
        dims=st.tuples(st.integers(0, 9), st.integers(0, 9)),
        manifold_opacity=st.floats(0, 1),
        solo_label=st.none() | st.integers(0, 9),
    )
    return State(
        tab=draw(st.text(max_size=8)),
        model=draw(st.text(max_size=8)),
        moment=draw(st.none() | st.integers(0)),
        z=draw(vectors),
        pins=tuple(draw(st.lists(pins, max_size=3))),
        selection=tuple(draw(st.lists(st.integers(0, 9999), max_size=5))),
        map=draw(views),
        smooth=draw(st.booleans()),
        sampled=draw(st.booleans()),
    )


@given(states())
def test_every_field_survives_the_file(tmp_path_factory: pytest.TempPathFactory, state) -> None:
    path = tmp_path_factory.mktemp("s") / "session.json"
    Session(state).save(path)
    restored, problem = Session.restore(path)
    assert restored.state == state
    assert problem == ""


def test_what_models_had_survives_the_file(session: Session, tmp_path) -> None:
    session.move_cursor([1.0, 2.0])
    session.choose_model("b", 20)
    session.save(tmp_path / "session.json")
    restored, _ = Session.restore(tmp_path / "session.json")
    restored.choose_model("a", 2)
    assert restored.state.z == (1.0, 2.0)


def test_a_moving_cursor_does_not_copy_a_large_selection(session: Session) -> None:
    session.select(range(10_000))
    selection = session.state.selection
    session.move_cursor([1.0] * 20, hover=True)
    assert session.state.selection is selection
