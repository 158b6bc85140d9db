"""References in the window: asked in lanes, answered later, the newest question first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.app.endpoints import Endpoint, Resolver, resolve
from latentlab.app.places import Places
from tests.app.endpoint_helpers import FakeCoder, dataset_of, lab_of, latents_of
from tests.helpers import QueuePost, manifest_of

if TYPE_CHECKING:
    from collections.abc import Callable


class Told:
    """What a Resolver answered."""

    def __init__(self) -> None:
        self.found: list[Endpoint] = []
        self.problems: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.found or self.problems)


@pytest.fixture
def ask(post: QueuePost) -> Any:
    labs: list[Any] = []

    def make(**facts: Any) -> tuple[Any, Callable[[str], Told]]:
        lab = lab_of(post, dataset=dataset_of(), **facts)
        labs.append(lab)
        resolver = Resolver(lab)

        def ask_one(reference: str, lane: str = "a") -> Told:
            told = Told()
            resolver.resolve(
                reference, lane=lane, done=told.found.append, failed=told.problems.append
            )
            return told

        lab.resolver = resolver
        return lab, ask_one

    yield make
    for lab in labs:
        lab.background.close()


@pytest.mark.parametrize("reference", ["data:digits/test/3", "z:1,2", "seed:3", "label:1"])
def test_the_window_finds_what_the_command_line_finds(
    reference: str, ask: Any, post: QueuePost
) -> None:
    latents = latents_of([0, 10, 20], np.array([0, 1, 1]))
    lab, ask_one = ask(latents=latents)
    told = ask_one(reference)
    assert not told  # nothing has waited
    post.run_until(lambda: bool(lab.codec.waiting))
    lab.codec.answer()
    (found,) = told.found
    expected = resolve(
        reference, FakeCoder(), manifest_of(), latents=latents, load_dataset=lambda _: dataset_of()
    )
    assert np.array_equal(found.z, expected.z)
    assert np.array_equal(found.picture, expected.picture)
    assert (found.title, found.is_given, found.label) == (
        expected.title, expected.is_given, expected.label,
    )  # fmt: skip


def test_problems_of_reading_and_of_the_model_are_told(ask: Any, post: QueuePost) -> None:
    lab, ask_one = ask()
    told = ask_one("z:1,2,3")
    post.run_until(lambda: bool(told))
    assert "has 3 numbers" in told.problems[0]
    lab.codec.problem = "The model is damaged."
    told = ask_one("z:1,2")
    post.run_until(lambda: bool(lab.codec.waiting))
    lab.codec.answer()
    assert told.problems == ["The model is damaged."]


def test_only_the_newest_question_of_a_lane_is_answered(ask: Any, post: QueuePost) -> None:
    lab, ask_one = ask()
    first, second = ask_one("z:1,2"), ask_one("z:3,4")
    other = ask_one("z:5,6", "b")
    post.run_until(lambda: len(lab.codec.waiting) == 2)
    lab.codec.answer()
    assert not first
    assert list(second.found[0].z) == [3, 4]
    assert list(other.found[0].z) == [5, 6]


def test_a_question_given_up_or_of_another_model_is_not_answered(ask: Any, post: QueuePost) -> None:
    lab, ask_one = ask()
    gone = ask_one("z:1,2")
    post.run_until(lambda: bool(lab.codec.waiting))
    lab.resolver.cancel("a")
    lab.codec.answer()
    assert not gone
    late = ask_one("seed:1")
    post.run_until(lambda: bool(lab.codec.waiting))
    lab.model = SimpleNamespace(id="another")
    lab.codec.answer()
    assert not late


def test_without_a_model_it_is_said_at_once(ask: Any) -> None:
    lab, ask_one = ask()
    lab.model.is_usable = False
    assert "no model" in ask_one("z:1,2").problems[0]


def test_a_search_tells_how_far_it_is_until_something_newer_is_asked(
    ask: Any, post: QueuePost
) -> None:
    lab, _ = ask(manifest=manifest_of(capabilities=("decode", "sample")))
    lab.codec.searches = True
    shares: list[float] = []
    told = Told()

    def seek(reference: str) -> None:
        lab.resolver.resolve(
            reference,
            lane="a",
            done=told.found.append,
            failed=told.problems.append,
            progress=shares.append,
        )

    seek("data:digits/test/3")
    post.run_until(lambda: bool(lab.codec.waiting))
    lab.codec.tell_progress(0.4)
    seek("z:1,2")
    lab.codec.tell_progress(0.6)
    assert shares == [0.4]
    lab.codec.answer()
    assert not told, "the first is not wanted any more, the second still being read"


def test_places_show_the_search_and_what_it_found(ask: Any, post: QueuePost) -> None:
    lab, _ = ask(manifest=manifest_of(capabilities=("decode", "sample")))
    lab.codec.searches = True
    told: list[int] = []
    places = Places(lab, "stop", lambda: told.append(1))
    places.ask(["data:digits/test/3"])
    post.run_until(lambda: bool(lab.codec.waiting))
    lab.codec.tell_progress(0.4)
    assert (places.stops[0].share, places.stops[0].is_awaited, len(told)) == (0.4, True, 1)
    lab.codec.answer()
    end = places.stops[0].endpoint
    assert end is not None
    assert end.missed == 0.25
    assert end.words == "Digits test 3, found to a squared error of 0.25"
    assert places.is_settled
