"""How well a model tells the unseen part of a picture from the seen one.

Sohn, Lee & Yan 2015, section 5.1: one, two or three quadrants are seen (bottom left; left; left and
top right), and the negative conditional log-likelihood (CLL) of all other pixels is estimated, by
importance samples from q(z|x, y) (their eq. 8), and by samples from the prior p(z|y) (eq. 7), which
says less the more is unseen. The seen part is given in its grey values; pixels to be told are
binarised afresh, as everywhere here. "soft" takes their grey values as targets of the cross-entropy
instead, as the example of Pyro does, whose figure is a -ELBO: for comparison alone, as that is no
likelihood.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Literal, get_args

import torch

from latentlab.core import quadrants

if TYPE_CHECKING:
    from torch import Tensor

    from latentlab.engine.measures.task import Task

Kind = Literal["", "prior", "elbo", "soft"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SEEN = {1: (2,), 2: (0, 2), 3: (0, 1, 2)}  # by how many


def measure_completion(task: Task) -> None:
    """Four figures for each number of seen quadrants."""
    totals: dict[tuple[int, Kind], float] = dict.fromkeys(product(SEEN, KINDS), 0.0)
    for x, _, noise, share in task.pictures():
        for count, seen in SEEN.items():
            for kind, bound in _bounds(task, x, seen, noise).items():
                totals[count, kind] -= bound.mean().item() * share
    for (count, kind), value in totals.items():
        places = " and ".join(quadrants.NAMES[place] for place in SEEN[count])
        title, how = _words(task, kind)
        task.keep(
            f"cll.{count}.{kind}".rstrip("."),
            value,
            f"{title}, {count} of 4 seen",
            "nats per image",
            f"{how}, seen in grey values: {places}",
            "lower",
        )


def _bounds(
    task: Task, x: Tensor, seen: tuple[int, ...], noise: torch.Generator
) -> dict[Kind, Tensor]:
    """Bounds on log p(unseen|seen) of pictures in [0, 1], (batch,) each."""
    model = task.model
    flags = torch.from_numpy(quadrants.flags(seen)).to(x.device)
    y, observed = model.hide(x, flags.expand(len(x), -1)), model.observe(x, noise)
    return {
        "": model.iwae(observed, task.k, noise, y),
        "prior": model.blind(observed, task.k, noise, y),
        "elbo": model.elbo(observed, noise, y),
        "soft": model.elbo(x, noise, y),
    }


def _words(task: Task, kind: Kind) -> tuple[str, str]:
    """Title and protocol of a figure."""
    soft = "grey values as targets of the cross-entropy, no likelihood, 1 sample of z"
    words: dict[Kind, tuple[str, str]] = {
        "": ("-CLL", f"{task.pixels}, {task.k} importance samples"),
        "prior": ("-CLL from the prior", f"{task.pixels}, {task.k} samples of the prior p(z|y)"),
        "elbo": ("-ELBO of completion", f"{task.pixels}, 1 sample of z"),
        "soft": ("-ELBO of completion, grey targets", soft),
    }
    return words[kind]


MEASURES = {"completion": measure_completion}
