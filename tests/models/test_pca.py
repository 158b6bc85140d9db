"""PCA against scikit-learn's, in both solvers, and what a stopped or poor run gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from latentlab import data
from latentlab.core.errors import ConfigError
from latentlab.core.spec import Recipe
from latentlab.models.family import DataShape
from latentlab.models.pca import FAMILY, Pca, PcaConfig, leading_eigenvectors

if TYPE_CHECKING:
    from pathlib import Path

NOISE = torch.Generator()


def clouds(n: int, shape: DataShape, rank: int = 12) -> torch.Tensor:
    """Pictures around 0.5 with a falling spectrum."""
    rng = np.random.default_rng(3)
    directions = rng.normal(size=(rank, shape.pixels)) / np.sqrt(shape.pixels)
    codes = rng.normal(size=(n, rank)) * np.geomspace(1.0, 0.1, rank)
    flat = 0.5 + codes @ directions + 1e-3 * rng.normal(size=(n, shape.pixels))
    return torch.from_numpy(flat.clip(0, 1).astype(np.float32)).view(n, *shape[:3])


def fit(x: torch.Tensor, latent: int, batch: int = 50) -> Pca:
    shape = DataShape(*x.shape[1:])
    config = PcaConfig(latent=latent)
    learner = FAMILY.learner(FAMILY.build(config, shape), config, Recipe(), 1)
    for part in x.split(batch):
        learner.step(part, None, NOISE)
    learner.end_epoch(0)
    model = learner.model_to_use()
    assert isinstance(model, Pca)
    return model


def reference(x: torch.Tensor, latent: int) -> Any:
    from sklearn.decomposition import PCA

    return PCA(latent, svd_solver="full").fit(x.flatten(1).double().numpy())


@pytest.mark.parametrize("shape", [DataShape(1, 8, 8), DataShape(3, 20, 20)], ids=str)
def test_same_answer_as_scikit_learn(shape: DataShape) -> None:
    x = clouds(400, shape)
    model, known = fit(x, 5), reference(x, 5)
    agreement = np.abs((model.components.double().numpy() * known.components_).sum(1))
    assert agreement == pytest.approx(np.ones(5), abs=1e-4)
    theirs = known.inverse_transform(known.transform(x.flatten(1).numpy()))
    ours = model.reconstruct(model.encode(x).mu).flatten(1)
    assert np.abs(ours.numpy() - theirs).max() < 1e-4
    n = len(x)
    assert model.variances.numpy() == pytest.approx(
        known.explained_variance_ * (n - 1) / n, rel=1e-3
    )
    errors = FAMILY.losses(model, x, None, NOISE)
    assert float(errors["loss"]) == pytest.approx(
        ((theirs - x.flatten(1).numpy()) ** 2).sum(1).mean(), rel=1e-3
    )
    assert float(errors["shown"]) <= float(errors["loss"]) + 1e-6  # pixels lie inside the clip


def test_batches_and_their_order_do_not_matter() -> None:
    x = clouds(300, DataShape(1, 8, 8))
    once, often = fit(x, 4, batch=300), fit(x.flip(0), 4, batch=7)
    assert torch.allclose(once.components, often.components, atol=1e-4)
    assert torch.allclose(once.mean, often.mean, atol=1e-5)


def test_both_solvers_agree_on_a_large_matrix() -> None:
    rows = clouds(200, DataShape(1, 35, 35)).flatten(1)
    covariance = torch.cov(rows.T, correction=0)
    values, vectors = leading_eigenvectors(covariance, 6)  # Lanczos
    full_values, full_vectors = torch.linalg.eigh(covariance.double())
    assert torch.allclose(values.double(), full_values.flip(0)[:6], rtol=1e-4)
    agreement = (vectors.double() * full_vectors.T.flip(0)[:6]).sum(1).abs()
    assert torch.allclose(agreement, torch.ones(6).double(), atol=1e-4)


@pytest.mark.parametrize("shape", [DataShape(1, 8, 8), DataShape(3, 24, 24)], ids=str)
@pytest.mark.parametrize("pictures", [1, 3])
def test_fewer_pictures_than_components(shape: DataShape, pictures: int) -> None:
    x = clouds(pictures, shape)
    model = fit(x, 8)
    assert model.components.isfinite().all()
    assert torch.allclose(model.reconstruct(model.encode(x).mu), x, atol=1e-3)


def test_equal_pictures_have_no_direction_and_no_variance() -> None:
    x = torch.full((20, 3, 24, 24), 0.25)
    model = fit(x, 4)
    assert model.components.isfinite().all()
    assert float(model.variances.max()) < 1e-9
    assert torch.allclose(model.decode(model.sample_prior(2, NOISE)), x[:2], atol=1e-4)


def test_a_stopped_run_is_solved_for_what_it_has_seen() -> None:
    x = clouds(120, DataShape(3, 20, 20))
    config = PcaConfig(latent=3)
    learner = FAMILY.learner(FAMILY.build(config, DataShape(3, 20, 20)), config, Recipe(), 9)
    for part in x.split(40):
        learner.step(part, None, NOISE)
    stopped, whole = learner.model_to_use(), fit(x, 3)
    assert isinstance(stopped, Pca)
    assert torch.allclose(stopped.components, whole.components, atol=1e-5)


def test_samples_have_the_codes_moments() -> None:
    x = clouds(500, DataShape(1, 8, 8))
    model = fit(x, 3)
    draws = model.sample_prior(20_000, torch.Generator().manual_seed(0))
    codes = model.encode(x).mu
    assert torch.allclose(draws.std(0), codes.std(0), rtol=0.05)
    assert float(draws.mean(0).abs().max()) < 0.05


def test_more_components_than_pixels_is_refused() -> None:
    with pytest.raises(ConfigError, match="latent is 65, but a picture has only 64 numbers"):
        FAMILY.build(PcaConfig(latent=65), DataShape(1, 8, 8))


def test_large_pictures_are_solved_once_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentlab.models.pca.WATCHED", 10)
    x = clouds(200, DataShape(1, 8, 8))
    config = PcaConfig(latent=3)
    learner = FAMILY.learner(FAMILY.build(config, DataShape(1, 8, 8)), config, Recipe(), 2)
    variance = float((x - x.mean(0)).square().flatten(1).sum(1).mean())
    seen = learner.step(x, None, NOISE)
    assert float(seen["loss"]) == pytest.approx(variance, rel=1e-3)
    learner.end_epoch(0)
    assert float(FAMILY.losses(learner.model_to_use(), x, None, NOISE)["loss"]) < 0.8 * variance


@pytest.mark.realdata
def test_thirty_components_of_mnist(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hinton & Salakhutdinov 2006 report 13.87 for their PCA of MNIST with 30 components."""
    monkeypatch.setenv("LATENTLAB_DATA", str(real_data))
    mnist = data.load("mnist")
    train, test = (torch.from_numpy(mnist.subset(s)).float() / 255 for s in ("train", "test"))
    shown = float(FAMILY.losses(fit(train, 30, batch=4096), test, None, NOISE)["loss"])
    assert shown == pytest.approx(13.9, abs=0.6)
