"""Conditional variational autoencoder: encoder and decoder are told the label.

Sohn, Lee & Yan 2015, "Learning Structured Output Representation using Deep Conditional Generative
Models", eq. 4, with the prior of z independent of the label as in Kingma et al. 2014,
arXiv:1406.5298, section 2 (M2): maximise

    E_q(z|x,y) [log p(x|z, y)] - beta KL(q(z|x, y) || N(0, I)),

which bounds log p(x|y). What the label says need not be kept in z, so z keeps the style. The label
is a class (one-hot, or shares of several classes) or any number of attributes (multi-hot).

With condition=quadrants y is a part of the picture itself, the model completes the rest, and the
prior depends on y as in Sohn et al.: models/_quadrants.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from latentlab.core.errors import ConfigError
from latentlab.core.spec import Recipe
from latentlab.models._conditions import told_numbers
from latentlab.models._quadrants import Completer, WarmingLearner
from latentlab.models.vae import Vae, VaeConfig, VaeFamily

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from torch import Tensor

    from latentlab.models.family import Capability, DataShape, Learner, Losses, Posterior


class CvaeConfig(VaeConfig):
    """Settings of the conditional VAE."""

    condition: Literal["labels", "attributes", "quadrants"] = Field(
        "labels",
        description="What encoder and decoder are told: the class, all attributes, or quadrants of "
        "the picture, of which the model then completes the others.",
    )


class Cvae(Vae):
    """A VAE whose two networks also see y (batch, k)."""

    def __init__(self, config: CvaeConfig, shape: DataShape) -> None:
        assert config.condition != "quadrants"  # a Completer's
        told = told_numbers(config.condition, shape)
        super().__init__(config, shape, told)
        self.reads, self.told = config.condition, told

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Pictures (batch, C, H, W) in [0, 1] and y (batch, k) to a diagonal Gaussian."""
        return super().encode(x, self._known(y))

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Latents (batch, latent) and y (batch, k) to means (batch, C, H, W) in (0, 1)."""
        return super().decode(z, self._known(y))

    def log_likelihood(self, observed: Tensor, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Log p(x|z, y) in nats, (batch,); a density where the likelihood is Gaussian."""
        return super().log_likelihood(observed, z, self._known(y))

    def _known(self, y: Tensor | None) -> Tensor:
        """Raises ConfigError where nothing, or something of another width, was told."""
        if y is None:
            raise ConfigError(
                f"A conditional model must be told the {self.reads}; choose one, "
                "or take an unconditional model."
            )
        if y.shape[1] != self.told:
            raise ConfigError(
                f"The model knows {self.told} {self.reads}, but {y.shape[1]} are given; "
                "choose data with the same ones."
            )
        return y


class CvaeFamily(VaeFamily):
    """The conditional VAE, for models/."""

    name = "cvae"
    title = "Conditional VAE"
    summary = (
        "Is told the label, so that its latent space keeps what the label does not say: style."
    )
    paper = "Sohn, Lee & Yan 2015; Kingma et al. 2014, arXiv:1406.5298"
    Config = CvaeConfig
    capabilities = VaeFamily.capabilities | {"label"}
    recipe = Recipe(epochs=30, batch_size=128, learning_rate=2e-3, weight_decay=0.02, ema=0.999)
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "Map (2 latents)": {"latent": 2, "network": "mixed", "depth": 3, "epochs": 60},
        "Style transfer (16 latents)": {"latent": 16, "depth": 3, "epochs": 60},
        "Attributes": {"latent": 16, "condition": "attributes"},
        "Grey values": {"latent": 16, "likelihood": "gaussian"},
        "Completion of pictures": {"condition": "quadrants", "latent": 64, "width": 352},
    }

    def abilities(self, config: VaeConfig) -> frozenset[Capability]:
        """To obey a label; or to complete pictures, and nothing else: no z means much alone."""
        assert isinstance(config, CvaeConfig)
        completes = config.condition == "quadrants"
        return frozenset({"complete"}) if completes else self.capabilities

    def build(self, config: VaeConfig, shape: DataShape) -> Cvae | Completer:
        """Raises ConfigError for data without labels, or pictures out of the networks' range."""
        assert isinstance(config, CvaeConfig)
        if config.condition == "quadrants":
            return Completer(config, shape)
        return Cvae(config, shape)

    def losses(self, model: Vae, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """-log p(x|z, y) with one z, and the KL; their sum is -ELBO where beta is 1."""
        if isinstance(model, Completer):
            return model.losses(x, y, generator)
        return super().losses(model, x, y, generator)

    def learner(self, model: Vae, config: VaeConfig, recipe: Recipe, steps: int) -> Learner:
        """AdamW on all weights; to complete pictures, after a warm-up of the KL."""
        if isinstance(model, Completer):
            return WarmingLearner(self, model, recipe, steps)
        return super().learner(model, config, recipe, steps)


FAMILY = CvaeFamily()
