"""Principal component analysis: the linear autoencoder of least squared error.

Pearson 1901, doi:10.1080/14786440109462720; Hotelling 1933. Over k orthonormal rows W, minimise

    sum_x || x - m - W^T W (x - m) ||^2,   z = W (x - m)

The answer is closed: m is the mean picture and W the leading eigenvectors of the covariance. One
pass over the images sums it up, exactly, in pixels^2 numbers: 2.5 MB at 28 x 28, 604 MB at
64 x 64 in colour. `decode` clips to [0, 1], since it makes pictures; the loss is the unclipped
error that PCA minimises, and the term "shown" the error of the clipped pictures.
"""

# ruff: noqa: ARG002 - families share one interface and need not use all of it
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor

from latentlab.core.errors import ConfigError
from latentlab.core.spec import Recipe
from latentlab.models._codes import Moments
from latentlab.models._losses import squared_error
from latentlab.models.family import (
    DataShape,
    Family,
    FamilyConfig,
    LatentModel,
    Learner,
    Losses,
    Posterior,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SMALL = 1024  # pixels up to which a full eigendecomposition takes well under a second
WATCHED = 4096  # pixels up to which solving again and again costs less than the pass itself
NOTHING = 1e-9  # a variance that nobody can see: a hundredth of one grey level of 256


class PcaConfig(FamilyConfig):
    """Settings of PCA."""

    latent: int = Field(30, ge=1, le=4096, description="Principal components kept.")


class Pca(LatentModel):
    """A mean picture and `latent` orthonormal directions, by falling variance."""

    mean: Tensor  # (pixels,)
    components: Tensor  # (latent, pixels)
    variances: Tensor  # (latent,)

    def __init__(self, latent: int, shape: DataShape) -> None:
        super().__init__()
        self.latent_shape = (latent,)
        self.picture = shape[:3]
        self.register_buffer("mean", torch.zeros(shape.pixels))
        self.register_buffer("components", torch.zeros(latent, shape.pixels))
        self.register_buffer("variances", torch.ones(latent))

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Coordinates along the components, in pixel units: distances are kept."""
        return Posterior((x.flatten(1) - self.mean) @ self.components.T)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """The point in the plane of the components, clipped to [0, 1]."""
        return self.reconstruct(z).clamp(0.0, 1.0)

    def reconstruct(self, z: Tensor) -> Tensor:
        """The same unclipped, (batch, C, H, W)."""
        return (z @ self.components + self.mean).view(-1, *self.picture)

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        """Draws, (n, latent), from the Gaussian of the codes, which are uncorrelated."""
        noise = torch.randn(n, *self.latent_shape, generator=generator, device=generator.device)
        return noise.to(self.variances.device) * self.variances.sqrt()

    def solve(self, pixels: Moments) -> None:
        """Take the leading eigenvectors of the covariance seen so far."""
        values, vectors = leading_eigenvectors(pixels.covariance().cpu(), len(self.variances))
        largest = vectors.abs().argmax(1, keepdim=True)
        self.components.copy_(vectors * vectors.gather(1, largest).sign())  # a fixed sign
        self.variances.copy_(values.clamp(min=0.0))
        self.mean.copy_(pixels.mean())


def leading_eigenvectors(covariance: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k largest eigenvalues (k,), falling, and unit eigenvectors (k, d), of (d, d)."""
    size = len(covariance)
    if float(covariance.diagonal().max()) < NOTHING:  # all pictures equal: any direction will do
        return torch.zeros(k), torch.eye(k, size)
    if size <= SMALL or 5 * k > size:
        values, vectors = torch.linalg.eigh(covariance.double())
    else:
        values, vectors = _lanczos(covariance, k)
    return values.flip(0)[:k], vectors.T.flip(0)[:k]


def _lanczos(covariance: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Rising, as torch's eigh; to machine precision, but only k of the d directions."""
    from scipy.sparse.linalg import eigsh

    start = torch.randn(len(covariance), generator=torch.Generator().manual_seed(0))
    values, vectors = eigsh(covariance.numpy(), k=k, v0=start.numpy())
    return torch.from_numpy(values), torch.from_numpy(vectors)


class PcaLearner:
    """Sums up pixels in `step` and solves at the end of the epoch.

    Up to `WATCHED` pixels it also solves whenever the count has doubled, so that a run can be
    watched; above, there are no components until the pass ends, and the loss is the variance.
    """

    def __init__(self, family: PcaFamily, model: Pca) -> None:
        self.family, self.model = family, model
        self.pixels = Moments()
        self.solved_at = 0

    @torch.no_grad()
    def step(self, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """Count the pictures x (batch, C, H, W); labels and noise are not used."""
        self.pixels.add(x.flatten(1))
        if self.solved_at == 0:
            self.model.mean.copy_(self.pixels.mean())
        if len(self.model.mean) <= WATCHED and self.pixels.count >= 2 * self.solved_at:
            self._solve()
        return self.family.losses(self.model, x, y, generator)

    def end_epoch(self, epoch: int) -> None:
        """Solve for all pictures seen."""
        self._solve()

    def model_to_use(self) -> Pca:
        """The model, solved for what has been seen: a stopped run is exact for its share."""
        if self.pixels.count > self.solved_at:
            self._solve()
        return self.model

    def state_dict(self) -> dict[str, Any]:
        """The sums of the pixels."""
        return {"pixels": self.pixels.state_dict(), "solved_at": self.solved_at}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state_dict` was taken."""
        self.pixels.load_state_dict(state["pixels"])
        self.solved_at = state["solved_at"]

    def _solve(self) -> None:
        self.model.solve(self.pixels)
        self.solved_at = self.pixels.count


class PcaFamily(Family[PcaConfig, Pca]):
    """PCA, for models/."""

    name = "pca"
    title = "PCA"
    summary = "The best straight-line code: an exact answer in one pass, a floor for all others."
    paper = "Pearson 1901, doi:10.1080/14786440109462720"
    Config = PcaConfig
    capabilities = frozenset({"encode", "decode", "sample"})
    recipe = Recipe(epochs=1, batch_size=512, schedule="constant")
    loss_unit = "squared error per image"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "Plane (2 components)": {"latent": 2},
        "30 components": {"latent": 30},
    }

    def build(self, config: PcaConfig, shape: DataShape) -> Pca:
        """Raises ConfigError when there are fewer pixels than components."""
        if config.latent > shape.pixels:
            raise ConfigError(
                f"latent is {config.latent}, but a picture has only {shape.pixels} numbers: "
                f"choose latent between 1 and {shape.pixels}."
            )
        return Pca(config.latent, shape)

    def losses(self, model: Pca, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """Squared error per picture before clipping, and "shown", after it."""
        plain = model.reconstruct(model.encode(x).mu)
        return {
            "loss": squared_error(plain, x),
            "shown": squared_error(plain.clamp(0.0, 1.0), x),
        }

    def learner(self, model: Pca, config: PcaConfig, recipe: Recipe, steps: int) -> Learner:
        """No gradient: one pass solves it; more epochs change nothing."""
        return PcaLearner(self, model)


FAMILY = PcaFamily()
