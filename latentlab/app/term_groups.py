"""Which loss terms of a run share a plot, and what they are called there."""

from __future__ import annotations

from math import isclose, nan
from typing import TYPE_CHECKING, NamedTuple

from latentlab.app.run_history import TOTAL

if TYPE_CHECKING:
    from latentlab.app.run_history import RunHistory, Split

SPLITS: tuple[Split, ...] = ("train", "validation")
_PAIRS = {  # terms that are read against each other: their plot, and their names in it
    (TOTAL, "discriminator"): ("losses", ("generator", "discriminator")),
    ("d_real", "d_fake"): ("mean D", ("D(real)", "D(fake)")),
    ("score_real", "score_fake"): ("mean score", ("score(real)", "score(fake)")),
    ("grad_generator", "grad_discriminator"): ("gradient norms", ("‖∇G‖", "‖∇D‖")),
}
_UNSAID = "grad_generator"  # a line of words leaves this pair out
_TITLES = {
    "kl": "KL", "d_real": "D(real)", "d_fake": "D(fake)", "r1": "R1 penalty", "r2": "R2 penalty",
    "gp": "gradient penalty", "wasserstein": "Wasserstein estimate", "mmd": "root MMD",
    "pixels": "squared error of pixels", "grad_encoder": "gradient norm, encoder",
}  # fmt: skip


class Line(NamedTuple):
    """One curve of a plot."""

    name: str
    term: str
    split: Split


class Group(NamedTuple):
    """One plot: a term of both splits, or two terms of networks that compete."""

    title: str
    lines: tuple[Line, ...]

    @property
    def is_pair(self) -> bool:
        """Whether its lines are two terms."""
        return self.lines[0].term != self.lines[-1].term


def nothing() -> Group:
    """The plot of a run that has told nothing yet."""
    return _alone("total", TOTAL)


def groups(history: RunHistory) -> tuple[Group, ...]:
    """The plots of a run, the one with the total first; none before the first step."""
    found: list[Group] = []
    told = set(history.terms)
    for term in history.terms:
        pair = next((pair for pair in _PAIRS if term in pair and told.issuperset(pair)), None)
        if pair is None:
            found.append(_alone(term_title(history, term), term))
        elif term == pair[0]:
            title, names = _PAIRS[pair]
            lines = tuple(Line(*line, "train") for line in zip(names, pair, strict=True))
            found.append(Group(title, lines))
    return tuple(found)


def _alone(title: str, term: str) -> Group:
    return Group(title, tuple(Line(split, term, split) for split in SPLITS))


def term_title(history: RunHistory, term: str) -> str:
    """A loss term for people; a total in nats that is the plain sum of its terms is -ELBO."""
    if term != TOTAL:
        return _TITLES.get(term, term.replace("_", " "))
    told = history.step.losses if history.step else {}
    if not told and history.evaluated:
        told = history.evaluated.train
    unit = history.started.loss_unit if history.started else ""
    rest = [value for name, value in told.items() if name != TOTAL]
    whole = "kl" in told and isclose(told.get(TOTAL, nan), sum(rest), rel_tol=1e-4)
    return "−ELBO" if whole and unit.startswith("nats") else "total"


def in_words(losses: dict[str, float], *, brief: bool = False) -> str:
    """One moment: "loss 98.2", or "generator 0.97, discriminator 1.2, D(real) 0.61 ...".

    `brief` keeps only what is minimised.
    """
    told = [pair for pair in _PAIRS if losses.keys() >= set(pair) and _UNSAID not in pair]
    pairs = told[: 1 if brief else None]
    if not pairs:
        return f"loss {losses[TOTAL]:.4g}"
    named = [
        (name, term) for pair in pairs for name, term in zip(_PAIRS[pair][1], pair, strict=True)
    ]
    return ", ".join(f"{name} {losses[term]:.3g}" for name, term in named)
