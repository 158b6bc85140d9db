"""Tiles under the map: the newest view wins, places are kept, nothing is asked twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.gui.explore.lattice import Lattice
from latentlab.gui.explore.manifold import Manifold

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Lattice(1.0, 1.0, 0, 0, 12, 10)
RIGHT = Lattice(1.0, 1.0, 2, 0, 12, 10)
FINER = Lattice(0.5, 1.0, 0, 0, 12, 10)


@dataclass
class Bench:
    """A decoder that answers when told, and what was shown."""

    step_s: float = 0.05
    asked: list[np.ndarray] = field(default_factory=list)
    shown: list[tuple[np.ndarray | None, Lattice]] = field(default_factory=list)
    waiting: list[tuple[np.ndarray, Callable, Callable]] = field(default_factory=list)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.tiles = Manifold(self.decode, lambda *seen: self.shown.append(seen), lambda: self.now)

    def decode(self, positions: np.ndarray, done: Callable, failed: Callable) -> None:
        self.asked.append(positions)
        self.waiting.append((positions, done, failed))

    def answer(self) -> None:
        positions, done, _ = self.waiting.pop(0)
        self.now += self.step_s
        pictures = np.zeros((len(positions), 1, 1, 2), np.uint8)
        pictures[:, 0, 0] = positions * 10 + 1
        done(pictures)

    def finish(self) -> None:
        while self.waiting:
            self.answer()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_view_is_filled_from_its_middle_with_every_tile_once(bench: Bench) -> None:
    bench.tiles.look(HERE)
    assert not bench.tiles.settled
    assert len(bench.waiting) == 1, "one request at a time"
    bench.finish()
    assert bench.tiles.settled
    asked = np.concatenate(bench.asked)
    assert len(asked) == len(np.unique(asked, axis=0)) == HERE.size
    assert np.linalg.norm(asked[0] - (5.5, 4.5)) < 1
    mosaic, lattice = bench.shown[-1]
    assert lattice == HERE
    assert mosaic is not None
    assert mosaic[0, -2, :4].tolist() == [0, 1, 1, 0]  # place (0, 0), bottom left, within its gap


def test_progress_is_shown_in_between(bench: Bench) -> None:
    bench.tiles.look(HERE)
    bench.answer()
    mosaic, _ = bench.shown[-1]
    assert mosaic is not None
    assert 0 < np.count_nonzero(mosaic) < 2 * HERE.size


def test_panning_asks_only_for_what_is_new(bench: Bench) -> None:
    bench.tiles.look(HERE)
    bench.finish()
    bench.asked.clear()
    bench.tiles.look(RIGHT)
    assert bench.shown[-1][1] == RIGHT, "what is known is shown at once"
    bench.finish()
    assert sum(map(len, bench.asked)) == 20
    bench.asked.clear()
    bench.tiles.look(HERE)
    assert bench.asked == []


def test_the_newest_view_wins(bench: Bench) -> None:
    bench.tiles.look(HERE)
    for column in range(50, 90):
        bench.tiles.look(Lattice(1.0, 1.0, column, 0, 12, 10))
    last = Lattice(1.0, 1.0, 200, 0, 12, 10)
    bench.tiles.look(last)
    bench.finish()
    asked = np.concatenate(bench.asked[1:])
    assert asked[:, 0].min() >= 200, "views that passed by are not decoded"
    assert bench.shown[-1][1] == last


def test_a_finer_level_replaces_the_old_one_when_it_is_whole(bench: Bench) -> None:
    bench.tiles.look(HERE)
    bench.finish()
    before = len(bench.shown)
    bench.tiles.look(FINER)
    bench.answer()
    assert all(lattice == HERE for _, lattice in bench.shown[before - 1 :])
    bench.finish()
    mosaic, lattice = bench.shown[-1]
    assert lattice == FINER
    assert mosaic is not None
    assert np.count_nonzero(mosaic) == 2 * FINER.size


def test_forgetting_drops_tiles_and_answers_on_their_way(bench: Bench) -> None:
    bench.tiles.look(HERE)
    stale = bench.waiting.pop(0)
    bench.tiles.forget()
    bench.tiles.look(HERE)
    assert len(bench.waiting) == 1
    shown = len(bench.shown)
    stale[1](np.zeros((len(stale[0]), 1, 1, 2), np.uint8))
    assert len(bench.shown) == shown
    bench.finish()
    assert bench.tiles.settled


def test_better_weights_replace_the_picture_when_all_is_decoded(bench: Bench) -> None:
    bench.tiles.look(HERE)
    bench.finish()
    before = len(bench.shown)
    bench.tiles.forget(hold=True)
    bench.tiles.look(HERE)
    bench.answer()
    assert len(bench.shown) == before, "no gaps while a training goes on"
    bench.finish()
    assert len(bench.shown) == before + 1


def test_a_decoder_that_fails_is_asked_again_only_for_a_new_view_or_when_it_is_back(
    bench: Bench,
) -> None:
    bench.tiles.look(HERE)
    bench.waiting.pop(0)[2]("no weights")
    assert bench.tiles.settled
    bench.tiles.look(HERE)
    assert bench.waiting == []
    bench.tiles.look(RIGHT)
    bench.waiting.pop(0)[2]("no weights")
    bench.tiles.retry()
    bench.finish()
    assert bench.shown[-1][1] == RIGHT
    assert bench.tiles.settled


def test_nothing_is_asked_while_the_layer_is_off(bench: Bench) -> None:
    bench.tiles.look(HERE)
    bench.tiles.look(None)
    bench.answer()
    assert bench.waiting == []
    assert bench.tiles.settled


@pytest.mark.parametrize(("step_s", "larger"), [(0.002, True), (2.0, False)])
def test_requests_grow_with_a_fast_decoder_and_shrink_with_a_slow_one(
    step_s: float, larger: bool
) -> None:
    bench = Bench(step_s)
    bench.tiles.look(Lattice(1.0, 1.0, 0, 0, 40, 40))
    for _ in range(3):
        bench.answer()
    first, last = len(bench.asked[0]), len(bench.asked[-1])
    assert last > first if larger else last < first
