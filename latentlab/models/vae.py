"""Variational autoencoder.

Kingma & Welling 2014, arXiv:1312.6114, eq. 10: maximise over encoder and decoder

    E_q(z|x) [log p(x|z)] - beta KL(q(z|x) || N(0, I)),   q(z|x) = N(mu(x), diag sigma(x)^2)

with one z per picture by reparametrisation; beta = 1 bounds log p(x), other values are the
beta-VAE of Higgins et al. 2017, and 0 leaves a noisy autoencoder. p(x|z) is a Bernoulli on
pixels binarised afresh at each step, or a Gaussian with one learned sigma (Rybkin et al. 2021,
arXiv:2006.13202). The encoder may be trained on shifted pictures while the decoder still answers
for the unshifted ones, a bound like any other q: amortised inference regularisation, Shu et al.
2018, arXiv:1805.08913.
"""

# ruff: noqa: ARG002 - families share one interface and need not use all of it
from __future__ import annotations

from math import log, pi
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from pydantic import Field
from torch import Tensor, nn

from latentlab.core.spec import Recipe
from latentlab.models._blocks import (
    Depth,
    Network,
    Width,
    joined,
    make_decoder,
    make_encoder,
    shifted,
)
from latentlab.models._learner import GradientLearner
from latentlab.models.family import (
    DataShape,
    Family,
    FamilyConfig,
    Learner,
    LikelihoodModel,
    Losses,
    Posterior,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

LOG_2PI = log(2 * pi)


class VaeConfig(FamilyConfig):
    """Settings of the VAE."""

    network: Network = "mlp"
    latent: int = Field(2, ge=1, le=512, description="Numbers in one latent code z.")
    likelihood: Literal["bernoulli", "gaussian"] = Field(
        "bernoulli",
        description="Black-or-white pixels drawn anew at each step, or grey with a learned sigma.",
    )
    beta: float = Field(
        1.0, ge=0, le=100, description="Weight of the KL term; 0 removes the regularisation."
    )
    width: Width = 512
    depth: Depth = 2
    shift: int = Field(
        0,
        ge=0,
        le=8,
        description="Pixels by which pictures are moved at random before they are encoded, in "
        "training only; steadies the encoder on pictures it has not seen.",
    )


class Vae(LikelihoodModel):
    """Encoder to (mu, log variance), decoder to logits."""

    def __init__(self, config: VaeConfig, shape: DataShape, told: int = 0) -> None:
        """`told` numbers go to encoder and decoder beside x and z."""
        super().__init__()
        sizes = (config.network, shape, config.width, config.depth)
        self.latent_shape = (config.latent,)
        self.encoder = make_encoder(*sizes, 2 * config.latent, told)
        self.decoder = make_decoder(*sizes, config.latent + told)
        self.beta, self.shift = config.beta, config.shift
        self.binary = config.likelihood == "bernoulli"
        if not self.binary:
            self.log_sigma = nn.Parameter(torch.tensor(log(0.2)))

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Pictures (batch, C, H, W) in [0, 1] to a diagonal Gaussian, in float32."""
        mu, logvar = self.encoder(2.0 * x - 1.0, y).float().chunk(2, dim=1)
        return Posterior(mu, logvar.clamp(-16.0, 8.0))

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Latents (batch, latent) to means (batch, C, H, W) in (0, 1)."""
        return torch.sigmoid(self.decoder(joined(z, y)))

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        """Draws, (n, latent), from N(0, I)."""
        return torch.randn(n, *self.latent_shape, generator=generator, device=generator.device)

    def observe(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Pixels on with probability x for the Bernoulli; x itself for the Gaussian."""
        if not self.binary:
            return x
        # A third of the time of torch.bernoulli on a CPU, and the same law.
        return torch.empty_like(x).uniform_(generator=generator).lt_(x)

    def log_likelihood(self, observed: Tensor, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Log p(x|z) in nats, (batch,); a density where the likelihood is Gaussian."""
        return self.log_pixels(observed, z, y).flatten(1).sum(1)

    def log_pixels(self, observed: Tensor, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Its share of every pixel, (batch, C, H, W)."""
        logits = self.decoder(joined(z, y)).float()
        if self.binary:
            return -F.binary_cross_entropy_with_logits(logits, observed, reduction="none")
        errors = (observed - torch.sigmoid(logits)).square()
        log_sigma = self.log_sigma.clamp(min=-7.0)  # below one grey level of 256 nothing is left
        return -0.5 * (errors * torch.exp(-2 * log_sigma) + 2 * log_sigma + LOG_2PI)


class VaeFamily(Family[VaeConfig, Vae]):
    """The VAE, for models/."""

    name = "vae"
    title = "VAE"
    summary = "Encodes a picture as a small cloud in a latent space shaped like a normal density."
    paper = "Kingma & Welling 2014, arXiv:1312.6114"
    Config = VaeConfig
    capabilities = frozenset({"encode", "decode", "sample", "likelihood", "posterior"})
    recipe = Recipe(epochs=30, batch_size=128, learning_rate=2e-3, weight_decay=0.02, ema=0.999)
    loss_unit = "nats per image"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "Map (2 latents)": {"latent": 2, "network": "mixed", "depth": 3, "epochs": 80},
        "Better pictures (20 latents)": {"latent": 20, "depth": 3, "epochs": 60},
        "Small and convolutional": {"network": "conv", "latent": 20, "depth": 1},
        "Grey values": {"likelihood": "gaussian"},
        "No regularisation": {"beta": 0.0},
    }

    def build(self, config: VaeConfig, shape: DataShape) -> Vae:
        """Raises ConfigError for pictures out of the networks' range."""
        return Vae(config, shape)

    def losses(self, model: Vae, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """-log p(x|z) with one z, and the KL; their sum is -ELBO where beta is 1."""
        observed = model.observe(x, generator)
        moved = model.training and model.shift
        q = model.encode(shifted(observed, model.shift, generator) if moved else observed, y)
        reconstruction = -model.log_likelihood(observed, q.sample(generator), y).mean()
        kl = q.kl().sum(1).mean()
        return {
            "loss": reconstruction + model.beta * kl,
            "reconstruction": reconstruction,
            "kl": kl,
        }

    def learner(self, model: Vae, config: VaeConfig, recipe: Recipe, steps: int) -> Learner:
        """AdamW on all weights."""
        return GradientLearner(self, model, recipe, steps)


FAMILY = VaeFamily()
