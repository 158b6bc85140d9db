"""Known answers: a linear model whose likelihood has a closed form."""

from __future__ import annotations

from math import log, pi
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from latentlab import data, models
from latentlab.core.errors import ConfigError, DataError, ModelError
from latentlab.core.spec import Recipe
from latentlab.engine import checkpoint, runs
from latentlab.engine.evaluate import METRICS, EvaluationCancelledError, evaluate
from latentlab.engine.train import train
from latentlab.models._learner import GradientLearner
from latentlab.models.family import Family, FamilyConfig, LikelihoodModel, Losses, Posterior
from tests.engine.conftest import run_name
from tests.helpers import edit_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.core.spec import TrainSpec
    from latentlab.models.family import DataShape

    MakeSpec = Callable[..., TrainSpec]

SIGMA = 0.5
LATENT = 3


class Linear(LikelihoodModel):
    """Probabilistic PCA with orthogonal columns: p(x) and p(z|x) are known exactly.

    Tipping & Bishop 1999. x = W z + b + noise; W^T W = diag(s^2), so the posterior is diagonal.
    """

    def __init__(self, pixels: int, spread: float) -> None:
        super().__init__()
        self.latent_shape = (LATENT,)
        columns, _ = torch.linalg.qr(torch.randn(pixels, LATENT, dtype=torch.float64))
        self.weight = nn.Parameter((columns * torch.tensor([1.0, 0.6, 1e-4])).float())
        self.bias = nn.Parameter(torch.full((pixels,), 0.5))
        self.spread = spread  # 1: the exact posterior; more: too wide, the bounds are loose

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        precision = 1 + self.weight.square().sum(0) / SIGMA**2
        mu = (x.flatten(1) - self.bias) @ self.weight / SIGMA**2 / precision
        return Posterior(mu, (-precision.log() + 2 * log(self.spread)).expand_as(mu))

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        return (z @ self.weight.T + self.bias).reshape(-1, 1, 8, 8)

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        return torch.randn(n, LATENT, generator=generator)

    def observe(self, x: Tensor, generator: torch.Generator) -> Tensor:
        return x

    def log_likelihood(self, observed: Tensor, z: Tensor, y: Tensor | None = None) -> Tensor:
        errors = (observed - self.decode(z)).flatten(1).square().sum(1)
        return -0.5 * (errors / SIGMA**2 + self.bias.numel() * log(2 * pi * SIGMA**2))

    def exact(self, x: Tensor) -> Tensor:
        weight = self.weight.detach().double()
        covariance = weight @ weight.T + SIGMA**2 * torch.eye(len(weight))
        normal = torch.distributions.MultivariateNormal(self.bias.detach().double(), covariance)
        log_density: Tensor = normal.log_prob(x.flatten(1).double())
        return log_density


class LinearConfig(FamilyConfig):
    spread: float = 1.0
    likelihood: str = "gaussian"


class LinearFamily(Family[LinearConfig, Linear]):
    name = "linear"
    title = "Linear Gaussian"
    summary = "For tests."
    paper = "Tipping & Bishop 1999"
    Config = LinearConfig
    capabilities = frozenset({"encode", "decode", "sample", "likelihood", "posterior"})
    recipe = Recipe(epochs=1, batch_size=16, learning_rate=1e-12)
    loss_unit = "nats per image"

    def build(self, config: LinearConfig, shape: DataShape) -> Linear:
        return Linear(shape.pixels, config.spread)

    def losses(
        self, model: Linear, x: Tensor, y: Tensor | None, generator: torch.Generator
    ) -> Losses:
        return {"loss": -model.elbo(x, generator).mean()}

    def learner(self, model: Linear, config: LinearConfig, recipe: Recipe, steps: int) -> Any:
        return GradientLearner(self, model, recipe, steps)


@pytest.fixture
def linear(spec: MakeSpec, library: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes trained folders of the linear family with a posterior of some spread."""
    family = LinearFamily()
    monkeypatch.setattr(models, "families", lambda: {"linear": family})

    def make(spread: float = 1.0) -> Path:
        asked = spec().model_copy(
            update={"family": "linear", "config": {"spread": spread}, "recipe": {}}
        )
        return library / run_name(list(train(asked, library)))

    return make


def held_out(folder: Path) -> Tensor:
    dataset = data.load(runs.read_manifest(folder).data.name)
    return torch.from_numpy(dataset.subset("test")) / 255


def exact_bound(folder: Path) -> float:
    model, _ = checkpoint.load_model(folder)
    assert isinstance(model, Linear)
    return -model.exact(held_out(folder)).mean().item()


def test_exact_posterior_makes_every_importance_weight_the_likelihood(linear: Any) -> None:
    folder = linear()
    exact = exact_bound(folder)
    for k in (1, 7):
        assert evaluate(folder, metrics=["iwae"], k=k)["iwae"].value == pytest.approx(
            exact, abs=1e-3
        )


def test_elbo_of_a_wide_posterior_is_below_by_its_divergence(linear: Any) -> None:
    folder = linear(1.5)
    found = [evaluate(folder, metrics=["elbo"], seed=seed)["elbo"].value for seed in range(100)]
    gap = LATENT * 0.5 * (1.5**2 - 1 - 2 * log(1.5))  # KL(q || exact posterior)
    error = float(np.std(found)) / len(found) ** 0.5
    assert np.mean(found) == pytest.approx(exact_bound(folder) + gap, abs=4 * error)


def test_iwae_tightens_with_k_towards_the_likelihood(linear: Any) -> None:
    folder = linear(1.5)
    exact = exact_bound(folder)
    gaps = [
        np.mean([evaluate(folder, metrics=["iwae"], k=k, seed=s)["iwae"].value for s in range(20)])
        - exact
        for k in (1, 5, 50, 500)
    ]
    assert gaps == sorted(gaps, reverse=True)
    assert abs(gaps[-1]) < 0.01 < gaps[0]


def test_thousands_of_importance_samples_are_taken_in_chunks(linear: Any) -> None:
    ticks: list[float] = []
    folder = linear(1.5)
    metric = evaluate(folder, metrics=["iwae"], k=5000, progress=ticks.append)["iwae"]
    assert metric.value == pytest.approx(exact_bound(folder), abs=5e-3)
    assert metric.title == "IWAE-5000"
    assert len(ticks) > 50
    assert ticks == sorted(ticks)
    assert ticks[-1] == 1.0


def test_kl_and_active_units_have_closed_forms(linear: Any) -> None:
    folder = linear()
    found = evaluate(folder, metrics=["kl", "active_units"])
    model, _ = checkpoint.load_model(folder)
    q = model.encode(held_out(folder))
    assert q.logvar is not None
    expected = 0.5 * (q.mu**2 + q.logvar.exp() - 1 - q.logvar).double().mean(0)
    for index in range(LATENT):
        assert found[f"kl.{index}"].value == pytest.approx(expected[index].item(), abs=1e-5)
    assert found["kl"].value == pytest.approx(expected.sum().item(), abs=1e-4)
    active = (q.mu.var(0, correction=0) > 0.01).sum().item()
    assert found["active_units"].value == active == 2  # the third column is next to nothing


def test_reconstruction_and_psnr_are_as_numpy_says(trained: Path) -> None:
    found = evaluate(trained)
    model, _ = checkpoint.load_model(trained)
    x = held_out(trained)
    errors = ((model.decode(model.encode(x).mu) - x) ** 2).flatten(1).sum(1).detach().numpy()
    assert found["reconstruction"].value == pytest.approx(errors.mean(), rel=1e-5)
    psnr = (-10 * np.log10(errors / 64)).mean()
    assert found["psnr"].value == pytest.approx(psnr, rel=1e-5)
    assert found["psnr"].better == "higher"


def test_figures_come_with_all_that_measures_them_again(trained: Path) -> None:
    found = evaluate(trained, k=3, seed=7)
    fitting = {name for name, measure in METRICS.items() if not measure.kind.judged}
    others = {
        "accuracy", "completion", "slant", "thickness", "diversity", "gan_train", "mig", "sap",
        "dci",
    }  # fmt: skip
    assert {name.split(".")[0] for name in found} == fitting - others
    assert found == evaluate(trained, k=3, seed=7)
    assert found["iwae"].value < found["elbo"].value
    for name, metric in found.items():
        assert metric.n == 6 or name.startswith("memorisation")
        assert "test split, seed 7" in metric.protocol
        assert (
            metric.command == f"latentlab evaluate {trained.name} --split test -n 6 -k 3 --seed 7"
        )
    assert "dynamic binarisation" in found["elbo"].protocol
    manifest = runs.read_manifest(trained)
    assert manifest.headline == "elbo"
    assert found.items() <= manifest.metrics.items()
    runs.verify(trained)


def test_gaussian_likelihood_is_told_apart(linear: Any) -> None:
    metric = evaluate(linear(), metrics=["elbo"])["elbo"]
    assert "density of continuous pixels" in metric.protocol


def test_deterministic_families_have_no_bounds(spec: MakeSpec, library: Path) -> None:
    folder = library / run_name(list(train(spec("pca"), library)))
    found = evaluate(folder, split="train")
    names = {name.split(".")[0] for name in found}
    assert names == {"reconstruction", "psnr", "objective", "probe"}, "no other train images"
    assert runs.read_manifest(folder).headline == "reconstruction"
    with pytest.raises(ConfigError, match="cannot be measured by 'elbo'; choose from"):
        evaluate(folder, metrics=["elbo"])


def test_subset_is_as_large_as_asked_for(trained: Path) -> None:
    assert evaluate(trained, metrics=["psnr"], split="train", n=10)["psnr"].n == 10
    assert evaluate(trained, metrics=["psnr"], split="train", n=10_000)["psnr"].n == 48


def test_cancelled_evaluation_keeps_nothing(trained: Path) -> None:
    before = (trained / runs.MANIFEST).read_bytes()
    with pytest.raises(EvaluationCancelledError, match="was cancelled"):
        evaluate(trained, cancelled=lambda: True)
    assert (trained / runs.MANIFEST).read_bytes() == before


def test_other_data_than_the_model_was_trained_on_is_refused(trained: Path) -> None:
    record = runs.read_manifest(trained).data.model_copy(update={"content_hash": "0" * 64})
    edit_manifest(trained, data=record.model_dump(mode="json"))
    with pytest.raises(DataError, match="not the dataset"):
        evaluate(trained)


def test_impossible_wishes_are_one_sentence(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="k is 0"):
        evaluate(trained, k=0)
    with pytest.raises(ModelError, match="is no model"):
        evaluate(tmp_path)
