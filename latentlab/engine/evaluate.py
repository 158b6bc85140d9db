"""Figures of a finished model, each with all that is needed to measure it again.

-ELBO: Kingma & Welling 2014, arXiv:1312.6114. IWAE-k and active units: Burda, Grosse &
Salakhutdinov 2016, arXiv:1509.00519, eq. 8 and section 5.3. Bernoulli likelihoods see pictures
binarised afresh (dynamic binarisation; static differs by about 2 nats); Gaussian ones give
densities of continuous pixels. The two are never comparable, so each protocol says which it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, Any

import torch

from latentlab import data, models
from latentlab.core.errors import ConfigError, DataError, LatentlabError
from latentlab.core.manifest import Manifest, Metric
from latentlab.data.splits import stratified
from latentlab.engine import checkpoint, probe, runs
from latentlab.engine.conditions import Conditions, batches
from latentlab.engine.device import choose
from latentlab.engine.resident import to_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from torch import Tensor

    from latentlab.data.dataset import Split
    from latentlab.models.family import Reads

    _Batch = tuple[Tensor, Tensor | None, torch.Generator, float]

METRICS = {  # name -> capabilities that it needs
    "reconstruction": {"encode", "decode"},
    "psnr": {"encode", "decode"},
    "objective": set(),
    "elbo": {"likelihood"},
    "iwae": {"likelihood"},
    "kl": {"posterior"},
    "active_units": {"posterior"},
    "accuracy": {"classify"},
}
ACTIVE = 0.01  # a unit is active when the variance of its posterior mean over data is above this
_HEADLINES = ("elbo", "accuracy", "reconstruction")  # on the model's card, the first measured
_BATCH = 500
_CHUNK = 100  # importance samples between two looks at `cancelled`
_SMALLEST_MSE = 1e-12  # of a perfect reconstruction: 120 dB


class EvaluationCancelledError(LatentlabError):
    """Somebody asked to stop measuring."""


@dataclass
class _Task:
    """What is measured, on what, how, and what came out."""

    model: Any  # a LikelihoodModel where a metric needs one
    manifest: Manifest
    images: Tensor  # uint8 (n, C, H, W), on the model's device
    told: Tensor | None  # what a conditional model is told of them, (n, k)
    split: Split
    k: int
    seed: int
    tick: Callable[[float], None]  # told `share` before every piece of work
    share: float = 0.0  # of the pictures, done for the metric that is measured now
    found: dict[str, Metric] = field(default_factory=dict)

    def pictures(self) -> Iterator[_Batch]:
        """Batches in [0, 1], what is told of them, their noise and their share of all."""
        noise = torch.Generator(self.images.device).manual_seed(self.seed)
        self.share = 0.0
        for part, y in batches(self.images, self.told, _BATCH):
            self.tick(self.share)
            yield to_unit(part), y, noise, len(part) / len(self.images)
            self.share += len(part) / len(self.images)

    def observed(self) -> Iterator[_Batch]:
        """The same as the likelihood sees them, drawn alike at every call."""
        for x, y, noise, share in self.pictures():
            yield self.model.observe(x, noise), y, noise, share

    def posteriors(self) -> Iterator[Any]:
        """q(z|x) of every batch."""
        likely = "likelihood" in self.manifest.capabilities
        for x, y, _, _ in self.observed() if likely else self.pictures():
            yield self.model.encode(x, y)

    def keep(self, name: str, value: float, title: str, unit: str, how: str, better: Any) -> None:
        """Note one figure with its protocol and its command line."""
        settings = f"--split {self.split} -n {len(self.images)} -k {self.k} --seed {self.seed}"
        self.found[name] = Metric(
            value=value,
            unit=unit,
            n=len(self.images),
            title=title,
            better=better,
            protocol=f"{how}, {self.split} split, seed {self.seed}",
            command=f"latentlab evaluate {self.manifest.id} {settings}",
        )

    @property
    def pixels(self) -> str:
        """How the likelihood sees a picture, in words."""
        binary = self.manifest.config.get("likelihood", "bernoulli") == "bernoulli"
        return "dynamic binarisation" if binary else "density of continuous pixels in 0..1"


def evaluate(
    folder: Path,
    *,
    metrics: Sequence[str] | None = None,
    split: Split = "test",
    n: int | None = None,
    k: int = 50,
    seed: int = 0,
    device: str = "cpu",
    keep: bool = True,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Metric]:
    """Measure a model on one split, on all its pictures or `n` of them stratified by label.

    `metrics` are keys of METRICS; None means all that the family allows. With `keep` the figures
    are noted in the manifest where it is ours to write. `progress` is told shares in [0, 1]. Raises
    ConfigError, ModelError, DataError, EvaluationCancelledError.
    """
    if k < 1:
        raise ConfigError(f"IWAE needs at least one importance sample, k is {k}")
    model, manifest = checkpoint.load_model(folder, choose(device))
    names = _choose_metrics(manifest, metrics)
    images, told = _pictures(manifest, split, n, choose(device), model.reads)
    done = 0

    def tick(share: float) -> None:
        if cancelled is not None and cancelled():
            raise EvaluationCancelledError(f"The evaluation of {manifest.id} was cancelled")
        if progress is not None:
            progress((done + share) / len(names))

    task = _Task(model, manifest, images, told, split, k, seed, tick)
    with probe.looking_at(model):
        for name in names:
            _MEASURES[name](task)
            done += 1
    tick(0.0)
    headline = next((name for name in _HEADLINES if name in task.found), "")
    if keep:
        runs.add_metrics(folder, task.found, headline)
    return task.found


def _choose_metrics(manifest: Manifest, wanted: Sequence[str] | None) -> list[str]:
    able = set(manifest.capabilities)
    possible = [name for name, needs in METRICS.items() if needs <= able]
    for name in wanted or ():
        if name not in possible:
            raise ConfigError(
                f"{manifest.id} ({manifest.family_title}) cannot be measured by {name!r}; "
                f"choose from {', '.join(possible)}"
            )
    return [name for name in possible if wanted is None or name in wanted]


def _pictures(
    manifest: Manifest, split: Split, n: int | None, on: torch.device, reads: Reads
) -> tuple[Tensor, Tensor | None]:
    dataset = data.load(manifest.data.name)
    if dataset.content_hash != manifest.data.content_hash:
        raise DataError(
            f"{manifest.data.name} is not the dataset that {manifest.id} was trained on (its "
            "content hash differs); give it the former data or train the model again"
        )
    indices = dataset.splits[split]
    if not len(indices):
        raise DataError(f"{dataset.title} has no {split} images; choose another --split")
    if n is not None and n < len(indices):
        indices = stratified(indices, dataset.labels, n, seed=0)
    images = torch.from_numpy(dataset.images[indices]).to(on)
    return images, Conditions(dataset, reads, on).of(indices)


def _measure_reconstruction(task: _Task) -> None:
    total = 0.0
    for x, y, _, share in task.pictures():
        total += _squared_errors(task.model, x, y).mean().item() * share
    how = "sum of squares over pixels in 0..1, decoded from the encoder's mean"
    task.keep(
        "reconstruction", total, "Reconstruction error", "squared error per image", how, "lower"
    )


def _measure_psnr(task: _Task) -> None:
    total = 0.0
    for x, y, _, share in task.pictures():
        mse = (_squared_errors(task.model, x, y) / x[0].numel()).clamp(min=_SMALLEST_MSE)
        total += (-10 * mse.log10()).mean().item() * share
    how = "mean over images of 10 log10(1 / mse), decoded from the encoder's mean"
    task.keep("psnr", total, "PSNR", "dB", how, "higher")


def _measure_objective(task: _Task) -> None:
    family = models.get(task.manifest.family)
    total = 0.0
    for x, y, noise, share in task.pictures():
        total += family.losses(task.model, x, y, noise)["loss"].item() * share
    how = "the loss that the family minimises: for PCA before pictures are clipped to 0..1"
    task.keep("objective", total, "Objective", family.loss_unit, how, "lower")


def _squared_errors(model: Any, x: Tensor, y: Tensor | None) -> Tensor:
    """Sum of squares per image, (batch,)."""
    again: Tensor = model.decode(model.encode(x, y).mu, y)
    return (again - x).flatten(1).square().sum(1)


def _measure_elbo(task: _Task) -> None:
    total = 0.0
    for x, y, noise, share in task.observed():
        total -= task.model.elbo(x, noise, y).mean().item() * share
    task.keep("elbo", total, "-ELBO", "nats per image", f"{task.pixels}, 1 sample of z", "lower")


def _measure_iwae(task: _Task) -> None:
    total = 0.0
    for x, y, noise, share in task.observed():
        total -= _iwae(task, x, y, noise).mean().item() * share
    how = f"{task.pixels}, {task.k} importance samples"
    task.keep("iwae", total, f"IWAE-{task.k}", "nats per image", how, "lower")


def _iwae(task: _Task, x: Tensor, y: Tensor | None, noise: torch.Generator) -> Tensor:
    """The bound of `task.k` samples, (batch,), in chunks between which one may cancel."""
    sizes = [_CHUNK] * (task.k // _CHUNK) + [task.k % _CHUNK] * (task.k % _CHUNK > 0)
    parts = []
    for size in sizes:
        parts.append(task.model.iwae(x, size, noise, y) + log(size))
        task.tick(task.share)
    return torch.stack(parts).logsumexp(0) - log(task.k)


def _measure_kl(task: _Task) -> None:
    kl = torch.cat([posterior.kl() for posterior in task.posteriors()]).double().mean(0).tolist()
    how = f"KL(q(z|x) || N(0, I)) in closed form, {task.pixels}"
    task.keep("kl", sum(kl), "KL", "nats per image", how, "neither")
    for index, value in enumerate(kl):
        task.keep(f"kl.{index}", value, f"KL of z{index}", "nats per image", how, "neither")


def _measure_active_units(task: _Task) -> None:
    mu = torch.cat([posterior.mu for posterior in task.posteriors()]).double()
    active = int((mu.var(0, correction=0) > ACTIVE).sum())
    how = f"Var(E[z|x]) > {ACTIVE} over images, {task.pixels}"
    title = f"Active units of {mu.shape[1]}"
    task.keep("active_units", float(active), title, "dimensions", how, "higher")


def _measure_accuracy(task: _Task) -> None:
    right = 0.0
    for x, y, _, share in task.pictures():
        right += _answers_right(task.model, x, y).mean().item() * share
    how = "share of pictures whose likeliest class, or whose every attribute's side, is right"
    task.keep("accuracy", 100 * right, "Accuracy", "%", how, "higher")


def _answers_right(model: Any, x: Tensor, y: Tensor | None) -> Tensor:
    """1 where the classifier is right, (batch,); a mean over attributes."""
    assert y is not None  # a classifier reads labels or attributes
    found = model.classify(x)
    if model.reads == "labels":
        right: Tensor = (found.argmax(1) == y.argmax(1)).float()
        return right
    sides: Tensor = ((found > 0.5) == (y > 0.5)).float()
    return sides.mean(1)


_MEASURES: dict[str, Callable[[_Task], None]] = {
    "reconstruction": _measure_reconstruction,
    "psnr": _measure_psnr,
    "objective": _measure_objective,
    "elbo": _measure_elbo,
    "iwae": _measure_iwae,
    "kl": _measure_kl,
    "active_units": _measure_active_units,
    "accuracy": _measure_accuracy,
}
