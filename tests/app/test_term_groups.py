"""Which terms share a plot, and how a moment of a run is said in a line."""

from __future__ import annotations

import pytest

from latentlab.app.run_history import RunHistory
from latentlab.app.term_groups import groups, in_words, nothing, term_title
from latentlab.core import events
from tests.app.test_run_history import started

GAN = {"loss": 0.97, "discriminator": 1.21, "d_real": 0.61, "d_fake": 0.39, "r1": 0.2}
VAE = {"loss": 98.25, "reconstruction": 73.0, "kl": 25.25}


def told(losses: dict[str, float]) -> RunHistory:
    step = events.Step(epoch=0, images_seen=500, losses=losses, images_per_s=1, eta_s=1, t=1)
    return RunHistory().extend([started(), step])


def test_networks_that_compete_share_a_plot() -> None:
    found = groups(told(GAN))
    assert [group.title for group in found] == ["losses", "mean D", "R1 penalty"]
    assert [group.is_pair for group in found] == [True, True, False]
    assert [line.name for line in found[0].lines] == ["generator", "discriminator"]
    assert [line.term for line in found[1].lines] == ["d_real", "d_fake"]
    assert {line.split for group in found[:2] for line in group.lines} == {"train"}


def test_other_terms_have_a_plot_each_with_both_splits() -> None:
    found = groups(told(VAE))
    assert [group.title for group in found] == ["−ELBO", "reconstruction", "KL"]
    assert all(line.name == line.split for group in found for line in group.lines)
    assert not any(group.is_pair for group in found)


def test_a_critic_of_wassersteins_has_scores_and_an_estimate() -> None:
    terms = {"loss": 0.1, "discriminator": -2.0, "score_real": 1.5, "score_fake": -0.5,
             "wasserstein": 2.0, "gp": 0.1, "grad_generator": 0.3,
             "grad_discriminator": 4.0}  # fmt: skip
    found = groups(told(terms))
    assert [group.title for group in found] == [
        "losses", "mean score", "Wasserstein estimate", "gradient penalty", "gradient norms",
    ]  # fmt: skip
    assert [group.is_pair for group in found] == [True, True, False, False, True]
    assert in_words(terms) == "generator 0.1, discriminator -2, score(real) 1.5, score(fake) -0.5"


def test_half_a_pair_is_a_term_like_any_other() -> None:
    found = groups(told({"loss": 1.0, "d_real": 0.5}))
    assert [group.title for group in found] == ["total", "D(real)"]


def test_nothing_told_is_no_plot() -> None:
    assert groups(RunHistory()) == ()
    assert nothing().title == "total"


@pytest.mark.parametrize(
    ("losses", "brief", "words"),
    [
        (GAN, False, "generator 0.97, discriminator 1.21, D(real) 0.61, D(fake) 0.39"),
        (GAN, True, "generator 0.97, discriminator 1.21"),
        (VAE, False, "loss 98.25"),
        (VAE, True, "loss 98.25"),
    ],
)
def test_a_moment_in_a_line(losses: dict[str, float], brief: bool, words: str) -> None:
    assert in_words(losses, brief=brief) == words


def test_unknown_terms_keep_their_names() -> None:
    assert term_title(told(GAN), "gradient_norm") == "gradient norm"
