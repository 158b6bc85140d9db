"""What a model family is: one object that says what it can do, builds it and steps it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, NamedTuple, Protocol, TypeVar

import torch
from pydantic import BaseModel, ConfigDict
from torch import Tensor, nn

from latentlab.core.spec import Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping

Capability = Literal[
    "encode",
    "decode",
    "sample",
    "likelihood",
    "label",
    "posterior",
    "classify",
    "complete",
    "score",
]
Reads = Literal["", "labels", "attributes", "quadrants"]
Losses = dict[str, Tensor]  # "loss" first, then its terms; scalars, means over the batch


class FamilyConfig(BaseModel):
    """Settings of a family; every field has a range and a description: form, CLI and JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DataShape(NamedTuple):
    """What a network must know of its data."""

    channels: int
    height: int
    width: int
    labels: int = 0
    attributes: int = 0

    @property
    def pixels(self) -> int:
        """Numbers in one picture."""
        return self.channels * self.height * self.width


@dataclass(frozen=True)
class Posterior:
    """q(z|x): a diagonal Gaussian, or a point where the family is deterministic."""

    mu: Tensor  # (batch, latent)
    logvar: Tensor | None = None  # (batch, latent)

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """One z per row by reparametrisation, mu itself for a point posterior."""
        if self.logvar is None:
            return self.mu
        noise = torch.empty_like(self.mu).normal_(generator=generator)
        return self.mu + noise * self.sigma

    @property
    def sigma(self) -> Tensor:
        """Standard deviations (batch, latent), zeros for a point."""
        return torch.zeros_like(self.mu) if self.logvar is None else torch.exp(0.5 * self.logvar)

    def kl(self) -> Tensor:
        """KL(q(z|x) || N(0, I)) per dimension, (batch, latent), in nats; zeros for a point.

        Closed form: Kingma & Welling 2014, appendix B.
        """
        if self.logvar is None:
            return torch.zeros_like(self.mu)
        return 0.5 * (self.mu.square() + self.logvar.exp() - 1.0 - self.logvar)


class LatentModel(nn.Module, ABC):
    """A network between pictures in [0, 1], (batch, C, H, W), and flat latents (batch, latent).

    `y` is what a model is told beside the picture, (batch, k): classes as shares that sum to 1
    (one-hot for a certain one), or attributes from 0 to 1. Models that read nothing get None, and
    so do those that read quadrants: which of them are seen is theirs to choose while they train.
    """

    latent_shape: tuple[int, ...]
    reads: Reads = ""  # what the columns of y are; "": y is None

    @abstractmethod
    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Pictures (batch, C, H, W) in [0, 1] to q(z|x) or q(z|x, y)."""

    @abstractmethod
    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Latents (batch, latent) to mean pictures (batch, C, H, W) in [0, 1]."""

    @abstractmethod
    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        """Draws of z, (n, latent), from the prior or what stands in for it."""


class LikelihoodModel(LatentModel):
    """A model that bounds log p(x) or log p(x|y): what the capability "likelihood" promises."""

    @abstractmethod
    def observe(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Pictures as the likelihood sees them: binarised afresh, or unchanged."""

    @abstractmethod
    def log_likelihood(self, observed: Tensor, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Log p(x|z) in nats, (batch,), of observed pictures (batch, C, H, W)."""

    def elbo(self, observed: Tensor, generator: torch.Generator, y: Tensor | None = None) -> Tensor:
        """A bound on log p(x) from one z per picture and the closed KL, (batch,), in nats."""
        q = self.encode(observed, y)
        return self.log_likelihood(observed, q.sample(generator), y) - q.kl().sum(1)

    def iwae(
        self, observed: Tensor, k: int, generator: torch.Generator, y: Tensor | None = None
    ) -> Tensor:
        """The tighter bound log 1/k sum_i p(x, z_i) / q(z_i|x), (batch,), in nats.

        Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519, eq. 8. Memory grows with the batch,
        not with k.
        """
        q = self.encode(observed, y)
        weights = [self._log_weight(observed, q, generator, y) for _ in range(k)]
        return torch.stack(weights).logsumexp(0) - log(k)

    def _log_weight(
        self, observed: Tensor, q: Posterior, generator: torch.Generator, y: Tensor | None
    ) -> Tensor:
        if q.logvar is None:
            raise TypeError("a model with a likelihood needs a posterior with a variance")
        z = q.sample(generator)
        log_ratio = 0.5 * ((z - q.mu).square() / q.logvar.exp() + q.logvar - z.square()).sum(1)
        return self.log_likelihood(observed, z, y) + log_ratio


class Learner(Protocol):
    """All mutable state of training: optimizers, schedule, averaged weights."""

    def step(self, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """One optimisation step on pictures x in [0, 1], told y where the model reads it.

        Gives detached losses, left on the device.
        """
        ...

    def end_epoch(self, epoch: int) -> None:
        """Called after the last step of each epoch, before evaluation."""
        ...

    def model_to_use(self) -> LatentModel:
        """The weights to evaluate, show and keep: the average where there is one."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Everything an exact resume needs beside the model's weights and the RNG."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """The inverse of `state_dict`."""
        ...


C = TypeVar("C", bound=FamilyConfig)
M = TypeVar("M", bound=LatentModel)


class Family(ABC, Generic[C, M]):
    """One kind of generative model. Each file of this package exposes one as `FAMILY`."""

    name: str  # "vae", as on the command line
    title: str  # "VAE"
    summary: str  # one sentence for the Train tab
    paper: str  # "Kingma & Welling 2014, arXiv:1312.6114"
    Config: type[C]
    capabilities: frozenset[Capability]
    recipe: Recipe = Recipe()
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}  # name -> config and recipe values
    loss_unit: str  # "nats per image"
    validates: bool = True  # whether losses on held-out pictures tell how good a model is

    def abilities(self, config: C) -> frozenset[Capability]:  # noqa: ARG002 - most do not care
        """What a model of these settings can do."""
        return self.capabilities

    def check(self, config: C, recipe: Recipe) -> None:
        """Raises ConfigError when config and recipe cannot go together."""

    @abstractmethod
    def build(self, config: C, shape: DataShape) -> M:
        """A fresh network on the CPU, drawn from torch's current default generator.

        Raises ConfigError when config and shape cannot go together.
        """

    @abstractmethod
    def losses(self, model: M, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """The objective on one batch of pictures in [0, 1]: "loss" and its terms, batch means."""

    @abstractmethod
    def learner(self, model: M, config: C, recipe: Recipe, steps: int) -> Learner:
        """The optimizer(s) for `steps` steps; models/_learner.py serves single-loss families."""
