"""The cursor's way as a film."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from latentlab.app.cursor_recorder import FPS, MOST_S, CursorRecorder, sampled
from latentlab.app.exports import Exports
from latentlab.app.session import Session
from latentlab.app.state import State


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lab() -> Any:
    """A session, and exports that only listen."""
    made = SimpleNamespace(session=Session(State(z=(0.0, 0.0))), model=None, told=[], wanted=[])
    made.message = SimpleNamespace(emit=lambda text, _: made.told.append(text))
    made.exports = Exports(made, lambda work: work())
    made.exports.wanted.connect(made.wanted.append)
    return made


def test_a_recording_is_offered_as_a_film(lab: Any) -> None:
    clock = Clock()
    recorder = CursorRecorder(lab, clock)
    recorder.toggle()
    assert recorder.is_on
    for i in range(1, 5):
        clock.now += 0.5
        lab.session.move_cursor([float(i), 0.0], hover=True)
    clock.now += 0.5
    recorder.toggle()
    assert not recorder.is_on
    (proposal,) = lab.wanted
    z = np.array(proposal.recipe.rows[0].z)
    assert len(z) == 2.5 * FPS
    assert z[0].tolist() == [0, 0]
    assert z[-1].tolist() == [4, 0]
    assert proposal.recipe.motion.fps == FPS


def test_what_did_not_move_is_no_film(lab: Any) -> None:
    recorder = CursorRecorder(lab, Clock())
    recorder.toggle()
    recorder.toggle()
    assert lab.wanted == []
    assert "did not move" in lab.told[-1]


def test_it_ends_by_itself_and_with_the_model(lab: Any) -> None:
    clock = Clock()
    recorder = CursorRecorder(lab, clock)
    recorder.toggle()
    lab.session.move_cursor([1.0, 1.0])
    clock.now += MOST_S + 1
    lab.session.move_cursor([2.0, 1.0])
    assert not recorder.is_on
    assert len(lab.wanted[0].recipe.rows[0].z) == MOST_S * FPS
    recorder.toggle()
    lab.session.choose_model("other", 3)
    assert not recorder.is_on
    assert "model was changed" in lab.told[-1]
    assert len(lab.wanted) == 1


def test_sampling_holds_each_place_until_the_next() -> None:
    places = [(0.0, (0.0,)), (0.3, (1.0,)), (0.9, (2.0,))]
    assert sampled(places, 1.0, fps=10)[:, 0].tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1, 2]
    assert len(sampled([(0.0, (0.0,)), (0.0, (1.0,))], 0.0)) == 2
