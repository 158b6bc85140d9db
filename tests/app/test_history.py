"""Undo and redo: every step comes back, a drag is one, a hundred are kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from latentlab.app.history import History


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_undo_and_redo_swap_documents() -> None:
    history: History[str] = History(debounce_s=0)
    history.record("a", "z")
    history.record("b", "z")
    assert (history.can_undo, history.can_redo) == (True, False)
    assert history.undo("c") == "b"
    assert history.undo("b") == "a"
    assert history.undo("a") is None
    assert history.redo("a") == "b"
    assert history.redo("b") == "c"
    assert history.redo("c") is None
    assert (history.can_undo, history.can_redo) == (True, False)


def test_changes_of_one_kind_in_quick_succession_are_one_step() -> None:
    clock = Clock()
    history: History[int] = History(debounce_s=0.5, clock=clock)
    for document in range(20):
        history.record(document, "z")
        clock.now += 0.4
    assert history.undo(20) == 0
    assert not history.can_undo


def test_a_pause_another_kind_and_a_seal_begin_a_step() -> None:
    clock = Clock()
    history: History[int] = History(debounce_s=0.5, clock=clock)
    history.record(0, "z")
    clock.now += 0.5
    history.record(1, "z")
    history.record(2, "pins")
    history.seal()
    history.record(3, "pins")
    assert [history.undo(9) for _ in range(5)] == [3, 2, 1, 0, None]


def test_a_change_after_undo_forgets_what_was_undone() -> None:
    history: History[str] = History(debounce_s=0)
    history.record("a", "z")
    history.undo("b")
    history.record("a", "z")
    assert not history.can_redo
    assert history.undo("c") == "a"


def test_a_change_right_after_undo_is_a_step_of_its_own() -> None:
    clock = Clock()
    history: History[str] = History(debounce_s=10, clock=clock)
    history.record("a", "z")
    history.undo("b")
    history.record("a", "z")
    assert history.can_undo


def test_only_the_last_hundred_steps_are_kept() -> None:
    history: History[int] = History(debounce_s=0)
    for document in range(250):
        history.record(document, "z")
    undone = []
    while (document := history.undo(999)) is not None:
        undone.append(document)
    assert undone == list(range(249, 149, -1))


@given(st.lists(st.sampled_from(["change", "undo", "redo"]), max_size=60))
def test_it_behaves_as_a_list_with_a_place_in_it(wishes: list[str]) -> None:
    history: History[int] = History(limit=1000, debounce_s=0)
    documents, place = [0], 0
    for number, wish in enumerate(wishes, start=1):
        if wish == "change":
            history.record(documents[place], "any")
            documents[place + 1 :] = [number]
            place += 1
        elif wish == "undo":
            back = history.undo(documents[place])
            place -= back is not None
            assert back is None or back == documents[place]
        else:
            forward = history.redo(documents[place])
            place += forward is not None
            assert forward is None or forward == documents[place]
        assert history.can_undo == (place > 0)
        assert history.can_redo == (place < len(documents) - 1)
