"""Every field of the document comes back: from a file, by undo, by redo, after a restart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app import session_file
from latentlab.app.history import History, Trail
from latentlab.app.session import Session
from latentlab.app.session_file import Remembered, SessionFile, Steps
from latentlab.app.state import State
from latentlab.app.step_words import words_of
from latentlab.core.errors import ConfigError
from tests.app.documents_walk import CHANGED, changed, fields_of, value_of

if TYPE_CHECKING:
    from pathlib import Path

EVERY = sorted(CHANGED)
OLD_FILE = {
    "version": 1,
    "state": {
        "version": 1,
        "tab": "explore",
        "model": "mnist-vae-2",
        "z": [0.5, -1.0],
        "pins": [{"id": "pin-1", "name": "A", "model": "mnist-vae-2", "z": [1, 2]}],
        "map": {"plane": "raw", "dims": [0, 1], "manifold": True},
    },
    "models": {"mnist-vae-20": {"moment": None, "z": [0.0], "selection": [1], "map": None}},
}


def test_no_field_of_the_document_is_without_a_test() -> None:
    assert fields_of(State) == set(EVERY)
    for name in EVERY:
        assert value_of(State(), name) != CHANGED[name], name


@pytest.mark.parametrize("name", EVERY)
def test_every_field_survives_a_restart(name: str, tmp_path: Path) -> None:
    session = Session(history=History(debounce_s=0))
    session.update(**changed(session.state, name))
    session.save(tmp_path / "session.json")
    again, problem = Session.restore(tmp_path / "session.json")
    assert problem == ""
    assert again.state == session.state
    assert value_of(again.state, name) == CHANGED[name]


@pytest.mark.parametrize("name", [name for name in EVERY if name != "tab"])
def test_every_field_is_undone_and_redone_also_after_a_restart(name: str, tmp_path: Path) -> None:
    session = Session(history=History(debounce_s=0))
    session.update(**changed(session.state, name))
    session.save(tmp_path / "session.json")
    for each in (session, Session.restore(tmp_path / "session.json")[0]):
        each.undo()
        assert value_of(each.state, name) == value_of(State(), name)
        assert not each.history.can_undo
        each.redo()
        assert value_of(each.state, name) == CHANGED[name]


@pytest.mark.parametrize("name", [name for name in EVERY if name != "tab"])
def test_every_step_has_words(name: str) -> None:
    session = Session(history=History(debounce_s=0))
    session.update(**changed(session.state, name))
    (step,) = session.trail().steps()
    words = words_of(*step)
    assert words not in ("", "no change")
    assert len(words) < 100


@given(st.lists(st.sampled_from([*EVERY, "undo", "redo"]), max_size=30), st.booleans())
def test_the_whole_history_survives(wishes: list[str], hover: bool) -> None:
    session = Session(history=History(debounce_s=0))
    for wish in wishes:
        if wish in ("undo", "redo"):
            getattr(session, wish)()
        else:
            fields = changed(session.state, wish)
            if {name: getattr(session.state, name) for name in fields} == fields:
                fields = {name: getattr(State(), name) for name in fields}
            session.update(**fields)
    if hover:
        session.move_cursor([9.0, 9.0], hover=True)
    text = session.document().model_dump_json()
    found = SessionFile.model_validate_json(text).trail()
    assert found == session.trail()
    assert found.documents[found.place] == session.state


def test_a_jump_in_the_history_is_as_many_undos() -> None:
    session = Session(history=History(debounce_s=0))
    for steps in (11, 12, 13, 14):
        session.set_homotopy(steps=steps)
    everything = session.trail().documents
    for place in (1, 4, 0, 2, 99, -3):
        session.go_to(place)
        there = min(max(place, 0), 4)
        assert session.state.homotopy.steps == 10 + there
        assert session.trail() == Trail(everything, session.trail().kinds, there)


def test_huge_steps_are_left_out_of_the_file_the_oldest_first() -> None:
    session = Session(history=History(debounce_s=0))
    for start in range(30):
        session.select(range(start, 20_000))
    written = session.document()
    text = written.model_dump_json()
    assert len(text) < 3_000_000
    found = written.trail()
    assert 5 < len(found.kinds) < 20
    assert found.documents == session.trail().documents[-len(found.documents) :]


def test_files_from_before_the_history_still_load(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_text(json.dumps(OLD_FILE))
    session, problem = Session.restore(path)
    assert problem == ""
    assert session.state.z == (0.5, -1.0)
    assert session.state.pins[0].name == "A"
    assert session.state.homotopy == State().homotopy
    assert not session.history.can_undo
    assert session_file.read(path).models["mnist-vae-20"] == Remembered(z=(0.0,), selection=(1,))


@pytest.mark.parametrize(
    "steps",
    [
        {"steps": [{"kind": ["z"], "changes": {"z": "far"}}], "place": 1},
        {"steps": [{"kind": ["no"], "changes": {"no_such": 1}}], "place": 1},
        {"steps": [], "place": 0},  # leads elsewhere
    ],
)
def test_a_history_that_does_not_fit_costs_the_history_only(
    steps: dict[str, object], tmp_path: Path
) -> None:
    whole = json.loads(SessionFile(state=State(z=(1.0, 2.0))).model_dump_json())
    whole["history"] = {"first": json.loads(State().model_dump_json()), **steps}
    path = tmp_path / "session.json"
    path.write_text(json.dumps(whole))
    session, problem = Session.restore(path)
    assert (problem, session.state.z) == ("", (1.0, 2.0))
    assert not session.history.can_undo


def test_an_opened_session_is_one_step_with_its_own_history_behind_it(tmp_path: Path) -> None:
    lecture = Session(history=History(debounce_s=0))
    lecture.set_homotopy(steps=20)
    lecture.set_homotopy(closed=True)
    lecture.undo()
    path = session_file.write(tmp_path / "lecture", lecture.document())
    assert path.name == "lecture.json"
    session = Session(history=History(debounce_s=0))
    session.move_cursor([1.0, 2.0])
    session.adopt(session_file.read(path))
    assert session.state == lecture.state
    assert [words_of(*step) for step in session.trail().steps()] == [
        "moved the cursor to +1.00, +2.00",
        "opened a session",
        "steps 10 → 20",
        "back to A on",
    ]
    assert session.trail().place == 3
    session.go_to(1)
    assert session.state.z == (1.0, 2.0)
    session.go_to(4)
    assert session.state.homotopy.closed


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b"{]", "damaged"),
        (b"[1, 2]", "damaged"),
        (b'{"version": 7}', "newer latentlab"),
        (b'{"version": 1, "state": {"z": "x"}}', "state.z"),
        (b'{"version": 1, "surprise": 1}', "surprise"),
        (b"\xff\xfe\x00", "damaged"),
    ],
)
def test_bad_files_are_refused_in_a_sentence(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words) as refused:
        session_file.read(path)
    assert "nothing was changed" in str(refused.value)
    assert path.read_bytes() == content
    with pytest.raises(ConfigError, match="cannot be opened"):
        session_file.read(tmp_path / "missing.json")
    with pytest.raises(ConfigError, match="cannot be saved"):
        session_file.write(path / "below.json", SessionFile())


def test_words_name_what_a_person_did() -> None:
    session = Session(history=History(debounce_s=0))
    session.pin([1.0, 2.0])
    session.rename_pin("pin-1", "seven")
    session.pin([0.0, 2.0])
    session.move_pin("pin-2", 0)
    session.remove_pin("pin-1")
    session.set_stop(0, "seed:1")
    session.set_stop(1, "data:mnist/test/17")
    session.insert_stop(1, "picture:" + "A" * 2000)
    session.swap_stops()
    session.remove_stop(1)
    session.set_homotopy(start="seed:3")
    session.set_homotopy(drawn=((1.0, 2.0), (3.0, 4.0)))
    session.set_homotopy(drawn=())
    session.set_homotopy(corners=("seed:1", "", "", ""))
    session.select([3])
    session.select([])
    session.set_map(solo_label=4, hidden_labels=(1,))
    session.choose_model("mnist-vae-20", 20)
    assert [words_of(*step) for step in session.trail().steps()] == [
        "pinned A",
        "renamed pin A to seven",
        "pinned A",
        "order of pins A, seven",
        "removed pin seven",
        "endpoint A: seed:1",
        "endpoint B: data:mnist/test/17",
        "waypoint 1: a picture",
        "swapped the endpoints",
        "removed a picture",
        "traversals start at seed:3",
        "drew a path",
        "removed the drawn path",
        "corner 1: seed:1",
        "selected 1 image",
        "selected nothing",
        "hidden labels none → 1, only label none → 4",
        "model: mnist-vae-20",
    ]


def test_steps_of_a_trail_keep_only_what_differs() -> None:
    session = Session(history=History(debounce_s=0))
    session.move_cursor([1.0, 2.0])
    session.pin()
    steps = Steps.of(session.trail())
    assert [set(step.changes) for step in steps.steps] == [{"z"}, {"pins"}]
