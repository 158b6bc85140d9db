"""Autoencoder: a bottleneck between two networks.

Hinton & Salakhutdinov 2006, doi:10.1126/science.1127647. Minimise over encoder f and decoder g

    E_x || x - g(f(x)) ||^2

Fully connected, the code is a vector; convolutional, it is a map a quarter of the picture's side,
7 x 7 for 28 x 28 pixels. Codes have no prior: sampling uses a Gaussian fitted to the codes of the
last epoch (`_codes.py`).
"""

# ruff: noqa: ARG002 - families share one interface and need not use all of it
from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from latentlab.core.errors import ConfigError
from latentlab.core.spec import Recipe
from latentlab.models._blocks import (
    Depth,
    Network,
    Width,
    check_shape,
    conv_channels,
    conv_down,
    conv_up,
    make_decoder,
    make_encoder,
    map_extent,
)
from latentlab.models._codes import CodeGaussian, Moments
from latentlab.models._learner import GradientLearner
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

LEVELS = 2  # halvings of the convolutional code: 28 -> 14 -> 7
LARGEST_CODE = 4096  # its covariance is a square of this side


class AeConfig(FamilyConfig):
    """Settings of the autoencoder."""

    network: Network = "mlp"
    latent: int = Field(30, ge=1, le=512, description="Numbers in a code (fully connected).")
    channels: int = Field(
        1, ge=1, le=64, description="Channels of the code's map (convolutional), 7 x 7 at 28 x 28."
    )
    width: Width = 512
    depth: Depth = 2


class Ae(LatentModel):
    """Encoder to a point, decoder to logits, a Gaussian over the points."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module, latent: tuple[int, ...]) -> None:
        super().__init__()
        self.latent_shape = latent
        self.encoder, self.decoder = encoder, decoder
        self.codes = CodeGaussian(prod(latent))

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Pictures (batch, C, H, W) in [0, 1] to points (batch, latent), in float32."""
        return Posterior(self.encoder(2.0 * x - 1.0).float())

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Codes (batch, latent) to pictures (batch, C, H, W) in (0, 1)."""
        return torch.sigmoid(self.decoder(z).float())

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        """Draws, (n, latent), from the Gaussian fitted to the codes."""
        return self.codes.sample(n, generator)


class AeLearner(GradientLearner[Ae]):
    """Also sums up the codes that pass, and fits the Gaussian to them after each epoch."""

    def __init__(self, family: AeFamily, model: Ae, recipe: Recipe, steps: int) -> None:
        super().__init__(family, model, recipe, steps)
        self.seen = Moments()

    def objective(self, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """The family's loss, with a look at the codes on the way."""
        z = self.model.encode(x).mu
        self.seen.add(z.detach())
        return {"loss": squared_error(self.model.decode(z), x)}

    def end_epoch(self, epoch: int) -> None:
        """Fit the Gaussian of the model, and of its average, to this epoch's codes."""
        for model in {self.model, self.model_to_use()}:
            model.codes.fit(self.seen)
        self.seen = Moments()

    def state_dict(self) -> dict[str, Any]:
        """Also the sums of the codes."""
        return super().state_dict() | {"codes": self.seen.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state_dict` was taken."""
        super().load_state_dict(state)
        self.seen.load_state_dict(state["codes"])


class AeFamily(Family[AeConfig, Ae]):
    """The autoencoder, for models/."""

    name = "ae"
    title = "Autoencoder"
    summary = "Squeezes a picture through a narrow code and learns to draw it again."
    paper = "Hinton & Salakhutdinov 2006, doi:10.1126/science.1127647"
    Config = AeConfig
    capabilities = frozenset({"encode", "decode", "sample"})
    recipe = Recipe(epochs=30, batch_size=128, learning_rate=2e-3, weight_decay=0.1, ema=0.999)
    loss_unit = "squared error per image"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "30 numbers": {"latent": 30, "epochs": 40},
        "Map (2 numbers)": {"latent": 2, "network": "mixed", "depth": 3},
        "7 x 7 map": {"network": "conv", "depth": 1, "channels": 1, "epochs": 12},
    }

    def build(self, config: AeConfig, shape: DataShape) -> Ae:
        """Raises ConfigError for pictures or codes out of the networks' range."""
        check_shape(shape, config.network)
        if config.network == "conv":
            return _build_map(config, shape)
        sizes = (config.network, shape, config.width, config.depth, config.latent)
        return Ae(make_encoder(*sizes), make_decoder(*sizes), (config.latent,))

    def losses(self, model: Ae, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """Squared error per picture: summed over pixels, mean over the batch."""
        return {"loss": squared_error(model.decode(model.encode(x).mu), x)}

    def learner(self, model: Ae, config: AeConfig, recipe: Recipe, steps: int) -> Learner:
        """AdamW on all weights."""
        return AeLearner(self, model, recipe, steps)


def _build_map(config: AeConfig, shape: DataShape) -> Ae:
    """The convolutional autoencoder, whose code is a map of `channels` channels."""
    extent = map_extent(shape, config.channels, LEVELS)
    if prod(extent) > LARGEST_CODE:
        most = LARGEST_CODE * config.channels // prod(extent)
        raise ConfigError(
            f"channels is {config.channels}, which makes codes of {prod(extent)} numbers at "
            f"{shape.width} x {shape.height} pixels; choose {most} or fewer."
        )
    narrow = conv_channels(config.width)
    features = narrow << (LEVELS - 1)
    encoder = nn.Sequential(
        conv_down(shape, narrow, config.depth, LEVELS),
        nn.Conv2d(features, config.channels, 3, padding=1),
        nn.Flatten(),
    )
    decoder = nn.Sequential(
        nn.Unflatten(1, extent),
        nn.Conv2d(config.channels, features, 3, padding=1),
        nn.SiLU(),
        conv_up(shape, narrow, config.depth, LEVELS),
    )
    return Ae(encoder, decoder, extent)


FAMILY = AeFamily()
