"""Bounds on the likelihood, and what the posterior makes of z.

-ELBO: Kingma & Welling 2014, arXiv:1312.6114. IWAE-k and active units: Burda, Grosse &
Salakhutdinov 2016, arXiv:1509.00519, eq. 8 and section 5.3. Bernoulli likelihoods see pictures
binarised afresh (dynamic binarisation; static differs by about 2 nats); Gaussian ones give
densities of continuous pixels. The two are never comparable, so each protocol says which it is.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from latentlab.engine.measures.task import Task

ACTIVE = 0.01  # a unit is active when the variance of its posterior mean over data is above this
_CHUNK = 100  # importance samples between two looks at `tick`


def measure_elbo(task: Task) -> None:
    """-ELBO by one z per picture and the closed KL."""
    total = 0.0
    for x, y, noise, share in task.observed():
        total -= task.model.elbo(x, noise, y).mean().item() * share
    task.keep("elbo", total, "-ELBO", "nats per image", f"{task.pixels}, 1 sample of z", "lower")


def measure_iwae(task: Task) -> None:
    """The tighter bound of k importance samples."""
    total = 0.0
    for x, y, noise, share in task.observed():
        total -= _iwae(task, x, y, noise).mean().item() * share
    how = f"{task.pixels}, {task.k} importance samples"
    task.keep("iwae", total, f"IWAE-{task.k}", "nats per image", how, "lower")


def _iwae(task: Task, x: Tensor, y: Tensor | None, noise: torch.Generator) -> Tensor:
    """The bound of `task.k` samples, (batch,), in chunks between which one may cancel."""
    sizes = [_CHUNK] * (task.k // _CHUNK) + [task.k % _CHUNK] * (task.k % _CHUNK > 0)
    parts = []
    for size in sizes:
        parts.append(task.model.iwae(x, size, noise, y) + log(size))
        task.tick(task.share)
    return torch.stack(parts).logsumexp(0) - log(task.k)


def measure_kl(task: Task) -> None:
    """KL of the posterior from N(0, I): of all of z, and of each number."""
    kl = torch.cat([posterior.kl() for posterior in task.posteriors()]).double().mean(0).tolist()
    how = f"KL(q(z|x) || N(0, I)) in closed form, {task.pixels}"
    task.keep("kl", sum(kl), "KL", "nats per image", how, "neither")
    for index, value in enumerate(kl):
        task.keep(f"kl.{index}", value, f"KL of z{index}", "nats per image", how, "neither")


def measure_active_units(task: Task) -> None:
    """How many numbers of z change with the picture."""
    mu = torch.cat([posterior.mu for posterior in task.posteriors()]).double()
    active = int((mu.var(0, correction=0) > ACTIVE).sum())
    how = f"Var(E[z|x]) > {ACTIVE} over images, {task.pixels}"
    title = f"Active units of {mu.shape[1]}"
    task.keep("active_units", float(active), title, "dimensions", how, "higher")


MEASURES = {
    "elbo": measure_elbo,
    "iwae": measure_iwae,
    "kl": measure_kl,
    "active_units": measure_active_units,
}
