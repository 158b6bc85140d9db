"""VAE/GAN: a variational autoencoder that is told by a critic what a good likeness is.

Larsen et al. 2016, arXiv:1512.09300, algorithm 1. With q(z|x) = N(mu(x), diag sigma(x)^2), the
critic's features phi of a picture and its logit D, the three networks minimise

    encoder    E_q(z|x) [-log N(phi(x); phi(G(z)), s^2)] + beta KL(q(z|x) || N(0, I))     eq. 5, 7
    generator  E softplus(-D(G(z))) + gamma E_q(z|x) [-log N(phi(x); phi(G(z)), s^2)]     eq. 8
    critic     E softplus(-D(x)) + E softplus(D(G(z))),                                   eq. 4

z half from the encoder and half from the prior: both must pass for real. As in the paper the
critic's verdict does not reach the encoder, and the likeness does not reach the critic. The
generator's side does not saturate (Goodfellow et al. 2014, section 3), the critic's slope is held
down by R1 (Mescheder et al. 2018, arXiv:1801.04406), and s is the best one for each batch (Rybkin
et al. 2021, arXiv:2006.13202, eq. 7) in place of 1: while the critic learns, its features grow.
"""

# ruff: noqa: ARG002 - families share one interface and need not use all of it
from __future__ import annotations

from math import log, pi
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import torch
from pydantic import Field
from torch import Tensor, nn

from latentlab.core.spec import Recipe
from latentlab.models._adversarial import (
    AdversarialLearner,
    AdversarialModel,
    descend,
    detached,
    frozen,
)
from latentlab.models._blocks import Network, make_encoder
from latentlab.models._game import NON_SATURATING, Game, Penalty, real_slope
from latentlab.models._gan_networks import (
    CriticWidth,
    GanLatent,
    GanNetwork,
    GanWidth,
    PenaltyEvery,
    make_features,
    make_generator,
)
from latentlab.models._losses import squared_error
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

FEATURES = 128  # of a picture, in the critic's last hidden layer
_LAST = 2  # modules of the critic's body after the layer in which likeness is measured
_LEAST = 1e-8  # below this variance two maps of features are the same
# The encoder's network in _blocks, and its `width` there for each channel of ours.
_ENCODERS: dict[GanNetwork, tuple[Network, int]] = {"mlp": ("mlp", 8), "dcgan": ("conv", 32)}


class VaeganConfig(FamilyConfig):
    """Settings of the VAE/GAN."""

    network: GanNetwork = "dcgan"
    latent: GanLatent = 32
    width: GanWidth = 48
    critic_width: CriticWidth = 32
    encoder_width: int = Field(
        16, ge=4, le=512, description="Channels of the encoder's first map, likewise."
    )
    beta: float = Field(
        20.0,  # there are a thousand features to be alike in: at 5 MNIST costs 60 nats of KL
        ge=0,
        le=1000,
        description="Weight of the KL term; more of it makes encoded pictures look more like "
        "samples, and less like themselves.",
    )
    gamma: float = Field(
        1e-3,
        ge=0,
        le=100,
        description="How much the generator minds likeness, beside passing for real.",
    )
    r1_weight: float = Field(
        0.3,
        ge=0,
        le=1000,
        description="Half of it times the discriminator's squared slope at real pictures is added "
        "to its loss.",
    )
    r1_every: PenaltyEvery = 16


class Vaegan(AdversarialModel):
    """Encoder to (mu, log variance), generator, critic; all three are kept."""

    critic: LikenessCritic

    def __init__(self, config: VaeganConfig, shape: DataShape) -> None:
        super().__init__()
        self.latent_shape = (config.latent,)
        self.beta, self.gamma = config.beta, config.gamma
        network = config.network
        self.generator = make_generator(network, shape, config.width, config.latent)
        self.critic = LikenessCritic(
            make_features(network, shape, config.critic_width, FEATURES, spectral=False)
        )
        kind, units = _ENCODERS[network]
        self.encoder = make_encoder(kind, shape, units * config.encoder_width, 1, 2 * config.latent)

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Pictures (batch, C, H, W) in [0, 1] to a diagonal Gaussian, in float32."""
        mu, logvar = self.encoder(2.0 * x - 1.0).float().chunk(2, dim=1)
        return Posterior(mu, logvar.clamp(-16.0, 8.0))

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Latents (batch, latent) to pictures (batch, C, H, W) in (0, 1)."""
        pictures: Tensor = self.generator(z)
        return pictures.float()

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        """Draws, (n, latent), from N(0, I)."""
        return torch.randn(n, *self.latent_shape, generator=generator, device=generator.device)

    def score(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Logits (batch,) that pictures (batch, C, H, W) are real ones."""
        logits: Tensor = self.critic(x)
        return logits


class LikenessCritic(nn.Module):
    """A critic whose hidden layer before the last says how alike two pictures are."""

    def __init__(self, body: nn.Sequential) -> None:
        super().__init__()
        self.early, self.late = body[:-_LAST], body[-_LAST:]
        self.whole = nn.Linear(FEATURES, 1)

    def look(self, x: Tensor) -> Tensor:
        """Pictures (batch, C, H, W) in [0, 1] to phi, (batch, features)."""
        features: Tensor = self.early(2.0 * x - 1.0)
        return features

    def judge(self, features: Tensor) -> Tensor:
        """Phi, (batch, features), to logits (batch,)."""
        logits: Tensor = self.whole(self.late(features))[:, 0]
        return logits

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (batch, C, H, W) in [0, 1] to logits (batch,)."""
        return self.judge(self.look(x))


def unlikeness(again: Tensor, wanted: Tensor) -> Tensor:
    """-log N(wanted; again, s^2) of features (batch, d), in nats, with the s that makes it least.

    A mean over the batch, a scalar; s^2 is the mean squared error of the batch.
    """
    error = (again.float() - wanted.float()).square().mean().clamp(min=_LEAST)
    return 0.5 * wanted.shape[1] * (error.log() + log(2 * pi) + 1)


class _Thought(NamedTuple):
    """What the pictures of one step were made from."""

    q: Posterior
    z: Tensor  # (batch, latent), drawn from q with a way back to the encoder
    given: Tensor  # the same numbers as the generator got them, with no way back


class VaeganLearner(AdversarialLearner[Vaegan]):
    """Three networks with an optimizer each; the encoder is averaged with its generator.

    Further terms: "reconstruction" in the critic's features and "kl", in nats per image without
    their weights, and "pixels", the squared error per image, which nothing minimises.
    """

    _thought: _Thought

    def _players(self) -> tuple[nn.Module, ...]:
        return *super()._players(), self.model.encoder

    def _make(self, x: Tensor, y: Tensor | None, noise: torch.Generator, *, learns: bool) -> Tensor:
        """The pictures again, then as many fresh ones: (2 * batch, C, H, W)."""
        with self._precision(x), torch.set_grad_enabled(learns):
            q = self.model.encode(x)
            z = q.sample(noise)
            given = z.detach().requires_grad_(learns)
            self._thought = _Thought(q, z, given)
            latents = torch.cat([given, self.model.sample_prior(len(x), noise)])
            return self.model.decode(latents)

    def _step_generator(
        self, x: Tensor, made: Tensor, y: Tensor | None, noise: torch.Generator
    ) -> Losses:
        """A step of the generator, and one of the encoder, who does not hear the verdict."""
        critic, thought = self.model.critic, self._thought
        with frozen(critic), self._precision(x):
            features = critic.look(made)
            with torch.no_grad():
                wanted = critic.look(x)
            unlike = unlikeness(features[: len(x)], wanted)
            loss = self.game.loss.generator(critic.judge(features).float(), None)
            (pull,) = torch.autograd.grad(unlike, thought.given, retain_graph=True)
            slope = descend(self.optimizers[0], loss + self.model.gamma * unlike)
        kl = thought.q.kl().sum(1).mean()
        # The slope of `pulled` along z is `pull`: what the generator made of z need not be redone.
        pulled = (thought.z * pull).sum()
        of_encoder = descend(self.optimizers[2], pulled + self.model.beta * kl)
        found = {"loss": loss, "reconstruction": unlike, "kl": kl, "grad_generator": slope}
        pixels = squared_error(made[: len(x)], x)
        return detached({**found, "grad_encoder": of_encoder, "pixels": pixels})

    def _follow(self) -> None:
        super()._follow()
        if self.shown is not None:
            self._approach(self.shown.encoder, self.model.encoder)

    def state_dict(self) -> dict[str, Any]:
        """Also the averaged encoder."""
        encoder = {} if self.shown is None else self.shown.encoder.state_dict()
        return super().state_dict() | {"average_encoder": encoder}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state_dict` was taken."""
        super().load_state_dict(state)
        if self.shown is not None:
            self.shown.encoder.load_state_dict(state["average_encoder"])


class VaeganFamily(Family[VaeganConfig, Vaegan]):
    """The VAE/GAN, for models/."""

    name = "vaegan"
    title = "VAE/GAN"
    summary = "Encodes like a VAE, draws like a GAN: a critic's features say what is alike."
    paper = "Larsen et al. 2016, arXiv:1512.09300"
    Config = VaeganConfig
    capabilities = frozenset({"encode", "decode", "sample", "posterior", "score"})
    recipe = Recipe(epochs=20, batch_size=64, learning_rate=1e-3, ema=0.999)
    loss_unit = "nats per image"
    validates = False  # each loss says only how well the other side does at that moment
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "MNIST, small": {
            "latent": 20,
            "width": 24,
            "critic_width": 16,
            "encoder_width": 12,
            "batch_size": 128,
            "learning_rate": 1.5e-3,
            "ema": 0.995,
            "epochs": 8,
        },
        "Likeness first": {"beta": 5.0, "gamma": 1e-2},
        "Full layers": {"network": "mlp", "learning_rate": 5e-4},
    }

    def build(self, config: VaeganConfig, shape: DataShape) -> Vaegan:
        """Raises ConfigError for pictures out of the networks' range."""
        return Vaegan(config, shape)

    def losses(
        self, model: Vaegan, x: Tensor, y: Tensor | None, generator: torch.Generator
    ) -> Losses:
        """What the three minimise on one batch: "loss" of the generator, "discriminator" ..."""
        q = model.encode(x)
        latents = torch.cat([q.sample(generator), model.sample_prior(len(x), generator)])
        features, wanted = model.critic.look(model.decode(latents)), model.critic.look(x)
        fake, real = model.critic.judge(features), model.critic.judge(wanted)
        return {
            "loss": NON_SATURATING.generator(fake, None),
            "discriminator": NON_SATURATING.critic(real, fake),
            "reconstruction": unlikeness(features[: len(x)], wanted),
            "kl": q.kl().sum(1).mean(),
        }

    def learner(self, model: Vaegan, config: VaeganConfig, recipe: Recipe, steps: int) -> Learner:
        """Adam for each of the three."""
        penalty = Penalty("r1", config.r1_weight / 2, config.r1_every, real_slope)
        game = Game(NON_SATURATING, (penalty,) if penalty.weight else ())
        return VaeganLearner(model, game, recipe, steps)


FAMILY = VaeganFamily()
