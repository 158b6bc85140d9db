"""Conditional generative adversarial network with a projection discriminator.

Mirza & Osindero 2014, arXiv:1411.1784: both sides of the game of Goodfellow et al. 2014 are told
the label y. The critic tells it by projection, Miyato & Koyama 2018, arXiv:1802.05637, eq. 8, on
features phi of a picture:

    logit(x, y) = (V y) . phi(x) + psi(phi(x)),

and both minimise the non-saturating loss, softplus(-logit) of what each wants to pass. Its slope at
real pictures is held down by R1 at every 16th step (Mescheder et al. 2018, arXiv:1801.04406;
Karras et al. 2020, arXiv:1912.04958), or everywhere by spectral normalisation. z is drawn
independently of y, so one z is one style under every label. There is no encoder.
"""

# ruff: noqa: ARG002 - families share one interface and need not use all of it
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.spec import Recipe
from latentlab.models._adversarial import AdversarialLearner, AdversarialModel
from latentlab.models._blocks import joined
from latentlab.models._conditions import told_numbers
from latentlab.models._game import NON_SATURATING, Game, Penalty, real_slope, wrongly_told
from latentlab.models._gan_networks import (
    CriticWidth,
    GanLatent,
    GanNetwork,
    GanWidth,
    PenaltyEvery,
    make_features,
    make_generator,
    normalised,
)
from latentlab.models.family import (
    DataShape,
    Family,
    FamilyConfig,
    Learner,
    Losses,
    Posterior,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

FEATURES = 128  # of a picture, in the critic


class CganConfig(FamilyConfig):
    """Settings of the conditional GAN."""

    network: GanNetwork = "dcgan"
    latent: GanLatent = 64
    condition: Literal["labels", "attributes"] = Field(
        "labels", description="What both networks are told: the class, or all attributes."
    )
    width: GanWidth = 64
    critic_width: CriticWidth = 32
    regulariser: Literal["r1", "spectral"] = Field(
        "r1",
        description="What keeps the discriminator smooth: a penalty on its slope at real pictures, "
        "or layers of spectral norm one.",
    )
    r1_weight: float = Field(
        1.0,
        ge=0,
        le=1000,
        description="Half of it times the squared slope is the R1 penalty; where it is too small, "
        "all pictures of a label soon look alike.",
    )
    r1_every: PenaltyEvery = 16
    mismatch: float = Field(
        0.1,
        ge=0,
        le=100,
        description="How much the discriminator minds real pictures under wrong labels: labels are "
        "obeyed better, and pictures differ less.",
    )
    shift: int = Field(
        0,
        ge=0,
        le=8,
        description="Pixels by which all pictures that the discriminator sees are moved at random; "
        "helps where there are few.",
    )


class Cgan(AdversarialModel):
    """Generator of (z, y), critic of (x, y)."""

    def __init__(self, config: CganConfig, shape: DataShape) -> None:
        super().__init__()
        self.told = told_numbers(config.condition, shape)
        self.reads, self.latent_shape = config.condition, (config.latent,)
        spectral = config.regulariser == "spectral"
        self.generator = ConditionalGenerator(config, shape, self.told)
        self.critic = ProjectionCritic(
            make_features(config.network, shape, config.critic_width, FEATURES, spectral=spectral),
            self.told,
            spectral=spectral,
        )

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Raises ModelError: nothing leads from a picture to its z."""
        raise ModelError("A GAN has no encoder, so pictures have no z; choose another model.")

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Latents (batch, latent) and y (batch, k) to pictures (batch, C, H, W) in (0, 1)."""
        pictures: Tensor = self.generator(z, self._known(y))
        return pictures.float()

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        """Draws, (n, latent), from N(0, I)."""
        return torch.randn(n, *self.latent_shape, generator=generator, device=generator.device)

    def score(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Logits (batch,) that pictures (batch, C, H, W) are real ones of y (batch, k)."""
        logits: Tensor = self.critic(x, self._known(y))
        return logits

    def _known(self, y: Tensor | None) -> Tensor:
        """Raises ConfigError where nothing, or something of another width, was told."""
        if y is None or y.shape[1] != self.told:
            given = "nothing" if y is None else f"{y.shape[1]} numbers"
            raise ConfigError(
                f"The model must be told {self.told} {self.reads}, but {given} came; choose a "
                "label of its own data."
            )
        return y


class ConditionalGenerator(nn.Module):
    """Joins z with an embedding of y that is as wide."""

    def __init__(self, config: CganConfig, shape: DataShape, told: int) -> None:
        super().__init__()
        self.embedding = nn.Linear(told, config.latent, bias=False)
        nn.init.normal_(self.embedding.weight)  # as large as z, or the label would be overheard
        self.body = make_generator(config.network, shape, config.width, 2 * config.latent)

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        """Rows (batch, latent) and (batch, k) to pictures (batch, C, H, W) in (0, 1)."""
        pictures: Tensor = self.body(joined(z, self.embedding(y)))
        return pictures


class ProjectionCritic(nn.Module):
    """(V y) . phi(x) + psi(phi(x))."""

    def __init__(self, features: nn.Module, told: int, *, spectral: bool) -> None:
        super().__init__()
        self.features = features
        self.whole = normalised(nn.Linear(FEATURES, 1), spectral=spectral)
        self.embedding = normalised(nn.Linear(told, FEATURES, bias=False), spectral=spectral)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Pictures (batch, C, H, W) in [0, 1] and y (batch, k) to logits (batch,)."""
        features = self.features(2.0 * x - 1.0)
        logits: Tensor = self.whole(features)[:, 0] + (self.embedding(y) * features).sum(1)
        return logits


class CganFamily(Family[CganConfig, Cgan]):
    """The conditional GAN, for models/."""

    name = "cgan"
    title = "Conditional GAN"
    summary = (
        "Two networks compete: one makes pictures of a label, the other tells them from real ones."
    )
    paper = "Mirza & Osindero 2014, arXiv:1411.1784; Miyato & Koyama 2018, arXiv:1802.05637"
    Config = CganConfig
    capabilities = frozenset({"decode", "sample", "label", "score"})
    recipe = Recipe(epochs=20, batch_size=64, learning_rate=1e-3, ema=0.999)
    loss_unit = "nats per image"
    validates = False  # each loss says only how well the other side does at that moment
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "MNIST": {"width": 48, "r1_weight": 0.3, "epochs": 12},
        "Full layers": {"network": "mlp"},
        "Spectral norm": {"regulariser": "spectral", "learning_rate": 2e-4},
        "Attributes": {"condition": "attributes", "mismatch": 0.0},
    }

    def build(self, config: CganConfig, shape: DataShape) -> Cgan:
        """Raises ConfigError for data without labels, or pictures out of the networks' range."""
        return Cgan(config, shape)

    def losses(
        self, model: Cgan, x: Tensor, y: Tensor | None, generator: torch.Generator
    ) -> Losses:
        """What both sides minimise on one batch: "loss" of the generator, "discriminator"."""
        made = model.decode(model.sample_prior(len(x), generator), y)
        real, fake = model.score(x, y), model.score(made, y)
        return {
            "loss": NON_SATURATING.generator(fake, None),
            "discriminator": NON_SATURATING.critic(real, fake),
        }

    def learner(self, model: Cgan, config: CganConfig, recipe: Recipe, steps: int) -> Learner:
        """Adam for either side, in turn."""
        penalties = [Penalty("mismatch", config.mismatch, 1, wrongly_told)]
        if config.regulariser == "r1":
            penalties.append(Penalty("r1", config.r1_weight / 2, config.r1_every, real_slope))
        used = tuple(penalty for penalty in penalties if penalty.weight)
        game = Game(NON_SATURATING, used, shift=config.shift)
        return AdversarialLearner(model, game, recipe, steps)


FAMILY = CganFamily()
