"""Completion without a window: what is seen, what is asked, what comes back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app.blocking_decode import no_decode
from latentlab.app.export import render
from latentlab.app.export.output import Watch
from latentlab.app.lab import Lab
from latentlab.app.sources import picture_reference
from latentlab.app.style_complete import ALL_SEEN, EMPTY, NONE_SEEN, Completions, seen_of
from tests.app.lab.waiting import TRAINER, messages
from tests.helpers import write_completer_card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from tests.helpers import QueuePost

CODEC = [sys.executable, str(Path(__file__).parents[2] / "gui" / "fake_codec.py")]


@pytest.fixture
def lab(post: QueuePost, library: Path, shipped: Path) -> Iterator[Lab]:
    write_completer_card(shipped)
    made = Lab(post, codec_argv=CODEC, trainer_argv=TRAINER, model="completer")
    post.run_until(lambda: made.model is not None and made.codec.state == "ready")
    post.drain()
    yield made
    made.close(timeout_s=2.0)


@pytest.fixture
def completions(lab: Lab) -> Completions:
    made = Completions(lab)
    made.watch(watched=True)
    return made


def seen(completions: Completions) -> tuple[int, ...]:
    return completions.seen


def drawing(*places: tuple[int, int]) -> NDArray[np.uint8]:
    """A dark picture of 8 x 8 with a bright pixel at each row and column."""
    picture = np.zeros((1, 8, 8), np.uint8)
    for row, column in places:
        picture[0, row, column] = 255
    return picture


LEFT = drawing((1, 1), (6, 2))


@pytest.fixture
def drawn(completions: Completions, post: QueuePost) -> Completions:
    completions.draw(LEFT)
    post.run_until(lambda: completions.answers is not None and completions.is_settled)
    return completions


# -- which quadrants are seen ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "wanted"),
    [
        ([(0, 0)], (0,)),
        ([(0, 7), (7, 7)], (1, 3)),
        ([(0, 0), (0, 7), (7, 0)], (0, 1, 2)),
        ([(0, 0), (0, 7), (7, 0), (7, 7)], (0, 2)),
        ([], (0, 2)),
    ],
)
def test_quadrants_with_ink_are_seen_unless_all_have_some(
    places: list[tuple[int, int]], wanted: tuple[int, ...]
) -> None:
    assert seen_of((), drawing(*places)) == wanted


def test_the_rim_of_a_thick_stroke_is_no_ink() -> None:
    picture = np.zeros((1, 8, 8), np.uint8)
    picture[..., :4], picture[0, 0, 4] = 255, 120
    assert seen_of((), picture) == (0, 2)


@pytest.mark.parametrize(
    ("chosen", "wanted"), [((3, 1), (1, 3)), ((0, 1, 2, 3), (0,)), ((9,), (0,)), ((2, 9), (2,))]
)
def test_what_was_chosen_counts_if_it_leaves_something_to_do(
    chosen: tuple[int, ...], wanted: tuple[int, ...]
) -> None:
    assert seen_of(chosen, drawing((0, 0))) == wanted


# -- answers -----------------------------------------------------------------------------------


def test_what_is_drawn_stays_and_the_rest_comes_in_several_ways(drawn: Completions) -> None:
    assert drawn.answers is not None
    assert drawn.mean is not None
    assert seen(drawn) == (0, 2)
    assert drawn.answers.shape == (8, 1, 8, 8)
    assert (drawn.answers[..., :4] == LEFT[..., :4]).all()
    assert drawn.answers[:, 0, 0, 7].tolist() == [10 * n for n in range(1, 9)]
    assert drawn.mean[0, 0, 7] == 5
    assert drawn.title == "your drawing"
    assert drawn.problem == ""


def test_every_stroke_is_kept_and_undone_by_the_session(
    drawn: Completions, lab: Lab, post: QueuePost
) -> None:
    lab.session.history.seal()
    more = drawing((1, 1), (6, 2), (1, 6))
    drawn.draw(more)
    assert seen(drawn) == (0, 1, 2)
    assert lab.session.state.style.drawing == picture_reference(more)
    lab.session.undo()
    post.run_until(lambda: drawn.is_settled and seen(drawn) == (0, 2))
    assert drawn.picture is not None
    assert np.array_equal(drawn.picture, LEFT)


def test_again_is_another_seed_and_more_answers_are_more(
    drawn: Completions, lab: Lab, post: QueuePost
) -> None:
    drawn.again()
    post.run_until(lambda: drawn.is_settled)
    assert drawn.answers is not None
    assert drawn.answers[0, 0, 0, 7] == 11
    lab.session.set_style(answers=3)
    post.run_until(lambda: drawn.is_settled)
    assert len(drawn.answers) == 3


def test_a_click_gives_a_quadrant_but_never_all_or_none(
    drawn: Completions, lab: Lab, post: QueuePost
) -> None:
    heard = messages(lab)
    for quadrant in (1, 3):
        drawn.toggle(quadrant)
    assert seen(drawn) == (0, 1, 2)
    assert not drawn.is_automatic
    for quadrant in (0, 1, 2):
        drawn.toggle(quadrant)
    assert seen(drawn) == (2,)
    assert [text for text, _ in heard] == [ALL_SEEN, NONE_SEEN]
    drawn.follow_ink(True)
    assert seen(drawn) == (0, 2)
    drawn.follow_ink(False)
    assert lab.session.state.style.seen == (0, 2)
    post.run_until(lambda: drawn.is_settled)


def test_a_clean_sheet_is_said_in_words(drawn: Completions, post: QueuePost) -> None:
    drawn.draw(None)
    post.drain()
    assert drawn.problem == EMPTY
    assert drawn.answers is None
    assert drawn.is_settled
    assert drawn.proposal() is None
    drawn.draw(np.zeros((1, 8, 8), np.uint8))
    assert drawn.problem == EMPTY
    drawn.draw(LEFT)
    post.run_until(lambda: drawn.answers is not None)
    assert drawn.problem == ""


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("z:0.1,0.2", "is no picture"),
        ("seed:3", "is no picture"),
        ("data:no-such-data/test/3", "no-such-data"),
        ("picture:####", "no base64"),
        ("file:/nowhere/at-all.png", "at-all.png"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    reference: str, sentence: str, drawn: Completions, post: QueuePost
) -> None:
    drawn.choose(reference)
    post.run_until(lambda: drawn.is_settled and drawn.problem != "")
    assert sentence in drawn.problem
    assert drawn.answers is None


def test_a_file_of_another_size_is_fitted(
    drawn: Completions, post: QueuePost, tmp_path: Path, save_png: Callable[[Path], None]
) -> None:
    save_png(tmp_path / "large.png")
    drawn.choose(f"file:{tmp_path / 'large.png'}")
    post.run_until(lambda: drawn.is_settled and drawn.title == "large.png")
    assert drawn.picture is not None
    assert drawn.picture.shape == (1, 8, 8)


@pytest.fixture
def save_png() -> Callable[[Path], None]:
    from PIL import Image

    def save(path: Path) -> None:
        pixels = np.zeros((40, 40, 3), np.uint8)
        pixels[5:20, 5:15] = (200, 90, 30)
        Image.fromarray(pixels).save(path)

    return save


def test_all_of_it_leaves_as_it_is_shown(drawn: Completions) -> None:
    proposal = drawn.proposal()
    assert proposal is not None
    assert proposal.name == "completer-completed"
    rows = render.row_pictures(proposal.recipe, no_decode, Watch())
    assert rows[0].shape == (10, 1, 8, 8), "what is seen, the mean, eight answers"
    assert (rows[0][0, ..., 4:] == 0).all()
    assert proposal.recipe.look.columns == 10


# -- models ------------------------------------------------------------------------------------


def test_nothing_is_asked_of_a_model_that_cannot(
    drawn: Completions, lab: Lab, post: QueuePost
) -> None:
    assert drawn.able_models == ["completer"]
    lab.choose_model("mnist-vae-2")
    post.run_until(lambda: not drawn.is_able and drawn.answers is None)
    drawn.draw(LEFT)
    post.drain()
    assert drawn.answers is None
    assert drawn.is_settled
    lab.choose_model("completer")
    post.run_until(lambda: drawn.answers is not None and drawn.is_settled)
    assert lab.session.state.style.drawing == picture_reference(LEFT)


def test_while_nobody_looks_nothing_is_asked(lab: Lab, post: QueuePost) -> None:
    completions = Completions(lab)
    completions.draw(LEFT)
    post.drain()
    assert completions.is_settled
    assert completions.answers is None
    completions.watch(watched=True)
    post.run_until(lambda: completions.answers is not None)
