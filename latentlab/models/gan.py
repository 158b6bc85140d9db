"""Generative adversarial network: one generator, one critic, and the losses they have been given.

Goodfellow et al. 2014, arXiv:1406.2661, eq. 1:

    min_G max_D  E log D(x) + E log(1 - D(G(z))),  z ~ N(0, I).

What either side minimises instead is a value of models/_game.py; the networks are full layers or
those of the DCGAN, Radford et al. 2016, arXiv:1511.06434. A critic that judges several pictures
together sees it when they are too much alike: PacGAN, Lin et al. 2018, arXiv:1712.04086. There is
no encoder.
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
from latentlab.models._game import (
    LOSSES,
    Game,
    Penalty,
    clipped_to,
    made_slope,
    real_slope,
    slope_from_one,
)
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

FEATURES = 128  # of a pack of pictures, in the critic


class GanConfig(FamilyConfig):
    """Settings of the GAN."""

    loss: Literal[
        "minimax",
        "non-saturating",
        "least-squares",
        "wasserstein-clip",
        "wasserstein-gp",
        "relativistic",
    ] = Field("non-saturating", description="What the two networks minimise.")
    network: GanNetwork = "dcgan"
    latent: GanLatent = 64
    width: GanWidth = 48
    critic_width: CriticWidth = 32
    critic_steps: int = Field(
        0,
        ge=0,
        le=100,
        description="Steps of the discriminator for each one of the generator; 0: as the paper of "
        "the loss has it, 5 for Wasserstein and 1 for others.",
    )
    packing: int = Field(
        1,
        ge=1,
        le=16,
        description="Pictures that the discriminator judges together, which shows it when they are "
        "too much alike.",
    )
    spectral: bool = Field(
        default=False, description="Layers of spectral norm one in the discriminator."
    )
    batch_norm: bool = Field(
        default=False,
        description="Batch normalisation in the convolutions of the discriminator, as in the "
        "DCGAN; not with penalties on its slope.",
    )
    r1_weight: float = Field(
        0.3,
        ge=0,
        le=1000,
        description="Half of it times the discriminator's squared slope at real pictures is added "
        "to its loss, and at made ones for the relativistic loss; not for Wasserstein losses.",
    )
    r1_every: PenaltyEvery = 16
    gp_weight: float = Field(
        10.0,
        ge=0,
        le=1000,
        description="Of the penalty on slopes other than one, for wasserstein-gp.",
    )
    clip: float = Field(
        0.01,
        gt=0,
        le=10,
        description="Largest weight of the discriminator, for wasserstein-clip.",
    )

    @property
    def penalties(self) -> tuple[Penalty, ...]:
        """What the critic minds beside its loss."""
        half, every = self.r1_weight / 2, self.r1_every
        by_loss = {
            "wasserstein-clip": [],
            "wasserstein-gp": [Penalty("gp", self.gp_weight, 1, slope_from_one)],
            "relativistic": [
                Penalty("r1", half, every, real_slope),
                Penalty("r2", half, every, made_slope),
            ],
        }
        usual = [Penalty("r1", half, every, real_slope)]
        return tuple(penalty for penalty in by_loss.get(self.loss, usual) if penalty.weight)

    @property
    def game(self) -> Game:
        """The loss with all that belongs to it."""
        loss = LOSSES[self.loss]
        return Game(
            loss,
            self.penalties,
            self.critic_steps or loss.critic_steps,
            loss.betas,
            apart=self.batch_norm,
            after_critic=clipped_to(self.clip) if self.loss == "wasserstein-clip" else None,
        )


class Gan(AdversarialModel):
    """Generator of z, critic of packs of pictures."""

    def __init__(self, config: GanConfig, shape: DataShape) -> None:
        super().__init__()
        self.latent_shape, self.packing = (config.latent,), config.packing
        self.loss = LOSSES[config.loss]
        self.generator = make_generator(
            config.network, shape, config.width, config.latent, thin=True
        )
        self.critic = Critic(config, shape)

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Raises ModelError: nothing leads from a picture to its z."""
        raise ModelError("A GAN has no encoder, so pictures have no z; choose another model.")

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Latents (batch, latent) to pictures (batch, C, H, W) in (0, 1)."""
        pictures: Tensor = self.generator(z)
        return pictures.float()

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        """Draws, (n, latent), from N(0, I)."""
        return torch.randn(n, *self.latent_shape, generator=generator, device=generator.device)

    def judge(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Pictures (packs * packing, C, H, W) to logits (packs,) that all of a pack are real."""
        logits: Tensor = self.critic(x)
        return logits

    def score(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Logits (batch,) of pictures (batch, C, H, W); the first ones fill up the last pack."""
        missing = -len(x) % self.packing
        rows = torch.arange(len(x) + missing, device=x.device) % len(x)
        filled = x.index_select(0, rows) if missing else x
        return self.judge(filled).repeat_interleave(self.packing)[: len(x)]


class Critic(nn.Module):
    """Neighbouring pictures as the channels of one, its features, and one number from them."""

    def __init__(self, config: GanConfig, shape: DataShape) -> None:
        super().__init__()
        self.packed = shape._replace(channels=shape.channels * config.packing)
        self.features = make_features(
            config.network,
            self.packed,
            config.critic_width,
            FEATURES,
            spectral=config.spectral,
            batch_norm=config.batch_norm,
            thin=True,
        )
        self.whole = normalised(nn.Linear(FEATURES, 1), spectral=config.spectral)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (packs * packing, C, H, W) in [0, 1] to logits (packs,)."""
        packs = x.reshape(-1, *self.packed[:3])
        logits: Tensor = self.whole(self.features(2.0 * packs - 1.0))[:, 0]
        return logits


class GanFamily(Family[GanConfig, Gan]):
    """The GAN, for models/."""

    name = "gan"
    title = "GAN"
    summary = "Two networks compete: one makes pictures, the other tells them from real ones."
    paper = "Goodfellow et al. 2014, arXiv:1406.2661; Radford et al. 2016, arXiv:1511.06434"
    Config = GanConfig
    capabilities = frozenset({"decode", "sample", "score"})
    recipe = Recipe(epochs=20, batch_size=64, learning_rate=1e-3, ema=0.999)
    loss_unit = "nats per image"
    validates = False  # each loss says only how well the other side does at that moment
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "DCGAN on MNIST": {"epochs": 12},
        "Full layers on MNIST": {"network": "mlp", "epochs": 20, "learning_rate": 5e-4},
        "Least squares": {"loss": "least-squares"},
        "WGAN": {"loss": "wasserstein-clip", "learning_rate": 1e-4},
        "WGAN-GP": {"loss": "wasserstein-gp", "learning_rate": 5e-4},
        "R3GAN": {"loss": "relativistic"},
        "The lecture's first GAN": {
            "loss": "minimax",
            "network": "mlp",
            "r1_weight": 0.0,
            "ema": 0.0,
        },
    }

    def check(self, config: GanConfig, recipe: Recipe) -> None:
        """Raises ConfigError where a batch cannot be parted into packs."""
        if recipe.batch_size % config.packing:
            raise ConfigError(
                f"The discriminator judges {config.packing} pictures together (packing), so the "
                f"batch size must be a multiple of {config.packing}, but it is "
                f"{recipe.batch_size}."
            )

    def build(self, config: GanConfig, shape: DataShape) -> Gan:
        """Raises ConfigError for settings that exclude each other, or data out of range."""
        _check_normalisation(config)
        return Gan(config, shape)

    def losses(self, model: Gan, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """What both sides minimise on one batch: "loss" of the generator, "discriminator"."""
        made = model.decode(model.sample_prior(len(x), generator))
        real, fake = model.score(x), model.score(made)
        return {
            "loss": model.loss.generator(fake, real),
            "discriminator": model.loss.critic(real, fake),
        }

    def learner(self, model: Gan, config: GanConfig, recipe: Recipe, steps: int) -> Learner:
        """Adam for either side, in turn."""
        return AdversarialLearner(model, config.game, recipe, steps)


def _check_normalisation(config: GanConfig) -> None:
    """Raises ConfigError for batch normalisation beside what it contradicts."""
    if not config.batch_norm:
        return
    beside = [penalty.name for penalty in config.penalties]
    if beside:
        setting = "gp_weight" if beside[0] == "gp" else "r1_weight"
        raise ConfigError(
            "A penalty on the discriminator's slope at each picture has no meaning where batch "
            f"normalisation mixes them; set batch_norm=false or {setting}=0."
        )
    if config.spectral or config.network == "mlp":
        what = "spectral norm" if config.spectral else "full layers"
        raise ConfigError(
            f"Batch normalisation in the discriminator does not go with {what}; "
            f"set batch_norm=false."
        )


FAMILY = GanFamily()
