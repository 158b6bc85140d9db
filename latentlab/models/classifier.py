"""A small convolutional classifier: the yardstick for everything that speaks of labels.

Trained once per dataset, then frozen: it says which label a made picture shows, and its features
(the mean over places of the last map) are the space in which distances between sets of pictures
are measured (cFID, cKID). Group normalisation (Wu & He 2018, arXiv:1803.08494) keeps every picture
independent of its batch; training pictures are shifted at random. Classes minimise cross-entropy,
attributes the sum of their binary ones.
"""

# ruff: noqa: ARG002 - families share one interface and need not use all of it
from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from pydantic import Field
from torch import Tensor, nn

from latentlab.core.errors import ModelError
from latentlab.core.spec import Recipe
from latentlab.models._blocks import Residual, check_shape, levels_for, shifted
from latentlab.models._conditions import told_numbers
from latentlab.models._learner import GradientLearner
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

GROUP = 8  # channels normalised together


class ClassifierConfig(FamilyConfig):
    """Settings of the classifier."""

    target: Literal["labels", "attributes"] = Field(
        "labels", description="What it learns to read: the class, or every attribute."
    )
    width: int = Field(
        24,
        ge=8,
        le=256,
        multiple_of=GROUP,
        description="Channels at full size; they double whenever the picture halves.",
    )
    shift: int = Field(
        2, ge=0, le=8, description="Pixels by which training pictures are moved at random."
    )


class Classifier(LatentModel):
    """Pictures to features (batch, latent), and features to what the pictures show."""

    def __init__(self, config: ClassifierConfig, shape: DataShape) -> None:
        super().__init__()
        check_shape(shape)
        outputs = told_numbers(config.target, shape)
        self.reads, self.shift = config.target, config.shift
        layers: list[nn.Module] = [_conv(shape.channels, config.width)]
        channels = config.width
        for _ in range(levels_for(shape)):
            layers += [nn.MaxPool2d(2), _conv(channels, 2 * channels)]
            channels *= 2
            layers.append(Residual(_conv(channels, channels)))
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(channels, outputs)
        self.latent_shape = (channels,)

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Pictures (batch, C, H, W) in [0, 1] to features (batch, latent), in float32."""
        return Posterior(self.body(2.0 * x - 1.0).mean((2, 3)).float())

    def classify(self, x: Tensor) -> Tensor:
        """What pictures show: probabilities of classes, or of each attribute, (batch, k)."""
        return self.judge(x)[0]

    def judge(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Those probabilities, and the features (batch, latent) that they were read from."""
        features = self.encode(x).mu
        logits = self.head(features)
        seen = logits.softmax(1) if self.reads == "labels" else torch.sigmoid(logits)
        return seen, features

    def logits(self, x: Tensor) -> Tensor:
        """The same before it is squashed, (batch, k)."""
        return self.head(self.encode(x).mu)  # type: ignore[no-any-return]

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Raises ModelError: features cannot be drawn."""
        raise ModelError("A classifier has no decoder; choose another model.")

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        """Raises ModelError: features are not drawn from anything."""
        raise ModelError("A classifier has no prior to sample from; choose another model.")


class ClassifierFamily(Family[ClassifierConfig, Classifier]):
    """The classifier, for models/."""

    name = "classifier"
    title = "Classifier"
    summary = "Reads the label of a picture: the yardstick for models that are told labels."
    paper = "LeCun et al. 1998, doi:10.1109/5.726791; Wu & He 2018, arXiv:1803.08494"
    Config = ClassifierConfig
    capabilities = frozenset({"encode", "classify"})
    recipe = Recipe(epochs=15, batch_size=128, learning_rate=3e-3, weight_decay=0.05, ema=0.999)
    loss_unit = "nats per image"
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "Digits": {},
        "Attributes": {"target": "attributes", "width": 32},
    }

    def build(self, config: ClassifierConfig, shape: DataShape) -> Classifier:
        """Raises ConfigError for data without labels, or pictures out of the networks' range."""
        return Classifier(config, shape)

    def losses(
        self, model: Classifier, x: Tensor, y: Tensor | None, generator: torch.Generator
    ) -> Losses:
        """Cross-entropy, and the share of answers that are wrong."""
        assert y is not None  # or the network could not have been built
        moved = model.training and model.shift
        logits = model.logits(shifted(x, model.shift, generator) if moved else x)
        if model.reads == "labels":
            wrong = (logits.argmax(1) != y.argmax(1)).float().mean()
            return {"loss": F.cross_entropy(logits, y), "error": wrong}
        missed = ((logits > 0) != (y > 0.5)).float().mean()
        loss = F.binary_cross_entropy_with_logits(logits, y, reduction="none").sum(1).mean()
        return {"loss": loss, "error": missed}

    def learner(
        self, model: Classifier, config: ClassifierConfig, recipe: Recipe, steps: int
    ) -> Learner:
        """AdamW on all weights."""
        return GradientLearner(self, model, recipe, steps)


def _conv(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1), nn.GroupNorm(outputs // GROUP, outputs), nn.SiLU()
    )


FAMILY = ClassifierFamily()
