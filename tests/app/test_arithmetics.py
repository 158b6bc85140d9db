"""Arithmetic of the lab: baskets to sums, pictures, readings, and what is wrong in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.app import arithmetic_proposals, replays
from latentlab.app.lab import Lab
from latentlab.core.arithmetic import Term
from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.recipe import Latents
from tests.app.arithmetic_bench import THREE, choose, first, settle, write_models
from tests.app.style_bench import CODEC, write_classifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from latentlab.app.arithmetics import Arithmetics
    from tests.app.arithmetic_bench import Show
    from tests.helpers import QueuePost


@pytest.fixture
def lab(
    library: Path, post: QueuePost, monkeypatch: pytest.MonkeyPatch, home: Path
) -> Iterator[Lab]:
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: library.parent / "none")
    write_models(library)
    made = Lab(post, library=library, model="plain", codec_argv=CODEC, settings=home / "settings")
    post.run_until(lambda: made.latents is not None)
    yield made
    made.close(save_runs=False, timeout_s=2.0)


@pytest.fixture
def show(lab: Lab, post: QueuePost) -> Show:
    """Writes a sheet, looks, and waits until all is drawn."""

    def write(text: str, **fields: Any) -> Arithmetics:
        lab.arithmetic.watch(watched=True)
        lab.arithmetic.show_expression(text)
        lab.session.set_arithmetic(**{"noise": 0.0, **fields})
        settle(lab, post)
        return lab.arithmetic

    return write


def labels_of(lab: Lab, texts: tuple[str, ...]) -> set[int]:
    assert lab.latents is not None
    assert lab.latents.labels is not None
    return {int(lab.latents.labels[int(text.rsplit("/", 1)[1])]) for text in texts}


# -- sums --------------------------------------------------------------------------------------


def test_a_sheet_adds_up_and_shows_every_step_of_it(show: Show) -> None:
    sums = show(THREE, span=1.0, steps=3)
    assert sums.result is not None
    assert sums.result.tolist() == [7, 22]
    assert first(sums.picture_of_result()) == [7, 22]
    assert [first(sums.picture_of_mean(term)) for term in range(3)] == [[10, 20], [4, 0], [1, 2]]
    assert first(sums.picture_of_sample(1, 0)) == [4, 0]
    assert [first(sums.picture_of_row(step)) for step in range(3)] == [[13, 18], [10, 20], [7, 22]]
    assert sums.strengths == (-1, 0, 1)
    assert sums.start is not None
    assert sums.control is not None
    assert np.linalg.norm(sums.control - sums.start) == pytest.approx(np.hypot(3, 2), rel=1e-5)
    assert sums.picture_of_control() is not None
    assert sums.picture_of_control_row(2) is not None
    for nowhere in (
        sums.picture_of_sample(1, 1), sums.picture_of_sample(9, 0), sums.picture_of_mean(-1),
        sums.picture_of_row(3), sums.picture_of_neighbour(9), sums.picture_of_control_row(3),
    ):  # fmt: skip
        assert nowhere is None


def test_the_mean_of_a_basket_is_that_of_its_latents(show: Show) -> None:
    sums = show("mean(z:10,20, z:20,40, z:30,0)")
    mean = sums.terms[0].mean
    assert mean is not None
    assert mean.tolist() == [20, 20]
    assert sums.result is not None
    assert sums.result.tolist() == [20, 20]


def test_noise_surrounds_the_result(show: Show) -> None:
    sums = show(THREE, noise=0.5)
    assert sums.neighbours is not None
    assert sums.result is not None
    apart = np.abs(sums.neighbours - sums.result)
    assert apart[4].max() == 0
    assert 0.3 < np.delete(apart, 4, 0).max() <= 0.5


def test_a_drag_of_the_strength_draws_only_the_result(
    show: Show, lab: Lab, post: QueuePost
) -> None:
    sums = show(THREE)
    told: list[str] = []
    sums.changed.connect(lambda: told.append("changed"))
    sums.drawn.connect(told.append)
    lab.session.history.seal()
    for step in range(100):
        lab.session.set_arithmetic(strength=step / 50)
    settle(lab, post)
    assert set(told) == {"result"}
    assert len(told) < 60, "answers that nobody waits for are passed over"
    assert first(sums.picture_of_result()) == [4, 23]  # 10 - 1.98 * 3 = 4.06, 20 + 1.98 * 2
    lab.session.undo()
    settle(lab, post)
    assert first(sums.picture_of_result()) == [7, 22]


def test_nothing_is_asked_while_nobody_looks(lab: Lab, post: QueuePost) -> None:
    lab.session.set_terms([Term(basket=("z:1,1",))])
    post.drain()
    assert (lab.arithmetic.terms, lab.arithmetic.result) == ((), None)
    assert lab.arithmetic.is_settled
    lab.arithmetic.watch(watched=True)
    settle(lab, post)
    assert first(lab.arithmetic.picture_of_result()) == [1, 1]


def test_samples_of_every_kind_stand_in_one_basket(show: Show, lab: Lab) -> None:
    lab.session.pin([50.0, 60.0], name="A")
    sums = show("mean(seed:7, label:1, data:mnist/test/4, pin:A, z:1,2)")
    basket = sums.terms[0]
    assert basket.problem == ""
    assert lab.latents is not None
    mu = lab.latents.mu
    wanted = [[7, 0], mu[1::3].mean(0).tolist(), mu[4].tolist(), [50, 60], [1, 2]]
    found = [sample.z for sample in basket.samples if sample.z is not None]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


# -- what is wrong -----------------------------------------------------------------------------


def test_an_empty_basket_is_left_out_and_says_so(show: Show, lab: Lab, post: QueuePost) -> None:
    sums = show("mean(z:10,20) - mean(z:4,0)")
    lab.session.add_term()
    settle(lab, post)
    assert "This basket is empty" in sums.terms[2].problem
    assert sums.result is not None
    assert sums.result.tolist() == [6, 20]
    lab.session.move_term(2, 0)
    settle(lab, post)
    assert sums.result is None, "the first term is where the way begins"
    assert sums.picture_of_result() is None
    assert arithmetic_proposals.of_sheet(lab) is None


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("label:9", "label:9 is no label"),
        ("data:nowhere/test/1", "nowhere"),
        ("data:mnist/test/99", "is not on this machine"),
        ("pin:nobody", "the Tray is empty"),
        ("z:1,2,3", "has 3 numbers, but latents of Tiny VAE have 2"),
        ("file:none.png", "none.png"),
    ],
)
def test_bad_samples_say_why_and_the_others_count(
    reference: str, words: str, show: Show, lab: Lab, post: QueuePost
) -> None:
    sums = show("mean(z:10,20)")
    lab.session.add_to_basket(0, ["z:20,40", reference])
    settle(lab, post)
    basket = sums.terms[0]
    assert words in basket.samples[2].problem
    assert basket.problem.startswith("1 of 3 samples left out: ")
    assert basket.mean is not None
    assert basket.mean.tolist() == [15, 30]
    assert first(sums.picture_of_sample(0, 1)) == [20, 40]
    assert sums.picture_of_sample(0, 2) is None
    lab.session.fill_basket(0, [reference])
    settle(lab, post)
    assert words in sums.terms[0].problem
    assert sums.result is None


def test_latents_of_another_model_are_taken_out_and_that_is_said(
    show: Show, lab: Lab, post: QueuePost
) -> None:
    sums = show("mean(z:10,20, seed:4) - mean(z:4,0)")
    told: list[str] = []
    lab.message.connect(lambda text, _severity: told.append(text))
    choose(lab, post, "wide")
    settle(lab, post)
    assert any("2 latents were taken out of the baskets: they are of plain" in t for t in told)
    assert [term.term.basket for term in sums.terms] == [("seed:4",), ()]
    assert sums.result is not None
    assert sums.result.tolist() == [4, 0, 0]


def test_a_model_that_makes_no_pictures_is_an_obstacle(lab: Lab, post: QueuePost) -> None:
    choose(lab, post, "judge")
    lab.arithmetic.watch(watched=True)
    assert "makes no pictures of latents" in lab.arithmetic.obstacle
    assert {card.id for card in lab.arithmetic.able()} == {"plain", "gan", "wide", "mute"}
    assert lab.arithmetic.result is None


def test_an_expression_with_a_mistake_changes_nothing(show: Show, lab: Lab) -> None:
    sums = show("mean(z:1,2)")
    for text, place in (("mean(1) - mean(7)", 16), ("mean(z:1,2) + ", 15), ("mean(1", 5)):
        with pytest.raises(ConfigError, match=f"^at character {place}: "):
            sums.show_expression(text)
    assert [term.basket for term in lab.session.state.arithmetic.terms] == [("z:1,2",)]


# -- filling -----------------------------------------------------------------------------------


def test_queries_are_answered_with_images_of_the_data(
    show: Show, lab: Lab, post: QueuePost
) -> None:
    sums = show("mean(1) - mean(not 1) + mean(z:1,2)")
    terms = lab.session.state.arithmetic.terms
    assert [len(term.basket) for term in terms] == [3, 3, 1]
    assert labels_of(lab, terms[0].basket) == {1}
    assert labels_of(lab, terms[1].basket) <= {0, 2}
    assert sums.expression == "mean(1) - mean(not 1) + mean(z:1,2)"
    assert sums.result is not None
    sums.fill(0, "label = 1", 3, seed=0)
    settle(lab, post)
    assert lab.session.state.arithmetic.terms[0].basket == terms[0].basket, "chance has a seed"
    sums.fill(0, "1", 20, seed=1)
    settle(lab, post)
    assert len(set(lab.session.state.arithmetic.terms[0].basket)) == 20


def test_an_expression_is_one_step_back(show: Show, lab: Lab, post: QueuePost) -> None:
    show("mean(z:1,2)")
    lab.session.history.seal()
    lab.arithmetic.show_expression("mean(0) - mean(1)")
    settle(lab, post)
    assert all(term.basket for term in lab.session.state.arithmetic.terms)
    lab.session.undo()
    assert [term.basket for term in lab.session.state.arithmetic.terms] == [("z:1,2",)]


def test_without_an_encoder_a_classifier_says_what_samples_show(lab: Lab, post: QueuePost) -> None:
    choose(lab, post, "gan")
    sums = lab.arithmetic
    sums.watch(watched=True)
    sums.show_expression("mean(2) - mean(0 or 1)")
    settle(lab, post)
    found = [
        [int(text.removeprefix("seed:")) % 3 for text in term.basket]
        for term in lab.session.state.arithmetic.terms
    ]
    assert found[0] == [2, 2, 2]
    assert set(found[1]) == {0, 1}
    first_two = {text for term in lab.session.state.arithmetic.terms for text in term.basket}
    assert len(first_two) == 6, "no sample is taken twice"
    sums.fill_term("2", 2)
    settle(lab, post)
    assert len(lab.session.state.arithmetic.terms[2].basket) == 2


@pytest.mark.parametrize(
    ("model", "text", "n", "words"),
    [
        ("plain", "sevn", 3, "at character 1: there is no 'sevn'"),
        ("plain", "0, 1", 3, "No image of Digits is '0, 1'"),
        ("plain", "0", 50, "Only 20 images of Digits are '0', not 50"),
        ("gan", "1 and 2", 3, "None of 100 samples shows '1 and 2'"),
        ("mute", "1", 3, "has no prior to sample from"),
    ],
)
def test_a_query_that_comes_to_nothing_says_why(
    model: str, text: str, n: int, words: str, lab: Lab, post: QueuePost
) -> None:
    choose(lab, post, model)
    sums = lab.arithmetic
    sums.watch(watched=True)
    sums.fill(0, text, n)
    settle(lab, post)
    (filling,) = sums.fillings
    assert words in filling.problem
    assert lab.session.state.arithmetic.terms == ()
    sums.stop_filling()
    assert sums.fillings == ()


def test_without_a_classifier_samples_cannot_be_asked_for(lab: Lab, post: QueuePost) -> None:
    choose(lab, post, "gan")
    lab.registry.remove("judge")
    lab.arithmetic.watch(watched=True)
    assert "latentlab train classifier --data mnist" in lab.arithmetic.query_problem("1")
    assert (lab.arithmetic.query_names, lab.arithmetic.yardstick) == ((), None)
    with pytest.raises(ModelError, match="train classifier"):
        lab.arithmetic.show_expression("mean(1)")
    write_classifier(lab.registry.library)
    lab.registry.rescan()
    assert lab.arithmetic.query_problem("1") == ""


# -- readings ----------------------------------------------------------------------------------


def test_a_classifier_says_what_it_sees_when_it_is_asked(
    show: Show, lab: Lab, post: QueuePost
) -> None:
    sums = show(THREE)
    assert sums.reading_of_result() is None
    assert not sums.is_judged
    sums.judge()
    post.run_until(lambda: sums.is_judged)
    assert sums.reading_names == ("0", "1", "2")
    for reading in (
        sums.reading_of_result(), sums.reading_of_mean(2), sums.reading_of_sample(0, 0),
        sums.reading_of_control(), sums.reading_of_row(0), sums.reading_of_control_row(8),
        sums.reading_of_wall(0),
    ):  # fmt: skip
        assert reading == (1, 0, 0)
    assert sums.reading_words(sums.reading_of_result()) == "0 100 %"
    lab.session.set_arithmetic(strength=0.5)
    settle(lab, post)
    assert sums.reading_of_result() is None, "that was of other pictures"
    assert sums.reading_of_mean(0) == (1, 0, 0), "these have not changed"
    lab.session.set_arithmetic(judged=False)
    assert sums.is_judged


# -- wall --------------------------------------------------------------------------------------


def test_the_wall_shows_samples_and_other_ones_with_another_seed(lab: Lab, post: QueuePost) -> None:
    choose(lab, post, "gan")
    sums = lab.arithmetic
    sums.watch(watched=True)
    settle(lab, post)
    assert sums.wall == tuple(f"seed:{seed}" for seed in range(24))
    assert first(sums.picture_of_wall(5)) == [5, 0]
    lab.session.set_arithmetic(wall_seed=1)
    settle(lab, post)
    assert sums.wall == tuple(f"seed:{seed}" for seed in range(24, 48))
    assert first(sums.picture_of_wall(0)) == [24, 0]
    lab.session.add_to_basket(None, sums.wall[:3])
    settle(lab, post)
    assert sums.result is not None
    assert sums.result.tolist() == [25, 0]


def test_a_wall_shows_what_is_asked_for(lab: Lab, post: QueuePost) -> None:
    choose(lab, post, "gan")
    sums = lab.arithmetic
    sums.watch(watched=True)
    lab.session.set_arithmetic(wall_query="2")
    settle(lab, post)
    assert {int(text.removeprefix("seed:")) % 3 for text in sums.wall} == {2}
    assert len(sums.wall) == 24
    lab.session.set_arithmetic(wall_query="twoo")
    settle(lab, post)
    assert "there is no 'twoo'" in sums.wall_problem
    assert sums.wall == ()
    lab.session.set_arithmetic(wall_query="")
    settle(lab, post)
    assert sums.wall_problem == ""
    assert len(sums.wall) == 24


# -- out ---------------------------------------------------------------------------------------


def test_sheets_leave_with_their_command_and_come_back(show: Show, lab: Lab) -> None:
    sums = show("mean(seed:3, z:1,2) - 0.5 * mean(label:1)", strength=1.5, control_seed=2, steps=5)
    lab.session.set_term(0, name="men")
    lab.codec.device_title = "CPU"  # seeds are told as they are: a CPU drew them
    proposal = arithmetic_proposals.of_sheet(lab)
    assert proposal is not None
    rows = proposal.recipe.rows
    assert all(isinstance(row, Latents) for row in rows)
    assert [len(row.z) for row in rows] == [3, 2, 3, 3, 3, 5, 5]  # type: ignore[union-attr]
    assert sums.result is not None
    np.testing.assert_allclose(rows[3].z[1], sums.result, rtol=1e-6)  # type: ignore[union-attr]
    assert rows[0].title == "A men, mean last"  # type: ignore[union-attr]
    command = proposal.recipe.command
    assert command.startswith(
        "latentlab arithmetic plain 'mean(seed:3, z:1,2) - 0.5 * mean(label:1)' --strength 1.5"
    )
    assert "--row --control --control-seed 2 --steps 5 --title men" in command
    before = lab.session.state
    lab.session.set_terms([])
    replay = replays.replay_of(proposal.recipe, lab.session.state)
    assert replay is not None
    assert replay.fields["tab"] == "arithmetic"
    assert replay.fields["arithmetic"] == before.arithmetic
    assert replay.words == "its terms are set"


def test_parts_leave_alone(show: Show, lab: Lab, post: QueuePost) -> None:
    show("mean(z:1,2, z:3,4) - mean(z:4,0)")
    counts = {
        arithmetic_proposals.of_result: [1],
        arithmetic_proposals.of_neighbourhood: [9],
        arithmetic_proposals.of_row: [9, 9],
        lambda lab: arithmetic_proposals.of_term(lab, 0): [3],
        lambda lab: arithmetic_proposals.of_mean(lab, 1): [1],
        lambda lab: arithmetic_proposals.of_sample(lab, 0, 1): [1],
    }
    for make, wanted in counts.items():
        proposal = make(lab)
        assert proposal is not None
        assert [len(row.z) for row in proposal.recipe.rows] == wanted  # type: ignore[union-attr]
    assert arithmetic_proposals.of_term(lab, 9) is None
    assert arithmetic_proposals.of_sample(lab, 0, 9) is None
    lab.session.set_arithmetic(control=False)
    settle(lab, post)
    assert lab.arithmetic.picture_of_control() is None
    alone = arithmetic_proposals.of_row(lab)
    assert alone is not None
    assert len(alone.recipe.rows) == 1
