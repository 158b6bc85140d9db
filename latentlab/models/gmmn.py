"""Generative moment matching network: samples are judged by a kernel, and nobody plays a game.

Li, Swersky & Zemel 2015, arXiv:1502.02761; Dziugaite, Roy & Ghahramani 2015, arXiv:1505.03906.
Minimise over the generator g, for batches x of the data and u ~ N(0, I) of noise,

    sqrt(MMD^2(x, g(u))),                                                      section 4.2

with the mean of several kernels whose unit is the spread of the batch (models/_mmd.py). The papers
draw u uniformly; here it is normal, as maps and sliders of latents expect. Batches must be large:
they stand for the two distributions.

With space=codes (Li et al., section 4.1) x are the codes of an autoencoder, ||x - d(e(x))||^2,
which learns first and then stays as it is. z is such a code: pictures can be encoded, and g makes
the prior that an autoencoder does not have.
"""

# ruff: noqa: ARG002 - families share one interface and need not use all of it
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.spec import Recipe
from latentlab.models._blocks import (
    Depth,
    Network,
    Width,
    make_decoder,
    make_encoder,
    mlp,
)
from latentlab.models._learner import GradientLearner
from latentlab.models._losses import squared_error
from latentlab.models._matching import MatchingLearner
from latentlab.models._mmd import KERNELS, KernelName, root_mmd, scale_of
from latentlab.models.family import (
    Capability,
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

SMALLEST_BATCH = 2  # one row has no spread


class GmmnConfig(FamilyConfig):
    """Settings of the GMMN."""

    space: Literal["codes", "pixels"] = Field(
        "codes",
        description="Where samples are matched: in an autoencoder's codes, so that pictures can be "
        "encoded too, or in the pixels.",
    )
    kernel: KernelName = Field(
        "rational",
        description="Rational quadratics, whose pull reaches far, or Gaussians (rbf).",
    )
    latent: int = Field(
        16, ge=1, le=512, description="Numbers in z: in a code, or of noise where pixels match."
    )
    noise: int = Field(
        32, ge=1, le=512, description="Random numbers that a code is made from; not for pixels."
    )
    network: Network = Field(
        "mlp",
        description="Full layers (mlp), convolutions (conv), or mixed: convolutions encode and "
        "full layers decode.",
    )
    width: Width = 512
    depth: Depth = 2
    matcher_width: int = Field(
        256, ge=4, le=4096, description="Hidden units of the network that makes codes from noise."
    )
    code_share: float = Field(
        0.5,
        gt=0,
        lt=1,
        description="Share of the training that goes to the autoencoder, before matching begins.",
    )


class Gmmn(LatentModel):
    """A decoder, and with codes also an encoder and the network that makes codes from noise."""

    def __init__(self, config: GmmnConfig, shape: DataShape) -> None:
        super().__init__()
        sizes = (config.network, shape, config.width, config.depth, config.latent)
        self.latent_shape = (config.latent,)
        self.noise = config.noise if config.space == "codes" else config.latent
        self.kernel = KERNELS[config.kernel]
        self.decoder = make_decoder(*sizes)
        self.encoder: nn.Module | None = None
        self.matcher: nn.Module | None = None
        if config.space == "codes":
            self.encoder, self.matcher = make_encoder(*sizes), _make_matcher(config)

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Pictures (batch, C, H, W) in [0, 1] to codes (batch, latent), in float32.

        Raises ModelError where pixels are matched: nothing leads from a picture to its z.
        """
        if self.encoder is None:
            raise ModelError(
                "A GMMN that matches pixels has no encoder, so pictures have no z; choose another "
                "model, or train one with space=codes."
            )
        return Posterior(self.encoder(2.0 * x - 1.0).float())

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Latents (batch, latent) to pictures (batch, C, H, W) in (0, 1)."""
        return torch.sigmoid(self.decoder(z).float())

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        """Z, (n, latent): noise from N(0, I), or the codes that are made from it."""
        noise = torch.randn(n, self.noise, generator=generator, device=generator.device)
        if self.matcher is None:
            return noise
        codes: Tensor = self.matcher(noise.to(next(self.parameters()).device)).float()
        return codes

    def mismatch(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Sqrt(MMD^2) between pictures (batch, C, H, W), or their codes, and as many samples."""
        made, real = self.sample_prior(len(x), generator), x
        if self.encoder is None:
            made = self.decode(made)
        else:
            with torch.no_grad():  # the codes are what is to be matched, not what moves
                real = self.encode(x).mu
        real, made = real.flatten(1), made.flatten(1)
        return root_mmd(made, real, self.kernel, scale_of(real))

    def error(self, x: Tensor) -> Tensor:
        """Squared error per picture of x (batch, C, H, W), encoded and decoded again."""
        return squared_error(self.decode(self.encode(x).mu), x)


def _make_matcher(config: GmmnConfig) -> nn.Sequential:
    """Noise (batch, noise) to codes (batch, latent)."""
    units = config.matcher_width
    return mlp(nn.Linear(config.noise, units), nn.Linear(units, config.latent), 3)


class GmmnFamily(Family[GmmnConfig, Gmmn]):
    """The GMMN, for models/."""

    name = "gmmn"
    title = "GMMN"
    summary = "Makes whole batches look like the data to a kernel: no critic, no likelihood."
    paper = "Li, Swersky & Zemel 2015, arXiv:1502.02761; Dziugaite et al. 2015, arXiv:1505.03906"
    Config = GmmnConfig
    capabilities = frozenset({"encode", "decode", "sample"})
    recipe = Recipe(epochs=40, batch_size=500, learning_rate=2e-3, ema=0.99)
    loss_unit = "root MMD + squared error per image"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "Codes of an autoencoder": {"epochs": 60, "depth": 3},
        "Pixels": {"space": "pixels"},
        "Gaussian kernels": {"kernel": "rbf"},
    }

    def abilities(self, config: GmmnConfig) -> frozenset[Capability]:
        """Pictures can be encoded only where an autoencoder belongs to it."""
        return self.capabilities - ({"encode"} if config.space == "pixels" else set())

    def check(self, config: GmmnConfig, recipe: Recipe) -> None:
        """Raises ConfigError for batches too small to have a spread."""
        if recipe.batch_size < SMALLEST_BATCH:
            raise ConfigError(
                f"A GMMN compares whole batches with each other, but the batch size is "
                f"{recipe.batch_size}; 500 or more does well, {SMALLEST_BATCH} is the least."
            )

    def build(self, config: GmmnConfig, shape: DataShape) -> Gmmn:
        """Raises ConfigError for pictures out of the networks' range."""
        return Gmmn(config, shape)

    def losses(
        self, model: Gmmn, x: Tensor, y: Tensor | None, generator: torch.Generator
    ) -> Losses:
        """The root of MMD^2; with codes, the squared error of the autoencoder is added."""
        mismatch = model.mismatch(x, generator)
        if model.encoder is None:
            return {"loss": mismatch}
        error = model.error(x)
        return {"loss": error + mismatch, "reconstruction": error, "mmd": mismatch}

    def learner(self, model: Gmmn, config: GmmnConfig, recipe: Recipe, steps: int) -> Learner:
        """AdamW on the autoencoder first, then on what makes its codes; or on the decoder alone."""
        if config.space == "pixels":
            return GradientLearner(self, model, recipe, steps)
        return MatchingLearner(self, model, config.code_share, recipe, steps)


FAMILY = GmmnFamily()
